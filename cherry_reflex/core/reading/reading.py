"""A reading: one typed logical form of what a question asks for."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from cherry_reflex.core.reading.condition import Condition, PeriodUnit, Scalar
from cherry_reflex.core.reading.expression import ColumnRef, Expression, Grain
from cherry_reflex.core.reading.tagged import Tagged

Aggregation = Literal[
    "sum",
    "mean",
    "median",
    "min",
    "max",
    "count",
    "count_distinct",
    "std",
    "var",
    "percentile",
    "skew",
    "kurtosis",
    "mode",
    "range",
    "iqr",
    "first",
    "last",
    "share",
    "rate",
    "growth",
    "cumulative_sum",
    "rank",
]
"""`count` without `of` counts rows, with `of` its values. `share` is the part of the whole (of the
total of `of`, or of rows) that a group or a condition has; `rate` the part of the rows of a group
for which `when` holds, or the mean of a yes/no column. `growth` is the change against the period
before, as a part of it; `first` and `last` go by time."""

Task = Literal[
    "aggregate",
    "rows",
    "lookup",
    "describe",
    "relation",
    "test",
    "outliers",
    "normality",
    "missing",
    "distribution",
    "compare_periods",
    "growth",
    "forecast",
    "anomalies",
    "contribution",
    "cohort",
    "rfm",
    "funnel",
    "pareto",
    "ab_test",
    "nps",
    "survival",
    "words",
    "pivot",
    "join",
    "export",
    "schema",
    "clean",
    "features",
    "model",
    "report",
    "broad",
]
"""What is done. Down to `schema` a reading says all that is needed; the rest it only names: how to
clean or to model is chosen among the operations of those who do it."""

ChartKind = Literal[
    "",
    "any",
    "bar",
    "line",
    "area",
    "pie",
    "scatter",
    "histogram",
    "box",
    "violin",
    "heatmap",
    "map",
    "treemap",
    "sankey",
    "radar",
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Part):
    """A figure: an aggregation of an expression. `p` is the percentile (0-100); `when` restricts
    what is counted or added up; `per` makes it a mean over the totals of entities (revenue per
    customer)."""

    agg: Aggregation
    of: Expression | None = None
    p: float | None = Field(default=None, ge=0, le=100)
    when: Condition | None = None
    per: Expression | None = None


class Group(_Part):
    """What rows are grouped by: a column (dates with a grain), or bins of a number: so many,
    of that width, or with these lower bounds."""

    of: Expression
    bins: int | None = Field(default=None, ge=2, le=100)
    width: float | None = Field(default=None, gt=0)
    edges: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    """Names of the bins, where the question gives them."""

    @property
    def is_binned(self) -> bool:
        """Whether numbers are put into bins."""
        return bool(self.bins or self.width or self.edges)


class ByMeasure(Tagged):
    """Order by the result of a measure, by its place from 0."""

    kind: Literal["measure"] = "measure"
    index: int = 0


class Order(_Part):
    """In which order results or rows come."""

    by: Annotated[Expression | ByMeasure, Field(discriminator="kind")] = ByMeasure()
    direction: Literal["descending", "ascending"] = "descending"


class Period(_Part):
    """Two spans of time that are compared, each a condition on dates, or a value of `of` (2023);
    both empty: each period with the one before."""

    of: Expression
    unit: PeriodUnit | Literal[""] = ""
    before: Condition | Scalar | None = None
    after: Condition | Scalar | None = None


class Join(_Part):
    """Another table, joined by a key. `anti` keeps the rows that the other table has not."""

    dataset: str
    left: str
    right: str
    how: Literal["inner", "left", "anti"] = "left"


class Horizon(_Part):
    """How far a forecast goes."""

    count: int = Field(ge=1, le=1000)
    unit: PeriodUnit


class Reading(_Part):
    """What a question asks for. Everything but `task` may be left out; what a task does not use
    stays empty."""

    task: Task = "aggregate"
    dataset: str = ""
    """Name of the table; empty for the first."""
    joins: tuple[Join, ...] = ()
    measures: tuple[Measure, ...] = ()
    by: tuple[Group, ...] = ()
    where: Condition | None = None
    having: Condition | None = None
    """A condition on the results of groups (`MeasureRef`)."""
    order: Order | None = None
    top: int | None = Field(default=None, ge=1)
    per: tuple[Expression, ...] = ()
    """The top n within each of these."""
    rank: int | None = Field(default=None, ge=1)
    """Only the n-th in the order (the second largest)."""
    columns: tuple[Expression, ...] = ()
    """What is listed, described, related, tested, looked up."""
    method: str = ""
    """What the person named: pearson, spearman, t_test, mann_whitney, anova, chi_square, shapiro,
    iqr, z_score …"""
    how: str = ""
    """What else the task needs to know in a word: `count_groups`, `share_of_groups`, `high`, …"""
    period: Period | None = None
    horizon: Horizon | None = None
    target: str = ""
    """The column that a model predicts."""
    chart: ChartKind = ""
    export: Literal["", "xlsx", "csv", "json", "parquet", "pdf", "html", "markdown", "notebook"] = (
        ""
    )
    also: tuple["Reading", ...] = ()
    """Further readings of one question that asks for several things."""


__all__ = [
    "Aggregation",
    "ByMeasure",
    "ChartKind",
    "ColumnRef",
    "Grain",
    "Group",
    "Horizon",
    "Join",
    "Measure",
    "Order",
    "Period",
    "Reading",
    "Task",
]
