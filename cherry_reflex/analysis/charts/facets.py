"""Small multiples: the same chart once for each value of a column, on shared axes."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    TEMPORAL,
    Fact,
    Outcome,
    Tables,
    column_field,
)

PANELS_MAX = 12
_ACROSS = 3
_GROUPS_MAX = 40
_GAP_X, _GAP_Y = 0.04, 0.14


class Facets(Filtered):
    """Draw small multiples (faceted charts): one panel for each value of a column, with shared
    axes, as lines over time or bars over groups."""

    name: ClassVar[str] = "facets"
    examples: ClassVar[tuple[str, ...]] = (
        "지역마다 나눠서 월별 매출 추이를 여러 패널로 그려줘",
        "제품별로 작은 그래프를 나란히 보여줘",
        "도시별 패싯 차트를 그려주세요",
        "Small multiples of sales over time, one for each region",
        "Facet the chart by product",
        "Draw one panel for each city",
    )

    facet: str = column_field("One small chart for each value of this column.", *GROUPING)
    x: str = column_field(
        "Horizontal axis: a date column of the time axis, or categories.", *GROUPING
    )
    y: str = column_field(
        "Column of numbers that is measured; empty counts rows.", *NUMERIC, default=""
    )
    how: measures.How = Field("sum", description="How y is put together in each group.")
    kind: Literal["auto", "line", "bar"] = Field(
        "auto", description="auto: lines over dates, bars over groups."
    )

    def check(self, tables: Tables) -> None:
        """Also: facet and x are not the same column, and the measure fits."""
        super().check(tables)
        if self.facet == self.x:
            raise BadInput("chart_same", columns=self.x)
        column = tables.get(self.dataset).column(self.y) if self.y else None
        measures.check(column, self.how if self.y else "count")

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_empty`."""
        with open_source(self, tables) as source:
            how = self.how if self.y else "count"
            value = measures.heading_of(source, self.y, how)
            title = source.say("charts.title.facets", value=value, x=self.x, facet=self.facet)
            panels = [
                str(row[0])
                for row in source.all(
                    f"SELECT {ident(self.facet)}::VARCHAR "
                    f"{source.of(f'{ident(self.facet)} IS NOT NULL')} "
                    f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {PANELS_MAX + 1}"
                )
            ]
            if not panels:
                raise BadInput("chart_empty", columns=self.facet)
            facts = []
            if len(panels) > PANELS_MAX:
                panels = panels[:PANELS_MAX]
                params = {"count": PANELS_MAX, "column": self.facet}
                facts.append(Fact(key="charts.panels", params=params, weight=1.5))
            temporal = source.column(self.x).type in TEMPORAL
            table = source.table(title, self._sql(source, panels, value, how, temporal))
            rows = source.all("SELECT * FROM result")
            if not rows:
                raise BadInput("chart_empty", columns=", ".join((self.facet, self.x)))
            line = self.kind == "line" or (self.kind == "auto" and temporal)
            data, layout = self._panels(panels, rows, value, line)
            top = max(rows, key=lambda row: row[2])
            told = {"facet": str(top[0]), "x": str(top[1]), "value": float(top[2]), "name": value}
            facts.append(Fact(key="charts.facet_top", params=told, weight=2.0))
            return drawn_outcome(
                source,
                Drawn(
                    title,
                    data,
                    layout,
                    table,
                    description=source.say("charts.alt.facets", count=len(panels), title=title),
                    chosen={"facet": self.facet, "x": self.x, "y": self.y, "how": how},
                    facts=facts,
                ),
            )

    def _sql(self, source: Source, panels: list[str], value: str, how: str, temporal: bool) -> str:
        key = f"{ident(self.x)}::VARCHAR"
        if temporal:
            name = ident(self.x)
            days = source.one(f"SELECT date_diff('day', min({name}), max({name})) {source.of()}")
            key = measures.cut(self.x, measures.period_for(int(days[0] or 0)))
        facet = f"{ident(self.facet)}::VARCHAR"
        kept = f"{facet} IN ({', '.join(literal(p) for p in panels)})"
        where = [f"{ident(self.x)} IS NOT NULL", kept]
        if not temporal:
            where.append(
                f"{key} IN (SELECT {key} {source.of(*where)} GROUP BY 1 "
                f"ORDER BY count(*) DESC, 1 LIMIT {_GROUPS_MAX})"
            )
        measure = measures.sql(self.y, how)
        return (
            f"SELECT {facet} AS {ident(self.facet)}, {key} AS {ident(self.x)}, "
            f"{measure} AS {ident(value)} {source.of(*where)} GROUP BY 1, 2 "
            f"HAVING {measure} IS NOT NULL ORDER BY 1, 2"
        )

    def _panels(
        self, panels: list[str], rows: list[Any], value: str, line: bool
    ) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        across = min(_ACROSS, len(panels))
        down = -(-len(panels) // across)
        data: list[dict[str, Any]] = []
        layout: dict[str, Any] = {"showlegend": False, "annotations": [], "height": 190 * down + 80}
        for place, panel in enumerate(panels):
            row, column = divmod(place, across)
            number = "" if place == 0 else str(place + 1)
            wide, high = 1 / across, 1 / down
            left, right = column * wide + _GAP_X / 2, (column + 1) * wide - _GAP_X / 2
            top, bottom = 1 - row * high - _GAP_Y / down, 1 - (row + 1) * high + _GAP_Y / 4 / down
            mine = [r for r in rows if r[0] == panel]
            trace: dict[str, Any] = {
                "type": "scatter" if line else "bar",
                "name": panel,
                "x": plain(r[1] for r in mine),
                "y": plain(float(r[2]) for r in mine),
                "xaxis": f"x{number}",
                "yaxis": f"y{number}",
            }
            data.append({**trace, "mode": "lines"} if line else trace)
            last = row == down - 1 or place + across >= len(panels)
            shared: dict[str, Any] = {"matches": "x"} if place else {}
            across_axis = axis(self.x if last else "", domain=[left, right], anchor=f"y{number}")
            if not line:
                across_axis["type"] = "category"
            layout[f"xaxis{number}"] = {**across_axis, **shared, "showticklabels": last}
            shared = {"matches": "y"} if place else {}
            up_axis = axis(value if column == 0 else "", domain=[bottom, top], anchor=f"x{number}")
            layout[f"yaxis{number}"] = {**up_axis, **shared, "showticklabels": column == 0}
            layout["annotations"].append(
                {
                    "text": panel,
                    "x": (left + right) / 2,
                    "y": top,
                    "xref": "paper",
                    "yref": "paper",
                    "xanchor": "center",
                    "yanchor": "bottom",
                    "showarrow": False,
                }
            )
        return data, layout
