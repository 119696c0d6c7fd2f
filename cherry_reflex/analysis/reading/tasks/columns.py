"""What the table has: its columns (`schema`), and what is missing in them."""

from typing import Any

from cherry_reflex.analysis.reading.cells import field_of, group_of, measured_columns, named
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.results.artifacts import heading, table
from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.reading.expression import ColumnRef, Expression

_NAMES_TOLD = 30
_TOLD = 5
_LISTED = 10


def schema(opened: Opened) -> Outcome:
    """List the columns with their types."""
    dataset, tables = opened.scope.main, opened.tables
    names = {ref.name for one in opened.reading.columns for ref in _refs(one)}
    columns = [column for column in dataset.columns if not names or column.name in names]
    shown = ", ".join(column.name for column in columns[:_NAMES_TOLD])
    params = {
        "dataset": dataset.name, "rows": dataset.rows, "columns": len(dataset.columns),
        "names": shown + (", …" if len(columns) > _NAMES_TOLD else ""),
    }  # fmt: skip
    content: dict[str, Any] = {
        heading("column", tables): [column.name for column in columns],
        heading("type", tables): [opened.source.text(f"fact.word.{c.type}") for c in columns],
        heading("unit", tables): [column.unit for column in columns],
        heading("present", tables): [dataset.rows - column.missing for column in columns],
        heading("missing", tables): [column.missing for column in columns],
        heading("distinct_of", tables): [column.distinct for column in columns],
        heading("examples", tables): [_examples(column) for column in columns],
    }
    title = opened.source.text("reading.title_columns", dataset=dataset.name)
    facts = (Fact(key="reading.schema", params=params),)
    return Outcome(facts=facts, artifacts=(table(tables, title, content),))


def missing(opened: Opened) -> Outcome:
    """Count the empty cells of columns, by groups where these are given."""
    where = opened.where()
    rows = opened.some_rows(where)
    given = measured_columns(opened.reading)
    columns: tuple[Expression, ...] = given or tuple(
        ColumnRef(name=column.name) for column in opened.scope.main.columns
    )
    fields = [field_of(opened, one) for one in columns]
    groups = [group_of(opened, group, where) for group in opened.reading.by]
    if groups:
        return _by_groups(opened, where)
    counts = opened.one(
        f"SELECT {', '.join(f'count(*) - count({f.sql})' for f in fields)} {opened.rows_of(where)}"
    )
    found = sorted(
        ({"column": f.heading, "missing": int(n), "rows": rows, "share": n / rows}
         for f, n in zip(fields, counts, strict=True)),
        key=lambda one: -one["missing"],
    )  # fmt: skip
    some = [one for one in found if one["missing"]]
    facts = [] if given and len(given) == 1 else [_overall(found, some, rows)]
    facts += [
        Fact(key="reading.missing_in", params=one, weight=1.0 - place * 0.03)
        for place, one in enumerate(found[:_TOLD] if given else some[:_TOLD])
    ]
    facts += [] if opened.is_brief else opened.notes(where)
    tables = opened.tables
    content: dict[str, Any] = {
        heading("column", tables): [one["column"] for one in found],
        heading("missing", tables): [one["missing"] for one in found],
        opened.source.text("reading.heading_missing_share"): [100 * o["share"] for o in found],
        heading("present", tables): [rows - one["missing"] for one in found],
    }
    title = opened.source.text("reading.title_missing")
    code = f"SELECT count(*) - count({fields[0].sql}) {opened.rows_of(where)}"
    return Outcome(
        facts=tuple(facts),
        artifacts=(table(tables, title, content),),
        code=code,
        code_language="sql",
    )


def _overall(found: list[dict[str, Any]], some: list[dict[str, Any]], rows: int) -> Fact:
    cells = sum(one["missing"] for one in found)
    params = {
        "cells": cells, "columns": len(some), "count": len(found), "rows": rows,
        "share": cells / max(1, rows * len(found)),
        "listed": ", ".join(f"{one['column']} {one['missing']:,}" for one in some[:_LISTED]),
        "shown": min(len(some), _LISTED),
    }  # fmt: skip
    more = "_more" if len(some) > _LISTED else ""
    key = f"reading.missing_all{more}" if cells else "reading.missing_none"
    return Fact(key=key, params=params, weight=1.1)


def _by_groups(opened: Opened, where: str) -> Outcome:
    given = measured_columns(opened.reading)
    fields = [field_of(opened, one) for one in given] or [
        field_of(opened, ColumnRef(name=column.name))
        for column in opened.scope.main.columns
        if column.missing
    ]
    groups = [group_of(opened, group, where) for group in opened.reading.by]
    keys = ", ".join(sql for group in groups for sql in dict.fromkeys((group.sql, group.key)))
    counted = [f"count(*) - count({f.sql})" for f in fields]
    first = f"({' + '.join(counted)})" if counted else "0"
    sql = (
        f"SELECT {', '.join([*(g.sql for g in groups), 'count(*)', *counted])} "
        f"{opened.rows_of(where)} GROUP BY {keys} ORDER BY {first} / count(*) DESC, {keys}"
    )
    rows = opened.all(sql)
    width = len(groups)
    heads = [*(g.heading for g in groups), heading("rows", opened.tables)]
    heads += [opened.source.text("reading.heading_missing_of", column=f.heading) for f in fields]
    content = [(head, [row[place] for row in rows]) for place, head in enumerate(heads)]
    facts = []
    for place, row in enumerate(rows[: opened.reading.top or _TOLD]):
        name = named(opened, row[:width])
        count = int(sum(row[width + 1 :]))
        cells = int(row[width]) * max(1, len(fields))
        params = {"group": name, "missing": count, "rows": cells, "share": count / cells}
        facts.append(Fact(key="reading.missing_group", params=params, weight=1 - place * 0.03))
    facts += [] if opened.is_brief else opened.notes(where)
    title = opened.source.text("reading.title_missing")
    made = table(opened.tables, title, content)
    return Outcome(facts=tuple(facts), artifacts=(made,), code=sql, code_language="sql")


def _refs(expression: Expression) -> tuple[ColumnRef, ...]:
    return (expression,) if isinstance(expression, ColumnRef) else ()


def _examples(column: Column) -> str:
    return ", ".join(str(value) for value in column.examples[:3])
