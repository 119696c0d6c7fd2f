"""A year against the year before, over the months that both have."""

import datetime
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.additive import averaging_facts, suited_how
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.measures import How
from cherry_reflex.analysis.sql.period import is_begun, is_whole, last_day
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import TEMPORAL, Fact, Outcome, Tables, column_field
from cherry_reflex.core.unit import PERCENT

_MONTHS = 12


class YearOverYear(Filtered):
    """Year over year: compares a year with the year before over the same months only, so that an
    unfinished year is not held against a whole one; month by month and in all."""

    name: ClassVar[str] = "year_over_year"
    examples: ClassVar[tuple[str, ...]] = (
        "올해 매출을 작년 같은 기간과 비교해줘",
        "전년 동기 대비 얼마나 늘었어?",
        "작년 동월 대비 월별 증감률을 보여줘",
        "Compare this year with the same months of last year",
        "Year to date against last year",
        "Year over year change by month",
    )

    date: str = column_field("Column of dates.", *TEMPORAL)
    measure: str = column_field("Column to measure; empty to count rows.", default="")
    how: How = Field("sum", description="How the measure is put together.")
    year: int = Field(
        0, ge=0, le=9999, description="The year that is compared; 0 for the last of the data."
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput when the measure does not fit."""
        super().check(tables)
        column = tables.get(self.dataset).column(self.measure) if self.measure else None
        measures.check(column, self.how if self.measure else "count")

    def run(self, tables: Tables) -> Outcome:
        """Compute the months of both years. A month that the data do not fill is left out."""
        with open_source(self, tables) as source:
            how = self._how(source)
            day = ident(self.date)
            first, last = source.one(f"SELECT min({day})::DATE, max({day})::DATE {source.of()}")
            if first is None:
                raise BadInput("values_none", column=self.date)
            year = self.year or last.year
            months, unfinished = self._months(source, year, first, last)
            if not months:
                raise BadInput("year_months_none", year=year, before=year - 1, column=self.date)
            heading = measures.heading_of(source, self.measure, how)
            sql = self._sql(source, how, year, months)
            monthly = {
                (int(y), int(m)): v
                for y, m, v in source.all(sql)
                if m is not None and v is not None
            }
            old, new = self._totals(source, how, year, months)
            title = source.say("year_over_year.title", heading=heading, year=year, before=year - 1)
            table = self._table(source, title, year, months, monthly, how)
            chart = self._chart(source, title, heading, year, months, monthly)
            facts = self._told(source, how, heading, year, months, old, new, monthly)
            if unfinished:
                params = {"last": f"{last:%Y-%m}", "until": last.isoformat()}
                facts.append(Fact(key="periods.left_unfinished", params=params, weight=0.8))
            is_given = "how" in self.model_fields_set
            facts += averaging_facts(source, self.measure, how, is_given=is_given)
            facts += source.facts()
        return Outcome(facts=tuple(facts), artifacts=(table, chart), code=sql, code_language="sql")

    def _how(self, source: Source) -> How:
        column = source.dataset.column(self.measure) if self.measure else None
        return suited_how(column, self.how, is_given="how" in self.model_fields_set)

    def _months(
        self, source: Source, year: int, first: datetime.date, last: datetime.date
    ) -> tuple[list[int], bool]:
        """Return the months that both years have whole, and whether the last was left out."""
        day = ident(self.date)
        seen = {
            (int(y), int(m))
            for y, m in source.all(
                f"SELECT DISTINCT year({day}), month({day}) "
                f"{source.of(f'year({day}) IN ({year}, {year - 1})')}"
            )
        }
        until = last_day(source, self.date, "month", last)
        newest, oldest = (datetime.date(d.year, d.month, 1) for d in (last, first))
        unfinished = not is_whole(newest, until, "month")
        if unfinished:
            seen.discard((newest.year, newest.month))
        if not is_begun(oldest, first, "month"):
            seen.discard((oldest.year, oldest.month))
        months = [m for m in range(1, _MONTHS + 1) if {(year, m), (year - 1, m)} <= seen]
        return months, unfinished and newest.year == year

    def _within(self, year: int, months: list[int]) -> str:
        day = ident(self.date)
        listed = ", ".join(map(str, months))
        return f"year({day}) IN ({year - 1}, {year}) AND month({day}) IN ({listed})"

    def _sql(self, source: Source, how: str, year: int, months: list[int]) -> str:
        day, value = ident(self.date), measures.sql(self.measure, how)
        return (
            f"SELECT year({day}) AS year, month({day}) AS month, {value} AS value "
            f"{source.of(self._within(year, months))} GROUP BY ALL ORDER BY 1, 2"
        )

    def _totals(self, source: Source, how: str, year: int, months: list[int]) -> tuple[Any, Any]:
        day, value = ident(self.date), measures.sql(self.measure, how)
        within = self._within(year, months)
        rows = dict(source.all(f"SELECT year({day}), {value} {source.of(within)} GROUP BY 1"))
        return rows.get(year - 1), rows.get(year)

    def _told(
        self,
        source: Source,
        how: str,
        heading: str,
        year: int,
        months: list[int],
        old: Any,
        new: Any,
        monthly: dict[tuple[int, int], Any],
    ) -> list[Fact]:
        if not isinstance(old, int | float) or not isinstance(new, int | float):
            raise BadInput("values_none", column=self.measure or self.date)
        params: dict[str, Any] = {
            "heading": heading, "year": year, "before": year - 1, "new": float(new),
            "old": float(old), "difference": float(new) - float(old),
            "change": float(new) / float(old) - 1 if old else None,
            "months": len(months), "first": months[0], "last": months[-1],
        }  # fmt: skip
        units = measures.units(source, self.measure, how, "new", "old")
        way = "rose" if new > old else "fell" if new < old else "same"
        gaps = len(months) != months[-1] - months[0] + 1
        whole = len(months) == _MONTHS
        span = "whole" if whole else "some" if gaps else "span"
        facts = [Fact(key=f"year_over_year.{way}_{span}", params=params, weight=1.0, units=units)]
        changes = {
            m: float(now) / float(ago) - 1
            for m in months
            if isinstance(now := monthly.get((year, m)), int | float)
            and isinstance(ago := monthly.get((year - 1, m)), int | float)
            and ago
        }
        if len(changes) > 1:
            best, worst = (
                max(changes, key=changes.__getitem__),
                min(changes, key=changes.__getitem__),
            )
            more = {
                "best": f"{year}-{best:02}", "high": changes[best],
                "worst": f"{year}-{worst:02}", "low": changes[worst],
            }  # fmt: skip
            facts.append(Fact(key="year_over_year.extremes", params=more, weight=0.8))
        return facts

    def _table(
        self,
        source: Source,
        title: str,
        year: int,
        months: list[int],
        monthly: dict[tuple[int, int], Any],
        how: str,
    ) -> ArtifactContent:
        ago = [monthly.get((year - 1, m)) for m in months]
        now = [monthly.get((year, m)) for m in months]
        change = source.say("heading.change")
        columns: dict[str, list[Any]] = {
            source.say("heading.period_month"): months,
            str(year - 1): ago,
            str(year): now,
            change: [_relative(a, b) for a, b in zip(ago, now, strict=True)],
        }
        units = {change: PERCENT}
        if unit := measures.unit_of(source, self.measure, how):
            units |= {str(year - 1): unit, str(year): unit}
        chosen = {"date": self.date, "measure": self.measure}
        return source.listed(title, columns, chosen=chosen, units=units)

    def _chart(
        self,
        source: Source,
        title: str,
        heading: str,
        year: int,
        months: list[int],
        monthly: dict[tuple[int, int], Any],
    ) -> ArtifactContent:
        data = [
            {
                "type": "bar", "name": str(one), "x": [str(m) for m in months],
                "y": plain(monthly.get((one, m)) for m in months),
            }
            for one in (year - 1, year)
        ]  # fmt: skip
        layout = {
            "title": {"text": title},
            "barmode": "group",
            "xaxis": axis(source.say("heading.period_month"), type="category"),
            "yaxis": axis(heading, rangemode="tozero"),
            "showlegend": True,
        }
        described = source.say("year_over_year.chart", title=title, months=len(months))
        return source.chart(title, {"data": data, "layout": layout}, described, table=title)


def _relative(old: Any, new: Any) -> float | None:
    if not isinstance(old, int | float) or not isinstance(new, int | float) or not old:
        return None
    return float(new) / float(old) - 1
