"""Rows themselves: a list, or the cells that were looked up."""

from typing import Any

from cherry_reflex.analysis.reading.charts.points import scatter_of
from cherry_reflex.analysis.reading.compiler.listing import Listing, listing
from cherry_reflex.analysis.reading.compiler.typed import Typed
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.words.numbers import ONE, written
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.reading.expression import ColumnRef

_CELLS_TOLD = 6
_ROWS_TOLD = 5


def run(opened: Opened) -> Outcome:
    """List the rows and say what they are."""
    reading = opened.reading
    query = listing(opened.scope, reading, opened.language)
    rows = opened.count(query.where)
    title = opened.source.say("title.rows", dataset=opened.scope.main.name)
    table = opened.source.table(title, query.sql)
    found = opened.all(f"SELECT * FROM result LIMIT {_ROWS_TOLD}")
    listed = int(opened.one("SELECT count(*) FROM result")[0])
    facts = _told(opened, query, found, listed, rows)
    artifacts = [table]
    if not opened.is_brief:
        facts += opened.notes(query.where)
        if reading.chart and (drawn := scatter_of(opened, query, title)) is not None:
            artifacts.append(drawn)
    return Outcome(
        facts=tuple(facts), artifacts=tuple(artifacts), code=query.sql, code_language="sql"
    )


def _told(
    opened: Opened, query: Listing, found: list[tuple[Any, ...]], listed: int, rows: int
) -> list[Fact]:
    if not listed:
        return [Fact(key="reading.rows_none")]
    if listed == 1:
        cells = {"cells": _named(opened, query, found[0])}
        said = [Fact(key="reading.row", params=cells, is_repeat=not opened.is_brief)]
    else:
        said = [_list(opened, query, found, listed)]
    reading, total = opened.reading, opened.scope.main.rows
    if reading.top is not None or reading.rank is not None:
        return said
    params = {"value": rows, "total": total, "share": rows / total if total else 0.0}
    key = "reading.count_part" if reading.where is not None else "reading.count_all"
    counted = Fact(key="reading.count_joined" if reading.joins else key, params=params)
    if listed <= len(found) and reading.task != "rows":
        return [*said, counted.model_copy(update={"weight": 0.9})]
    if query.is_whole and listed > 1:
        return [counted]
    return [counted, *(one.model_copy(update={"weight": 0.95}) for one in said)]


def _list(opened: Opened, query: Listing, found: list[tuple[Any, ...]], listed: int) -> Fact:
    places = _places(opened, query)
    shown = "; ".join(
        " · ".join(_cell(opened, row[n], query.values[n]) for n in places) for row in found
    )
    heads = ", ".join(query.headings[n] for n in places)
    params = {"columns": heads, "listed": shown, "count": listed, "shown": len(found)}
    key = "reading.rows" if listed <= len(found) else "reading.rows_more"
    return Fact(key=key, params=params, is_repeat=not opened.is_brief)


def _named(opened: Opened, query: Listing, row: tuple[Any, ...]) -> str:
    return ", ".join(
        f"{query.headings[n]} {_cell(opened, row[n], query.values[n])}"
        for n in _places(opened, query)
    )


def _places(opened: Opened, query: Listing) -> list[int]:
    """The columns that are told: all that were asked for; else what rows are ordered by, and the
    first ones."""
    if opened.reading.columns:
        return list(range(len(query.headings)))
    order = opened.reading.order
    by = order.by.name if order is not None and isinstance(order.by, ColumnRef) else ""
    first = [n for n, head in enumerate(query.headings) if head == by]
    return [*first, *(n for n in range(len(query.headings)) if n not in first)][:_CELLS_TOLD]


def _cell(opened: Opened, value: Any, typed: Typed) -> str:
    style = "name" if typed.is_name else "number"
    return written(value, opened.language, style=style, unit=typed.unit, digits=ONE)  # type: ignore[arg-type]
