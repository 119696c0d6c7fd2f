"""Which figures a written number can stand for, and which of them it most likely does."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cherry_reflex.analysis.evidence.holders import Column, Holder, Holders
from cherry_reflex.analysis.evidence.prose import Sentences
from cherry_reflex.analysis.evidence.written import Written

_HALF = 0.5 + 1e-6
"""Of the unit of the last digit, with room for how numbers are stored."""
_ROUGH_SHARE = 0.05
_EXACT = 1e-9
_PERCENT = 100.0
_SCALES = (1e3, 1e4, 1e6, 1e8, 1e9, 1e12)
_SCALED_DIGITS_MIN, _PERCENT_DIGITS_MIN = 3, 2
_LOOKED_AT_MAX = 2_000
SMALL_P = 0.1
_NEAR = 0.75
_KINDS = {"fact": 0.3, "cell": 0.2, "text": 0.0}
LABEL = 3.0
"""What it counts that the sentence says which row is meant."""

_NAME, _PART, _CLOSE = 2.0, 0.7, 1.0
_FAR_CHARS = 40.0
_BEHIND = 12


@dataclass(frozen=True)
class Range:
    """Figures between `low` and `high` (sizes, without sign) are written like this; `penalty` says
    how unusual that is, `factor` what one must be multiplied by to be what is written."""

    low: float
    high: float
    penalty: float
    factor: float = 1.0


def ranges(one: Written) -> Iterator[Range]:
    """Yield the figures that a number can be the writing of, the plainest way first."""
    value, bare = abs(one.value), abs(one.bare)
    scale = value / bare if bare else 1.0
    half = _HALF * one.unit
    rough = min(_HALF * one.rough, _ROUGH_SHARE * value) if one.rough > one.unit else 0.0
    ways = [(1.0, 0.0)]
    if one.percent:
        ways.append((_PERCENT, 0.0))
    elif scale != 1:
        ways.append((scale, 0.5))  # the column counts in that scale already
    elif value <= _PERCENT and not one.whole and one.digits >= _PERCENT_DIGITS_MIN:
        ways.append((_PERCENT, 2.0))
    if one.digits >= _SCALED_DIGITS_MIN and not one.percent:
        # The table, or the answer, counts in thousands, and says so somewhere else.
        ways += [(scale * factor, 3.0) for factor in _SCALES if scale != 1]
        ways += [(1 / factor, 3.0) for factor in _SCALES]
    for factor, penalty in ways:
        yield _around(value, half, penalty, factor)
        if rough > half:
            yield _around(value, rough, penalty + 1.5, factor)


def _around(value: float, tolerance: float, penalty: float, factor: float) -> Range:
    slack = _EXACT * value
    low, high = max(0.0, value - tolerance - slack), value + tolerance + slack
    return Range(low / factor, high / factor, penalty, factor)


def limits(one: Written) -> Iterator[Range]:
    """Yield the figures that keep a written limit (`p < 0.001`, 12 % 이상)."""
    value = abs(one.value)
    for factor in (1.0, _PERCENT) if one.percent else (1.0,):
        if one.bound == "<":
            low = 0.0 if value <= SMALL_P else value * _NEAR
            yield Range(low / factor, value / factor, 1.0, factor)
        else:
            high = 1.0 if value <= SMALL_P else value / _NEAR
            yield Range(value / factor, high / factor, 1.0, factor)


@dataclass
class Match:
    """A holder that fits, and how well."""

    holder: Holder
    score: float
    context: float
    """What the words around the number add to the score."""


@dataclass
class Matcher:
    """Looks for the best holder of each number of one answer."""

    holders: Holders
    sentences: Sentences
    _places: dict[tuple[int, str], tuple[int, ...]] = field(default_factory=dict)
    _rows: dict[tuple[int, int], set[int]] = field(default_factory=dict)

    def best(self, one: Written, fitting: Iterator[Range]) -> Match | None:
        """Return the holder that fits best, by what it is and by the words around the number."""
        found: Match | None = None
        for span in fitting:
            for holder in self.holders.within(span.low, span.high)[:_LOOKED_AT_MAX]:
                if one.signed and one.value < 0 < holder.value:
                    continue
                context = self.context(one, holder)
                score = context + _KINDS.get(holder.kind, 0.0) - span.penalty
                score -= 0.5 * (holder.value < 0 < one.value)
                score -= 1.0 * holder.is_given + 1.5 * (not holder.step)
                if found is None or score > found.score:
                    found = Match(holder, score, context)
        return found

    def context(self, one: Written, holder: Holder) -> float:
        """Return how much the sentence of a number speaks of a holder."""
        sentence, at = self.sentences.place(one.start)
        score = 0.0
        labels = [d for word in holder.labels if (d := self._distance(sentence, at, word)) >= 0]
        if labels:
            part = LABEL if holder.kind == "cell" else _NAME
            score += part * len(labels) / len(holder.labels) if holder.kind == "text" else part
            score += _CLOSE / (1 + min(labels) / _FAR_CHARS)
        score += max((self._named(sentence, at, name) for name in holder.names), default=0.0)
        return score

    def said_rows(self, sentence: int, column: Column) -> set[int]:
        """Return the rows of a column's table whose labels a sentence has."""
        key = (sentence, id(column.labels))
        if key not in self._rows:
            self._rows[key] = {
                row
                for row, labels in enumerate(column.labels)
                if any(self._distance(sentence, 0, label) >= 0 for label in labels)
            }
        return self._rows[key]

    def names(self, one: Written, holder: Holder) -> bool:
        """Return whether the sentence of a number has the name of a figure, or whose it is."""
        sentence, at = self.sentences.place(one.start)
        words = (*holder.names, *(holder.labels if holder.kind == "fact" else ()))
        return any(self._distance(sentence, at, word) >= 0 for word in words)

    def _named(self, sentence: int, at: int, name: str) -> float:
        if (distance := self._distance(sentence, at, name)) >= 0:
            return _NAME + 0.5 * _CLOSE / (1 + distance / _FAR_CHARS)
        parts = name.split()
        said = any(self._distance(sentence, at, part) >= 0 for part in parts)
        return _PART if len(parts) > 1 and said else 0.0

    def _distance(self, sentence: int, at: int, word: str) -> float:
        """Return how far from a place the nearest mention of a word is; -1 without one. What a
        figure is of stands before it more often than behind it."""
        if not word:
            return -1
        key = (sentence, word)
        if key not in self._places:
            self._places[key] = tuple(_mentions(self.sentences.plain[sentence], word))
        places = self._places[key]
        width = len(word)
        return min(
            (at - place - width if place < at else place - at + _BEHIND for place in places),
            default=-1,
        )


def _mentions(text: str, word: str) -> Iterator[int]:
    """Yield where a word stands in a text, by itself or with an ending as Korean has them."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        before, after = text[at - 1 : at], text[end : end + 1]
        is_begun = not (before.isalnum() and (before.isascii() == word[0].isascii()))
        is_ended = not (after.isalnum() and after.isascii() and word[-1].isascii())
        if is_begun and is_ended:
            yield at
        at = text.find(word, end)
