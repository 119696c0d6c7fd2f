"""Parts of a whole, level by level."""

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

LEVELS_MAX = 4
_LEAVES_MAX = 300


class TreeMap(Filtered):
    """Draw a tree map: nested rectangles whose areas are sums or counts, over several levels such
    as region, city, product."""

    name: ClassVar[str] = "tree_map"
    examples: ClassVar[tuple[str, ...]] = (
        "지역과 제품 계층으로 매출 트리맵을 그려줘",
        "카테고리와 하위 카테고리별 비중을 트리맵으로 보여줘",
        "전체 매출의 구성을 단계별로 보여주세요",
        "Draw a tree map of sales by region and product",
        "Tree map of the categories and subcategories",
        "Show the parts of the whole, level by level",
    )

    levels: tuple[str, ...] = column_field(
        "One to four columns of groups, from the outer to the inner level.", *GROUPING, many=True
    )
    value: str = column_field("The number to sum up; empty counts rows.", *NUMERIC, default="")
    most: int = Field(
        60, ge=2, le=_LEAVES_MAX, description="Innermost groups to draw; the rest come together."
    )

    def check(self, tables: Tables) -> None:
        """Also: one to four different levels."""
        super().check(tables)
        if not 1 <= len(self.levels) <= LEVELS_MAX or len(set(self.levels)) < len(self.levels):
            raise BadInput("chart_levels", least=1, most=LEVELS_MAX)

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_empty`, `chart_size_negative`."""
        with open_source(self, tables) as source:
            how = "sum" if self.value else "count"
            heading = measures.heading_of(source, self.value, how)
            title = source.say("charts.title.tree", value=heading, levels=" › ".join(self.levels))
            table = source.table(
                source.say("charts.table", title=title), self._sql(source, heading)
            )
            rows = source.all("SELECT * FROM result")
            if not rows:
                raise BadInput("chart_empty", columns=", ".join(self.levels))
            if any(row[-1] < 0 for row in rows):
                raise BadInput("chart_size_negative", column=self.value)
            total = sum(float(row[-1]) for row in rows)
            if total == 0:
                raise BadInput("chart_zero", column=self.value)
            trace, tops = _tree(rows, self._others(source))
            largest = max(tops, key=lambda name: tops[name])
            params = {
                "name": largest,
                "column": self.levels[0],
                "value": tops[largest],
                "share": tops[largest] / total,
                "heading": heading,
            }
            return drawn_outcome(
                source,
                Drawn(
                    title,
                    [trace],
                    {},
                    table,
                    description=source.say(
                        "charts.alt.tree", title=title, name=largest, share=tops[largest] / total
                    ),
                    chosen={"levels": list(self.levels), "value": self.value},
                    facts=[Fact(key="charts.largest", params=params, weight=2.0)],
                ),
            )

    def _others(self, source: Source) -> str:
        return source.say("others")

    def _sql(self, source: Source, heading: str) -> str:
        """Return the innermost groups, largest first; those past `most` come together as others
        within their parents."""
        missing, other = literal(source.say("missing_value")), literal(self._others(source))
        keys = [f"coalesce({ident(c)}::VARCHAR, {missing})" for c in self.levels]
        value = measures.sql(self.value, "sum" if self.value else "count")
        named = [f"{key} AS {ident(c)}" for key, c in zip(keys, self.levels, strict=True)]
        inner = f"SELECT {', '.join(named)}, {value} AS v {source.of()} GROUP BY ALL"
        outer = [ident(c) for c in self.levels[:-1]]
        last = ident(self.levels[-1])
        ranked = (
            f"SELECT *, row_number() OVER (ORDER BY v DESC) AS place FROM ({inner}) WHERE v <> 0"
        )
        kept = f"CASE WHEN place <= {self.most} THEN {last} ELSE {other} END AS {last}"
        return (
            f"SELECT {', '.join([*outer, kept])}, sum(v)::DOUBLE AS {ident(heading)} "
            f"FROM ({ranked}) GROUP BY ALL ORDER BY {ident(heading)} DESC"
        )


def _tree(rows: list[Any], other: str) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the trace, and the totals of the outermost groups."""
    totals: dict[tuple[str, ...], float] = {}
    for *path, value in rows:
        for depth in range(1, len(path) + 1):
            key = tuple(path[:depth])
            totals[key] = totals.get(key, 0) + float(value)
    trace = {
        "type": "treemap",
        "ids": [" / ".join(path) for path in totals],
        "labels": [path[-1] for path in totals],
        "parents": [" / ".join(path[:-1]) for path in totals],
        "values": plain(totals.values(), 9),
        "branchvalues": "total",
        "textinfo": "label+value+percent parent",
    }
    return trace, {path[0]: value for path, value in totals.items() if len(path) == 1}
