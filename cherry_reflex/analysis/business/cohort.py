"""Cohort retention: of those who came first in a period, how many come back later?"""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.period import is_whole, last_day, name_of
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import ENTITY, TEMPORAL, Fact, Outcome, Tables, column_field
from cherry_reflex.core.unit import PERCENT

_COHORTS_MAX = 36
_OFFSETS_MAX = 36


class CohortRetention(Filtered):
    """Cohort retention: groups customers (users, patients, …) by the period in which they were
    first seen, and counts which part of each cohort is seen again 1, 2, 3 … periods later."""

    name: ClassVar[str] = "cohort_retention"
    examples: ClassVar[tuple[str, ...]] = (
        "가입월 코호트별 재구매율을 보여줘",
        "고객 유지율(리텐션)을 분석해줘",
        "첫 구매 이후 몇 %가 다음 달에 다시 구매해?",
        "Show cohort retention by month",
        "What share of new customers come back the next month?",
        "User retention by signup week",
    )

    entity: str = column_field(
        "Column that identifies the customer, user or patient.", *ENTITY, named=True
    )
    date: str = column_field("Column of dates of what they did.", *TEMPORAL)
    period: Literal["week", "month", "quarter", "year"] = Field(
        "month", description="Length of the periods."
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput when columns do not fit."""
        super().check(tables)
        if self.entity == self.date:
            raise BadInput("column_twice", column=self.entity)

    def run(self, tables: Tables) -> Outcome:
        """Compute retention. A period that the data do not fill is left out: those who come at its
        end are not there yet."""
        with open_source(self, tables) as source:
            day = ident(self.date)
            first, last = source.one(f"SELECT min({day})::DATE, max({day})::DATE {source.of()}")
            if first is None:
                raise BadInput("values_none", column=self.date)
            cut = measures.cut(self.date, self.period)
            starts = [
                row[0] for row in source.all(f"SELECT DISTINCT {cut} {self._of(source)} ORDER BY 1")
            ]
            facts: list[Fact] = []
            if not starts:
                raise BadInput("values_none", column=self.entity)
            until = last_day(source, self.date, self.period, last)
            end = None
            if len(starts) > 2 and not is_whole(starts[-1], until, self.period):
                params = {"last": name_of(starts[-1], self.period), "until": until.isoformat()}
                facts.append(Fact(key="periods.left_unfinished", params=params, weight=0.7))
                end = starts.pop()
            if len(starts) < 2:
                raise BadInput("periods_few", column=self.date, period=self.period)
            sql = self._sql(source, end)
            rows = source.all(sql)
            reach = max(row[1] for row in rows)
            last_start = starts[-1]
            cohorts = self._cohorts(source, rows, last_start)
            title = source.say("cohort.title", period=self.period)
            table = self._table(source, title, cohorts, reach)
            chart = self._chart(source, title, cohorts, reach)
            facts = [*self._told(cohorts), *facts, *source.facts()]
        return Outcome(facts=tuple(facts), artifacts=(chart, table), code=sql, code_language="sql")

    def _of(self, source: Source) -> str:
        return source.of(f"{ident(self.date)} IS NOT NULL", f"{ident(self.entity)} IS NOT NULL")

    def _sql(self, source: Source, end: Any) -> str:
        cut = measures.cut(self.date, self.period)
        before = f" WHERE p < DATE '{end}'" if end else ""
        return (
            f"WITH seen AS (SELECT DISTINCT {ident(self.entity)} AS e, {cut} AS p "
            f"{self._of(source)}), known AS (SELECT e, p, min(p) OVER (PARTITION BY e) AS c "
            f"FROM seen{before}) SELECT c AS cohort, date_diff('{self.period}', c, p)::INTEGER "
            "AS later, count(*)::BIGINT AS entities FROM known GROUP BY ALL ORDER BY 1, 2"
        )

    def _cohorts(
        self, source: Source, rows: list[tuple[Any, ...]], last: Any
    ) -> list[tuple[str, int, list[float | None]]]:
        """Return (name, size, retention by period) of each cohort; None where no data can be."""
        found: dict[Any, dict[int, int]] = {}
        for cohort, later, entities in rows:
            found.setdefault(cohort, {})[later] = entities
        listed = []
        for cohort, counts in list(found.items())[-_COHORTS_MAX:]:
            room = source.one(f"SELECT date_diff('{self.period}', DATE '{cohort}', DATE '{last}')")
            size, most = counts[0], min(int(room[0]), _OFFSETS_MAX)
            kept: list[float | None] = [counts.get(n, 0) / size for n in range(most + 1)]
            listed.append((name_of(cohort, self.period), size, kept))
        return listed

    def _told(self, cohorts: list[tuple[str, int, list[float | None]]]) -> list[Fact]:
        total = sum(size for _, size, _ in cohorts)
        facts = []
        for later, weight in ((1, 1.0), (3, 0.9), (6, 0.85), (12, 0.8)):
            old = [(name, size, kept[later]) for name, size, kept in cohorts if len(kept) > later]
            if not old:
                break
            size = sum(part[1] for part in old)
            back = sum(part[1] * (part[2] or 0) for part in old)
            params = {
                "later": later, "share": back / size, "back": round(back), "size": size,
                "cohorts": len(old), "unit": f"cohort.{self.period}",
                "next": f"cohort.next_{self.period}",
            }  # fmt: skip
            key = "cohort.back_next" if later == 1 else "cohort.back"
            facts.append(Fact(key=key, params=params, weight=weight))
            if later == 1 and len(old) > 1:
                best = max(old, key=lambda part: (part[2] or 0, part[1]))
                worst = min(old, key=lambda part: (part[2] or 0, -part[1]))
                more = {
                    "best": best[0], "high": best[2], "worst": worst[0], "low": worst[2],
                    "next": f"cohort.next_{self.period}",
                }  # fmt: skip
                facts.append(Fact(key="cohort.extremes", params=more, weight=0.75))
        params = {"cohorts": len(cohorts), "size": total, "period": self.period}
        facts.append(Fact(key="cohort.size", params=params, weight=0.6))
        return facts

    def _table(
        self,
        source: Source,
        title: str,
        cohorts: list[tuple[str, int, list[float | None]]],
        reach: int,
    ) -> ArtifactContent:
        columns: dict[str, list[Any]] = {
            source.say("heading.cohort"): [name for name, _, _ in cohorts],
            source.say("heading.entities"): [size for _, size, _ in cohorts],
        }
        most = min(reach, _OFFSETS_MAX)
        shares = [str(later) for later in range(most + 1)]
        for later, name in enumerate(shares):
            columns[name] = [k[later] if later < len(k) else None for _, _, k in cohorts]
        return source.listed(
            title,
            columns,
            chosen={"entity": self.entity, "date": self.date, "period": self.period},
            units=dict.fromkeys(shares, PERCENT),
        )

    def _chart(
        self,
        source: Source,
        title: str,
        cohorts: list[tuple[str, int, list[float | None]]],
        reach: int,
    ) -> ArtifactContent:
        down = cohorts[::-1]
        most = min(reach, _OFFSETS_MAX)
        grid = [[k[n] if n < len(k) else None for n in range(most + 1)] for _, _, k in down]
        figure = {
            "data": [
                {
                    "type": "heatmap", "x": list(range(most + 1)), "y": [one[0] for one in down],
                    "z": [plain(row) for row in grid], "zmin": 0, "zmax": 1,
                    "texttemplate": "%{z:.0%}" if most <= 14 else "", "hoverongaps": False,
                    "colorbar": {"tickformat": ".0%"},
                }
            ],
            "layout": {
                "title": {"text": title},
                "xaxis": axis(source.say(f"cohort.later_{self.period}"), dtick=1),
                "yaxis": axis(source.say("heading.cohort"), type="category"),
            },
        }  # fmt: skip
        described = source.say("cohort.chart", title=title, cohorts=len(cohorts), most=most)
        return source.chart(title, figure, described, table=title)
