"""Groups in a sentence: the largest when the largest was asked, the n when the top n."""

from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.reading.compiler.statement import Grouped
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.words.headings import group_words, measure_words
from cherry_reflex.analysis.reading.words.numbers import MANY, ONE, Style, as_plain, written
from cherry_reflex.analysis.reading.words.phrases import Phrases
from cherry_reflex.core.operation import Fact
from cherry_reflex.core.reading.reading import ByMeasure, Group, Measure

YEAR = 12
"""Groups in time are listed one by one up to so many: the months of a year."""
LISTED, WHOLE = 5, 8
"""So many groups are listed of many; where there are no more than `WHOLE`, all."""
_TOP_LISTED = 10
"""So many groups are listed where so many were asked for."""


@dataclass(frozen=True)
class Results:
    """The rows that a query gave; `rows` of the table met the condition."""

    opened: Opened
    query: Grouped
    found: list[tuple[Any, ...]]
    rows: int

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The reading's measures; rows are counted without any."""
        return self.opened.reading.measures or (Measure(agg="count"),)

    @property
    def width(self) -> int:
        """How many columns name the group."""
        return len(self.query.groups)

    def group(self, row: tuple[Any, ...]) -> str:
        """Return what the group of a row is called: `JFK`, `Pclass 1 · female`."""
        parts = []
        for value, one, heading in zip(
            row, self.query.groups, self.query.group_headings, strict=False
        ):
            said = written(value, self.opened.language, style="name")
            named = isinstance(value, bool | int | float) and not one.is_binned
            parts.append(f"{heading} {said}" if named and not one.key.is_name else said)
        return " · ".join(parts)

    def figure(self, row: tuple[Any, ...], place: int = 0, digits: int = MANY) -> str:
        """Return a figure of a row as people write it."""
        one, value = self.query.figures[place], row[self.width + place]
        unit = "%" if one.style == "percent" else one.unit
        style: Style = "name" if one.style == "name" else "number"
        return written(value, self.opened.language, style=style, unit=unit, digits=digits)

    def what(self, place: int = 0) -> str:
        """Return what a measure is called in a sentence."""
        return measure_words(self.measures[place], self.opened.language)

    @property
    def by(self) -> str:
        """The groups' headings."""
        words = (
            group_words(Group(of=group.of), self.opened.language) for group in self.query.groups
        )
        return ", ".join(words)

    @property
    def ordering(self) -> int:
        """The measure that the groups are ordered by."""
        order = self.opened.reading.order
        if order is not None and isinstance(order.by, ByMeasure):
            return min(order.by.index, len(self.query.figures) - 1)
        return 0


def told_groups(results: Results) -> list[Fact]:
    """Return the sentences that tell groups."""
    reading, found = results.opened.reading, results.found
    if not found:
        return [Fact(key="reading.no_groups", params={"by": results.by})]
    ordered_by_group = reading.order is not None and not isinstance(reading.order.by, ByMeasure)
    if reading.per and (reading.top or reading.rank):
        return [_listed(results, found, _TOP_LISTED)]
    if len(found) == 1 and (reading.top or reading.rank) and not ordered_by_group:
        return [_one(results), *_ties(results)]
    if len(found) == 1:
        return [_listed(results, found, LISTED)]
    if len(found) <= WHOLE and not (_is_series(results) and len(found) > LISTED):
        return [_listed(results, found, WHOLE)]
    if reading.top:
        return [_listed(results, found, max(LISTED, min(reading.top, _TOP_LISTED)))]
    if len(results.query.figures) == 1 and _is_series(results) and len(found) > LISTED:
        listed = [_listed(results, found, YEAR)] if len(found) <= YEAR else []
        return [*listed, *_series(results)]
    return [_listed(results, found, LISTED), *_ends(results)]


