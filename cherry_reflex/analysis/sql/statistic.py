"""How a measure is put into one number for each group: the usual ways, and those that take more
arguments (a quantile's share, a weight, the second column of a correlation)."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.computed import checked
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.measures import How
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, chosen_field, written_field
from cherry_reflex.core.unit import Unit

AnyHow = Literal[
    "sum", "mean", "median", "count", "distinct", "min", "max", "std", "var", "skew", "kurtosis",
    "quantile", "mode", "first", "last", "share", "weighted_mean", "corr",
]  # fmt: skip
USUAL: tuple[How, ...] = get_args(How)
_COLUMNS_TOLD = 60
_WITH_OTHER = ("first", "last", "weighted_mean", "corr")
_ANY_TYPE = ("mode", "first", "last")
_UNITS = ("quantile", "mode", "first", "last", "weighted_mean")
_SQL = {
    "var": "var_samp({x})",
    "skew": "skewness({x})",
    "kurtosis": "kurtosis({x})",
    "quantile": "quantile_cont({x}, {p})",
    "mode": "mode({x})",
    "first": "arg_min({x}, {y})",
    "last": "arg_max({x}, {y})",
    "corr": "corr({x}, {y})",
}


def how_field(description: str) -> Any:
    """Return the field of an operation that says how its measure is put together."""
    return chosen_field(description, USUAL, default="sum")


def share_field() -> Any:
    """Return the field for the share of a quantile."""
    return written_field("Of a quantile.", default=0.5, ge=0, le=1)


def other_field() -> Any:
    """Return the field for the second column that some ways take."""
    return written_field(
        "Column: weight (weighted_mean), second (corr), order (first, last).", default=""
    )


@dataclass(frozen=True)
class Statistic:
    """A measure (a column's name, an expression that aggregates, or nothing: rows are counted),
    how it is put together, the share `p` of a quantile, and the `other` column: the weight, the
    second of a correlation, or the order in which one value is the first."""

    measure: str
    how: AnyHow
    p: float = 0.5
    other: str = ""
    expression: str = ""
    """SQL of a measure that aggregates by itself."""

    @property
    def usual(self) -> str:
        """How, as texts and units know it; an expression has a way of its own."""
        return "expression" if self.expression else self.how

    def check(self, dataset: Dataset) -> None:
        """Raise BadInput (`measure_needed`, `column_type`, `column_unknown`, `other_needed`) when
        the columns do not fit. An expression that is no column yet is looked into where it runs."""
        if self.other and dataset.column(self.other) is None:
            listed = ", ".join(c.name for c in dataset.columns[:_COLUMNS_TOLD])
            given = {"column": self.other, "dataset": dataset.name, "columns": listed}
            raise BadInput("column_unknown", **given)
        column = dataset.column(self.measure) if self.measure else None
        if self.measure and column is None:
            return
        if self.how in USUAL:
            measures.check(column, self.how)
            return
        if column is None and self.how != "share":
            raise BadInput("measure_needed", how=self.how)
        if column is not None and self.how not in _ANY_TYPE:
            _numeric(column, "measure")
        if self.how in _WITH_OTHER and not self.other:
            raise BadInput("other_needed", how=self.how)
        other = dataset.column(self.other) if self.other else None
        if other is not None and self.how in ("weighted_mean", "corr"):
            _numeric(other, "other")

    def sql(self, only: str = "", whole: str = "") -> str:
        """Return the aggregate expression over the rows that meet `only`. `whole` is `FROM … WHERE
        …` of all rows, of which a share is taken."""
        kept = f" FILTER ({only})" if only else ""
        if self.expression:
            return self.expression
        if self.how in USUAL or (self.how == "share" and not self.measure):
            value = measures.sql(self.measure, "count" if self.how == "share" else self.how, only)
            if self.how != "share":
                return value
            return f"{value} / nullif((SELECT count(*) {whole}), 0)"
        x, y = ident(self.measure), ident(self.other)
        if self.how == "share":
            total = f"(SELECT sum({x})::DOUBLE {whole})"
            return f"sum({x}){kept}::DOUBLE / nullif({total}, 0)"
        if self.how == "weighted_mean":
            both = f"{x} IS NOT NULL AND {y} IS NOT NULL" + (f" AND ({only})" if only else "")
            return f"sum({x}::DOUBLE * {y}) FILTER ({both}) / nullif(sum({y}) FILTER ({both}), 0)"
        made = _SQL[self.how].format(x=x, y=y, p=repr(self.p)) + kept
        # Of fewer values than they need, or equal ones, DuckDB says NaN.
        return (
            f"nullif({made}, 'nan'::DOUBLE)" if self.how in ("skew", "kurtosis", "corr") else made
        )

    def heading(self, source: Source) -> str:
        """Return the heading of the column."""
        if self.expression:
            return self.measure
        if self.how in USUAL or not self.measure:
            if self.how == "share":
                return source.say("heading.share")
            return measures.heading_of(source, self.measure, self.how)
        params = {"measure": self.measure, "other": self.other, "p": f"{self.p:g}"}
        return source.say(f"heading.how_{self.how}", **params)

    def unit(self, source: Source) -> Unit | None:
        """Return the unit of the result; None where none is known."""
        if self.expression or not self.measure:
            return None
        if self.how in USUAL:
            return measures.unit_of(source, self.measure, self.how)
        return source.unit(self.measure) if self.how in _UNITS else None

    def units(self, source: Source, *names: str) -> dict[str, Unit]:
        """Return its unit for each of the params of a fact that are values of it."""
        unit = self.unit(source)
        return dict.fromkeys(names, unit) if unit else {}


def statistic_of(dataset: Dataset, measure: str, how: AnyHow, p: float, other: str) -> Statistic:
    """Return the statistic of a measure; one that is no column is an expression that aggregates.

    Raises BadInput `expression_invalid`, `column_unknown`.
    """
    if measure and dataset.column(measure) is None:
        return Statistic(measure, how, expression=checked(dataset, measure).sql)
    return Statistic(measure, how if measure or how == "share" else "count", p, other)


def _numeric(column: Column, field: str) -> None:
    if column.type not in NUMERIC:
        wanted = ", ".join(NUMERIC)
        given = {"column": column.name, "type": column.type}
        raise BadInput("column_type", **given, wanted=wanted, field=field)
