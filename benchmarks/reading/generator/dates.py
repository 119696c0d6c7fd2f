"""Dates and periods, and how they are said."""

import calendar
from datetime import date, timedelta

from benchmarks.reading.generator.scene import Impossible, Scene
from benchmarks.reading.generator.table import MadeColumn
from cherry_reflex.llm.embedded.reading.linked import DateMeaning, RelativeMeaning

MONTHS = tuple(calendar.month_name)[1:]
RELATIVE: dict[str, tuple[tuple[str, RelativeMeaning], ...]] = {
    "en": (
        ("last year", RelativeMeaning("last", 1, "year")),
        ("last month", RelativeMeaning("last", 1, "month")),
        ("last quarter", RelativeMeaning("last", 1, "quarter")),
        ("last week", RelativeMeaning("last", 1, "week")),
        ("this year", RelativeMeaning("this", 1, "year")),
        ("this month", RelativeMeaning("this", 1, "month")),
        ("the last 7 days", RelativeMeaning("last", 7, "day", True)),
        ("the past 30 days", RelativeMeaning("last", 30, "day", True)),
        ("the last 3 months", RelativeMeaning("last", 3, "month")),
        ("past 6 months", RelativeMeaning("last", 6, "month")),
    ),
    "ko": (
        ("작년", RelativeMeaning("last", 1, "year")),
        ("지난달", RelativeMeaning("last", 1, "month")),
        ("저번 달", RelativeMeaning("last", 1, "month")),
        ("지난 분기", RelativeMeaning("last", 1, "quarter")),
        ("지난주", RelativeMeaning("last", 1, "week")),
        ("올해", RelativeMeaning("this", 1, "year")),
        ("이번 달", RelativeMeaning("this", 1, "month")),
        ("최근 7일", RelativeMeaning("last", 7, "day", True)),
        ("최근 30일", RelativeMeaning("last", 30, "day", True)),
        ("최근 3개월", RelativeMeaning("last", 3, "month")),
        ("지난 6개월", RelativeMeaning("last", 6, "month")),
    ),
}


def said_date(
    scene: Scene, made: MadeColumn, after: DateMeaning | None = None
) -> tuple[DateMeaning | RelativeMeaning, str]:
    """Return a date within the range of a column; `after` another, of the same grain. Raises
    Impossible."""
    rnd = scene.rnd
    low, high = str(made.column.minimum)[:10], str(made.column.maximum)[:10]
    if made.column.time == "year":
        return _year(scene, rnd.randint(int(low[:4]), int(high[:4])))
    first, last = date.fromisoformat(low), date.fromisoformat(high)
    if after is not None:
        first = date.fromisoformat(after.high) + timedelta(days=1)
        if first >= last:
            raise Impossible("later date")
    day = first + timedelta(days=rnd.randint(0, (last - first).days))
    if after is not None:
        grain = after.grain
        if grain == "year":
            return _year(scene, day.year)
        return {"month": _month, "quarter": _quarter, "day": _day}[grain](scene, day)
    draw = rnd.random()
    if draw < 0.2:
        return _year(scene, day.year)
    if draw < 0.42:
        return _month(scene, day)
    if draw < 0.54:
        return _quarter(scene, day)
    if draw < 0.62:
        return _day(scene, day)
    if draw < 0.76:
        return _part(scene, day)
    said, meaning = rnd.choice(RELATIVE[scene.language])
    return meaning, said


def _year(scene: Scene, year: int) -> tuple[DateMeaning, str]:
    said = str(year) if scene.language == "en" or scene.chance(0.1) else f"{year}년"
    if scene.language == "ko" and scene.chance(0.1):
        said = f"{year % 100:02d}년"
    return DateMeaning(f"{year}-01-01", f"{year}-12-31", "year"), said


def _month(scene: Scene, day: date) -> tuple[DateMeaning, str]:
    last = calendar.monthrange(day.year, day.month)[1]
    name = MONTHS[day.month - 1]
    english = (
        f"{name} {day.year}",
        f"{name[:3]} {day.year}",
        f"{day:%Y-%m}",
        f"{name.lower()} {day.year}",
    )
    korean = (
        f"{day.year}년 {day.month}월",
        f"{day:%Y-%m}",
        f"{day.year}.{day.month:02d}",
        f"{day.year}년{day.month}월",
    )
    said = scene.rnd.choice(english if scene.language == "en" else korean)
    return DateMeaning(f"{day:%Y-%m}-01", f"{day:%Y-%m}-{last:02d}", "month"), said


def _quarter(scene: Scene, day: date) -> tuple[DateMeaning, str]:
    number = (day.month + 2) // 3
    last = calendar.monthrange(day.year, number * 3)[1]
    low, high = f"{day.year}-{number * 3 - 2:02d}-01", f"{day.year}-{number * 3:02d}-{last:02d}"
    english = (f"Q{number} {day.year}", f"{day.year} Q{number}", f"q{number} {day.year}")
    korean = (f"{day.year}년 {number}분기", f"{day.year} {number}분기")
    said = scene.rnd.choice(english if scene.language == "en" else korean)
    return DateMeaning(low, high, "quarter"), said


def _day(scene: Scene, day: date) -> tuple[DateMeaning, str]:
    name = MONTHS[day.month - 1]
    english = (f"{day}", f"{name} {day.day}, {day.year}", f"{name[:3]} {day.day} {day.year}")
    korean = (f"{day}", f"{day.year}년 {day.month}월 {day.day}일", f"{day:%Y.%m.%d}")
    said = scene.rnd.choice(english if scene.language == "en" else korean)
    return DateMeaning(str(day), str(day), "day"), said


def _part(scene: Scene, day: date) -> tuple[DateMeaning, str]:
    if scene.chance(0.35):
        number = (day.month + 2) // 3
        return DateMeaning(grain="quarter", part=number), (
            f"Q{number}" if scene.language == "en" else f"{number}분기"
        )
    name = MONTHS[day.month - 1]
    said = name if scene.language == "en" else f"{day.month}월"
    return DateMeaning(grain="month", part=day.month), said
