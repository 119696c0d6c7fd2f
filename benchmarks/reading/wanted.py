"""What a label names, piece by piece: columns, values, numbers, dates, words of analysis."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cherry_reflex.core.reading.condition import (
    AgainstMean,
    Between,
    Comparison,
    Condition,
    MeasureRef,
    Membership,
    Not,
    Presence,
    RelativePeriod,
    TextMatch,
    TopShare,
    leaves_of,
)
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression, columns_of
from cherry_reflex.core.reading.reading import Reading

_DATE = re.compile(r"\d{4}(-|$)")
IMPLIED = ("sum", "mean", "count", "rate")
"""Aggregations that a question need not say: `매출은?`."""


@dataclass(frozen=True)
class Wanted:
    """One thing that a label names."""

    kind: str
    name: str
    value: object = None


def wanted_of(reading: Reading) -> Iterator[Wanted]:
    """Yield what linking must find for a reading to be made."""
    expressions: list[Expression] = [*reading.columns, *reading.per]
    conditions = [reading.where, reading.having]
    for measure in reading.measures:
        conditions.append(measure.when)
        expressions += [e for e in (measure.of, measure.per) if e is not None]
        if measure.agg not in IMPLIED:
            yield Wanted("aggregation", measure.agg)
        if measure.p is not None:
            yield Wanted("number", str(measure.p), measure.p)
    for group in reading.by:
        expressions.append(group.of)
    if reading.order is not None and not hasattr(reading.order.by, "index"):
        expressions.append(reading.order.by)  # type: ignore[arg-type]
    for expression in expressions:
        yield from _of_expression(expression)
    for condition in conditions:
        for leaf in leaves_of(condition):
            yield from _of_condition(leaf)
    if reading.top is not None and reading.top > 1:
        yield Wanted("number", str(reading.top), float(reading.top))
    if reading.chart and reading.chart != "any":
        yield Wanted("chart", reading.chart)
    for other in reading.also:
        yield from wanted_of(other)


def _of_expression(expression: Expression) -> Iterator[Wanted]:
    for column in columns_of(expression):
        yield Wanted("column", column.name)
        if column.grain:
            yield Wanted("grain", column.grain)
    if isinstance(expression, Arithmetic):
        yield Wanted("arithmetic", expression.op)


def _of_condition(leaf: Condition) -> Iterator[Wanted]:
    if isinstance(leaf, Not):
        yield Wanted("negation", "not")
        for part in leaves_of(leaf.part):
            yield from _of_condition(part)
        return
    side = leaf.left if isinstance(leaf, Comparison) else getattr(leaf, "of", None)
    column = side.name if isinstance(side, ColumnRef) else ""
    if column:
        yield Wanted("column", column)
    match leaf:
        case Comparison():
            if isinstance(leaf.right, str | int | float | bool):
                if leaf.op in (">", ">=", "<", "<="):
                    yield Wanted("operator", leaf.op)
                yield _of_value(column, leaf.right, isinstance(side, MeasureRef))
            elif not isinstance(leaf.right, MeasureRef) and leaf.right.kind != "number":
                yield from _of_expression(leaf.right)  # type: ignore[arg-type]
        case Membership():
            for value in leaf.values:
                yield _of_value(column, value)
        case Between():
            yield _of_value(column, leaf.low)
            yield _of_value(column, leaf.high)
        case TextMatch():
            yield Wanted("text", column, leaf.text)
        case Presence():
            yield Wanted("presence", "missing" if leaf.is_missing else "present")
        case AgainstMean():
            yield Wanted("presence", "above_mean" if leaf.op == ">" else "below_mean")
        case TopShare():
            yield Wanted("number", str(leaf.percent), leaf.percent)
        case RelativePeriod():
            yield Wanted("relative", f"{leaf.which} {leaf.count} {leaf.unit}", leaf)


def _of_value(column: str, value: object, is_result: bool = False) -> Wanted:
    if isinstance(value, bool):
        return Wanted("flag", column, value)
    if isinstance(value, int | float):
        return Wanted("number", str(value), float(value))
    if isinstance(value, str) and not is_result and _DATE.match(value):
        return Wanted("date", column, value)
    return Wanted("value", column, value)
