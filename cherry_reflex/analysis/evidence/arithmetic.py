"""Arithmetic over figures of a run that gives a written number: difference, ratio, percent change,
share of a total, sum.

Over two figures it is looked for where both belong together: two numbers that the answer names
beside each other, two of a column or of a row, two facts. What any two figures happen to give says
nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from cherry_reflex.analysis.evidence.holders import Column, Holder
from cherry_reflex.analysis.evidence.matching import Range
from cherry_reflex.analysis.evidence.written import Written

_HALF = 0.5 + 1e-6
_EXACT = 1e-9
_PERCENT = 100.0
_GROUP_MAX = 400
_LOOKED_AT_MAX = 50


@dataclass(frozen=True)
class Computed:
    """A result of arithmetic: `value` of `expression`, which begins with `first`."""

    value: float
    expression: str
    first: Holder


def among(one: Written, group: Sequence[Holder]) -> Iterator[Computed]:
    """Yield what two figures of a group give that is written as `one`."""
    ordered = sorted(group[:_GROUP_MAX], key=lambda holder: holder.value)
    values = [holder.value for holder in ordered]

    def near(low: float, high: float) -> Iterator[Holder]:
        low, high = min(low, high), max(low, high)
        slack = _EXACT * max(abs(low), abs(high))
        first, last = bisect_left(values, low - slack), bisect_right(values, high + slack)
        return islice(ordered[first:last], _LOOKED_AT_MAX)

    for low, high, is_share in _targets(one):
        for holder in ordered:
            yield from _pairs(holder, low, high, near, is_share=is_share)


def _targets(one: Written) -> Iterator[tuple[float, float, bool]]:
    """Yield what a result may be: as it is written, and for a percentage as a share of 1."""
    value, half = abs(one.value), _HALF * one.unit
    yield max(0.0, value - half), value + half, False
    if one.percent:
        yield max(0.0, value - half) / _PERCENT, (value + half) / _PERCENT, True


def _pairs(
    a: Holder,
    low: float,
    high: float,
    near: Callable[[float, float], Iterator[Holder]],
    *,
    is_share: bool,
) -> Iterator[Computed]:
    """Yield the results between `low` and `high` of `a` with another figure."""
    for b in near(a.value - high, a.value - low):
        if b is not a:
            yield Computed(a.value - b.value, f"{_n(a)} - {_n(b)}", a)
    if not a.value:
        return
    if low > 0:
        for sign in (1, -1):
            for b in near(sign * a.value / high, sign * a.value / low):
                if b is not a and b.value:
                    yield Computed(a.value / b.value, f"{_n(a)} / {_n(b)}", a)
    if not is_share:
        return
    for change in ((low, high), (-high, -low)):
        if -1 in change or change[0] < -1 < change[1]:
            continue
        for b in near(a.value / (1 + change[0]), a.value / (1 + change[1])):
            if b is not a and b.value:
                result = (a.value - b.value) / b.value
                if low <= abs(result) <= high:
                    yield Computed(result, f"({_n(a)} - {_n(b)}) / {_n(b)}", a)


def rest(one: Written, group: Sequence[Holder]) -> Iterator[Computed]:
    """Yield what a share leaves of the whole: 1 - 0.587, 100 - 58.7."""
    if not one.percent:
        return
    for low, high, is_share in _targets(one):
        whole = 1.0 if is_share else _PERCENT
        for holder in group[:_GROUP_MAX]:
            if 0 < holder.value < whole and low <= whole - holder.value <= high:
                yield Computed(whole - holder.value, f"{whole:g} - {_n(holder)}", holder)


def over_column(
    fitting: Sequence[Range], column: Column, named: Sequence[Holder]
) -> Iterator[Computed]:
    """Yield sums of a column that are written so: of the `named` cells, of the first ones, and of
    all (and their mean) where no row was left out."""
    cells = column.holders
    if 1 < len(named) < len(cells):
        total = sum(cell.value for cell in named)
        if _fits(total, fitting):
            yield Computed(total, " + ".join(_n(cell) for cell in named), named[0])
    total = 0.0
    for number, cell in enumerate(cells, 1):
        total += cell.value
        is_all = number == len(cells) and column.is_whole
        if number > 1 and _fits(total, fitting):
            rows = "" if is_all else f", rows 1-{number}"
            yield Computed(total, f"sum({cell.column}{rows})", cells[0])
        if is_all and _fits(total / number, fitting):
            yield Computed(total / number, f"mean({cell.column})", cells[0])


def shares(one: Written, column: Column) -> Iterator[Computed]:
    """Yield shares that cells have of the sum of their column."""
    total = sum(cell.value for cell in column.holders)
    if not column.is_whole or not total or any(cell.value < 0 for cell in column.holders):
        return
    for low, high, _ in islice(_targets(one), 1, 2):
        running = 0.0
        for number, cell in enumerate(column.holders, 1):
            running += cell.value
            if low <= cell.value / total <= high:
                yield Computed(cell.value / total, f"{_n(cell)} / sum({cell.column})", cell)
            elif 1 < number < len(column.holders) and low <= running / total <= high:
                top = f"sum({cell.column}, rows 1-{number}) / sum({cell.column})"
                yield Computed(running / total, top, column.holders[0])


def _fits(value: float, fitting: Sequence[Range]) -> bool:
    return any(span.low <= abs(value) <= span.high for span in fitting)


def _n(holder: Holder) -> str:
    value = holder.value
    plain = int(value) if value.is_integer() and abs(value) < 1e15 else value
    return f"({plain})" if value < 0 else str(plain)
