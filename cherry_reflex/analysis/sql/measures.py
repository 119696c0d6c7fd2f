"""How a column is put into one number: sums, averages, counts, shares."""

from typing import Literal

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.column import Column, ColumnType
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.unit import Unit

How = Literal["sum", "mean", "median", "count", "distinct", "min", "max", "std"]
Period = Literal["", "day", "week", "month", "quarter", "year"]

COUNTING = ("count", "distinct")
ADDITIVE = ("sum", "count")
"""Measures whose groups add up to the whole, so that shares make sense."""

_ORDERED: tuple[ColumnType, ...] = ("number", "integer", "date", "datetime")
_NUMERIC: tuple[ColumnType, ...] = ("number", "integer")
_SQL = {
    "sum": "sum({})",
    "mean": "avg({})",
    "median": "median({})",
    "count": "count({})",
    "distinct": "count(DISTINCT {})",
    "min": "min({})",
    "max": "max({})",
    "std": "stddev_samp({})",
}
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_PERIODS_WANTED = 40


def check(measure: Column | None, how: str) -> None:
    """Raise BadInput `measure_needed` or `column_type` when the column cannot be put so."""
    if measure is None:
        if how not in COUNTING:
            raise BadInput("measure_needed", how=how)
        return
    fitting = _NUMERIC if how in ("sum", "mean", "median", "std") else _ORDERED
    if how not in COUNTING and measure.type not in fitting:
        raise BadInput(
            "column_type",
            column=measure.name,
            type=measure.type,
            wanted=", ".join(fitting),
            field="measure",
        )


def sql(measure: str, how: str, condition: str = "") -> str:
    """Return the aggregate expression over the rows that meet `condition`; counts rows when there
    is no measure. Sums of whole numbers are cast to a type that every reader knows."""
    only = f" FILTER ({condition})" if condition else ""
    if not measure:
        return f"count(*){only}"
    expression = _SQL[how].format(ident(measure)) + only
    return f"{expression}::DOUBLE" if how == "sum" else expression


def heading_of(source: Source, measure: str, how: str) -> str:
    """Return the heading of an aggregated column, such as `Total of price`."""
    return source.say(f"heading.{how}", measure=measure) if measure else source.say("heading.rows")


def cut(column: str, period: str) -> str:
    """Return a date column cut to the beginning of its period."""
    return f"date_trunc('{period}', {ident(column)})::DATE"


def label(expression: str, period: str) -> str:
    """Return SQL for a period's name as text: `2024`, `2024-Q1`, `2024-03`, `2024-03-05`."""
    if period == "year":
        return f"strftime({expression}, '%Y')"
    if period == "quarter":
        return f"strftime({expression}, '%Y') || '-Q' || quarter({expression})"
    if period == "month":
        return f"strftime({expression}, '%Y-%m')"
    return f"strftime({expression}, '%Y-%m-%d')"


def period_for(days: int, given: str = "") -> str:
    """Return the period that cuts a range of `days` into at most some 40 pieces."""
    if given:
        return given
    for name, length in _DAYS.items():
        if days / length <= _PERIODS_WANTED:
            return name
    return "year"


def unit_of(source: Source, measure: str, how: str) -> Unit | None:
    """Return the unit of an aggregated column; None for counts, and where none is known."""
    column = source.dataset.column(measure) if measure and how not in COUNTING else None
    return column.shown_unit if column else None


def units(source: Source, measure: str, how: str, *names: str) -> dict[str, Unit]:
    """Return the unit of an aggregated column for each of the params of a fact that it counts."""
    unit = unit_of(source, measure, how)
    return dict.fromkeys(names, unit) if unit else {}
