"""Expressions as SQL: columns, parts of dates, arithmetic, differences of dates."""

from cherry_reflex.analysis.reading.compiler.moments import moment, part
from cherry_reflex.analysis.reading.compiler.scope import Scope
from cherry_reflex.analysis.reading.compiler.typed import Typed, kind_of, numeric
from cherry_reflex.analysis.sql.duckdb import literal
from cherry_reflex.core.column import Column
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.reading.expression import (
    Arithmetic,
    ColumnRef,
    Expression,
    Number,
    Today,
)

SECONDS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷", "ratio_of_sums": "÷"}


def compiled(scope: Scope, expression: Expression) -> Typed:
    """Return an expression over single rows as SQL; a part of a date is a number.

    Raises BadInput `column_unknown`, `column_type`, `reading_not_time`, `reading_ratio_of_sums`.
    """
    match expression:
        case ColumnRef():
            value = column(scope, expression)
            return part(value, expression.grain) if expression.grain else value
        case Number():
            number = expression.value
            is_whole = number.is_integer() and abs(number) < 2**53
            sql = literal(int(number) if is_whole else number)
            return Typed(sql, "integer" if is_whole else "number", name=f"{number:g}")
        case Today():
            return Typed(literal(scope.today), "date")
        case Arithmetic():
            if expression.op == "ratio_of_sums":
                raise BadInput("reading_ratio_of_sums")
            return _combined(
                expression, compiled(scope, expression.left), compiled(scope, expression.right)
            )


def column(scope: Scope, ref: ColumnRef) -> Typed:
    """Return a column itself, whatever part of it is meant."""
    found, sql = scope.column(ref)
    return Typed(sql, kind_of(found), found.unit, found.name, found, is_name=_is_name(found))


def has_ratio(expression: Expression) -> bool:
    """Whether an expression divides a total by a total anywhere."""
    if not isinstance(expression, Arithmetic):
        return False
    ratio = expression.op == "ratio_of_sums"
    return ratio or has_ratio(expression.left) or has_ratio(expression.right)


def _is_name(column: Column) -> bool:
    """Years and the like, and whole numbers of which each row has its own or that are long: who
    reads them wants no separators."""
    if column.type != "integer":
        return False
    return bool(column.time) or _has_own_each(column)


def _has_own_each(column: Column) -> bool:
    name = column.name.casefold()
    is_called = name == "id" or name.endswith(("_id", " id", "번호", "코드", "_no", "_cd"))
    return is_called or column.name.endswith(("Id", "ID", "No"))


def _combined(expression: Arithmetic, left: Typed, right: Typed) -> Typed:
    op = expression.op
    moments = _moments(left, right)
    name = f"{left.name} {_SIGNS[op]} {right.name}".strip()
    if moments is not None:
        if op == "-":
            return duration(*moments, expression.unit, name)
        raise BadInput("column_type", column=left.name, type=left.kind, wanted="number", field=op)
    if left.is_moment and op in ("+", "-"):
        days = numeric(right, op).sql
        seconds = SECONDS[expression.unit or "day"]
        sql = f"({left.sql} {op} to_seconds(({days}) * {seconds}))"
        return Typed(sql, "datetime", name=name)
    a, b = numeric(left, op), numeric(right, op)
    unit = _unit(op, a.unit, b.unit)
    if op == "/":
        return Typed(f"({a.sql} / nullif({b.sql}, 0))", "number", unit, name)
    is_whole = a.kind == b.kind == "integer"
    # Whole numbers of small types would overflow where their sum or product is large.
    first = f"{a.sql}::BIGINT" if is_whole and a.column is not None else a.sql
    sql = f"({first} {op} {b.sql})"
    return Typed(sql, "integer" if is_whole else "number", unit, name)


def duration(left: Typed, right: Typed, unit: str, name: str) -> Typed:
    """Return the time from `right` to `left` in days or another unit; whole days between dates."""
    seconds = SECONDS[unit or "day"]
    shown = {"day": "", "hour": "h", "minute": "min", "second": "s", "": ""}[unit]
    if left.kind == right.kind == "date" and unit in ("", "day"):
        sql = f"date_diff('day', {right.sql}::DATE, {left.sql}::DATE)"
        return Typed(sql, "integer", "day", name)
    sql = f"((epoch({left.sql}) - epoch({right.sql})) / {seconds})"
    return Typed(sql, "number", shown or "day", name)


def _moments(left: Typed, right: Typed) -> tuple[Typed, Typed] | None:
    """Return both as times when both are; texts and numbers only beside a real date."""
    if left.kind == right.kind == "time":
        return left, right
    a, b = moment(left), moment(right)
    if a is None or b is None:
        return None
    both_plain = left.is_number and right.is_number
    return None if both_plain else (a, b)


def _unit(op: str, left: str, right: str) -> str:
    if left == right:
        return "" if op in ("/", "*") else left
    if op in ("+", "-"):
        return left or right if not (left and right) else ""
    return (left if not right else "") if op == "/" else ("" if left and right else left or right)
