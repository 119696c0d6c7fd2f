"""Groups: the columns by whose values rows are put together, dates by grain, numbers in bins."""

import itertools
import math
from dataclasses import dataclass

from cherry_reflex.analysis.reading.compiler.expressions import column, compiled
from cherry_reflex.analysis.reading.compiler.moments import FOLDING, cut, label, moment
from cherry_reflex.analysis.reading.compiler.scope import Scope
from cherry_reflex.analysis.reading.compiler.typed import Typed, numeric
from cherry_reflex.analysis.reading.words.numbers import number
from cherry_reflex.analysis.sql.duckdb import literal
from cherry_reflex.analysis.sql.measures import period_for
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.expression import ColumnRef, Expression, Grain
from cherry_reflex.core.reading.reading import Group

_BINS_MAX = 200
_DAYS_AS_THEY_ARE = 60
"""Dates of at most so many different days are groups as they are."""


@dataclass(frozen=True)
class Grouping:
    """A group, compiled. `key` is what rows are put together and sorted by, `shown` the SQL of
    what is seen of a key that stands under the name `{}`."""

    of: Expression
    key: Typed
    shown: str
    grain: Grain = ""
    is_binned: bool = False

    @property
    def is_time(self) -> bool:
        """Whether the groups are periods that follow each other."""
        return self.key.is_moment

    @property
    def is_ordered(self) -> bool:
        """Whether the groups have an order of their own: time, weekdays, bins, years."""
        return self.is_time or self.is_binned or self.grain in FOLDING or self.key.is_name


def grouping(scope: Scope, group: Group, language: Language, where: str = "") -> Grouping:
    """Return a group as SQL. `where` are the rows of which bins are made.

    Raises BadInput `reading_not_time`, `column_type`, `reading_bins_many`.
    """
    if group.is_binned:
        return _binned(scope, group, where)
    of, grain = group.of, group.of.grain if isinstance(group.of, ColumnRef) else ""
    if isinstance(of, ColumnRef) and not grain:
        grain = own_grain(scope, of)
    if not isinstance(of, ColumnRef) or not grain:
        value = compiled(scope, of)
        return Grouping(of, value, "{}")
    key = cut(column(scope, of), grain)
    return Grouping(of, key, label("{}", key, grain, language), grain)


def key_of(scope: Scope, expression: Expression) -> Typed:
    """Return what rows are put together by, for an expression without bins."""
    if isinstance(expression, ColumnRef) and expression.grain:
        return cut(column(scope, expression), expression.grain)
    return compiled(scope, expression)


def own_grain(scope: Scope, of: ColumnRef) -> Grain:
    """Return the grain of dates that are grouped without one: days while there are few, else what
    cuts their range into some 40 pieces."""
    value = column(scope, of)
    found, known = value.column, value.is_moment
    if found is None or not known:
        return ""
    if value.kind == "date" and found.distinct <= _DAYS_AS_THEY_ARE:
        return "day"
    ends = scope.probe.ends(scope.source, f"epoch({value.sql}) / 86400")
    return period_for(int(ends[1] - ends[0]) if ends else 0)  # type: ignore[return-value]


def _binned(scope: Scope, group: Group, where: str) -> Grouping:
    value = compiled(scope, group.of)
    if (found := moment(value)) is not None and not value.is_number:
        raise BadInput("column_type", column=value.name, type=found.kind, wanted="number",
                       field="by")  # fmt: skip
    of = numeric(value, "by")
    edges = _edges(scope, group, of, where)
    names = _names(group, edges, of.kind == "integer")
    below = 1 if group.edges and len(names) == len(edges) + 1 else 0
    whens = [
        f"WHEN {of.sql} < {literal(edge)} THEN {place - (0 if below else 1)}"
        for place, edge in enumerate(edges)
        if place or below
    ]
    last = len(edges) - (0 if below else 1)
    inner = f"WHEN {of.sql} IS NULL{_outside(group, of, edges)} THEN NULL"
    key = f"CASE {inner} {' '.join(whens)} ELSE {last} END"
    cases = " ".join(f"WHEN {n} THEN {literal(name)}" for n, name in enumerate(names))
    typed = Typed(key, "integer", name=of.name)
    return Grouping(group.of, typed, f"CASE {{}} {cases} END", is_binned=True)


def _outside(group: Group, of: Typed, edges: list[float]) -> str:
    """Numbers below the lowest bound belong to no bin, unless a name is given for them."""
    if not group.edges or len(group.labels) == len(edges) + 1:
        return ""
    return f" OR {of.sql} < {literal(edges[0])}"


def _edges(scope: Scope, group: Group, of: Typed, where: str) -> list[float]:
    if group.edges:
        return sorted(group.edges)
    rows = f"{scope.source} WHERE {where}" if where else scope.source
    low, high = scope.probe.ends(rows, of.sql) or (0.0, 0.0)
    if group.width:
        first = math.floor(low / group.width)
        count = math.floor(high / group.width) - first + 1
        if count > _BINS_MAX:
            raise BadInput("reading_bins_many", column=of.name, count=count, limit=_BINS_MAX)
        return [round((first + n) * group.width, 12) for n in range(count)]
    count = group.bins or 10
    if low == high:
        return [low]
    return [low + (high - low) * n / count for n in range(count)]


def _names(group: Group, edges: list[float], is_whole: bool) -> list[str]:
    if len(group.labels) in (len(edges), len(edges) + 1) and group.labels:
        return list(group.labels)
    shown = [number(edge) for edge in edges]
    pairs = [f"{a} – {b}" for a, b in itertools.pairwise(shown)]
    if is_whole and all(float(edge).is_integer() for edge in edges):
        pairs = [
            f"{a:,.0f} – {b - 1:,.0f}" if b - a > 1 else f"{a:,.0f}"
            for a, b in itertools.pairwise(edges)
        ]
    if group.width:
        end = edges[-1] + group.width
        top = f"{end - 1:,.0f}" if is_whole and float(end).is_integer() else number(end)
        last = f"{shown[-1]} – {top}" if top != shown[-1] else shown[-1]
    else:
        last = f"≥ {shown[-1]}"
    return [*pairs, last]
