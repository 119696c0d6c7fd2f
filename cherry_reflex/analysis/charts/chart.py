"""The one operation that draws: the kind says how, the columns say what."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_artifact
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.measures import How, Period
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.column import Column, ColumnType
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Outcome, Tables, column_field

Kind = Literal[
    "bar",
    "grouped_bar",
    "stacked_bar",
    "line",
    "area",
    "scatter",
    "histogram",
    "box",
    "violin",
    "heatmap",
    "pie",
    "donut",
    "treemap",
]
GROUPED = ("bar", "grouped_bar", "stacked_bar", "line", "area", "pie", "donut", "treemap")


class Chart(Filtered):
    """Draws an interactive chart: bars to compare groups, lines and areas for time, scatter for two
    numbers, histogram, box and violin for distributions, heatmap for two groupings (or the
    correlations of all numbers), pie, donut and treemap for shares."""

    name: ClassVar[str] = "chart"
    examples: ClassVar[tuple[str, ...]] = (
        "지역별 매출을 막대그래프로 그려줘",
        "월별 매출 추이를 보여주세요",
        "가격 분포를 히스토그램으로 그려줘",
        "단가와 수량의 관계를 산점도로 보여줘",
        "제품별 비중을 원그래프로 나타내줘",
        "지역과 제품별 매출 히트맵을 그려주세요",
        "데이터를 시각화해주세요",
        "Draw a bar chart of sales by region",
        "Show the trend of revenue over time",
        "Plot the distribution of prices",
        "Scatter plot of price and quantity",
        "Visualise the share of each product",
        "Compare salaries between departments with box plots",
    )

    kind: Kind = Field(
        description="bar: compare groups; grouped_bar, stacked_bar: groups split by colour; line, "
        "area: change over time; scatter: relation of two numbers; histogram: distribution of a "
        "number; box, violin: distributions by group; heatmap: a measure over two groupings, or "
        "correlations when no columns are given; pie, donut, treemap: shares of a whole."
    )
    x: str = column_field(
        "Column along the x axis: the groups, the dates, or the number whose distribution is "
        "drawn (histogram), or the first number (scatter).",
        default="",
    )
    y: str = column_field(
        "Column of numbers that is measured (bars, lines, shares, boxes, second number of a "
        "scatter; second grouping of a heatmap). Empty counts rows.",
        default="",
    )
    color: str = column_field(
        "Column that splits the marks by colour (in a heatmap: the number that is measured).",
        default="",
    )
    how: How = Field("sum", description="How y is put together in each group.")
    period: Period = Field(
        "", description="Length of the pieces that dates are cut into; empty to choose by range."
    )
    top: int = Field(
        0, ge=0, le=100, description="Number of largest groups to draw; 0 draws up to 30."
    )

    def check(self, tables: Tables) -> None:
        """Raise BadInput when the columns do not make such a chart."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        x, y, color = (dataset.column(n) if n else None for n in (self.x, self.y, self.color))
        given = [name for name in (self.x, self.y, self.color) if name]
        if len(set(given)) != len(given) and self.kind != "heatmap":
            raise BadInput("columns_repeated", columns=", ".join(given))
        if self.kind in GROUPED:
            self._need(x, "x", ())
            measures.check(y, self.how if y else "count")
        elif self.kind == "scatter":
            self._need(x, "x", (*NUMERIC, *TEMPORAL))
            self._need(y, "y", NUMERIC)
        elif self.kind == "histogram":
            self._need(x or y, "x", (*NUMERIC, *TEMPORAL))
        elif self.kind in ("box", "violin"):
            self._need(y or x, "y", NUMERIC)
        elif x or y:
            self._need(x, "x", ())
            self._need(y, "y", ())
            measures.check(color, self.how if color else "count")

    def _need(self, column: Column | None, role: str, types: tuple[ColumnType, ...]) -> None:
        if column is None:
            raise BadInput("chart_column_needed", kind=self.kind, role=role)
        if types and column.type not in types:
            raise BadInput(
                "column_type",
                column=column.name,
                type=column.type,
                wanted=", ".join(types),
                field=role,
            )

    def run(self, tables: Tables) -> Outcome:
        """Compute the numbers in DuckDB and lay them out as a figure."""
        with open_source(self, tables) as source:
            chart = self._along_time(source)._split(source)
            drawn = chart._draw(source)
            chosen = {role: getattr(chart, role) for role in ("x", "y", "color")}
            known: dict[str, Any] = {**{k: v for k, v in chosen.items() if v}, "kind": self.kind}
            if self.kind in GROUPED or self.kind == "heatmap":
                measured = self.color if self.kind == "heatmap" else self.y
                known["how"] = self.how if measured else "count"
            done = Drawn(**{**drawn.__dict__, "chosen": known})
            facts = (*done.facts, *source.facts())
            artifacts = (drawn_artifact(source, done), done.table)
        code = str(done.table.meta.get("code", ""))
        return Outcome(
            facts=facts, artifacts=artifacts, code=code, code_language="sql" if code else ""
        )

    def _along_time(self, source: Source) -> "Chart":
        """Lines go along time: words on the x axis and dates as colours change places."""
        if self.kind not in ("line", "area") or not self.color:
            return self
        x, color = source.column(self.x), source.column(self.color)
        if color.type not in TEMPORAL or x.type in (*NUMERIC, *TEMPORAL):
            return self
        return self.model_copy(update={"x": self.color, "color": self.x})

    def _split(self, source: Source) -> "Chart":
        """A histogram counts rows: a second column is one to split them by."""
        if self.kind != "histogram" or not (self.x and self.y) or self.color:
            return self
        return self.model_copy(update={"y": "", "color": self.y})

    def _draw(self, source: Source) -> Drawn:
        from cherry_reflex.analysis.charts import groups, matrix, points, spread

        if self.kind in GROUPED:
            return groups.draw(source, self)
        if self.kind == "scatter":
            return points.draw(source, self)
        if self.kind == "heatmap":
            return matrix.draw(source, self)
        return spread.draw(source, self)
