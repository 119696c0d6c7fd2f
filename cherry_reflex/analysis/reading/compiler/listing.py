"""One query for rows themselves: the columns asked for, or all of them."""

from dataclasses import dataclass

from cherry_reflex.analysis.reading.compiler.conditions import Conditions
from cherry_reflex.analysis.reading.compiler.expressions import column, compiled
from cherry_reflex.analysis.reading.compiler.groups import key_of
from cherry_reflex.analysis.reading.compiler.moments import cut, label
from cherry_reflex.analysis.reading.compiler.scope import Scope
from cherry_reflex.analysis.reading.compiler.statement import apart
from cherry_reflex.analysis.reading.compiler.typed import Typed
from cherry_reflex.analysis.reading.words.headings import group_heading
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.expression import ColumnRef, Expression
from cherry_reflex.core.reading.reading import ByMeasure, Group, Reading

ROWS_MAX = 100_000
"""Rows that a list has at most; all are counted."""


@dataclass(frozen=True)
class Listing:
    """A query of rows. `values` are its columns as they were compiled, `is_whole` says that it has
    all columns of the table."""

    sql: str
    where: str
    headings: tuple[str, ...]
    values: tuple[Typed, ...]
    is_whole: bool


def listing(scope: Scope, reading: Reading, language: Language) -> Listing:
    """Return the query of a list of rows; the column that it is ordered by is shown too.

    Raises BadInput of its parts.
    """
    where = Conditions(scope).where(reading.where)
    shown: list[Expression] = list(dict.fromkeys(reading.columns))
    order = reading.order.by if reading.order is not None else None
    if isinstance(order, ByMeasure):
        measured = reading.measures[order.index].of if order.index < len(reading.measures) else None
        order = measured
    if shown and order is not None and order not in shown:
        shown.append(order)
    is_whole = not shown
    if is_whole:
        shown = _all_columns(scope)
    cells = [_cell(scope, one, language) for one in shown]
    headings = apart([group_heading(Group(of=one), language) for one in shown])
    selected = ", ".join(
        f"{cell.sql} AS {ident(head)}" for cell, head in zip(cells, headings, strict=True)
    )
    if is_whole and len(scope.datasets) == 1:
        selected = "*"
    rows = f"{scope.source} WHERE {where}" if where else scope.source
    by = f"{key_of(scope, order).sql} {_way(reading)} NULLS LAST" if order is not None else ""
    sql = f"SELECT {selected} FROM {rows}{_cut(scope, reading, by)}"
    return Listing(sql, where, headings, tuple(cells), is_whole)


def _way(reading: Reading) -> str:
    is_ascending = reading.order is not None and reading.order.direction == "ascending"
    return "ASC" if is_ascending else "DESC"


def _cut(scope: Scope, reading: Reading, by: str) -> str:
    within = ", ".join(key_of(scope, one).sql for one in reading.per)
    order = f" ORDER BY {by}" if by else ""
    if within and (reading.top or reading.rank):
        numbered = f"row_number() OVER (PARTITION BY {within}{order})"
        kept = f"= {reading.rank}" if reading.rank else f"<= {reading.top}"
        return f" QUALIFY {numbered} {kept} ORDER BY {within}{', ' if by else ''}{by}"
    if reading.rank:
        return f"{order} LIMIT 1 OFFSET {reading.rank - 1}"
    return f"{order} LIMIT {reading.top or ROWS_MAX}"


def _cell(scope: Scope, expression: Expression, language: Language) -> Typed:
    if isinstance(expression, ColumnRef) and expression.grain:
        key = cut(column(scope, expression), expression.grain)
        shown = label(key.sql, key, expression.grain, language)
        return Typed(shown, "text", name=key.name)
    return compiled(scope, expression)


def _all_columns(scope: Scope) -> list[Expression]:
    """All columns of the tables; a key that both have stands once."""
    found: list[Expression] = [ColumnRef(name=c.name) for c in scope.main.columns]
    for place, join in enumerate(scope.joins, 1):
        if join.how == "anti":
            continue
        dataset = scope.datasets[place]
        found += [
            ColumnRef(name=c.name, dataset=dataset.name)
            for c in dataset.columns
            if c.name != join.right
        ]
    return found
