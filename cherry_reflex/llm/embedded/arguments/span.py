"""Pieces of a request, and what they can be found to mean."""

import re
from dataclasses import dataclass
from typing import Any

from cherry_reflex.core.column import Column

WORDS_A_SPAN = 3
SPANS_MAX = 240

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Span:
    """A few words of the request, with their place in it (characters)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mention:
    """A column that the request speaks of."""

    column: Column
    span: Span
    score: float
    period: bool = False
    """Named by a word for periods: `monthly`."""


@dataclass(frozen=True)
class Condition:
    """Values or limits that the request names: `op` is one of the operations' filter operators."""

    column: Column
    op: str
    value: Any
    span: Span


def plain(name: str) -> str:
    """Return a name as words: `orderDate_total` -> `order date total`."""
    return " ".join(_WORD.findall(_CAMEL.sub(" ", name).replace("_", " "))).lower() or name


def spans_of(text: str) -> tuple[Span, ...]:
    """Return all runs of one to three words."""
    words = [Span(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
    found = [
        Span(
            text[words[n].start : words[n + size - 1].end], words[n].start, words[n + size - 1].end
        )
        for size in range(1, WORDS_A_SPAN + 1)
        for n in range(len(words) - size + 1)
    ]
    return tuple(found[:SPANS_MAX])


def around(text: str, span: Span) -> list[str]:
    """Return the words around a number in windows of several sizes, the number written as 100."""
    before, behind = text[: span.start].split(), text[span.end :].split()
    glued = bool(text[span.end : span.end + 1].strip())
    found = []
    for left, right in ((0, 1), (1, 0), (1, 1), (2, 0), (0, 2), (2, 1), (3, 0)):
        words = [*before[len(before) - left :], "100"]
        tail = behind[:right]
        if glued and tail:
            words[-1] += tail.pop(0)
        found.append(" ".join(words + tail))
    told = [words for words in dict.fromkeys(found) if words != "100"]
    return told or ["100"]


def line_of(text: str, span: Span) -> int:
    """Return the number of the line in which a span begins."""
    return text.count("\n", 0, span.start)


def is_key(column: Column, rows: int) -> bool:
    """Return whether a whole-number column only tells rows apart."""
    return column.type == "integer" and rows > 20 and column.distinct >= 0.98 * rows


def tells_apart(column: Column, rows: int) -> bool:
    """Return whether a column has another value in about every row, and is no measurement."""
    return column.type != "number" and rows > 20 and column.distinct >= 0.98 * rows


def overlap(one: Span, other: Span) -> bool:
    """Return whether two spans share a character."""
    return one.start < other.end and other.start < one.end
