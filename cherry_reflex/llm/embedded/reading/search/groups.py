"""Binds what rows are grouped by: columns, grains of time, bins of numbers."""

from collections.abc import Iterator
from heapq import nlargest
from typing import get_args

from cherry_reflex.core.reading.condition import Membership
from cherry_reflex.core.reading.expression import ColumnRef, Grain
from cherry_reflex.core.reading.reading import Group
from cherry_reflex.llm.embedded.reading.linked import ColumnView
from cherry_reflex.llm.embedded.reading.search.dates import time_columns
from cherry_reflex.llm.embedded.reading.search.draft import Draft
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path
from cherry_reflex.llm.embedded.reading.search.units import in_unit

KEPT = 6
LISTED = ("rows", "lookup")
"""Tasks that have no groups: what would be one is a column that is listed."""
BINNED = ("amount", "level", "rate")
FOLDED: dict[str, tuple[Grain, ...]] = {
    "month": ("month", "month_of_year"),
    "hour": ("hour_of_day", "hour"),
}
"""Grains that one word may mean."""
UNSAID: tuple[tuple[Grain, float], ...] = (
    ("month", -0.5),
    ("day", -0.6),
    ("", -0.7),
    ("year", -0.9),
)
"""Grains of a date that is grouped by without any being said."""


def bind_groups(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with its groups, in the order of the words."""
    if draft.task in LISTED:
        listed = draft.free(path.places("group"))
        if listed and (path.places("top") or path.places("bottom")):
            groups = tuple(Group(of=column_ref(path.tokens[p].column)) for p in listed)
            words = draft.free((*path.places("by"), *path.places("per")))
            weight = 0.0 if words else -1.0
            yield draft.using(*listed, *words, weight=weight, by=tuple(dict.fromkeys(groups)))
        columns = (column_ref(path.tokens[p].column) for p in listed)
        found = tuple(dict.fromkeys((*draft.columns, *columns)))
        yield draft.using(*listed, weight=-0.3 * len(listed), columns=found)
        return
    if draft.task == "distribution":
        yield from _spread(path, draft)
    drafts = [draft]
    places = sorted(draft.free((*path.places("group"), *path.places("grain"))))
    for place in places:
        following = [found for one in drafts for found in _ways(path, one, place)]
        drafts = nlargest(KEPT, following, key=lambda one: one.weight) or drafts
    for one in drafts:
        used = one.free((*path.places("by"), *path.places("per"))) if one.by else ()
        yield one.using(*used)
        yield from _compared(path, one)


def _ways(path: Path, draft: Draft, place: int) -> Iterator[Draft]:
    if place in draft.used:
        yield draft
        return
    if path.tokens[place].kind == "grain":
        yield from _grained(path, draft, place)
        return
    column = path.column(place)
    if column.kind == "time" and column.column.type in ("date", "datetime"):
        yield from _dated(path, draft, place, column)
    elif column.kind in BINNED:
        yield from _binned(path, draft, place, column)
    else:
        yield _grouped(draft, Group(of=column_ref(column.name)), (place,))


def _dated(path: Path, draft: Draft, place: int, column: ColumnView) -> Iterator[Draft]:
    said = next(path.nearest(place, ("grain",), 2, draft.used), None)
    if said is not None:
        for grain, cost in _grains(path, said):
            of = column_ref(column.name, grain)
            yield _grouped(draft, Group(of=of), (place, said), cost)
        return
    for grain, cost in UNSAID:
        yield _grouped(draft, Group(of=column_ref(column.name, grain)), (place,), cost)


def _grained(path: Path, draft: Draft, place: int) -> Iterator[Draft]:
    """A grain beside which no column of time is named: each that there is."""
    if any(path.column(p).kind == "time" for p in draft.free(path.places("group"))):
        yield draft  # the column that follows takes it
        return
    for column, at, weight in time_columns(path, draft, place):
        for grain, cost in _grains(path, place):
            if column.column.type not in ("date", "datetime"):
                if column.column.time not in (path.tokens[place].detail, ""):
                    continue
                of = column_ref(column.name)
            else:
                of = column_ref(column.name, grain)
            yield _grouped(draft, Group(of=of), (place, *at), weight + cost)


def _grains(path: Path, place: int) -> Iterator[tuple[Grain, float]]:
    detail = path.tokens[place].detail
    same: tuple[Grain, ...] = tuple(grain for grain in get_args(Grain) if grain == detail)
    for rank, grain in enumerate(FOLDED.get(detail, same)):
        yield grain, -0.8 * rank


def _binned(path: Path, draft: Draft, place: int, column: ColumnView) -> Iterator[Draft]:
    of = column_ref(column.name)
    for other in path.nearest(place, ("number",), 3, draft.used):
        number = path.number(other)
        words = draft.free((*path.places("bins"), *path.places("width")))
        width = in_unit(number, column)
        if isinstance(width, int | float) and width > 0:
            yield _grouped(draft, Group(of=of, width=width), (place, other, *words), -0.2)
            yield _grouped(draft, Group(of=of, edges=(width,)), (place, other, *words), -1.2)
        if number.value == int(number.value) and 2 <= number.value <= 100:
            made = Group(of=of, bins=int(number.value))
            yield _grouped(draft, made, (place, other, *words), -0.4)
    words = draft.free(path.places("bins"))
    yield _grouped(draft, Group(of=of, bins=10), (place, *words), 0.0 if words else -1.2)
    yield _grouped(draft, Group(of=of), (place,), -0.6)


def _spread(path: Path, draft: Draft) -> Iterator[Draft]:
    """A distribution in bands of a width that is said."""
    if len(draft.columns) != 1 or not isinstance(draft.columns[0], ColumnRef):
        return
    of = draft.columns[0]
    for place in draft.free(path.places("number")):
        width = in_unit(path.number(place), path.view.column(of.name))
        if isinstance(width, int | float) and width > 0:
            words = draft.free((*path.places("bins"), *path.places("by")))
            yield draft.using(place, *words, weight=0.3, by=(Group(of=of, width=width),))


def _grouped(draft: Draft, group: Group, used: tuple[int, ...], weight: float = 0.0) -> Draft:
    if group in draft.by:
        return draft.using(*used, weight=weight - 2.0)
    return draft.using(*used, weight=weight, by=(*draft.by, group))


def _compared(path: Path, draft: Draft) -> Iterator[Draft]:
    """Several values of one column that are compared: also a group for each."""
    for bound in draft.conditions:
        condition = bound.condition
        if not isinstance(condition, Membership) or not isinstance(condition.of, ColumnRef):
            continue
        group = Group(of=condition.of)
        if group not in draft.by:
            words = draft.free((*path.places("compare"), *path.places("by")))
            weight = 0.2 if words else -0.5
            yield draft.using(*words, weight=weight, by=(*draft.by, group))
            return
