"""Conditions as SQL, with three-valued logic made safe.

A row without a value meets no condition, and what is negated keeps it: `Not`, and `!=` of a text,
a category or a yes/no column ("excluding North" keeps rows whose region is not known). `!=` of
numbers and dates, and of two columns, leaves it out: nobody knows whether an unknown price is 5.
Both are noted on the scope, so that answers can say how many rows it concerns.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.reading.compiler.comparisons import dated, span, valued
from cherry_reflex.analysis.reading.compiler.expressions import column, compiled
from cherry_reflex.analysis.reading.compiler.moments import needed_moment
from cherry_reflex.analysis.reading.compiler.parts import part_condition
from cherry_reflex.analysis.reading.compiler.scope import Note, Scope
from cherry_reflex.analysis.reading.compiler.spans import Span, relative_span
from cherry_reflex.analysis.reading.compiler.typed import Typed, numeric
from cherry_reflex.analysis.sql.duckdb import literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.reading.condition import (
    AgainstMean,
    All,
    AnyOf,
    Between,
    Comparison,
    Condition,
    MeasureRef,
    Membership,
    Not,
    Presence,
    RelativePeriod,
    Scalar,
    TextMatch,
    TopShare,
)
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression


@dataclass(frozen=True)
class Conditions:
    """Compiles conditions over the rows of a scope, or (`having`) over the results of groups:
    then `measures` are those results by place, and `source` what the groups stand in."""

    scope: Scope
    measures: Mapping[int, Typed] | None = None
    source: str = ""

    def where(self, condition: Condition | None) -> str:
        """Return a whole condition, empty for none. Means and shares that rows are compared with
        are those of the rows that the other parts leave."""
        if condition is None:
            return ""
        parts = condition.parts if isinstance(condition, All) else (condition,)
        plain = [part for part in parts if not _is_framed(part)]
        others = [self.sql(part) for part in plain]
        framed = [self.sql(part, tuple(others)) for part in parts if _is_framed(part)]
        return " AND ".join([*others, *framed])

    def sql(self, condition: Condition, others: Sequence[str] = ()) -> str:
        """Return a condition; NULL where it is not known whether a row meets it."""
        match condition:
            case All():
                return f"({' AND '.join(self.sql(p, others) for p in condition.parts)})"
            case AnyOf():
                return f"({' OR '.join(self.sql(p, others) for p in condition.parts)})"
            case Not():
                return self._negated(condition, others)
            case Comparison():
                return self._comparison(condition)
            case Membership():
                return self._membership(condition)
            case Between():
                low = Comparison(left=condition.of, op=">=", right=condition.low)
                high = Comparison(left=condition.of, op="<=", right=condition.high)
                return f"({self._comparison(low)} AND {self._comparison(high)})"
            case TextMatch():
                return self._text(condition)
            case Presence():
                return self._presence(condition)
            case RelativePeriod():
                return self._relative(condition)
            case AgainstMean():
                return self._against_mean(condition, others)
            case TopShare():
                return self._top_share(condition, others)

    def _negated(self, condition: Not, others: Sequence[str]) -> str:
        if isinstance(condition.part, Presence):
            part = condition.part
            return self._presence(part.model_copy(update={"is_missing": not part.is_missing}))
        self._note_columns(condition.part)
        return f"({self.sql(condition.part, others)}) IS NOT TRUE"

    def _note_columns(self, condition: Condition) -> None:
        match condition:
            case All() | AnyOf():
                for part in condition.parts:
                    self._note_columns(part)
            case Comparison():
                if not isinstance(condition.left, MeasureRef):
                    self._note("kept", condition.left)
            case Membership() | TextMatch() | RelativePeriod():
                self._note("kept", condition.of)
            case Between() | AgainstMean():
                if not isinstance(condition.of, MeasureRef):
                    self._note("kept", condition.of)
            case _:
                return

    def _note(self, kind: str, expression: Expression) -> None:
        self._note_of(kind, self._row(expression))

    def _note_of(self, kind: str, value: Typed) -> None:
        """Results of groups have no rows of their own to tell of."""
        if self.measures is None:
            self.scope.notes.append(Note(kind, value.name, value.sql))

    def _row(self, expression: Expression) -> Typed:
        return compiled(self.scope, expression)

    def _side(self, side: Any) -> Typed:
        if not isinstance(side, MeasureRef):
            return self._row(side)
        if self.measures is None or side.index not in self.measures:
            raise BadInput("reading_measure_unknown", place=side.index + 1)
        return self.measures[side.index]

    def _comparison(self, condition: Comparison) -> str:
        left, right, op = condition.left, condition.right, condition.op
        if isinstance(right, bool | int | float | str):
            return self._scalar(left, op, right, condition.unit)
        a, b = self._timed(left, condition.unit), self._timed(right, condition.unit)
        if op == "!=":
            self._note_of("left_out", a)
        return self._sides(a, op, b)

    def _timed(self, side: Any, unit: str) -> Typed:
        if unit and isinstance(side, Arithmetic) and not side.unit:
            side = side.model_copy(update={"unit": unit})
        return self._side(side)

    def _sides(self, a: Typed, op: str, b: Typed) -> str:
        sign = "<>" if op == "!=" else op
        if a.is_moment or b.is_moment:
            first, second = needed_moment(a), needed_moment(b)
            kinds = {first.kind, second.kind}
            cast = "::DATE" if kinds == {"date", "datetime"} else ""
            return f"{first.sql}{cast} {sign} {second.sql}{cast}"
        if a.is_number or b.is_number:
            return f"{numeric(a).sql} {sign} {numeric(b).sql}"
        return f"{a.sql} {sign} {b.sql}"

    def _scalar(self, left: Any, op: str, value: Scalar, unit: str) -> str:
        if isinstance(left, ColumnRef) and left.grain:
            base = column(self.scope, left)
            found = part_condition(base, left.grain, op, value)
            if found is not None:
                return found
            return dated(needed_moment(base), op, span(base, value))
        typed = self._timed(left, unit)
        if op == "!=":
            keeps = typed.kind in ("text", "boolean")
            self._note_of("kept" if keeps else "left_out", typed)
            equal = valued(self.scope, typed, "=", value)
            return f"({equal}) IS NOT TRUE" if keeps else f"NOT ({equal})"
        return valued(self.scope, typed, op, value)

    def _membership(self, condition: Membership) -> str:
        parts = [self._scalar(condition.of, "=", value, "") for value in condition.values]
        typed = None if _has_grain(condition.of) else self._row(condition.of)
        head = f"{typed.sql} = " if typed is not None else ""
        if head and all(part.startswith(head) for part in parts):
            return f"{typed.sql if typed else ''} IN ({', '.join(p[len(head) :] for p in parts)})"
        return f"({' OR '.join(parts)})"

    def _text(self, condition: TextMatch) -> str:
        value = self._row(condition.of)
        of, needle = f"lower({value.sql}::VARCHAR)", literal(condition.text.lower())
        call = {"contains": "contains", "starts": "starts_with", "ends": "ends_with"}
        return f"{call[condition.how]}({of}, {needle})"

    def _presence(self, condition: Presence) -> str:
        value = self._row(condition.of)
        if value.kind != "text":
            return f"{value.sql} IS {'' if condition.is_missing else 'NOT '}NULL"
        sign = "=" if condition.is_missing else "<>"
        return f"trim(coalesce({value.sql}, '')) {sign} ''"

    def _relative(self, condition: RelativePeriod) -> str:
        covered = relative(self.scope, condition)
        value = needed_moment(self._row(condition.of))
        params = {"from": f"{covered.start:%Y-%m-%d}", "to": _last_day(covered)}
        self.scope.notes.append(Note("period", value.name, params=params))
        return dated(value, "=", covered)

    def _against_mean(self, condition: AgainstMean, others: Sequence[str]) -> str:
        value = numeric(self._side(condition.of))
        source = self.source or self.scope.source
        rows = f"{source} WHERE {' AND '.join(others)}" if others else source
        if not condition.within:
            return f"{value.sql} {condition.op} (SELECT avg({value.sql}) FROM {rows})"
        keys = [self._row(one).sql for one in condition.within]
        inner = ", ".join(f"{key} AS k{n}" for n, key in enumerate(keys))
        joined = " AND ".join(f"means.k{n} IS NOT DISTINCT FROM {k}" for n, k in enumerate(keys))
        return (
            f"{value.sql} {condition.op} (SELECT means.m FROM (SELECT {inner}, avg({value.sql}) "
            f"AS m FROM {rows} GROUP BY ALL) AS means WHERE {joined})"
        )

    def _top_share(self, condition: TopShare, others: Sequence[str]) -> str:
        value = numeric(self._row(condition.of))
        source = self.scope.source
        rows = f"{source} WHERE {' AND '.join(others)}" if others else source
        largest = condition.direction == "largest"
        share = 1 - condition.percent / 100 if largest else condition.percent / 100
        at = f"quantile_cont({value.sql}, {literal(round(share, 9))})"
        return f"{value.sql} {'>=' if largest else '<='} (SELECT {at} FROM {rows})"


def relative(scope: Scope, condition: RelativePeriod) -> Span:
    """Return what a relative period comes to: counted from the newest date of its column that is
    not after today, or from today (`next` always: what comes is counted from now)."""
    value = needed_moment(compiled(scope, condition.of))
    today = dt.datetime.combine(scope.today, dt.time())
    anchor = today
    if condition.anchor == "newest" and condition.which != "next":
        newest = scope.probe.newest(scope.source, value.sql)
        if newest is not None and newest < today + dt.timedelta(days=1):
            anchor = newest
    return relative_span(
        anchor, condition.which, condition.count, condition.unit, is_rolling=condition.is_rolling
    )


def _last_day(span: Span) -> str:
    return f"{span.end - dt.timedelta(seconds=1):%Y-%m-%d}"


def _is_framed(condition: Condition) -> bool:
    """Whether a condition compares rows with all of them."""
    match condition:
        case AgainstMean() | TopShare():
            return True
        case All() | AnyOf():
            return any(map(_is_framed, condition.parts))
        case Not():
            return _is_framed(condition.part)
        case _:
            return False


def _has_grain(expression: Expression) -> bool:
    return isinstance(expression, ColumnRef) and bool(expression.grain)
