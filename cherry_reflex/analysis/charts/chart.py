"""The one operation that draws: the kind says how, the columns say what."""

from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.charts import boxes, heatmap, histogram, measure_by_group, scatter
from cherry_reflex.analysis.charts.choice import GROUPED, LINES, SHARES, ChartChoice, Kind
from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.additive import suited_how
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.measures import How, Period
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.column import Column, ColumnType
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Outcome, Tables, column_field


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
        expression=True,
    )
    y: str = column_field(
        "Column of numbers that is measured (bars, lines, shares, boxes, second number of a "
        "scatter; second grouping of a heatmap). Empty counts rows.",
        default="",
        expression=True,
    )
    color: str = column_field(
        "Column that splits the marks by colour (in a heatmap: the number that is measured).",
        default="",
        expression=True,
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
        if any(dataset.column(name) is None for name in given):
            return  # expressions: checked again when they have been computed
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
            choice = self._settled(source)
            chosen = {"x": choice.x, "y": choice.y, "color": choice.color, "kind": choice.kind}
            if choice.kind in GROUPED or choice.kind == "heatmap":
                measured = self.color if choice.kind == "heatmap" else self.y
                chosen["how"] = choice.how if measured else "count"
            return drawn_outcome(source, replace(_draw(source, choice), chosen=chosen))

    def _settled(self, source: Source) -> ChartChoice:
        """Return what is drawn: lines go along time (words on the x axis and dates as colours
        change places), and a histogram counts rows (a second column is one to split them by)."""
        measured = self.color if self.kind == "heatmap" else self.y
        column = source.dataset.column(measured) if measured else None
        is_given = "how" in self.model_fields_set
        # A share of percentages is refused below rather than drawn of averages.
        how = self.how
        if self.kind not in SHARES and column is not None:
            how = suited_how(column, self.how, is_given=is_given)
        choice = ChartChoice(self.kind, self.x, self.y, self.color, how, self.period, self.top)
        if self.kind in LINES and self.color:
            x, color = source.column(self.x), source.column(self.color)
            if color.type in TEMPORAL and x.type not in (*NUMERIC, *TEMPORAL):
                return replace(choice, x=self.color, color=self.x)
        if self.kind == "histogram" and self.x and self.y and not self.color:
            return replace(choice, y="", color=self.y)
        return choice


def _draw(source: Source, choice: ChartChoice) -> Drawn:
    if choice.kind in GROUPED:
        return measure_by_group.draw(source, choice)
    if choice.kind == "scatter":
        return scatter.draw(source, choice)
    if choice.kind == "heatmap":
        return heatmap.draw(source, choice)
    if choice.kind == "histogram":
        return histogram.draw(source, choice)
    return boxes.draw(source, choice)
