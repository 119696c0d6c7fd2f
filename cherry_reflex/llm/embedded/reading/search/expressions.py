"""Binds columns that are computed with one another: differences, ratios, products, sums."""

from collections.abc import Iterator
from typing import Any

from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression, Today
from cherry_reflex.llm.embedded.reading.search.draft import Draft
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

SUMMED = ("amount", "level", "rate")


def bind_expressions(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft as it is, and with two measured columns made one expression: by the word
    of arithmetic beside them, or by what two dates can only mean."""
    words = draft.free(path.places("arith"))
    columns = draft.free(path.places("measure"))
    yield draft.using(weight=-0.7) if words and len(columns) > 1 else draft
    for word in words:
        op = path.tokens[word].detail
        around = list(path.nearest(word, ("measure",), 4, draft.used))[:3]
        for left, right in _pairs(path, word, around):
            yield from _made(path, draft, op, (word,), left, right)
    dates = [p for p in columns if path.kind_of(p) == "time"]
    if len(dates) == 2:
        early, late = dates
        yield from _made(path, draft, "-", (), late, early, -0.4)
        yield from _made(path, draft, "-", (), early, late, -1.0)
    elif len(dates) == 1 and (words or path.has("today")):
        made = Arithmetic(op="-", left=Today(), right=_column(path, dates[0]))
        yield draft.using(dates[0], weight=-0.8, expressions=(*draft.expressions, (dates[0], made)))


def _pairs(path: Path, word: int, around: list[int]) -> Iterator[tuple[int, int]]:
    """The pairs of columns that a word may join, in both orders, the nearest first."""
    for first in range(len(around)):
        for second in range(first + 1, len(around)):
            left, right = sorted((around[first], around[second]))
            yield left, right
            yield right, left


def _made(
    path: Path,
    draft: Draft,
    op: str,
    words: tuple[int, ...],
    left: int,
    right: int,
    weight: float = 0.0,
) -> Iterator[Draft]:
    sides = {"left": _column(path, left), "right": _column(path, right)}
    cost = weight - 0.3 * (left > right) - 0.1 * path.gap(left, right)
    place = min(left, right)
    for way, more in _ways(path, op, left, right):
        expression: Expression = Arithmetic.model_validate({"op": way, **sides})
        yield draft.using(
            left,
            right,
            *words,
            weight=cost + more,
            expressions=(*draft.expressions, (place, expression)),
        )


def _ways(path: Path, op: str, left: int, right: int) -> Iterator[tuple[Any, float]]:
    kinds = {path.kind_of(left), path.kind_of(right)}
    if op == "/":
        yield "ratio_of_sums", 0.3 if kinds <= set(SUMMED) else -1.0
        yield "/", -0.4
    elif op in ("+", "-", "*"):
        is_time = kinds == {"time"}
        yield op, 0.2 if is_time or kinds <= set(SUMMED) else -1.5


def _column(path: Path, place: int) -> ColumnRef:
    return column_ref(path.tokens[place].column)
