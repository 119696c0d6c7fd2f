"""Rows that sum up others: known by a word, confirmed by arithmetic where there are numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cherry_reflex.datasets.formats import layout_words

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_SHARE = 0.5
_LABEL_COLUMNS = 4
_PLAIN_WORDS = frozenset(("total", "totals", "summe", "gesamt", "ergebnis", "totale", "totaal"))
"""Words that things are called by as well (a company, a product)."""


@dataclass(frozen=True)
class Total:
    """A row that sums up others, and whether only its words say so."""

    place: int
    guessed: bool


def is_candidate(label: str) -> bool:
    """Whether a label may be that of a row that sums up others."""
    return layout_words.is_total(label) or layout_words.may_be_total(label)


def find_totals(
    labels: Sequence[Sequence[str]],
    numbers: "NDArray[numpy.float64]",
    *,
    is_whole: bool = True,
) -> list[Total]:
    """Return the rows that sum up others.

    `labels` are each row's texts left of its numbers; `numbers` the values of the columns of
    numbers, one row for each of `labels`, NaN where there is none. A word such as `계` or `평균`
    counts only where the figures agree; `합계` counts by itself, as a guess where they do not.
    `is_whole` is False when rows are missing between or after these, so that sums prove little.
    """
    words = {place: word for place, row in enumerate(labels) if (word := _word(row)) is not None}
    found: list[Total] = []
    sums = _Sums(numbers, sorted(words))
    for place, word in words.items():
        agrees = sums.agree(place, mean=word.mean, rows_min=1 if word.strong else 2)
        if agrees:
            found.append(Total(place, guessed=False))
        elif word.strong and (
            word.sure or not sums.has_numbers(place) or _is_largest(place, numbers, is_whole)
        ):
            found.append(Total(place, guessed=True))
    if is_whole and (last := _unlabelled(labels, numbers, {total.place for total in found})):
        found.append(last)
    return sorted(found, key=lambda total: total.place)


@dataclass(frozen=True)
class _Word:
    strong: bool
    sure: bool
    mean: bool


def _word(row: Sequence[str]) -> _Word | None:
    for label in row[:_LABEL_COLUMNS]:
        plain = label.strip().strip(":：").lower()
        if layout_words.is_total(label):
            told = plain not in _PLAIN_WORDS and not plain.isascii()
            known = plain.replace(" ", "") in layout_words.words("total")
            return _Word(True, told or (known and plain not in _PLAIN_WORDS), False)
        if layout_words.may_be_total(label):
            return _Word(False, False, plain in layout_words.words("mean"))
    return None


class _Sums:
    """What the figures of a row can be the sum (or the mean) of."""

    def __init__(self, numbers: "NDArray[numpy.float64]", candidates: list[int]) -> None:
        import numpy

        self._numbers = numbers
        self._candidates = candidates
        self._rows = numbers.shape[0]
        filled = numpy.nan_to_num(numbers)
        self._counted = [bool(count) for count in (~numpy.isnan(numbers)).sum(axis=1)]
        plain = filled.copy()
        plain[candidates] = 0.0
        zero = numpy.zeros((1, numbers.shape[1]))
        self._all = numpy.concatenate([zero, filled.cumsum(axis=0)])
        self._plain = numpy.concatenate([zero, plain.cumsum(axis=0)])

    def has_numbers(self, place: int) -> bool:
        return self._counted[place]

    def agree(self, place: int, *, mean: bool, rows_min: int) -> bool:
        """Whether most figures of a row are the sum (or mean) of those of `rows_min` others or
        more: the rows above or below, or those up to the next candidate."""
        import numpy

        if not self.has_numbers(place):
            return False
        row = self._numbers[place]
        known = ~numpy.isnan(row)
        for first, end, sums in self._spans(place):
            rows = self._rows_between(first, end, place)
            if rows < rows_min:
                continue
            values = sums / rows if mean else sums
            near = numpy.abs(values - row) <= _tolerance(row, values, rows)
            matched = int((near & known & (row != 0)).sum())
            if matched and matched > _SHARE * int((known & (row != 0)).sum()):
                return True
        return False

    def _spans(self, place: int) -> "Iterator[tuple[int, int, NDArray[numpy.float64]]]":
        before = max((c for c in self._candidates if c < place), default=-1) + 1
        after = min((c for c in self._candidates if c > place), default=self._rows)
        for first, end in (
            (0, place),
            (before, place),
            (place + 1, self._rows),
            (place + 1, after),
        ):
            yield first, end, self._plain[end] - self._plain[first]
        yield 0, place, self._all[place] - self._all[0]

    def _rows_between(self, first: int, end: int, place: int) -> int:
        inside = [c for c in self._candidates if first <= c < end]
        return sum(self._counted[first:end]) - len(inside)


def _tolerance(
    row: "NDArray[numpy.float64]", values: "NDArray[numpy.float64]", rows: int
) -> "NDArray[numpy.float64]":
    """Figures that were rounded before they were added differ by half a digit each."""
    import numpy

    large = numpy.maximum(numpy.abs(row), numpy.abs(values))
    digits = numpy.where(numpy.mod(numpy.nan_to_num(row), 1) == 0, 0.5, 0.005)
    rounded: NDArray[numpy.float64] = numpy.minimum(digits * (rows + 1), 0.005 * large)
    return rounded + 1e-9 * large


def _is_largest(place: int, numbers: "NDArray[numpy.float64]", is_whole: bool) -> bool:
    """Whether a row at the end (or the beginning) holds the largest figures of most columns."""
    import numpy

    last = numbers.shape[0] - 1
    if place not in (0, last) or numbers.shape[0] < 3:
        return False
    others = numpy.delete(numbers, place, axis=0)
    known = ~numpy.isnan(numbers[place]) & ~numpy.isnan(others).all(axis=0)
    if not known.any():
        return True
    largest = numbers[place][known] >= numpy.nanmax(others[:, known], axis=0)
    return bool(largest.mean() > _SHARE)


def _unlabelled(
    labels: Sequence[Sequence[str]], numbers: "NDArray[numpy.float64]", taken: set[int]
) -> Total | None:
    """A last row without any label under rows that have one, whose every figure is a sum."""
    import numpy

    last = numbers.shape[0] - 1
    if last < 2 or last in taken or any(cell for cell in labels[last]):
        return None
    rest = [place for place in range(last) if place not in taken]
    labelled = sum(any(labels[place]) for place in rest)
    row = numbers[last]
    known = ~numpy.isnan(row)
    if len(rest) < 2 or labelled < len(rest) or not known.any() or not row[known].any():
        return None
    sums = numpy.nansum(numbers[rest], axis=0)
    if not (numpy.abs(sums - row)[known] <= _tolerance(row, sums, len(rest))[known]).all():
        return None
    return Total(last, guessed=int(known.sum()) < 2)
