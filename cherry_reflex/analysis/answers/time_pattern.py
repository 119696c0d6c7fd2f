"""When does it happen? Weekdays and hours of the day."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.additive import averaging_facts, suited_how
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import TEMPORAL, Fact, Outcome, Tables, column_field

How = Literal["sum", "mean", "median", "count"]
_DAYS, _HOURS, _SATURDAY = 7, 24, 5


class TimePattern(Filtered):
    """Weekday and hour patterns: on which days of the week and at which hours something happens
    most, per day (so that a weekday that occurs more often does not win by that), with a heat map
    where the column has times of day."""

    name: ClassVar[str] = "time_pattern"
    examples: ClassVar[tuple[str, ...]] = (
        "무슨 요일에 주문이 가장 많아?",
        "요일별 시간대별 패턴을 보여줘",
        "가장 붐비는 시간대는 언제야?",
        "Which weekday has the most orders?",
        "Show the pattern by weekday and hour",
        "When is the busiest hour?",
    )

    date: str = column_field("Column of dates or times.", *TEMPORAL)
    measure: str = column_field("Column to measure; empty to count rows.", default="")
    how: How = Field(
        "sum", description="sum and count: per day; mean and median: of the rows themselves."
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput when the measure does not fit."""
        super().check(tables)
        column = tables.get(self.dataset).column(self.measure) if self.measure else None
        measures.check(column, self.how if self.measure else "count")

    def run(self, tables: Tables) -> Outcome:
        """Compute weekdays, and hours where there are any."""
        with open_source(self, tables) as source:
            how = self._how(source)
            day = ident(self.date)
            present = source.of(f"{day} IS NOT NULL")
            found = source.one(
                f"SELECT min({day})::DATE, max({day})::DATE, "
                f"count(*) FILTER ({day}::TIMESTAMP <> {day}::DATE::TIMESTAMP) {present}"
            )
            first, last, timed = found
            if first is None:
                raise BadInput("values_none", column=self.date)
            has_hours = source.column(self.date).type == "datetime" and timed > 0
            days = _weekdays(first.weekday(), (last - first).days + 1)
            heading = self._heading(source, how)
            value = measures.sql(self.measure, how)
            sql = (
                f"SELECT (isodow({day}) - 1)::INTEGER AS weekday, {value} AS value, count(*) AS "
                f"rows {present} GROUP BY 1 ORDER BY 1"
            )
            weekly = self._scaled({int(r[0]): r[1] for r in source.all(sql)}, days, how)
            if not weekly:
                raise BadInput("values_none", column=self.measure or self.date)
            title = source.say("time_pattern.title", heading=heading)
            table = self._table(source, title, heading, weekly, days, how)
            artifacts = [table, self._bars(source, title, heading, weekly)]
            facts = self._told(source, how, heading, weekly)
            if has_hours:
                grid = self._grid(source, value, days, how)
                hourly = self._hours(source, value, sum(days), how)
                facts += self._told_hours(source, how, heading, hourly, grid)
                artifacts += self._heat(source, heading, grid)
            if (last - first).days < _DAYS * 2:
                params = {"first": first, "last": last, "days": (last - first).days + 1}
                facts.append(Fact(key="time_pattern.short", params=params, weight=0.6))
            is_given = "how" in self.model_fields_set
            facts += averaging_facts(source, self.measure, how, is_given=is_given)
            facts += source.facts()
        return Outcome(
            facts=tuple(facts), artifacts=tuple(artifacts), code=sql, code_language="sql"
        )

    def _how(self, source: Source) -> measures.How:
        column = source.dataset.column(self.measure) if self.measure else None
        return suited_how(column, self.how, is_given="how" in self.model_fields_set)

    def _heading(self, source: Source, how: str) -> str:
        heading = measures.heading_of(source, self.measure, how)
        per_day = how in measures.ADDITIVE
        return source.say("heading.per_day", heading=heading) if per_day else heading

    def _scaled(self, values: dict[int, Any], days: list[int], how: str) -> dict[int, float]:
        """Return values per day of each weekday: a day without rows counts as one with nothing."""
        if how not in measures.ADDITIVE:
            return {n: float(v) for n, v in values.items() if v is not None}
        return {n: float(values.get(n) or 0) / days[n] for n in range(_DAYS) if days[n]}

    def _hours(self, source: Source, value: str, days: int, how: str) -> dict[int, float]:
        day = ident(self.date)
        rows = source.all(
            f"SELECT hour({day})::INTEGER, {value} {source.of(f'{day} IS NOT NULL')} GROUP BY 1"
        )
        if how not in measures.ADDITIVE:
            return {int(h): float(v) for h, v in rows if v is not None}
        known = {int(h): float(v or 0) for h, v in rows}
        return {hour: known.get(hour, 0.0) / days for hour in range(_HOURS)}

    def _grid(
        self, source: Source, value: str, days: list[int], how: str
    ) -> dict[tuple[int, int], float]:
        day = ident(self.date)
        rows = source.all(
            f"SELECT (isodow({day}) - 1)::INTEGER, hour({day})::INTEGER, {value} "
            f"{source.of(f'{day} IS NOT NULL')} GROUP BY 1, 2"
        )
        known = {(int(d), int(h)): float(v) for d, h, v in rows if v is not None}
        if how not in measures.ADDITIVE:
            return known
        return {
            (d, h): known.get((d, h), 0.0) / days[d]
            for d in range(_DAYS)
            for h in range(_HOURS)
            if days[d]
        }

    def _told(self, source: Source, how: str, heading: str, weekly: dict[int, float]) -> list[Fact]:
        best, worst = max(weekly, key=weekly.__getitem__), min(weekly, key=weekly.__getitem__)
        units = measures.units(source, self.measure, how, "high", "low", "week", "weekend")
        params: dict[str, Any] = {
            "heading": heading, "best": f"weekday.{best}", "high": weekly[best],
            "worst": f"weekday.{worst}", "low": weekly[worst],
        }  # fmt: skip
        even = weekly[best] == weekly[worst]
        key = "time_pattern.even" if even else "time_pattern.weekday"
        given = {n: u for n, u in units.items() if n in params}
        facts = [Fact(key=key, params=params, weight=1.0, units=given)]
        if len(weekly) == _DAYS and how in measures.ADDITIVE:
            work = sum(weekly[n] for n in range(_SATURDAY)) / _SATURDAY
            rest = sum(weekly[n] for n in range(_SATURDAY, _DAYS)) / (_DAYS - _SATURDAY)
            more = {"heading": heading, "week": work, "weekend": rest}
            given = {n: u for n, u in units.items() if n in more}
            facts.append(Fact(key="time_pattern.weekend", params=more, weight=0.8, units=given))
        return facts

    def _told_hours(
        self,
        source: Source,
        how: str,
        heading: str,
        hourly: dict[int, float],
        grid: dict[tuple[int, int], float],
    ) -> list[Fact]:
        best = max(hourly, key=hourly.__getitem__)
        units = measures.units(source, self.measure, how, "high")
        params: dict[str, Any] = {
            "heading": heading, "hour": best, "until": best + 1, "high": hourly[best]
        }  # fmt: skip
        facts = [Fact(key="time_pattern.hour", params=params, weight=0.95, units=units)]
        day, hour = max(grid, key=grid.__getitem__)
        more = {
            "heading": heading, "day": f"weekday.{day}", "hour": hour, "until": hour + 1,
            "high": grid[day, hour],
        }  # fmt: skip
        facts.append(Fact(key="time_pattern.cell", params=more, weight=0.85, units=units))
        return facts

    def _table(
        self,
        source: Source,
        title: str,
        heading: str,
        weekly: dict[int, float],
        days: list[int],
        how: str,
    ) -> ArtifactContent:
        columns: dict[str, list[Any]] = {
            source.say("heading.weekday"): [source.say(f"word.weekday.{n}") for n in weekly],
            heading: list(weekly.values()),
        }
        if how in measures.ADDITIVE:
            columns[source.say("heading.day_count")] = [days[n] for n in weekly]
        unit = measures.unit_of(source, self.measure, how)
        chosen = {"date": self.date, "measure": self.measure}
        units = {heading: unit} if unit else {}
        return source.listed(title, columns, chosen=chosen, units=units)

    def _bars(
        self, source: Source, title: str, heading: str, weekly: dict[int, float]
    ) -> ArtifactContent:
        names = [source.say(f"word.weekday.{n}") for n in weekly]
        figure = {
            "data": [{"type": "bar", "x": names, "y": plain(weekly.values())}],
            "layout": {
                "title": {"text": title},
                "xaxis": axis("", type="category"),
                "yaxis": axis(heading, rangemode="tozero"),
            },
        }
        best = max(weekly, key=weekly.__getitem__)
        described = source.say(
            "time_pattern.chart", title=title, best=source.say(f"word.weekday.{best}"),
            value=weekly[best],
        )  # fmt: skip
        return source.chart(title, figure, described, table=title)

    def _heat(
        self, source: Source, heading: str, grid: dict[tuple[int, int], float]
    ) -> list[ArtifactContent]:
        title = source.say("time_pattern.title_hours", heading=heading)
        names = [source.say(f"word.weekday.{n}") for n in range(_DAYS)]
        hours = list(range(_HOURS))
        rows = [[grid.get((d, h)) for h in hours] for d in range(_DAYS)]
        columns: dict[str, list[Any]] = {source.say("heading.weekday"): names}
        columns |= {f"{h:02}": [row[h] for row in rows] for h in hours}
        figure = {
            "data": [
                {
                    "type": "heatmap", "x": [f"{h:02}" for h in hours], "y": names[::-1],
                    "z": [plain(row) for row in rows[::-1]], "hoverongaps": False,
                }
            ],
            "layout": {
                "title": {"text": title},
                "xaxis": axis(source.say("heading.hour"), type="category"),
                "yaxis": axis("", type="category"),
            },
        }  # fmt: skip
        day, hour = max(grid, key=grid.__getitem__)
        described = source.say(
            "time_pattern.chart_hours", title=title, day=names[day], hour=hour,
            value=grid[day, hour],
        )  # fmt: skip
        return [
            source.chart(title, figure, described, table=title),
            source.listed(title, columns),
        ]


def _weekdays(first: int, days: int) -> list[int]:
    """Return how often each weekday (from Monday) occurs in so many days from `first` on."""
    weeks, rest = divmod(days, _DAYS)
    return [weeks + ((n - first) % _DAYS < rest) for n in range(_DAYS)]
