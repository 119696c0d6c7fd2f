"""A time series in even periods, gaps included."""

from typing import ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.measures import How, check, sql
from cherry_reflex.analysis.wrangling.bench import Bench, new_name, open_bench
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    TEMPORAL,
    Fact,
    Outcome,
    Preparation,
    Tables,
    column_field,
)

Every = Literal["hour", "day", "week", "month", "quarter", "year"]
Gaps = Literal["leave", "zero", "previous", "interpolate", "skip"]
_PERIODS_MAX = 2_000_000
_STEP = {"quarter": "INTERVAL 3 MONTH"}


class Resample(Preparation):
    """Turn a table with dates into a series of even periods (hour, day, week, month, quarter,
    year): one row a period, measures summed or averaged, gaps shown or filled."""

    name: ClassVar[str] = "resample"
    examples: ClassVar[tuple[str, ...]] = (
        "일별 데이터를 월별로 바꿔줘",
        "주 단위로 리샘플링해주세요",
        "빠진 날짜를 채워서 일별 시계열을 만들어줘",
        "분기별 합계 시계열로 변환해줘",
        "Resample the data to months",
        "Make a weekly series of the revenue",
        "Fill in the missing days with zero",
        "Convert hourly values to daily means",
    )

    date: str = column_field("Date column.", *TEMPORAL)
    every: Every = Field(default="month", description="Length of a period.")
    measures: tuple[str, ...] = column_field(
        "Columns to summarise; empty to count the rows.", default=(), many=True
    )
    how: How = Field(default="sum", description="How the rows of a period are put together.")
    by: str = column_field("Column of series, each resampled apart.", *GROUPING, default="")
    gaps: Gaps = Field(
        default="leave",
        description="Periods without rows: leave (missing value), zero, previous (value before), "
        "interpolate, skip (no row).",
    )

    def check(self, tables: Tables) -> None:
        """Check the measures. Raises BadInput."""
        super().check(tables)
        for measure in self.measures:
            check(tables.get(self.dataset).column(measure), self.how)

    def run(self, tables: Tables) -> Outcome:
        """Resample. Raises BadInput `wrangle_no_dates`, `wrangle_many_periods`."""
        dataset = tables.get(self.dataset)
        with open_bench(tables, dataset) as bench:
            (empty, first, last) = bench.one(
                f"SELECT count(*) - count({ident(self.date)}), min({ident(self.date)}), "
                f"max({ident(self.date)}) FROM {bench.name(dataset)}"
            )
            if first is None:
                raise BadInput("wrangle_no_dates", column=self.date)
            query, names = self._sql(bench, dataset)
            (periods,) = bench.one(f"SELECT count(*) FROM ({query})")
            (filled,) = bench.one(f"SELECT count(*) FROM ({query}) WHERE __rows IS NULL")
            shown = f"SELECT * EXCLUDE (__rows) FROM (\n{query}\n)"
            params = {
                "date": self.date,
                "every": f"wrangling.{self.every}",
                "periods": periods,
                "first": str(first)[:19],
                "last": str(last)[:19],
                "columns": names,
            }
            facts = [Fact(key="wrangling.resampled", params=params, weight=1.8)]
            if filled:
                params = {
                    "count": filled,
                    "share": filled / periods,
                    "gaps": f"wrangling.{self.gaps}",
                }
                facts.append(Fact(key="wrangling.gaps", params=params, weight=1.9))
            if empty:
                params = {"count": empty, "date": self.date}
                facts.append(Fact(key="wrangling.undated", params=params, weight=1.6))
            title = bench.say("title.resampled", name=dataset.name)
            return bench.outcome(self, shown, title, facts)

    def _sql(self, bench: Bench, dataset: Dataset) -> tuple[str, list[str]]:
        """Return the query, with a column `__rows` that is NULL in filled periods, and the names of
        the measures."""
        table = bench.name(dataset)
        hourly = self.every == "hour"
        kind = "TIMESTAMP" if hourly else "DATE"
        period = f"date_trunc('{self.every}', {ident(self.date)})::{kind}"
        step = _STEP.get(self.every, f"INTERVAL 1 {self.every.upper()}")
        taken = [self.date, self.by, "__rows"]
        computed, names = [], []
        for measure in self.measures or ("",):
            name = new_name(measure or "count", taken)
            taken.append(name)
            names.append(name)
            computed.append(f"{sql(measure, self.how if measure else 'count')} AS {ident(name)}")
        series = [ident(self.by)] if self.by else []
        grouped = (
            f"SELECT {', '.join([f'{period} AS {ident(self.date)}', *series, *computed])}, "
            f"count(*) AS __rows FROM {table} WHERE {ident(self.date)} IS NOT NULL GROUP BY ALL"
        )
        order = ", ".join([*series, ident(self.date)])
        if self.gaps == "skip":
            return f"{grouped} ORDER BY {order}", names
        within = f"PARTITION BY {series[0]} " if series else ""
        bounds = ", ".join([*series, f"min({ident(self.date)}) AS a, max({ident(self.date)}) AS b"])
        group = f" GROUP BY {series[0]}" if series else ""
        (many,) = bench.one(
            f"SELECT sum(date_diff('{self.every}', a, b) + 1) FROM "
            f"(SELECT {bounds} FROM ({grouped}){group})"
        )
        if many > _PERIODS_MAX:
            raise BadInput("wrangle_many_periods", periods=int(many), limit=_PERIODS_MAX)
        days = f"unnest(generate_series(a::TIMESTAMP, b::TIMESTAMP, {step}))::{kind}"
        listed = ", ".join([*series, f"{days} AS {ident(self.date)}"])
        calendar = f"SELECT {listed} FROM (SELECT {bounds} FROM grouped_rows{group})"
        same = " AND ".join(
            f"c.{column} IS NOT DISTINCT FROM g.{column}" for column in [*series, ident(self.date)]
        )
        cells = ", ".join(f"{self._cell(name, within)} AS {ident(name)}" for name in names)
        listed = ", ".join([f"c.{ident(self.date)}", *(f"c.{column}" for column in series)])
        joined = (
            f"SELECT {listed}, {', '.join(f'g.{ident(n)}' for n in names)}, g.__rows "
            f"FROM all_periods AS c LEFT JOIN grouped_rows AS g ON {same}"
        )
        plain = ", ".join([ident(self.date), *series])
        return (
            f"WITH grouped_rows AS ({grouped}),\nall_periods AS ({calendar}),\n"
            f"both_joined AS ({joined})\n"
            f"SELECT {plain}, {cells}, __rows FROM both_joined ORDER BY {order}"
        ), names

    def _cell(self, name: str, within: str) -> str:
        value, date = ident(name), ident(self.date)
        if self.gaps == "zero":
            return f"CASE WHEN __rows IS NULL THEN 0 ELSE {value} END"
        if self.gaps == "previous":
            return (
                f"coalesce({value}, last_value({value} IGNORE NULLS) OVER ({within}ORDER BY {date} "
                "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))"
            )
        if self.gaps == "interpolate":
            return f"fill({value}::DOUBLE ORDER BY {date}) OVER ({within}ORDER BY {date})"
        return value
