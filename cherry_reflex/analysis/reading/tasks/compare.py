"""Two spans of time compared, and growth from period to period."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.reading.compiler.expressions import column
from cherry_reflex.analysis.reading.compiler.groups import own_grain
from cherry_reflex.analysis.reading.compiler.moments import moment
from cherry_reflex.analysis.reading.compiler.spans import moved, period_label
from cherry_reflex.analysis.reading.compiler.statement import grouped
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.periods import LastPeriod, last_period
from cherry_reflex.analysis.reading.words.headings import measure_words
from cherry_reflex.analysis.reading.words.numbers import MANY, ONE, written
from cherry_reflex.analysis.reading.words.phrases import Phrases, plain, unmarked
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.reading.condition import (
    All,
    Between,
    Comparison,
    Condition,
    PeriodUnit,
    RelativePeriod,
)
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure, Period, Reading

_TOLD = 5


@dataclass(frozen=True)
class Sides:
    """What is compared: two conditions with their names, and what has to be said of them."""

    before: Condition
    after: Condition
    before_name: str
    after_name: str
    facts: tuple[Fact, ...] = ()


def run(opened: Opened) -> Outcome:
    """Compare a measure between two spans, by groups where these are given.

    Raises BadInput `reading_periods_none` where there are no two periods, `reading_no_dates`.
    """
    reading = opened.reading
    measures = reading.measures or (Measure(agg="count"),)
    sides = sides_of(opened)
    by = tuple(group for group in reading.by if not _is_the_period(group, reading.period))
    halves = [_figures(opened, measures, by, side) for side in (sides.before, sides.after)]
    keys = list(dict.fromkeys([*halves[1], *halves[0]]))
    if not keys:
        raise BadInput("reading_periods_none")
    phrased = [measure_words(measure, opened.language) for measure in measures]
    query = grouped(opened.scope, Reading(measures=measures, by=by), opened.language)
    counts = [one.agg in ("count", "count_distinct", "sum") for one in query.figures]
    lines = []
    for key in keys:
        for place, is_total in enumerate(counts):
            old, new = (
                half.get(key, (0 if is_total else None,) * len(measures))[place] for half in halves
            )
            lines.append((key, place, old, new, _change(old, new)))
    if by:
        lines.sort(key=lambda one: (one[1], -_size(one)))
        if reading.order is not None:
            is_ascending = reading.order.direction == "ascending"
            lines.sort(
                key=lambda one: (one[4] is None, (one[4] or 0) * (1 if is_ascending else -1))
            )
    if by and reading.top:
        lines = lines[: reading.top]
    facts = [
        _told(opened, query, phrased, sides, line, place, is_grouped=bool(by))
        for place, line in enumerate(lines[:_TOLD])
    ]
    facts += sides.facts
    if opened.is_brief:
        return Outcome(facts=tuple(facts[:1]))
    facts += opened.notes(opened.where())
    title = opened.source.text(
        "reading.title_compared", before=sides.before_name, after=sides.after_name
    )
    names = [query.figure_headings[line[1]] for line in lines]
    content: list[tuple[str, list[Any]]] = [
        (head, [line[0][n] for line in lines]) for n, head in enumerate(query.group_headings)
    ]
    content += [
        (heading("measure", opened.tables), names),
        (sides.before_name, [_percented(query.figures[ln[1]].style, ln[2]) for ln in lines]),
        (sides.after_name, [_percented(query.figures[ln[1]].style, ln[3]) for ln in lines]),
        (heading("difference", opened.tables), [_difference(line[2], line[3]) for line in lines]),
        (opened.source.text("reading.heading_change"), [_percent(line[4]) for line in lines]),
    ]
    made: list[ArtifactContent] = [table(opened.tables, title, content)]
    return Outcome(facts=tuple(facts), artifacts=tuple(made), code=query.sql, code_language="sql")


def sides_of(opened: Opened) -> Sides:
    """Return the two spans of a reading: those given, or the last whole period and the one
    before. A year that is not over is compared over the same part of the year before."""
    period = opened.reading.period or _own_period(opened)
    phrases = Phrases(opened.language, unmarked)
    if period.before is not None and period.after is not None:
        made = []
        for side in (period.before, period.after):
            condition = _condition(period, side)
            made.append((condition, _name(condition, side, phrases)))
        return Sides(made[0][0], made[1][0], made[0][1], made[1][1])
    if not isinstance(period.of, ColumnRef):
        raise BadInput("reading_no_dates")
    value = moment(column(opened.scope, period.of.model_copy(update={"grain": ""})))
    if value is None:
        raise BadInput("reading_not_time", column=period.of.name)
    unit: PeriodUnit = period.unit or own_grain(opened.scope, period.of) or "month"  # type: ignore[assignment]
    where = opened.where()
    last = last_period(opened, value, unit, where)
    if last is None:
        newest = opened.one(f"SELECT max({value.sql})::TIMESTAMP {opened.rows_of(where)}")[0]
        if newest is None:
            raise BadInput("reading_no_dates")
        day = newest.replace(minute=0, second=0, microsecond=0)
        day = day if unit == "hour" else day.replace(hour=0)
        last = LastPeriod(day, newest, unit, is_whole=True)
    return _last_two(period.of, last)


def _last_two(of: ColumnRef, last: LastPeriod) -> Sides:
    base = of.model_copy(update={"grain": ""})
    unit, start = last.unit, last.start
    if last.is_whole or unit != "year":
        start = start if last.is_whole else moved(start, unit, -1)
        before = moved(start, unit, -1)
        facts = () if last.is_whole else (_incomplete(last),)
        return Sides(
            _between(base, before, start),
            _between(base, start, moved(start, unit, 1)),
            period_label(before, unit),
            period_label(start, unit),
            facts,
        )
    until = moved(last.newest.replace(hour=0, minute=0, second=0, microsecond=0), "day", 1)
    before = moved(start, "year", -1)
    before_until = moved(until, "year", -1)
    names = [f"{a:%Y-%m-%d} – {moved(b, 'day', -1):%m-%d}" for a, b in
             ((before, before_until), (start, until))]  # fmt: skip
    params = {"period": last.label, "until": f"{last.newest:%Y-%m-%d}"}
    fact = Fact(key="reading.same_part", params=params, weight=0.8)
    return Sides(_between(base, before, before_until), _between(base, start, until),
                 names[0], names[1], (fact,))  # fmt: skip


def _incomplete(last: LastPeriod) -> Fact:
    params = {"period": last.label, "until": f"{last.newest:%Y-%m-%d}"}
    return Fact(key="reading.not_compared", params=params, weight=0.8)


def _between(of: ColumnRef, start: dt.datetime, end: dt.datetime) -> Condition:
    until = end - dt.timedelta(seconds=1)
    return Between(of=of, low=f"{start:%Y-%m-%d %H:%M:%S}", high=f"{until:%Y-%m-%d %H:%M:%S}")


def _own_period(opened: Opened) -> Period:
    """The grain of a group of dates, else the table's first column of dates."""
    for group in opened.reading.by:
        if isinstance(group.of, ColumnRef) and group.of.grain in (
            "year", "quarter", "month", "week", "day", "hour",
        ):  # fmt: skip
            return Period(of=group.of, unit=group.of.grain)  # type: ignore[arg-type]
    for one in opened.scope.main.columns:
        ref = ColumnRef(name=one.name)
        if moment(column(opened.scope, ref)) is not None:
            return Period(of=ref)
    raise BadInput("reading_no_dates")


