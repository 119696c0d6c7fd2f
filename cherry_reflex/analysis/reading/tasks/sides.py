"""The two spans of time that are compared: those that were named, or the last whole period and the
one before."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.reading.compiler.conditions import relative
from cherry_reflex.analysis.reading.compiler.expressions import column
from cherry_reflex.analysis.reading.compiler.groups import own_grain
from cherry_reflex.analysis.reading.compiler.moments import moment
from cherry_reflex.analysis.reading.compiler.spans import Span, moved, period_label, span_of
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.periods import LastPeriod, last_period
from cherry_reflex.analysis.reading.words.phrases import Phrases, plain, unmarked
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact
from cherry_reflex.core.reading.condition import (
    Between,
    Comparison,
    Condition,
    PeriodUnit,
    RelativePeriod,
)
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Period


@dataclass(frozen=True)
class Sides:
    """What is compared: two conditions with their names, and what has to be said of them."""

    before: Condition
    after: Condition
    before_name: str
    after_name: str
    facts: tuple[Fact, ...] = ()


def days_between(start: dt.datetime, end: dt.datetime) -> str:
    """Return the days from `start` up to `end`, not included, as they are written."""
    return f"{start:%Y-%m-%d} – {moved(end, 'day', -1):%m-%d}"


def date_of(condition: Condition) -> ColumnRef | None:
    """Return the column of dates that a span is about."""
    of = condition.left if isinstance(condition, Comparison) else getattr(condition, "of", None)
    return of.model_copy(update={"grain": ""}) if isinstance(of, ColumnRef) else None


def span_of_condition(opened: Opened, condition: Condition) -> Span | None:
    """Return the span of dates that a condition names, or None where it is none."""
    of = date_of(condition)
    if of is None or moment(column(opened.scope, of)) is None:
        return None
    match condition:
        case RelativePeriod():
            return relative(opened.scope, condition)
        case Between():
            low, high = span_of(condition.low), span_of(condition.high)
            return Span(low.start, high.end) if low and high else None
        case Comparison() if isinstance(condition.right, int | str) and condition.op == "=":
            return span_of(condition.right)
        case _:
            return None


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
            between(base, before, start),
            between(base, start, moved(start, unit, 1)),
            period_label(before, unit),
            period_label(start, unit),
            facts,
        )
    until = moved(last.newest.replace(hour=0, minute=0, second=0, microsecond=0), "day", 1)
    before = moved(start, "year", -1)
    before_until = moved(until, "year", -1)
    names = [days_between(before, before_until), days_between(start, until)]
    params = {"period": last.label, "until": f"{last.newest:%Y-%m-%d}"}
    fact = Fact(key="reading.same_part", params=params, weight=0.8)
    return Sides(between(base, before, before_until), between(base, start, until),
                 names[0], names[1], (fact,))  # fmt: skip


def _incomplete(last: LastPeriod) -> Fact:
    params = {"period": last.label, "until": f"{last.newest:%Y-%m-%d}"}
    return Fact(key="reading.not_compared", params=params, weight=0.8)


def between(of: ColumnRef, start: dt.datetime, end: dt.datetime) -> Condition:
    """Return the condition that a date lies from `start` up to `end`, not included."""
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


def is_the_period(group: Group, period: Period | None) -> bool:
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
