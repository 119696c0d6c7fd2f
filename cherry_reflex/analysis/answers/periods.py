"""A measure over time, each period against the one before and the same a year ago."""

import datetime
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.additive import averaging_facts, suited_how
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.measures import How, Period
from cherry_reflex.analysis.sql.period import is_begun, is_whole, last_day, name_of, next_start
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import TEMPORAL, Fact, Outcome, Tables, column_field
from cherry_reflex.core.unit import PERCENT

_YEARS_BACK = {"month": "12 MONTH", "quarter": "12 MONTH", "week": "364 DAY", "day": "364 DAY"}
_TOLD_GROUPS = 3


class ComparePeriods(Filtered):
    """Compares periods of time: a measure per day, week, month, quarter or year, with its change
    against the period before and against the same period a year ago; by groups, which of them made
    the change."""

    name: ClassVar[str] = "compare_periods"
    examples: ClassVar[tuple[str, ...]] = (
        "전년 대비 매출이 얼마나 늘었어?",
        "월별 매출 증감률을 알려줘",
        "2023년과 2024년을 비교해주세요",
        "지난달보다 주문이 줄었나요?",
        "분기별 성장률을 계산해줘",
        "How did revenue change from year to year?",
        "Compare 2023 with 2024",
        "Month over month growth of sales",
        "Is demand rising or falling?",
        "Which region drove the change between the years?",
    )

    date: str = column_field("Column of dates.", *TEMPORAL)
    measure: str = column_field("Column to measure; empty to count rows.", default="")
    how: How = Field("sum", description="How the measure is put together in each period.")
    period: Period = Field("", description="Length of a period; empty to choose by the range.")
    group_by: str = column_field("Column whose groups explain the last change.", default="")

    def check(self, tables: Tables) -> None:
        """Raise BadInput when the measure does not fit."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        measure = dataset.column(self.measure) if self.measure else None
        measures.check(measure, self.how if self.measure else "count")

    def run(self, tables: Tables) -> Outcome:
        """Compute the periods and their changes."""
        with open_source(self, tables) as source:
            how = self._how(source)
            day = ident(self.date)
            found = source.one(f"SELECT min({day})::DATE, max({day})::DATE {source.of()}")
            first, last = found
            if first is None:
                raise BadInput("values_none", column=self.date)
            period = measures.period_for((last - first).days, self.period)
            last = last_day(source, self.date, period, last)
            heading = measures.heading_of(source, self.measure, how)
            sql = self._sql(source, period, heading, measures.sql(self.measure, how))
            title = source.say("title.periods", heading=heading)
            units = measures.units(source, self.measure, how, heading)
            units |= {source.say(f"heading.{key}"): PERCENT for key in ("change", "change_year")}
            chosen = {"date": self.date, "measure": self.measure}
            table = source.table(title, sql, chosen=chosen, units=units)
            rows = source.all("SELECT * FROM result")
            if len(rows) < 2:
                raise BadInput("periods_few", column=self.date, period=period)
            facts = self._told(source, rows, heading, period, last, first)
            if self.group_by and how in measures.ADDITIVE:
                whole = is_whole(rows[-1][0], last, period)
                pair = rows[: self._place(rows, whole=whole) + 1][-2:]
                facts += self._drivers(source, pair, period, heading)
            is_given = "how" in self.model_fields_set
            facts += averaging_facts(source, self.measure, how, is_given=is_given)
            facts += source.facts()
        return Outcome(facts=tuple(facts), artifacts=(table,), code=sql, code_language="sql")

    def _how(self, source: Source) -> How:
        column = source.dataset.column(self.measure) if self.measure else None
        return suited_how(column, self.how, is_given="how" in self.model_fields_set)

    def _sql(self, source: Source, period: str, heading: str, value: str) -> str:
        cut = measures.cut(self.date, period)
        day, head = ident(self.date), ident(heading)
        change, year = (source.say(f"heading.{k}") for k in ("change", "change_year"))
        inner = (
            f"SELECT {cut} AS {day}, {value} AS {head} {source.of(f'{day} IS NOT NULL')} GROUP BY 1"
        )
        before = f"lag({head}) OVER (ORDER BY {day})"
        sql = (
            f"SELECT now.{day}, now.{head}, now.{head} / nullif({before}, 0) - 1 AS {ident(change)}"
        )
        if period in _YEARS_BACK:
            back = _YEARS_BACK[period]
            return (
                f"WITH periods AS ({inner}) {sql}, now.{head} / nullif(ago.{head}, 0) - 1 "
                f"AS {ident(year)} FROM periods now LEFT JOIN periods ago "
                f"ON ago.{day} = (now.{day} - INTERVAL {back})::DATE ORDER BY 1"
            ).replace(
                f"lag({head}) OVER (ORDER BY {day})", f"lag(now.{head}) OVER (ORDER BY now.{day})"
            )
        return (f"WITH periods AS ({inner}) {sql} FROM periods now ORDER BY 1").replace(
            f"lag({head}) OVER (ORDER BY {day})", f"lag(now.{head}) OVER (ORDER BY now.{day})"
        )

    def _told(
        self,
        source: Source,
        rows: list[Any],
        heading: str,
        period: str,
        last: datetime.date,
        first: datetime.date,
    ) -> list[Fact]:
        names = [name_of(row[0], period) for row in rows]
        values = [row[1] for row in rows]
        facts = []
        whole = is_whole(rows[-1][0], last, period)
        place = self._place(rows, whole=whole)
        how = self._how(source)
        if not whole:
            params: dict[str, Any] = {"last": names[-1], "until": last.isoformat()}
            facts.append(Fact(key="periods.unfinished", params=params, weight=0.75))
        if place and not is_whole(rows[place][0], last, period):
            facts += self._same_part(source, rows, heading, period, last)
        elif place and _usable(values[place], values[place - 1]):
            params = {
                "heading": heading,
                "now": names[place],
                "before": names[place - 1],
                "value": float(values[place]),
                "old": float(values[place - 1]),
                "change": float(values[place]) / float(values[place - 1]) - 1,
            }
            key = "periods.rose" if params["change"] >= 0 else "periods.fell"
            units = measures.units(source, self.measure, how, "value", "old")
            facts.append(Fact(key=key, params=params, weight=1.0, units=units))
            if place == 1 and not is_begun(rows[0][0], first, period):
                params = {"first": names[0], "since": first.isoformat()}
                facts.append(Fact(key="periods.begun_late", params=params, weight=0.95))
        if period in _YEARS_BACK and rows[place][-1] is not None:
            params = {"heading": heading, "now": names[place], "change": float(rows[place][-1])}
            facts.append(Fact(key="periods.year_ago", params=params, weight=0.9))
        known = [(v, n) for v, n in zip(values, names, strict=True) if v is not None]
        best, worst = max(known), min(known[:-1] if not whole and len(known) > 1 else known)
        params = {"heading": heading, "best": best[1], "high": float(best[0])}
        params |= {"worst": worst[1], "low": float(worst[0])}
        units = measures.units(source, self.measure, how, "high", "low")
        facts.append(Fact(key="periods.extremes", params=params, weight=0.7, units=units))
        return facts

    def _same_part(
        self, source: Source, rows: list[Any], heading: str, period: str, last: datetime.date
    ) -> list[Fact]:
        """Compare an unfinished period with the same part of the one before."""
        before, now = rows[-2][0], rows[-1][0]
        how, day = self._how(source), ident(self.date)
        value = measures.sql(self.measure, how)
        days = (last - now).days + 1
        until = min(before + datetime.timedelta(days=days), now)
        part = source.of(f"{day} >= DATE '{before}'", f"{day} < DATE '{until}'")
        old = source.one(f"SELECT {value} {part}")[0]
        new = rows[-1][1]
        if not _usable(new, old):
            return []
        params: dict[str, Any] = {
            "heading": heading, "before": name_of(before, period), "now": name_of(now, period),
            "old": float(old), "value": float(new), "change": float(new) / float(old) - 1,
            "until": last.isoformat(),
        }  # fmt: skip
        way = "rose" if params["change"] >= 0 else "fell"
        units = measures.units(source, self.measure, how, "value", "old")
        return [Fact(key=f"periods.same_part_{way}", params=params, weight=1.0, units=units)]

    @staticmethod
    def _place(rows: list[Any], *, whole: bool) -> int:
        """An unfinished period is not compared while there are others."""
        return len(rows) - 1 if whole or len(rows) == 2 else len(rows) - 2

    def _drivers(self, source: Source, pair: list[Any], period: str, heading: str) -> list[Fact]:
        """Which groups changed most between two periods."""
        value = measures.sql(self.measure, self._how(source))
        before, now = pair[0][0], pair[1][0]
        end = next_start(now, period)
        day, group = ident(self.date), ident(self.group_by)
        late = source.of(f"{day} >= DATE '{now}'", f"{day} < DATE '{end}'")
        early = source.of(
            f"{day} >= DATE '{before}'", f"{day} < DATE '{next_start(before, period)}'"
        )
        found = source.all(
            f"SELECT coalesce(a.g, b.g), coalesce(a.v, 0) - coalesce(b.v, 0) AS d "
            f"FROM (SELECT {group}::VARCHAR g, {value} v {late} GROUP BY 1) a FULL JOIN "
            f"(SELECT {group}::VARCHAR g, {value} v {early} GROUP BY 1) b "
            f"ON a.g IS NOT DISTINCT FROM b.g ORDER BY abs(d) DESC LIMIT {_TOLD_GROUPS}"
        )
        facts = []
        for place, (name, difference) in enumerate(found):
            if not difference:
                continue
            key = "periods.group_rose" if difference > 0 else "periods.group_fell"
            params = {
                "group": str(name),
                "difference": abs(float(difference)),
                "heading": heading,
                "before": name_of(before, period),
                "now": name_of(now, period),
            }
            facts.append(Fact(key=key, params=params, weight=0.8 - place * 0.02))
        return facts


def _usable(now: Any, before: Any) -> bool:
    return now is not None and bool(before)