def _one(results: Results) -> Fact:
    """The largest, the smallest, or the n-th."""
    reading, row = results.opened.reading, results.found[0]
    place = results.ordering
    way = reading.order.direction if reading.order is not None else "descending"
    key = "reading.largest" if way == "descending" else "reading.smallest"
    params: dict[str, Any] = {
        "group": results.group(row),
        "what": results.what(place),
        "value": as_plain(row[results.width + place]),
        "shown": results.figure(row, place, ONE),
        "by": results.by,
    }
    if reading.rank and reading.rank > 1:
        phrases = Phrases(results.opened.language)
        return Fact(key=f"{key}_nth", params={**params, "place": phrases.place(reading.rank)})
    return Fact(key=key, params=params)


def _ties(results: Results) -> list[Fact]:
    """Others that are as large as the one that was asked for."""
    place = results.ordering
    if results.query.figures[place].kind not in ("number", "integer"):
        return []
    value = results.found[0][results.width + place]
    if value is None or results.query.having or results.opened.is_brief:
        return []
    if results.query.figures[place].style == "percent":
        value = float(value) / 100
    count = results.opened.one(
        f"SELECT count(*) FROM ({results.query.every}) WHERE m{place} = {value!r}"
    )[0]
    if count < 2:
        return []
    return [Fact(key="reading.tied", params={"count": int(count) - 1}, weight=0.9)]


def _listed(results: Results, found: list[tuple[Any, ...]], most: int) -> Fact:
    single = len(results.query.figures) == 1
    parts = []
    for row in found[:most]:
        if single:
            parts.append(f"{results.group(row)} {results.figure(row)}")
            continue
        figures = [results.figure(row, n) for n in range(len(results.query.figures))]
        parts.append(f"{results.group(row)} ({', '.join(figures)})")
    params: dict[str, Any] = {
        "what": ", ".join(results.what(n) for n in range(len(results.query.figures))),
        "by": results.by,
        "listed": "; ".join(parts) if not single else ", ".join(parts),
        "count": len(found),
        "shown": min(most, len(found)),
    }
    key = "reading.groups" if len(found) <= most else "reading.groups_more"
    return Fact(key=key, params=params, is_repeat=not results.opened.is_brief)


def _is_series(results: Results) -> bool:
    groups = results.query.groups
    return len(groups) == 1 and groups[0].is_ordered and results.opened.reading.order is None


def _series(results: Results) -> list[Fact]:
    """Groups in time or another order of their own: from the first to the last, and the ends."""
    width = results.width
    known = [row for row in results.found if _is_number(row[width])]
    if len(known) < 2:
        return [_listed(results, results.found, LISTED)]
    best, worst = max(known, key=lambda r: r[width]), min(known, key=lambda r: r[width])
    first, last = known[0], known[-1]
    params = {
        "what": results.what(),
        "count": len(results.found),
        "by": results.by,
        "best": results.group(best),
        "high": results.figure(best),
        "worst": results.group(worst),
        "low": results.figure(worst),
        "first": results.group(first),
        "start": results.figure(first),
        "last": results.group(last),
        "end": results.figure(last),
    }
    facts = [Fact(key="reading.series", params=params)]
    if results.query.groups[0].is_time:
        facts.append(Fact(key="reading.series_ends", params=params, weight=0.8))
    return facts


def _ends(results: Results) -> list[Fact]:
    """The largest and the smallest of many groups."""
    width = results.width
    known = [row for row in results.found if _is_number(row[width])]
    if len(known) < 2:
        return []
    best, worst = max(known, key=lambda r: r[width]), min(known, key=lambda r: r[width])
    params = {
        "what": results.what(),
        "best": results.group(best),
        "high": results.figure(best),
        "worst": results.group(worst),
        "low": results.figure(worst),
    }
    return [Fact(key="reading.extremes", params=params, weight=0.8)]


def _is_number(value: Any) -> bool:
    return value is not None and not isinstance(value, str) and hasattr(value, "__float__")
