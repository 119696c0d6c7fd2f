"""A value compared with a column as the column's type has it: numbers, flags, texts, dates."""

import datetime as dt

from cherry_reflex.analysis.reading.compiler.moments import moment
from cherry_reflex.analysis.reading.compiler.scope import Note, Scope
from cherry_reflex.analysis.reading.compiler.spans import Span, span_of
from cherry_reflex.analysis.reading.compiler.typed import Typed, as_number, looks_numeric
from cherry_reflex.analysis.sql.duckdb import literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.reading.condition import Scalar

_YES = frozenset({"true", "t", "yes", "y", "1", "예", "네", "참", "o"})
_NO = frozenset({"false", "f", "no", "n", "0", "아니오", "아니요", "거짓", "x"})


def valued(scope: Scope, typed: Typed, op: str, value: Scalar) -> str:
    """Return a comparison (`=`, `<`, …, not `!=`) with a value.

    Raises BadInput `filter_value` where the value cannot be one of the column's.
    """
    if typed.is_moment:
        return dated(typed, op, span(typed, value))
    match typed.kind:
        case "number" | "integer":
            return _number(typed, op, value)
        case "boolean":
            return _flag(typed, op, value)
        case "time":
            return f"{typed.sql} {op} TRY_CAST({literal(str(value))} AS TIME)"
        case _:
            return _word(scope, typed, op, value)


def span(typed: Typed, value: Scalar) -> Span:
    """Return what a value covers as a date. Raises BadInput `filter_value` when it is none."""
    found = None if isinstance(value, bool) else span_of(value)
    if found is None:
        raise BadInput("filter_value", column=typed.name, value=str(value))
    return found


def dated(typed: Typed, op: str, of: Span) -> str:
    """Return a date compared with a span: `=` is within it, `>` after its end."""
    start, end = _moment_literal(of.start), _moment_literal(of.end)
    if of.is_moment:
        return f"{typed.sql} {op} {start}"
    match op:
        case "=":
            return f"({typed.sql} >= {start} AND {typed.sql} < {end})"
        case "!=":
            return f"NOT ({typed.sql} >= {start} AND {typed.sql} < {end})"
        case ">":
            return f"{typed.sql} >= {end}"
        case "<=":
            return f"{typed.sql} < {end}"
        case _:
            return f"{typed.sql} {op} {start}"


def _number(typed: Typed, op: str, value: Scalar) -> str:
    if isinstance(value, bool):
        return f"{typed.sql} {op} {int(value)}"
    if isinstance(value, int | float):
        return f"{typed.sql} {op} {literal(value)}"
    try:
        number = float(value.strip().strip("%₩$€£¥").replace(",", ""))
        return f"{typed.sql} {op} {literal(int(number) if number.is_integer() else number)}"
    except (ValueError, OverflowError) as error:
        found, covered = moment(typed), span_of(value)
        if found is not None and covered is not None:
            return dated(found, op, covered)
        raise BadInput("filter_value", column=typed.name, value=value) from error


def _flag(typed: Typed, op: str, value: Scalar) -> str:
    word = str(value).strip().casefold()
    if op != "=" or word not in _YES | _NO:
        raise BadInput("filter_value", column=typed.name, value=str(value))
    return typed.sql if word in _YES else f"NOT {typed.sql}"


def _word(scope: Scope, typed: Typed, op: str, value: Scalar) -> str:
    """Texts: equal as written; whatever their case and the blanks around them where nothing
    is equal as written. Ordered as dates or as numbers where they are such."""
    if op == "=":
        return _equal(scope, typed, value)
    found, covered = moment(typed), span_of(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if found is not None and covered is not None:
        return dated(found, op, covered)
    if is_number or (looks_numeric(typed.column) and str(value).replace(".", "").isdigit()):
        return f"{as_number(typed.sql)} {op} {literal(float(value))}"
    return f"{typed.sql} {op} {literal(str(value))}"


def _equal(scope: Scope, typed: Typed, value: Scalar) -> str:
    shown = str(value)
    exact = f"{typed.sql} = {literal(shown)}"
    if scope.probe.has(scope.source, exact):
        return exact
    if isinstance(value, bool):
        words = ", ".join(literal(word) for word in sorted(_YES if value else _NO))
        return f"lower(trim({typed.sql})) IN ({words})"
    alike = f"lower(trim({typed.sql})) = {literal(shown.strip().lower())}"
    found, covered = moment(typed), span_of(value)
    if found is not None and covered is not None:
        return dated(found, "=", covered)
    if isinstance(value, int | float) and looks_numeric(typed.column):
        return f"{as_number(typed.sql)} = {literal(value)}"
    if not scope.probe.has(scope.source, alike):
        scope.notes.append(Note("unknown_value", typed.name, params={"value": shown}))
        return exact
    return alike


def _moment_literal(moment: dt.datetime) -> str:
    is_day = moment.time() == dt.time()
    return literal(moment.date() if is_day else moment)
