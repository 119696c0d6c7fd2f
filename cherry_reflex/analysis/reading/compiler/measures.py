"""Measures as aggregates, and what is computed over the results of groups: shares of the whole,
growth, running totals, ranks."""

from dataclasses import dataclass
from typing import Literal

from cherry_reflex.analysis.reading.compiler.conditions import Conditions
from cherry_reflex.analysis.reading.compiler.expressions import column, compiled, has_ratio
from cherry_reflex.analysis.reading.compiler.groups import key_of
from cherry_reflex.analysis.reading.compiler.moments import moment
from cherry_reflex.analysis.reading.compiler.scope import Note, Scope
from cherry_reflex.analysis.reading.compiler.typed import Kind, Typed, numeric
from cherry_reflex.analysis.reading.words.numbers import Style
from cherry_reflex.analysis.sql.duckdb import literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.reading.condition import Comparison, Condition, Presence, leaves_of
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression
from cherry_reflex.core.reading.reading import Measure

_SIMPLE = {
    "sum": "sum({})",
    "mean": "avg({})",
    "median": "median({})",
    "min": "min({})",
    "max": "max({})",
    "std": "stddev_samp({})",
    "var": "var_samp({})",
    "skew": "skewness({})",
    "kurtosis": "kurtosis({})",
}
_UNITLESS = ("count", "count_distinct", "skew", "kurtosis", "var", "rank")
_OF_ANY = ("min", "max", "median", "mode", "first", "last", "range")
OVER_GROUPS = ("share", "growth", "cumulative_sum", "rank")
_PER_MEAN = ("mean", "sum", "count", "count_distinct")
_YES = ("true", "t", "yes", "y", "1", "예", "네", "참", "o", "있음")

Over = Literal["", "share", "growth", "cumulative_sum", "rank"]


@dataclass(frozen=True)
class Figure:
    """A measure, compiled. `sql` is the aggregate; `over` says what is made of the results of all
    groups afterwards; `of` is what was measured (None where rows are counted); `apart` is the
    total of each `per` where a mean of totals is not enough (`agg` is then taken over those)."""

    agg: str
    sql: str
    kind: Kind
    unit: str = ""
    style: Style = "number"
    over: Over = ""
    of: Typed | None = None
    entity: str = ""
    inner: str = ""

    @property
    def shown_unit(self) -> str:
        """The unit of what is shown: parts of one are shown as percentages."""
        return "%" if self.style == "percent" else self.unit

    @property
    def is_additive(self) -> bool:
        """Whether the results of groups add up to that of the whole."""
        return self.agg in ("sum", "count") and not self.entity and self.style == "number"


def figure(scope: Scope, measure: Measure) -> Figure:
    """Return a measure as an aggregate.

    Raises BadInput `measure_needed`, `column_type`, `reading_rate_unclear`, `reading_per`, and
    what expressions and conditions raise.
    """
    only = ""
    if measure.when is not None:
        only = Conditions(scope).where(measure.when)
        if measure.agg in ("rate", "share"):
            _note_unknown(scope, measure.when)
    if measure.of is not None and has_ratio(measure.of):
        value = _of_totals(scope, measure.of, only)
        return Figure("ratio", value.sql, "number", value.unit, of=None)
    if measure.per is not None:
        return _per(scope, measure, only)
    return _figure(scope, measure, only)


def _note_unknown(scope: Scope, condition: Condition) -> None:
    """Rows of which it is not known whether a condition holds count as rows for which it does
    not: that has to be said."""
    for leaf in leaves_of(condition):
        side = leaf.left if isinstance(leaf, Comparison) else getattr(leaf, "of", None)
        if isinstance(side, ColumnRef) and not isinstance(leaf, Presence):
            value = column(scope, side)
            scope.notes.append(Note("as_not", value.name, value.sql))


