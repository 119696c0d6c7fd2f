"""Rows themselves: a list, or the cells that were looked up."""

from typing import Any

from cherry_reflex.analysis.reading.charts.points import scatter_of
from cherry_reflex.analysis.reading.compiler.listing import Listing, listing
from cherry_reflex.analysis.reading.compiler.typed import Typed
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.words.numbers import ONE, written
from cherry_reflex.core.operation import Fact, Outcome

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
    reading, total = opened.reading, opened.scope.main.rows
    counted = {"value": rows, "total": total, "share": rows / total if total else 0.0}
    if not listed:
        return [Fact(key="reading.rows_none")]
    if listed == 1:
        cells = {"cells": _cells(opened, query, found[0])}
        facts = [Fact(key="reading.row", params=cells)]
    elif query.is_whole:
        facts = []
    else:
        shown = "; ".join(_cells(opened, query, row, is_named=False) for row in found)
        heads = ", ".join(query.headings[:_CELLS_TOLD])
        params = {"columns": heads, "listed": shown, "count": listed, "shown": len(found)}
        key = "reading.rows" if listed <= len(found) else "reading.rows_more"
        facts = [Fact(key=key, params=params)]
    if reading.top is None and reading.rank is None:
        key = "reading.count_part" if reading.where is not None else "reading.count_all"
        key = "reading.count_joined" if reading.joins else key
        told = Fact(key=key, params=counted, weight=0.95)
        return [*facts, told] if facts and listed <= len(found) else [told, *facts]
    if not facts:
        shown = "; ".join(_cells(opened, query, row, is_named=False) for row in found)
        heads = ", ".join(query.headings[:_CELLS_TOLD])
        params = {"columns": heads, "listed": shown, "count": listed, "shown": len(found)}
        key = "reading.rows" if listed <= len(found) else "reading.rows_more"
        return [Fact(key=key, params=params)]
    return facts


def _cells(opened: Opened, query: Listing, row: tuple[Any, ...], *, is_named: bool = True) -> str:
    """The cells of a row: with their columns, those asked for all of them."""
    most = len(row) if opened.reading.columns else _CELLS_TOLD
    parts = []
    for head, value, typed in list(zip(query.headings, row, query.values, strict=False))[:most]:
        said = _cell(opened, value, typed)
        parts.append(f"{head} {said}" if is_named else said)
    separator = ", " if is_named else " · "
    return separator.join(parts)


def _cell(opened: Opened, value: Any, typed: Typed) -> str:
    style = "name" if typed.is_name else "number"
    return written(value, opened.language, style=style, unit=typed.unit, digits=ONE)  # type: ignore[arg-type]
