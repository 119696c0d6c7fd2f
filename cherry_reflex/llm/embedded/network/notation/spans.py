"""Dates as conditions: what a date or a relative period of the question says of a column."""

import calendar

from cherry_reflex.core.reading.condition import Between, Comparison, Condition, RelativePeriod
from cherry_reflex.core.reading.expression import ColumnRef, Expression
from cherry_reflex.llm.embedded.reading.linked import ColumnView, DateMeaning, RelativeMeaning

MONTHS_OF_QUARTER = 3


def iso_of(date: DateMeaning, end: bool = False) -> str:
    """Return a date as text, as finely as it was said: `2024`, `2024-03`, `2024-03-05`; of other
    spans the first day, or the last (`end`)."""
    if date.grain == "year" and _is_whole(date):
        return date.low[:4]
    if date.grain == "month" and _is_whole(date):
        return date.low[:7]
    return date.high if end else date.low


def texts_of(date: DateMeaning) -> frozenset[str]:
    """Return the texts that may stand for a date in a reading."""
    texts = {date.low, date.high, iso_of(date), date.low[:10], date.high[:10]}
    if date.grain == "quarter" and date.low:
        texts.add(f"{date.low[:4]}-Q{(int(date.low[5:7]) + 2) // MONTHS_OF_QUARTER}")
    return frozenset(texts - {""})


def during(
    of: Expression, said: DateMeaning | RelativeMeaning, view: ColumnView | None
) -> Condition:
    """Return the condition that a column's dates lie within what was said. A month or a quarter
    without a year is that of the only year of the column, else of every year."""
    if isinstance(said, RelativeMeaning):
        return RelativePeriod(
            of=of,
            which=said.which,
            count=said.count,
            unit=said.unit,
            is_rolling=said.is_rolling,
        )
    if view is not None and view.column.time == "year" and said.low:
        low, high = int(said.low[:4]), int(said.high[:4])
        if low == high:
            return Comparison(left=of, op="=", right=low)
        return Between(of=of, low=low, high=high)
    if said.low:
        if said.low == said.high:
            return Comparison(left=of, op="=", right=said.low)
        return Between(of=of, low=said.low, high=said.high)
    return _part(of, said, view)


def _part(of: Expression, said: DateMeaning, view: ColumnView | None) -> Condition:
    part = said.part or 1
    if not isinstance(of, ColumnRef):
        return Comparison(left=of, op="=", right=part)
    if said.grain == "month" and view is not None and view.column.time == "month":
        return Comparison(left=of, op="=", right=part)
    year = only_year(view)
    if said.grain in ("month", "quarter"):
        first, last = months_of(said)
        if year:
            days = calendar.monthrange(year, last)[1]
            low, high = f"{year}-{first:02d}-01", f"{year}-{last:02d}-{days:02d}"
            return Between(of=of, low=low, high=high)
        month = of.model_copy(update={"grain": "month_of_year"})
        if first == last:
            return Comparison(left=month, op="=", right=first)
        return Between(of=month, low=first, high=last)
    grain = "weekday" if said.grain == "weekday" else "hour_of_day"
    return Comparison(left=of.model_copy(update={"grain": grain}), op="=", right=part)


def months_of(said: DateMeaning) -> tuple[int, int]:
    """Return the first and the last month of a month or a quarter without a year."""
    part = said.part or 1
    if said.grain == "quarter":
        return MONTHS_OF_QUARTER * part - 2, MONTHS_OF_QUARTER * part
    return part, part


def only_year(view: ColumnView | None) -> int | None:
    """Return the year of all dates of a column; None when there are several."""
    if view is None:
        return None
    low, high = str(view.column.minimum or "")[:4], str(view.column.maximum or "")[:4]
    return int(low) if low == high and low.isdigit() else None


def _is_whole(date: DateMeaning) -> bool:
    """Whether the span is the year or the month of its first day."""
    if date.grain == "year":
        return date.low[:4] == date.high[:4] and date.low[4:10] == "-01-01"
    return date.low[:7] == date.high[:7] and date.low[7:10] == "-01"