def _figure(scope: Scope, measure: Measure, only: str) -> Figure:
    agg = measure.agg
    value = compiled(scope, measure.of) if measure.of is not None else None
    if agg == "rate":
        return _rate(value, only)
    if agg == "share":
        total = _filtered(_total(value), only)
        if only:
            part = f"{total} / nullif({_total(value)}, 0)"
            return Figure("share", part, "number", style="percent", of=value)
        return Figure("share", total, "number", style="percent", over="share", of=value)
    if agg in OVER_GROUPS:
        total = _filtered(_total(value), only)
        if agg == "growth":
            return Figure("growth", total, "number", style="percent", over="growth", of=value)
        if agg == "rank":
            return Figure("rank", total, "integer", over="rank", of=value)
        unit = value.unit if value else ""
        return Figure("cumulative_sum", total, "number", unit, over="cumulative_sum", of=value)
    if value is None:
        if agg not in ("count", "count_distinct"):
            raise BadInput("measure_needed", how=_word(agg))
        return Figure("count", _filtered("count(*)", only), "integer")
    return _of_values(measure, value, only, scope)


def _of_values(measure: Measure, value: Typed, only: str, scope: Scope) -> Figure:
    agg = measure.agg
    if agg in ("count", "count_distinct"):
        call = f"count({'DISTINCT ' if agg == 'count_distinct' else ''}{value.sql})"
        return Figure(agg, _filtered(call, only), "integer", of=value)
    is_any = agg in _OF_ANY and not value.is_number and value.kind != "boolean"
    if is_any and value.kind == "text" and agg in ("median", "range"):
        is_any = False
    of = value if is_any else numeric(value)
    style: Style = "name" if of.is_name and agg in _OF_ANY and agg != "range" else "number"
    kind: Kind = of.kind if agg in _OF_ANY else "number"
    unit = "" if agg in _UNITLESS else of.unit
    if agg in ("first", "last"):
        return Figure(agg, _by_time(scope, agg, of, only), kind, unit, style, of=of)
    if agg == "percentile":
        share = literal(round((measure.p if measure.p is not None else 50) / 100, 9))
        sql = _filtered(f"quantile_cont({of.sql}, {share})", only)
    elif agg == "iqr":
        high = _filtered(f"quantile_cont({of.sql}, 0.75)", only)
        sql = f"({high} - {_filtered(f'quantile_cont({of.sql}, 0.25)', only)})"
    elif agg == "range":
        if of.is_moment:
            kind, unit = "number", "day"
            seconds = f"epoch({_filtered(f'max({of.sql})', only)})"
            sql = f"(({seconds} - epoch({_filtered(f'min({of.sql})', only)})) / 86400)"
        else:
            sql = f"({_filtered(f'max({of.sql})', only)} - {_filtered(f'min({of.sql})', only)})"
    elif agg == "mode":
        sql = _mode(of.sql, only)
    elif agg == "sum":
        # Sums of whole numbers have a type of their own in DuckDB, which few readers know.
        sql = f"{_filtered(f'sum({of.sql})', only)}::DOUBLE"
    else:
        sql = _filtered(_SIMPLE[agg].format(of.sql), only)
    return Figure(agg, sql, kind, unit, style, of=of)


def _rate(value: Typed | None, only: str) -> Figure:
    """The part of the rows for which a condition holds (rows of which that is not known count as
    not), or the mean of a yes/no column."""
    if only and value is not None:
        sql = f"{_filtered(_total(value), only)} / nullif({_total(value)}, 0)"
    elif only:
        sql = f"count(*) FILTER (WHERE {only}) / nullif(count(*), 0)"
    elif value is None:
        raise BadInput("measure_needed", how="rate")
    elif value.kind == "text":
        known = (
            {str(e).strip().casefold() for e in value.column.examples} if value.column else set()
        )
        if not known & set(_YES) or len(known) > 2:
            raise BadInput("reading_rate_unclear", column=value.name)
        words = ", ".join(literal(word) for word in _YES)
        sql = f"avg((lower(trim({value.sql})) IN ({words}))::INTEGER)"
    else:
        of = numeric(value)
        if of.unit == "%" or not _is_flag(value):
            return Figure("rate", f"avg({of.sql})", "number", of.unit, of=value)
        sql = f"avg({of.sql})"
    return Figure("rate", sql, "number", style="percent", of=value)


