"""What came out for a question, and tables of many."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.reading.labels import Labelled

SURE, GUESS = 0.8, 0.35


@dataclass(frozen=True)
class Outcome:
    """A question; which of its ranked readings are right; how sure the first one is; how long it
    took."""

    label: Labelled
    right: tuple[bool, ...]
    probability: float
    took_s: float = 0.0

    def among(self, count: int) -> bool:
        """Whether one of the first `count` readings is right."""
        return any(self.right[:count])

    @property
    def band(self) -> str:
        """What the person meets: sure, a guess, or a question back."""
        p = self.probability
        return "sure" if p >= SURE else "guess" if p >= GUESS else "ask"


def report(outcomes: Sequence[Outcome], count: int) -> str:
    """Return the tables of what came out, as text."""
    said = [o for o in outcomes if o.label.readings and not o.label.after]
    lines = [
        f"{count} questions, {len(outcomes)} with proposals",
        _row("answerable", said),
        *(_row(f"  {language}", _where(said, lambda o, x=language: o.label.language == x))
          for language in ("en", "ko")),
        *(_row(f"  {task}", _where(said, lambda o, x=task: o.label.readings[0].task == x))
          for task in sorted({o.label.readings[0].task for o in said})),
        _row("follow-ups", [o for o in outcomes if o.label.readings and o.label.after]),
        _bands("answerable", said),
        _bands("not answerable", [o for o in outcomes if o.label.why]),
        *(_bands(f"  {why}", _where(outcomes, lambda o, x=why: o.label.why == x))
          for why in sorted({o.label.why for o in outcomes} - {""})),
        _bands("unsayable", [o for o in outcomes if o.label.unsayable]),
        _bands("all", outcomes),
        "calibration (all):",
        *_calibration(outcomes),
    ]  # fmt: skip
    return "\n".join(lines)


def _where(outcomes: Iterable[Outcome], test: Callable[..., bool]) -> list[Outcome]:
    return [o for o in outcomes if test(o)]


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    n = max(1, len(outcomes))
    shares = [sum(o.among(k) for o in outcomes) / n for k in (1, 3, 10, 1000)]
    told = "  ".join(
        f"{label} {share:6.1%}"
        for label, share in zip(("first", "in 3", "in 10", "proposed"), shares, strict=True)
    )
    return f"{name:24} n {len(outcomes):5}  {told}"


def _bands(name: str, outcomes: Sequence[Outcome]) -> str:
    n = max(1, len(outcomes))
    cells = []
    for band in ("sure", "guess", "ask"):
        mine = [o for o in outcomes if o.band == band]
        right = sum(o.among(1) for o in mine)
        near = sum(o.among(3) for o in mine)
        cells.append(
            f"{band}: {right} right {len(mine) - right} wrong ({(len(mine) - right) / n:.1%})"
            f" in 3 {near}"
        )
    return f"{name:24} n {len(outcomes):5}  " + "; ".join(cells)


def _calibration(outcomes: Sequence[Outcome]) -> list[str]:
    lines = []
    for low in range(10):
        mine = [o for o in outcomes if low / 10 <= o.probability < (low + 1) / 10 + (low == 9)]
        if mine:
            share = sum(o.among(1) for o in mine) / len(mine)
            lines.append(
                f"  {low / 10:.1f}-{(low + 1) / 10:.1f}: n {len(mine):4} right {share:.0%}"
            )
    return lines
