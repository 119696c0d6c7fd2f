"""Periods of a column of dates: the last of them, and whether the data reach its end."""

import datetime as dt
from dataclasses import dataclass

from cherry_reflex.analysis.reading.compiler.expressions import column
from cherry_reflex.analysis.reading.compiler.groups import Grouping
from cherry_reflex.analysis.reading.compiler.moments import moment
from cherry_reflex.analysis.reading.compiler.spans import begun, moved, period_label
from cherry_reflex.analysis.reading.compiler.typed import Typed
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.core.operation import Fact
from cherry_reflex.core.reading.condition import PeriodUnit
from cherry_reflex.core.reading.expression import ColumnRef

REACHED = 0.9
"""A period is whole when the data reach its last tenth: not every day need have any."""


@dataclass(frozen=True)
class LastPeriod:
    """The newest period of some rows, and the newest date in it."""

    start: dt.datetime
    newest: dt.datetime
    unit: PeriodUnit
    is_whole: bool

    @property
    def label(self) -> str:
        """The period's name."""
        return period_label(self.start, self.unit)


def last_period(opened: Opened, value: Typed, unit: PeriodUnit, where: str) -> LastPeriod | None:
    """Return the newest period of the rows, or None without dates. Where every date is the
    beginning of a period (2016-01-01 for all of 2016), each stands for a whole one."""
    if unit in ("day", "hour"):
        return None
    cut = f"date_trunc('{unit}', {value.sql})::TIMESTAMP"
    newest, inside = opened.one(
        f"SELECT max({value.sql})::TIMESTAMP, "
        f"count(*) FILTER (WHERE {value.sql}::TIMESTAMP <> {cut}) {opened.rows_of(where)}"
    )
    if newest is None:
        return None
    start = begun(newest, unit)
    end = moved(start, unit, 1)
    reached = (newest + dt.timedelta(days=1) - start) / (end - start)
    return LastPeriod(start, newest, unit, is_whole=not inside or reached >= REACHED)


def unfinished(opened: Opened, group: Grouping, where: str) -> Fact | None:
    """Return the fact that the last period of a group is not over, if that is so."""
    if not isinstance(group.of, ColumnRef) or group.grain in ("", "day", "hour"):
        return None
    value = moment(column(opened.scope, group.of))
    if value is None:
        return None
    unit: PeriodUnit = group.grain  # type: ignore[assignment]
    last = last_period(opened, value, unit, where)
    if last is None or last.is_whole:
        return None
    params = {"period": last.label, "until": f"{last.newest:%Y-%m-%d}"}
    return Fact(key="reading.unfinished", params=params, weight=0.6)