def _is_flag(value: Typed) -> bool:
    column = value.column
    if value.kind == "boolean" or column is None:
        return value.kind == "boolean"
    low, high = column.minimum, column.maximum
    return isinstance(low, int | float) and isinstance(high, int | float) and 0 <= low <= high <= 1


def _per(scope: Scope, measure: Measure, only: str) -> Figure:
    """A mean over the totals of entities; another aggregation of these totals where that is asked
    for (the median revenue of a customer)."""
    assert measure.per is not None
    if measure.agg in ("share", "rate", "growth", "cumulative_sum", "rank"):
        raise BadInput("reading_per")
    entity = key_of(scope, measure.per).sql
    value = compiled(scope, measure.of) if measure.of is not None else None
    if measure.agg == "count_distinct" and value is not None:
        inner = _filtered(f"count(DISTINCT {value.sql})", only)
    elif measure.agg == "count" and value is not None:
        inner = _filtered(f"count({value.sql})", only)
    else:
        inner = _filtered(_total(value), only)
    unit = value.unit if value is not None and not measure.agg.startswith("count") else ""
    agg = "mean" if measure.agg in _PER_MEAN else measure.agg
    made = _of_values(measure.model_copy(update={"agg": agg}), Typed("v", "number", unit, "v"), "",
                      scope)  # fmt: skip
    return Figure(agg, made.sql, "number", made.unit, of=value, entity=entity, inner=inner)


def _of_totals(scope: Scope, expression: Expression, only: str) -> Typed:
    """Arithmetic over totals: each column is added up, then divided."""
    if not isinstance(expression, Arithmetic):
        value = compiled(scope, expression)
        if not isinstance(expression, ColumnRef):
            return value
        of = numeric(value)
        return Typed(_filtered(f"sum({of.sql})", only), "number", of.unit, of.name)
    if not has_ratio(expression):
        of = numeric(compiled(scope, expression))
        return Typed(_filtered(f"sum({of.sql})", only), "number", of.unit, of.name)
    if expression.op == "ratio_of_sums":
        left, right = (numeric(compiled(scope, e)) for e in (expression.left, expression.right))
        top, below = (_filtered(f"sum({side.sql})", only) for side in (left, right))
        unit = left.unit if not right.unit else ""
        return Typed(f"({top} / nullif({below}, 0))", "number", unit)
    first, second = (_of_totals(scope, e, only) for e in (expression.left, expression.right))
    if expression.op == "/":
        return Typed(f"({first.sql} / nullif({second.sql}, 0))", "number")
    return Typed(f"({first.sql} {expression.op} {second.sql})", "number")


def _total(value: Typed | None) -> str:
    if value is None:
        return "count(*)"
    return f"sum({numeric(value).sql})::DOUBLE"


def _filtered(call: str, only: str) -> str:
    if not only:
        return call
    head, cast, rest = call.partition("::DOUBLE")
    return f"{head} FILTER (WHERE {only}){cast}{rest}"


def _mode(sql: str, only: str) -> str:
    """The most frequent value; of several that are as frequent, the smallest."""
    counts = _filtered(f"histogram({sql})", only)
    most = f"list_max(map_values({counts}))"
    tied = f"list_filter(map_entries({counts}), lambda one: one.value = {most})"
    return f"list_min(list_transform({tied}, lambda one: one.key))"


def _by_time(scope: Scope, agg: str, of: Typed, only: str) -> str:
    """First and last go by the table's dates; by the order of rows where it has none."""
    present = f"{of.sql} IS NOT NULL"
    condition = f"({only}) AND {present}" if only else present
    for one in scope.main.columns:
        found = moment(column(scope, ColumnRef(name=one.name, dataset=scope.main.name)))
        if found is not None and one.name != of.name:
            call = "arg_min" if agg == "first" else "arg_max"
            return f"{call}({of.sql}, {found.sql}) FILTER (WHERE {condition})"
    return f"{agg}({of.sql}) FILTER (WHERE {condition})"


def _word(agg: str) -> str:
    return {"count_distinct": "distinct"}.get(agg, agg)
