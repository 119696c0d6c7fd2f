"""How much one question may use at a language model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """Limits of one question; 0 is no limit, but for `turns`."""

    turns: int = 12
    """Turns of the model that plans; workers asked in words have as many of their own."""
    tokens: int = 200_000
    cost_usd: float = 0.0
    time_s: float = 600.0

    def exceeded(self, turns: int, tokens: int, cost_usd: float, time_s: float) -> str:
        """Return which limit is reached (`turns`, `tokens`, `cost`, `time`), or an empty text."""
        if turns >= self.turns:
            return "turns"
        if self.tokens and tokens >= self.tokens:
            return "tokens"
        if self.cost_usd and cost_usd >= self.cost_usd:
            return "cost"
        return "time" if self.time_s and time_s >= self.time_s else ""
