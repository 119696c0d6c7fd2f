"""Years and months in a request: those that are meant, or where a span of time begins or ends."""

import calendar
import re
from collections.abc import Sequence
from typing import Any

from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import TEMPORAL
from cherry_reflex.llm.embedded.arguments.span import (
    Condition,
    Mention,
    Span,
    around,
    line_of,
    overlap,
)
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.encoder.kinds import kinds_of

CLEAR = 0.75
"""Score from which words say that a span of time begins or ends."""

YEAR = re.compile(r"(?<![\d.,])(1[89]\d\d|20\d\d|21\d\d)(?![\d,]|\.\d)")
_YEAR_MONTH = re.compile(
    r"(?<!\d)(1[89]\d\d|2[01]\d\d)[-./년]\s?(0?[1-9]|1[0-2])(?!\d)"
    r"(?:월\s?(?P<day>[12]\d|3[01]|0?[1-9])일|[-./](?P<short>[12]\d|3[01]|0?[1-9])(?!\d)|월)?"
)
_MONTH = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])월(?!요)")
_NAMES = [*calendar.month_name[1:], *calendar.month_abbr[1:]]
# At the beginning of a sentence `May` may be a verb: there a year has to follow.
_NAMED = re.compile(
    rf"(?:(?<=[a-z] )|(?=\w+,? (?:1[89]|2[01])\d\d))\b({'|'.join(_NAMES)})\b"
    r"(?:,? (1[89]\d\d|2[01]\d\d))?"
)


def dates_of(
    embedding: Embedding, text: str, columns: Sequence[Column], mentions: Sequence[Mention]
) -> tuple[list[Condition], list[Span]]:
    """Return conditions on a date column (or a column of years) for the years and months in its
    range that the request names, and where it names them: `in 2024`, `after 2018`,
    `2023년 3월부터`."""
    column = next((m.column for m in mentions if m.column.type in TEMPORAL), None)
    column = column or next((c for c in columns if c.type in TEMPORAL), None)
    column = column or next((c for c in columns if c.type == "integer" and _of_years(c)), None)
    if column is None:
        return [], []
    dated = column.type in TEMPORAL
    limits: list[Condition] = []
    months: list[tuple[int, Span]] = []
    years: list[tuple[int, Span]] = []
    taken: list[Span] = []

    def limited(span: Span, value: str | int) -> bool:
        """Whether a span of time begins or ends there."""
        kind = _when(embedding, around(text, span))
        # `between 2019 and 2021`
        if kind == "=" and limits and limits[-1].op == ">=" and _joins(text, limits[-1].span, span):
            kind = "<="
        if kind == "=":
            return False
        limits.append(Condition(column, kind, value, span))
        return True

    for match in (*_YEAR_MONTH.finditer(text), *_NAMED.finditer(text)) if dated else ():
        named = match.re is _NAMED
        year = match.group(2 if named else 1)
        told = match.group(1 if named else 2)
        month = _NAMES.index(told) % 12 + 1 if named else int(told)
        span = Span(match.group(), match.start(), match.end())
        taken.append(span)
        day = None if named else match.group("day") or match.group("short")
        moment = f"{year}-{month:02}" + (f"-{int(day):02}" if day else "")
        if year and limited(span, moment):
            continue
        if day:
            limits.append(Condition(column, "=", moment, span))
            continue
        months.append((month, span))
        if year and _in_range(int(year), column):
            years.append((int(year), span))
    for match in YEAR.finditer(text):
        span = Span(match.group(), match.start(), match.end())
        if any(overlap(span, other) for other in taken):
            continue
        year_said = int(match.group(1))
        if limited(span, str(year_said) if dated else year_said):
            taken.append(span)
        elif _in_range(year_said, column):
            taken.append(span)
            years.append((year_said, span))
    for match in _MONTH.finditer(text) if dated else ():
        span = Span(match.group(), match.start(), match.end())
        if not any(overlap(span, other) for other in taken):
            taken.append(span)
            months.append((int(match.group(1)), span))
    found: list[Condition] = []
    for op, hits in (("year", years), ("month", months)):
        if not hits:
            continue
        latest = max(line_of(text, span) for _, span in hits)
        kept = [(value, span) for value, span in hits if line_of(text, span) == latest]
        wanted = list(dict.fromkeys(value for value, _ in kept))
        operator = op if dated else ("=" if len(wanted) == 1 else "in")
        value = wanted[0] if len(wanted) == 1 else wanted
        found.append(Condition(column, operator, value, kept[0][1]))
    return [*found, *limits], taken


def _joins(text: str, one: Span, other: Span) -> bool:
    """Whether one date follows the other with a word between them at most."""
    return one.end <= other.start and len(text[one.end : other.start].split()) <= 1


def _when(embedding: Embedding, windows: Sequence[str]) -> str:
    """Return how dates compare to one, by the words around it: `=`, `>`, `>=`, `<` or `<=`. Most
    words around a date say nothing of it, so that the clearest of them decide."""
    kinds, head = kinds_of(embedding, "whens")
    best = dict(zip(kinds, head(embedding(windows)).max(axis=0), strict=True))
    limit = max((kind for kind in kinds if kind != "="), key=lambda kind: best[kind])
    return limit if best[limit] >= CLEAR else "="


def _of_years(column: Column) -> bool:
    low, high = column.minimum, column.maximum
    return isinstance(low, int) and isinstance(high, int) and 1800 <= low <= high <= 2150


def _in_range(year: int, column: Column) -> bool:
    low, high = (_year(column.minimum), _year(column.maximum))
    return (low is None or low <= year) and (high is None or year <= high)


def _year(value: Any) -> int | None:
    match = re.match(r"(\d{4})", str(value)) if value is not None else None
    return int(match.group(1)) if match else None
