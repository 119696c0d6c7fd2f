"""Flows from group to group."""

from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.results.artifacts import plain
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    column_field,
)

STAGES_MAX = 5


class Sankey(Filtered):
    """Draw a Sankey diagram: how amounts or rows flow from the groups of one column to those of the
    next, such as channel, product, outcome."""

    name: ClassVar[str] = "sankey"
    examples: ClassVar[tuple[str, ...]] = (
        "유입 경로에서 구매까지의 흐름을 생키 다이어그램으로 그려줘",
        "지역에서 제품으로 매출이 어떻게 흘러가는지 보여줘",
        "단계별 흐름도를 그려주세요",
        "Draw a Sankey diagram from channel to outcome",
        "Show how revenue flows from region to product",
        "Flow of passengers from class to survival",
        "Sankey from region to product",
        "지역에서 등급으로 가는 생키 차트",
    )

    stages: tuple[str, ...] = column_field(
        "Two to five columns of groups, in the order of the flow.", *GROUPING, many=True, least=2
    )
    value: str = column_field("The number that flows; empty counts rows.", *NUMERIC, default="")
    most: int = Field(
        8, ge=2, le=20, description="Groups to draw in each stage; the rest come together."
    )

    def check(self, tables: Tables) -> None:
        """Also: two to five different stages."""
        super().check(tables)
        if not 2 <= len(self.stages) <= STAGES_MAX or len(set(self.stages)) < len(self.stages):
            raise BadInput("chart_levels", least=2, most=STAGES_MAX)

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_empty`, `chart_size_negative`."""
        with open_source(self, tables) as source:
            heading = measures.heading_of(source, self.value, "sum" if self.value else "count")
            title = source.say("charts.title.flow", value=heading, stages=" → ".join(self.stages))
            table = source.table(
                source.say("charts.table", title=title), self._sql(source, heading)
            )
            links = source.all("SELECT * FROM result")
            if not links:
                raise BadInput("chart_empty", columns=", ".join(self.stages))
            if any(link[-1] < 0 for link in links):
                raise BadInput("chart_size_negative", column=self.value)
            nodes = list(
                dict.fromkeys(
                    node for step, a, _, b, _ in links for node in ((step, a), (step + 1, b))
                )
            )
            place = {node: number for number, node in enumerate(nodes)}
            # A stage is named where its group's name alone would be taken for another stage's.
            data: list[dict[str, Any]] = [
                {
                    "type": "sankey",
                    "node": {
                        "label": [name for _, name in nodes],
                        "customdata": [self.stages[step] for step, _ in nodes],
                        "hovertemplate": "%{customdata}: %{label}<br>%{value:,.4~g}<extra></extra>",
                        "pad": 14,
                        "thickness": 16,
                    },
                    "link": {
                        "source": [place[step, a] for step, a, _, _, _ in links],
                        "target": [place[step + 1, b] for step, _, _, b, _ in links],
                        "value": plain((float(link[-1]) for link in links), 9),
                    },
                }
            ]
            widest = max(links, key=lambda link: link[-1])
            whole = sum(float(link[-1]) for link in links if link[0] == widest[0])
            params = {
                "first": widest[1],
                "second": widest[3],
                "value": float(widest[-1]),
                "share": float(widest[-1]) / whole if whole else 0.0,
                "stage": self.stages[widest[0]],
            }
            described = source.say(
                "charts.alt.flow", title=title, first=widest[1], second=widest[3]
            )
            return drawn_outcome(
                source,
                Drawn(
                    title,
                    data,
                    {},
                    table,
                    description=described,
                    chosen={"stages": list(self.stages), "value": self.value},
                    facts=[Fact(key="charts.widest", params=params, weight=2.0)],
                ),
            )

    def _sql(self, source: Source, heading: str) -> str:
        """Return step, from, its column, to and the amount of each link."""
        missing, other = literal(source.say("missing_value")), literal(source.say("others"))
        value = measures.sql(self.value, "sum" if self.value else "count")
        keys = []
        for column in self.stages:
            key = f"coalesce({ident(column)}::VARCHAR, {missing})"
            largest = source.all(
                f"SELECT {key} {source.of()} GROUP BY 1 "
                f"ORDER BY {value} DESC NULLS LAST, 1 LIMIT {self.most + 1}"
            )
            if len(largest) > self.most:
                kept = ", ".join(literal(row[0]) for row in largest[: self.most - 1])
                key = f"CASE WHEN {key} IN ({kept}) THEN {key} ELSE {other} END"
            keys.append(key)
        start, stage, end = (source.say(f"heading.{h}") for h in ("origin", "stage", "destination"))
        step = source.say("heading.order")
        parts = [
            f"SELECT {place} AS {ident(step)}, {keys[place]} AS {ident(start)}, "
            f"{literal(self.stages[place])} AS {ident(stage)}, {keys[place + 1]} AS {ident(end)}, "
            f"{value}::DOUBLE AS {ident(heading)} {source.of()} GROUP BY ALL"
            for place in range(len(self.stages) - 1)
        ]
        joined = " UNION ALL ".join(parts)
        amount = ident(heading)
        return f"SELECT * FROM ({joined}) WHERE {amount} <> 0 ORDER BY 1, {amount} DESC, 2, 4"
