"""Periods of time: their names, their bounds, and whether the data fill them."""

import datetime

from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.source import Source

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def name_of(start: datetime.date, period: str) -> str:
    """Return the name of the period that begins on `start`: `2024`, `2024-Q1`, `2024-03`,
    `2024-03-05`."""
    if period == "year":
        return f"{start:%Y}"
    if period == "quarter":
        return f"{start:%Y}-Q{(start.month + 2) // 3}"
    return f"{start:%Y-%m}" if period == "month" else start.isoformat()


def next_start(start: datetime.date, period: str) -> datetime.date:
    """Return the day on which the period after the one that begins on `start` begins."""
    if period in ("day", "week"):
        return start + datetime.timedelta(days=7 if period == "week" else 1)
    year, month = divmod(start.year * 12 + start.month - 1 + _MONTHS[period], 12)
    return datetime.date(year, month + 1, 1) if year <= datetime.MAXYEAR else datetime.date.max


def last_day(source: Source, date: str, period: str, last: datetime.date) -> datetime.date:
    """Return the day until which the data go: the end of the last period where every date stands
    for a whole one (2016-01-01 for all of 2016)."""
    if period == "day":
        return last
    day = ident(date)
    inside = source.of(f"{day}::TIMESTAMP <> {measures.cut(date, period)}::TIMESTAMP")
    if source.one(f"SELECT count(*) {inside}")[0]:
        return last
    start: datetime.date = source.one(
        f"SELECT {measures.cut(date, period)} FROM (SELECT DATE '{last}' AS {day})"
    )[0]
    return next_start(start, period) - datetime.timedelta(days=1)


def is_whole(start: datetime.date, last: datetime.date, period: str) -> bool:
    """Return whether data that end on `last` fill the period that begins on `start`: they reach
    its last tenth, since not every day need have any."""
    end = next_start(start, period)
    return (end - last).days - 1 <= (end - start).days / 10


def is_begun(start: datetime.date, first: datetime.date, period: str) -> bool:
    """Return whether data that begin on `first` fill the period that begins on `start`: they
    begin in its first tenth."""
    end = next_start(start, period)
    return (first - start).days <= (end - start).days / 10
