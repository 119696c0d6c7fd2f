"""Binds dates and spans of time to a column of time."""

from collections.abc import Iterator
from heapq import nlargest

from cherry_reflex.core.reading.condition import (
    Between,
    Comparison,
    Condition,
    Membership,
    Not,
    RelativePeriod,
)
from cherry_reflex.core.reading.expression import ColumnRef, Grain
from cherry_reflex.llm.embedded.reading.linked import (
    ColumnView,
    ConceptMeaning,
    DateMeaning,
    RelativeMeaning,
)
from cherry_reflex.llm.embedded.reading.search.draft import Bound, Draft
from cherry_reflex.llm.embedded.reading.search.negation import negation_of
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

KEPT = 4
_JOINING = ("op:between", "op:>=", "op:<=")
"""Words that make a span of two dates: from … through, 부터 … 까지."""
_PARTS: dict[str, Grain] = {"month": "month_of_year", "weekday": "weekday", "hour": "hour_of_day"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def bind_dates(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with every date bound, on each column of time that it may be about."""
    drafts = [draft]
    places = (*path.places("date"), *path.places("relative"), *path.places("days"))
    for place in draft.free(places):
        following = [found for one in drafts for found in _ways(path, one, place)]
        drafts = nlargest(KEPT, following, key=lambda one: one.weight) or drafts
    yield from drafts


def _ways(path: Path, draft: Draft, place: int) -> Iterator[Draft]:
    if place in draft.used:
        yield draft
        return
    for column, at, weight in time_columns(path, draft, place):
        for condition, used, cost in _conditions(path, draft, place, column):
            bound = Bound(condition, place)
            yield draft.using(
                place, *at, *used, weight=weight + cost, conditions=(*draft.conditions, bound)
            )


def time_columns(
    path: Path, draft: Draft, place: int
) -> Iterator[tuple[ColumnView, tuple[int, ...], float]]:
    """Yield the columns of time that words at a place may be about: those named, else each."""
    seen = set()
    for other in path.nearest(place, ("condition", "group", "measure"), len(path.tokens)):
        column, kind = path.column(other), path.tokens[other].kind
        if column.kind != "time" or column.name in seen:
            continue
        seen.add(column.name)
        at = (other,) if kind == "condition" else ()
        yield column, at, -0.2 * path.gap(place, other) + (0.4 if at else 0.0)
    every = [c for c in path.view.columns if c.kind == "time"]
    dated = sorted(every, key=lambda c: c.column.type not in ("date", "datetime"))
    for rank, column in enumerate([c for c in dated if c.name not in seen][:3]):
        yield column, (), -0.3 * rank - (0.7 if seen else 0.0)


def _conditions(
    path: Path, draft: Draft, place: int, column: ColumnView
) -> Iterator[tuple[Condition, tuple[int, ...], float]]:
    meaning = path.tokens[place].candidate.meaning
    denial = negation_of(path, place)
    denials = (denial,) if denial is not None and denial not in draft.used else ()
    of = column_ref(column.name)
    if isinstance(meaning, RelativeMeaning):
        if column.column.type in ("date", "datetime"):
            made: Condition = RelativePeriod(
                of=of,
                which=meaning.which,
                count=meaning.count,
                unit=meaning.unit,
                is_rolling=meaning.is_rolling,
            )
            yield _denied(made, denials), denials, 0.0
        elif meaning.unit == "year" and isinstance(column.column.maximum, int):
            year = column.column.maximum - (meaning.which == "last")
            yield _denied(_is(of, year), denials), denials, 0.0
            if meaning.which == "last":
                yield _denied(_is(of, year + 1), denials), denials, -1.0
        return
    if isinstance(meaning, ConceptMeaning):
        for made in days_of(path.tokens[place].detail, column):
            yield _denied(made, denials), denials, 0.0
        return
    if not isinstance(meaning, DateMeaning):
        raise TypeError(f"not a date: {meaning}")
    if meaning.part is not None and not meaning.low:
        yield from ((_denied(c, denials), denials, w) for c, w in _parts(meaning, column))
        return
    yield from _spans(path, draft, place, column, meaning, denials)


def days_of(name: str, column: ColumnView) -> Iterator[Condition]:
    """Weekends, working days, halves of a year; a relative span where it is today."""
    of = column_ref(column.name)
    if column.column.type not in ("date", "datetime"):
        return
    grained = column_ref(column.name, "weekday")
    match name:
        case "weekend":
            yield Membership(of=grained, values=_WEEKDAYS[5:])
        case "workday":
            yield Membership(of=grained, values=_WEEKDAYS[:5])
        case "first_half":
            yield from months_of(column, 1, 6)
        case "second_half":
            yield from months_of(column, 7, 12)
        case "today":
            yield RelativePeriod(of=of, which="this", unit="day")


def _spans(
    path: Path,
    draft: Draft,
    place: int,
    column: ColumnView,
    meaning: DateMeaning,
    denials: tuple[int, ...],
) -> Iterator[tuple[Condition, tuple[int, ...], float]]:
    of = column_ref(column.name)
    is_dated = column.column.type in ("date", "datetime")
    low = meaning.low if is_dated else _whole_year(meaning.low, column)
    high = meaning.high if is_dated else _whole_year(meaning.high, column)
    if low is None or high is None:
        return
    operator = next(
        (
            p
            for p in path.nearest(place, ("op",), 2, draft.used)
            if path.tokens[p].detail in (">", ">=", "<", "<=") and path.gap(place, p) <= 1
        ),
        None,
    )
    if operator is not None:
        op = path.tokens[operator].detail
        end = {">": high, ">=": low, "<": low, "<=": high}[op]
        made: Condition = Comparison.model_validate({"left": of, "op": op, "right": end})
        yield made, (operator,), 0.0
    second = next((p for p in draft.free(path.places("date")) if 0 < p - place <= 3), None)
    joining = [
        p for p in draft.free(path.concepts(*_JOINING)) if place - 2 <= p <= (second or 0) + 1
    ]
    if second is not None and joining:
        other = path.tokens[second].candidate.meaning
        if isinstance(other, DateMeaning) and other.high:
            until = other.high if is_dated else _whole_year(other.high, column)
            if until is not None:
                yield Between(of=of, low=low, high=until), (second, *joining), 0.4
    cost = -0.8 if operator is not None else 0.0
    made = _is(of, low) if low == high else Between(of=of, low=low, high=high)
    yield _denied(made, denials), denials, cost


def _parts(meaning: DateMeaning, column: ColumnView) -> Iterator[tuple[Condition, float]]:
    """A month, a quarter, a weekday or an hour without a year: within all years, and, where the
    column reaches over little more than one, in that one."""
    part = meaning.part or 0
    of = column.column
    if of.type not in ("date", "datetime"):
        if of.time == meaning.grain:
            yield _is(column_ref(column.name), part), 0.0
        return
    if meaning.grain == "month":
        yield from ((span, 0.2) for span in months_of(column, part, part))
    if meaning.grain == "quarter":
        first = part * 3 - 2
        yield from ((span, 0.2) for span in months_of(column, first, first + 2))
        months = tuple(range(first, first + 3))
        grained = column_ref(column.name, "month_of_year")
        yield Membership(of=grained, values=months), 0.0
        return
    grain = _PARTS.get(meaning.grain)
    if grain is not None:
        value = _WEEKDAYS[part - 1] if grain == "weekday" and 1 <= part <= 7 else part
        yield _is(column_ref(column.name, grain), value), 0.0


def months_of(column: ColumnView, first: int, last: int) -> Iterator[Condition]:
    """The span from one month to another in the last year in which the column has it whole."""
    low, high = str(column.column.minimum)[:10], str(column.column.maximum)[:10]
    try:
        year, month = int(high[:4]), int(high[5:7])
        begins = int(low[:4])
    except ValueError:
        return
    if year - begins > 3:
        return
    year -= first > month
    end = f"{year}-{last:02d}"
    of = column_ref(column.name)
    if first == last:
        yield _is(of, end)
    else:
        yield Between(of=of, low=f"{year}-{first:02d}", high=end)


def _is(of: ColumnRef, value: str | int) -> Condition:
    return Comparison(left=of, op="=", right=value)


def _denied(condition: Condition, denials: tuple[int, ...]) -> Condition:
    return Not(part=condition) if denials else condition


def _whole_year(day: str, column: ColumnView) -> int | str | None:
    """A date in a column that holds years, months or texts of dates instead."""
    kept = column.column
    if kept.time == "year" or (
        isinstance(kept.minimum, int) and kept.minimum >= 1800 and kept.maximum <= 2200
    ):
        return int(day[:4])
    if kept.time == "year_month":
        return int(day[:4] + day[5:7])
    return day if kept.type in ("text", "category") else None
