"""A time series made of a table's rows: regular periods, with what was done to get them."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.frames.sample import framed, read
from cherry_reflex.analysis.results.artifacts import said
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered, shown
from cherry_reflex.analysis.sql.source import open_source
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    NUMERIC,
    TEMPORAL,
    Fact,
    Tables,
    column_field,
)

Frequency = Literal["hour", "day", "week", "month", "quarter", "year"]
FREQUENCIES: tuple[Frequency, ...] = ("hour", "day", "week", "month", "quarter", "year")
SEASONS: dict[str, int] = {"hour": 24, "day": 7, "week": 52, "month": 12, "quarter": 4, "year": 0}
"""Periods in a season: hours of a day, days of a week, weeks, months and quarters of a year."""
LONGER: dict[str, int] = {"hour": 168, "day": 365}
"""Periods of the season above: hours of a week, days of a year."""
PERIODS_MAX = 5_000
_EMPTY_MAX = 0.5
_DAYS: dict[str, float] = {
    "hour": 1 / 24, "day": 1, "week": 7, "month": 30.44, "quarter": 91.3, "year": 365.25,
}  # fmt: skip
_RULES = {"hour": "h", "day": "D", "month": "MS", "quarter": "QS", "year": "YS"}
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True)
class Series:
    """`values` is a pandas Series of floats without gaps, by the start of each period."""

    values: Any
    name: str
    date: str
    frequency: Frequency
    season: int
    """Periods in a season; 0 when there is none, or when two seasons are not there."""
    aggregate: str
    rows: int
    several: int
    """Rows that share their period with others."""
    gaps: int
    """Periods without rows, filled by straight lines."""
    missing: int
    """Rows without date or value, left out."""
    partial: int
    """Incomplete periods at the ends, left out."""
    kept: tuple[Fact, ...] = ()
    """What is to be said of the rows that were looked at."""

    def period(self, start: Any) -> str:
        """Return the name of the period that starts then: `2024`, `2024-Q1`, `2024-03` or a day."""
        if self.frequency == "quarter":
            return f"{start:%Y}-Q{start.quarter}"
        form = {"year": "%Y", "month": "%Y-%m", "hour": "%Y-%m-%d %H:%M"}
        return str(start.strftime(form.get(self.frequency, "%Y-%m-%d")))

    def facts(self) -> list[Fact]:
        """Return what the series is and what was done to the rows."""
        first, last = self.values.index[0], self.values.index[-1]
        facts = [
            *self.kept,
            Fact(
                key="forecast.series",
                params={
                    "count": len(self.values),
                    "frequency": f"per_{self.frequency}",
                    "first": self.period(first),
                    "last": self.period(last),
                    "aggregate": f"by_{self.aggregate}",
                    "name": self.name,
                },
                weight=1.2,
            ),
        ]
        for key, count in (("several", self.several), ("gaps", self.gaps),
                           ("missing", self.missing), ("partial", self.partial)):  # fmt: skip
            if count:
                params = {"count": count, "total": len(self.values)}
                weight = 1.8 if key == "gaps" and count > 0.1 * len(self.values) else 1.0
                facts.append(Fact(key=f"forecast.{key}", params=params, weight=weight))
        return facts


class SeriesOperation(Filtered):
    """What all operations over time share: which rows make the series, and how."""

    name: ClassVar[str]

    date: str = column_field(
        "The date column; empty when there is only one.", *TEMPORAL, default=""
    )
    value: str = column_field(
        "The numeric column to follow over time; empty counts the rows.", *NUMERIC, default=""
    )
    aggregate: Literal["sum", "mean"] = Field(
        default="sum",
        description="How rows of the same period come together: sum for amounts, mean for levels, "
        "rates, prices and temperatures.",
    )
    frequency: Literal["auto", "hour", "day", "week", "month", "quarter", "year"] = Field(
        default="auto", description="Length of a period; auto takes it from the dates."
    )

    def series(self, tables: Tables, least: int) -> Series:
        """Return the series.

        Raises BadInput: `date_missing`, `dates_empty`, `value_empty`, `series_short` with fewer
        than `least` periods.
        """
        import pandas as pd

        dataset = tables.get(self.dataset)
        date = self.date or _only_date(dataset)
        frame, kept = self._frame(tables, [date, self.value] if self.value else [date])
        when = pd.to_datetime(frame[date], errors="coerce")
        if when.notna().sum() == 0:
            raise BadInput("dates_empty", column=date)
        numbers = (
            frame[self.value].astype(float) if self.value else pd.Series(1.0, index=frame.index)
        )
        if numbers.notna().sum() == 0:
            raise BadInput("value_empty", column=self.value)
        known = when.notna() & numbers.notna()
        numbers, when = numbers[known], when[known]
        numbers.index = pd.DatetimeIndex(when)
        numbers = numbers.sort_index()
        frequency: Frequency = (
            _inferred(numbers.index) if self.frequency == "auto" else self.frequency
        )
        aggregate = self.aggregate if self.value else "count"
        values, gaps, partial = _regular(numbers, frequency, self.aggregate)
        if len(values) < least:
            raise BadInput(
                "series_short", periods=len(values), needed=least, frequency=f"per_{frequency}"
            )
        season = SEASONS[frequency]
        return Series(
            values=values,
            name=self._name(tables),
            date=date,
            frequency=frequency,
            season=season if len(values) >= 2 * season else 0,
            aggregate=aggregate,
            rows=len(frame),
            several=len(numbers) - len(values) + gaps if len(numbers) > len(values) else 0,
            gaps=gaps,
            missing=int((~known).sum()),
            partial=partial,
            kept=kept,
        )

    def _name(self, tables: Tables) -> str:
        """What is followed, with the rows that it is of."""
        name = self.value or said("forecast.rows", tables)
        return f"{name} ({shown(self.conditions)})" if self.conditions else name

    def _frame(self, tables: Tables, columns: list[str]) -> tuple[Any, tuple[Fact, ...]]:
        """Return the rows that the filters leave, and what must be said of them."""
        if not self.conditions:
            return read(tables.get(self.dataset), columns).frame, ()
        with open_source(self, tables) as source:
            names = ", ".join(map(ident, dict.fromkeys(columns)))
            found = source.connection.execute(f"SELECT {names} {source.of()}").to_arrow_table()
            return framed(found), source.facts()


def _only_date(dataset: Dataset) -> str:
    names = [column.name for column in dataset.columns if column.type in TEMPORAL]
    if len(names) != 1:
        raise BadInput(
            "date_choice" if names else "date_missing",
            dataset=dataset.name,
            columns=", ".join(names or [c.name for c in dataset.columns[:30]]),
        )
    return names[0]


def _inferred(index: Any) -> Frequency:
    """Return the frequency nearest to the usual step, coarser while most periods would be empty."""
    import numpy as np

    distinct = index.unique()
    if len(distinct) < 2:
        return "day"
    steps = np.diff(distinct.values).astype("timedelta64[s]").astype(float) / 86_400
    usual = float(np.median(steps))
    place = min(range(len(FREQUENCIES)), key=lambda n: abs(np.log(usual / _DAYS[FREQUENCIES[n]])))
    span = (distinct[-1] - distinct[0]).total_seconds() / 86_400
    while place < len(FREQUENCIES) - 1:
        periods = span / _DAYS[FREQUENCIES[place]] + 1
        filled = len(distinct.floor(_floor(FREQUENCIES[place])).unique()) / periods
        if periods <= PERIODS_MAX and filled >= 1 - _EMPTY_MAX:
            break
        place += 1
    return FREQUENCIES[place]


def _floor(frequency: str) -> str:
    return "h" if frequency == "hour" else "D"


def _regular(numbers: Any, frequency: Frequency, how: str) -> tuple[Any, int, int]:
    """Return one value a period, how many had no rows, and how many ends were incomplete."""
    import numpy as np

    days = numbers.index.unique()
    usual = float(np.median(np.diff(days.values).astype("timedelta64[s]").astype(float)) / 86_400
                  if len(days) > 1 else 0)  # fmt: skip
    native = usual > 0.6 * _DAYS[frequency]
    if frequency == "week":
        weekday = int(days.day_of_week.value_counts().idxmax()) if native else 0
        groups = numbers.resample(f"W-{_WEEKDAYS[weekday]}", closed="left", label="left")
    else:
        groups = numbers.resample(_RULES[frequency])
    counts = groups.size()
    values = (groups.sum(min_count=1) if how == "sum" else groups.mean()).astype(float)
    partial = 0
    if not native and how == "sum" and len(values) > 3 and usual > 0:
        values, partial = _whole(values, days, usual, frequency)
    gaps = int((counts.loc[values.index] == 0).sum())
    return values.interpolate(method="linear").dropna(), gaps, partial


def _whole(values: Any, days: Any, usual: float, frequency: Frequency) -> tuple[Any, int]:
    """Leave out a first or last period that the dates do not cover."""
    import pandas as pd

    step = pd.Timedelta(days=max(usual, 1.0) * 1.5)
    partial = 0
    if days[0] - values.index[0] > step:
        values, partial = values.iloc[1:], partial + 1
    end = values.index[-1] + pd.Timedelta(days=_DAYS[frequency])
    if end - days[-1] > step + pd.Timedelta(days=1):
        values, partial = values.iloc[:-1], partial + 1
    return values, partial
