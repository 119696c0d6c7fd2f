"""Columns that are months or years (`1월`, `2024-01`, `2023`) as one column of dates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import NUMERIC

_LEAST = 3
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = "|".join(_MONTHS)
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_SHORT_YEAR = r"(?P<short>[0-9]{2})"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_WORD = rf"(?P<word>{_NAME})[a-z]*"
_PATTERNS = tuple(
    re.compile(rf"(?:{pattern})", re.IGNORECASE)
    for pattern in (
        rf"{_YEAR} ?(?:년|[-/.]) ?{_MONTH} ?월?",
        rf"{_YEAR}(?P<month>1[0-2]|0[1-9])",
        rf"{_SHORT_YEAR}년 ?{_MONTH}월",
        rf"{_MONTH} ?월",
        rf"{_WORD}",
        rf"{_WORD}[- /.]{_YEAR}",
        rf"{_YEAR}[- /.]{_WORD}",
        rf"{_WORD}[- /.']+{_SHORT_YEAR}",
        rf"{_YEAR} ?년?(?:도)?",
    )
)
_TOTALS = re.compile(
    r"(?:연간|년간|총)?\s*(?:합계|총계|소계|누계|계)|(?:grand |sub)?total|sum|ytd", re.IGNORECASE
)


@dataclass(frozen=True)
class MonthColumns:
    """Columns of numbers that stand for periods. The keys are a date where they have a year and a
    month, else the year or the month as a number."""

    kind: str
    """`date`, `year` or `month`."""
    periods: Mapping[str, date | int]
    totals: tuple[str, ...]
    """Columns that sum them up."""


def find(columns: Sequence[Column]) -> MonthColumns | None:
    """Return the columns that are months or years of one kind, when there are several."""
    found: dict[str, dict[str, date | int]] = {"date": {}, "year": {}, "month": {}}
    for column in columns:
        if column.type not in NUMERIC and column.distinct:
            continue
        period = _period(column.name)
        if period is not None:
            found[period[0]][column.name] = period[1]
    kind, periods = max(found.items(), key=lambda item: len(item[1]))
    if len(periods) < _LEAST or len(set(periods.values())) < len(periods):
        return None
    totals = tuple(
        c.name for c in columns if c.type in NUMERIC and _TOTALS.fullmatch(c.name.strip())
    )
    return MonthColumns(kind, periods, totals)


def as_rows(
    found: MonthColumns, names: Sequence[str], relation: str, period: str, amount: str
) -> str:
    """Return a SELECT with one row for each row of `relation` and period: the other columns, the
    column `period`, and the column `amount` of what stood there. Empty places are left out."""
    kept = [name for name in names if name not in found.periods and name not in found.totals]
    taken = {name.casefold() for name in kept}
    period, amount = _free(period, taken), _free(amount, taken)
    rows = [
        f"SELECT {''.join(f'{ident(n)}, ' for n in kept)}{_value(when)} AS {ident(period)}, "
        f"{ident(name)}::DOUBLE AS {ident(amount)}, row_number() OVER () AS row_of, "
        f"{place} AS place_of FROM {relation}"
        for place, (name, when) in enumerate(found.periods.items())
    ]
    listed = ", ".join(map(ident, (*kept, period, amount)))
    return (
        f"SELECT {listed} FROM ({' UNION ALL '.join(rows)}) WHERE {ident(amount)} IS NOT NULL "
        "ORDER BY row_of, place_of"
    )


def _period(name: str) -> tuple[str, date | int] | None:
    for pattern in _PATTERNS:
        match = pattern.fullmatch(name.strip())
        if match is None:
            continue
        parts = {k: v for k, v in match.groupdict().items() if v is not None}
        year = int(parts["year"]) if "year" in parts else 0
        if "short" in parts:
            year = 2000 + int(parts["short"])
        month = int(parts.get("month", 0))
        if "word" in parts:
            month = _MONTHS.index(parts["word"].lower()) + 1
        if year and month:
            return "date", date(year, month, 1)
        return ("year", year) if year else ("month", month)
    return None


def _value(when: date | int) -> str:
    return literal(when) if isinstance(when, date) else f"{when}::BIGINT"


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free.casefold() in taken:
        number, free = number + 1, f"{name}_{number}"
    return free
