"""Numbers in a request, and what they are for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.llm.embedded.arguments.dates import YEAR
from cherry_reflex.llm.embedded.arguments.span import (
    Condition,
    Mention,
    Span,
    around,
    is_key,
    line_of,
    overlap,
)
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.encoder.kinds import kinds_of

_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(\s?(?:만|천|억|k|K|m|M)(?!\w*[A-Za-z]))?")
_SCALE = {"만": 1e4, "천": 1e3, "억": 1e8, "k": 1e3, "K": 1e3, "m": 1e6, "M": 1e6}

NO_UNIT = "none"


@dataclass(frozen=True)
class Amount:
    """A number that is no limit of a column, what it counts (`amount_of`), and in which unit of
    time (`unit_of`; empty for none)."""

    value: float
    kind: str
    unit: str = ""
    line: int = 0


def limits_of(
    embedding: Embedding,
    text: str,
    mentions: Sequence[Mention],
    dated: Sequence[Span],
    likely: Column | None,
    dates: Column | None,
    rows: int,
) -> tuple[list[Condition], int | None, tuple[Amount, ...]]:
    """Return what the other numbers are for, by the words around each: a limit of a numeric
    column, how many to show, or something else."""
    named = [m.span for m in mentions if m.column.type not in TEMPORAL]
    numeric = [m for m in mentions if m.column.type in NUMERIC and not is_key(m.column, rows)]
    top: int | None = None
    found: list[Condition] = []
    others: list[Amount] = []
    for match in _NUMBER.finditer(text):
        span = Span(match.group(), match.start(), match.end())
        if any(overlap(span, other) for other in [*dated, *named]):
            continue
        number = _number(match)
        words = around(text, span)
        kind = _number_kind(embedding, words)
        if kind == "top" and amount_of(embedding, words) not in ("shown", "else"):
            kind = "other"
        if kind == "top" and number == int(number) and 0 < number <= 10_000:
            top = int(number)
        elif kind == "=" and dates is not None and YEAR.fullmatch(match.group()):
            # A year that the data does not have: the answer is then that there is nothing.
            found.append(Condition(dates, "year", int(number), span))
        elif kind in (">", ">=", "<", "<=", "=") and (column := _limited(numeric, span, likely)):
            value = int(number) if number == int(number) else number
            found.append(Condition(column, kind, value, span))
        else:
            told = amount_of(embedding, words)
            unit = unit_of(embedding, words)
            others.append(Amount(number, told, unit, line_of(text, span)))
    return found, top, tuple(others)


def amount_of(embedding: Embedding, told: Sequence[str], side: str = "said") -> str:
    """Return what a number counts by the words around it (`said`), or what an argument counts by
    its description (`slot`): periods, window, bins, groups, share, limit, shown, else."""
    import numpy as np

    kinds, head = kinds_of(embedding, "amounts", side)
    best = np.square(head(embedding(told))).sum(axis=0)
    return kinds[int(best.argmax())]


def latest(amounts: Sequence[Amount], kind: str) -> Amount | None:
    """Return the first amount of a kind in the last line that has one: later lines are later
    wishes."""
    return max((a for a in amounts if a.kind == kind), key=lambda a: a.line, default=None)


def unit_of(embedding: Embedding, around: Sequence[str]) -> str:
    """Return the unit of time that a number counts, by the words around it; empty for none."""
    import numpy as np

    units, head = kinds_of(embedding, "units")
    best = np.square(head(embedding(around))).sum(axis=0)
    unit = units[int(best.argmax())]
    return "" if unit == NO_UNIT else unit


def _number(match: re.Match[str]) -> float:
    scale = (match.group(1) or "").strip()
    digits = match.group()[: len(match.group()) - len(match.group(1) or "")]
    return float(digits.replace(",", "")) * _SCALE.get(scale, 1.0)


def _limited(numeric: Sequence[Mention], span: Span, likely: Column | None) -> Column | None:
    """Return the numeric column that is mentioned nearest to a number."""
    if not numeric:
        return likely
    return min(numeric, key=lambda m: abs(m.span.start - span.start)).column


def _number_kind(embedding: Embedding, windows: Sequence[str]) -> str:
    import numpy as np

    kinds, head = kinds_of(embedding, "numbers")
    # Squares: windows that are sure count, those that cut the words badly do not.
    best = np.square(head(embedding(windows))).sum(axis=0)
    return kinds[int(best.argmax())]