def _is_the_period(group: Group, period: Period | None) -> bool:
    """Whether a group is only how finely the periods are cut."""
    if not isinstance(group.of, ColumnRef) or not group.of.grain:
        return False
    if period is None:
        return True
    return isinstance(period.of, ColumnRef) and group.of.name == period.of.name


def _condition(period: Period, side: Any) -> Condition:
    if not isinstance(side, bool | int | float | str):
        found: Condition = side
        return found
    of = period.of
    if isinstance(of, ColumnRef) and of.grain:
        of = of.model_copy(update={"grain": ""})
    return Comparison(left=of, op="=", right=side)


def _name(condition: Condition, side: Any, phrases: Phrases) -> str:
    match condition:
        case _ if isinstance(side, bool | int | float | str):
            return str(side)
        case RelativePeriod():
            return plain(phrases.relative(condition))
        case Between():
            return f"{condition.low} – {condition.high}"
        case _:
            return plain(phrases.condition(condition))


def _figures(
    opened: Opened, measures: tuple[Measure, ...], by: tuple[Group, ...], side: Condition
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    where = opened.reading.where
    both = side if where is None else All(parts=(where, side))
    reading = Reading(measures=measures, by=by, where=both)
    query = grouped(opened.scope, reading, opened.language)
    if not opened.count(query.where):
        return {} if by else {(): tuple(0 if m.agg in ("count", "sum") else None for m in measures)}
    width = len(by)
    shown = ", ".join(
        f"{group.shown.replace('{}', f'g{n}')}" for n, group in enumerate(query.groups)
    )
    values = ", ".join(f"m{n}" for n in range(len(measures)))
    wanted = f"{shown}, {values}" if shown else values
    rows = opened.all(f"SELECT {wanted} FROM ({query.every})")
    return {row[:width]: row[width:] for row in rows}


def _change(old: Any, new: Any) -> float | None:
    if old is None or new is None or not isinstance(old, int | float) or not old:
        return None
    return float(new) / float(old) - 1 if old > 0 else None


def _difference(old: Any, new: Any) -> float | None:
    return None if old is None or new is None else float(new) - float(old)


def _size(line: tuple[Any, ...]) -> float:
    return abs(_difference(line[2], line[3]) or 0.0)


def _percent(change: float | None) -> float | None:
    return None if change is None else 100 * change


def _percented(style: str, value: Any) -> Any:
    return 100 * value if style == "percent" and value is not None else value


def _told(
    opened: Opened, query: Any, phrased: list[str], sides: Sides, line: tuple[Any, ...],
    place: int, *, is_grouped: bool,
) -> Fact:  # fmt: skip
    key, measure, old, new, change = line
    one = query.figures[measure]
    digits = MANY if is_grouped else ONE
    unit = one.shown_unit
    said = [
        written(_percented(one.style, v), opened.language, unit=unit, digits=digits)
        for v in (old, new)
    ]
    params: dict[str, Any] = {
        "what": phrased[measure], "before": sides.before_name, "after": sides.after_name,
        "old": said[0], "new": said[1], "change": change,
        "group": " · ".join(str(part) for part in key),
        "difference": written(_percented(one.style, abs(_difference(old, new) or 0.0)),
                              opened.language, unit="%p" if one.style == "percent" else unit,
                              digits=digits),
    }  # fmt: skip
    gap = _difference(old, new)
    if gap is None:
        verdict = "unknown"
    elif not gap:
        verdict = "same"
    else:
        verdict = "rose" if gap > 0 else "fell"
    by_points = one.style == "percent" or change is None
    ending = "_points" if by_points and verdict in ("rose", "fell") else ""
    head = "compared_group" if is_grouped else "compared"
    return Fact(key=f"reading.{head}_{verdict}{ending}", params=params, weight=1.0 - place * 0.03)
