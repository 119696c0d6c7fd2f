"""What a piece of work costs at the language model, counted where it is spent."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Spent:
    """Calls and tokens of one piece of work, and their price in US dollars where it is known."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


SPENT: ContextVar[Spent | None] = ContextVar("cherry_spent", default=None)
"""Set around a piece of work by who runs it; None where nobody counts."""


def spend(input_tokens: int, output_tokens: int, cost_usd: float = 0.0) -> None:
    """Add a call to what the present piece of work has used."""
    if (spent := SPENT.get()) is not None:
        spent.calls += 1
        spent.input_tokens += input_tokens
        spent.output_tokens += output_tokens
        spent.cost_usd += cost_usd
