"""Spans of time: what `2024-03` covers, what "last month" is, where a period begins and ends."""

import datetime as dt
import re
from dataclasses import dataclass

from cherry_reflex.core.reading.condition import PeriodUnit, Scalar

_QUARTER = re.compile(r"^(\d{4})\s*[-./ ]?\s*[Qq]([1-4])$")
_WEEK = re.compile(r"^(\d{4})\s*-?\s*[Ww](\d{1,2})$")
_MARKS = str.maketrans({"년": "-", "월": "-", "/": "-", ".": "-", "일": " "})
_FORMS: tuple[tuple[str, PeriodUnit], ...] = (
    ("%Y", "year"),
    ("%Y-%m", "month"),
    ("%Y-%m-%d", "day"),
    ("%Y%m%d", "day"),
    ("%Y-%m-%d %H", "hour"),
)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Span:
    """From `start` up to `end`, which is not included. A moment has no length."""

    start: dt.datetime
    end: dt.datetime
    unit: PeriodUnit | None = None

    @property
    def is_moment(self) -> bool:
        """Whether it is one point of time."""
        return self.start == self.end

    @property
    def label(self) -> str:
        """The span as it is written: `2024`, `2024-Q1`, `2024-03`, `2024-03-05`."""
        return period_label(self.start, self.unit or "day")


def span_of(value: Scalar) -> Span | None:
    """Return what a value covers when it is read as a date, or None when it is none."""
    given = str(value).strip()
    if found := _QUARTER.match(given):
        start = dt.datetime(int(found[1]), int(found[2]) * 3 - 2, 1)
        return Span(start, moved(start, "quarter", 1), "quarter")
    try:
        if found := _WEEK.match(given):
            start = dt.datetime.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Span(start, moved(start, "week", 1), "week")
        plain = re.sub(r"\s*-\s*", "-", given.translate(_MARKS).replace("T", " ")).strip("- ")
        for form, unit in _FORMS:
            if unit == "year" and len(plain) != len("2024"):
                continue
            try:
                start = dt.datetime.strptime(plain, form)
            except ValueError:
                continue
            return Span(start, moved(start, unit, 1), unit)
        start = dt.datetime.fromisoformat(plain).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    is_minute = plain.count(":") == 1
    return Span(start, start + dt.timedelta(minutes=1) if is_minute else start)


def begun(moment: dt.datetime, unit: PeriodUnit) -> dt.datetime:
    """Return where the period begins that a moment lies in; weeks begin on Monday."""
    day = moment.replace(minute=0, second=0, microsecond=0)
    if unit == "hour":
        return day
    day = day.replace(hour=0)
    if unit == "week":
        return day - dt.timedelta(days=day.weekday())
    if unit == "day":
        return day
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[unit]
    return day.replace(month=month, day=1)


def moved(moment: dt.datetime, unit: PeriodUnit, count: int) -> dt.datetime:
    """Return the moment so many units later; the last day of a shorter month where there is no
    such day. At the ends of the calendar it stays there."""
    try:
        if unit in _MONTHS:
            return _months_later(moment, _MONTHS[unit] * count)
        return (
            moment
            + count
            * {
                "week": dt.timedelta(weeks=1),
                "day": dt.timedelta(days=1),
                "hour": dt.timedelta(hours=1),
            }[unit]
        )
    except (OverflowError, ValueError):
        return dt.datetime.max.replace(microsecond=0) if count > 0 else dt.datetime.min


def _months_later(moment: dt.datetime, months: int) -> dt.datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            if not dt.MINYEAR <= year <= dt.MAXYEAR:
                raise
    return moment.replace(year=year, month=month + 1)


def period_label(start: dt.date, unit: str) -> str:
    """Return a period's name: `2024`, `2024-Q1`, `2024-03`, `2024-03-05`, `2024-03-05 13:00`."""
    if unit == "year":
        return f"{start:%Y}"
    if unit == "quarter":
        return f"{start:%Y}-Q{(start.month + 2) // 3}"
    if unit == "month":
        return f"{start:%Y-%m}"
    return f"{start:%Y-%m-%d %H:00}" if unit == "hour" else f"{start:%Y-%m-%d}"


def relative_span(
    anchor: dt.datetime, which: str, count: int, unit: PeriodUnit, *, is_rolling: bool
) -> Span:
    """Return the last, this or the next `count` units, counted from the anchor; `this` with a
    count ends with the unit that the anchor lies in."""
    start = begun(anchor, unit)
    if is_rolling:
        floor = begun(anchor, "hour" if unit == "hour" else "day")
        end = moved(floor, "hour" if unit == "hour" else "day", 1)
        if which == "next":
            return Span(end, moved(end, unit, count))
        return Span(moved(end, unit, -count), end)
    named = unit if count == 1 else None
    if which == "last":
        return Span(moved(start, unit, -count), start, named)
    if which == "next":
        after = moved(start, unit, 1)
        return Span(after, moved(after, unit, count), named)
    return Span(moved(start, unit, 1 - count), moved(start, unit, 1), named)
