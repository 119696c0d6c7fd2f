"""The first rows of a table; where they do not fit, a summary of each column."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.results.cells import cell
from cherry_reflex.analysis.sql.duckdb import connect, ident
from cherry_reflex.core.column import column_type
from cherry_reflex.core.digest import Cell, ColumnDigest, TableDigest

if TYPE_CHECKING:
    import duckdb
    import pyarrow.parquet

HEAD_ROWS, HEAD_ROWS_MIN = 30, 5
"""A head has so many rows; with fewer than the second a summary says more."""
TABLE_CHARS = 4_000
"""Of a table as JSON."""
_NAMES_CHARS = 600
"""Of the names of columns that are left out."""
_SUMMARIZED_MAX = 100
_AT_ONCE = 10
"""Columns counted by one query: values of each are held."""
_EXACT_ROWS_MAX = 5_000_000
"""Rows up to which different values are counted."""
_END_CHARS = 60
_ORDERED = ("number", "integer", "date", "datetime", "text", "category", "boolean")


def table_digest(
    title: str, source: Path | bytes, folder: Path, chars_max: int = TABLE_CHARS
) -> TableDigest:
    """Return the digest of a Parquet file, or of its bytes, in at most about `chars_max`
    characters. `folder` is for scratch files.

    One of another form has a title alone: what it is must not fail an operation that is done.
    """
    import pyarrow
    import pyarrow.parquet

    given: Any = source if isinstance(source, Path) else pyarrow.BufferReader(source)
    try:
        file = pyarrow.parquet.ParquetFile(given)
    except (OSError, pyarrow.ArrowInvalid):
        return TableDigest(title=title)
    names = tuple(file.schema_arrow.names)
    rows = file.metadata.num_rows
    known = TableDigest(title=title, rows=rows)
    head = _head(file, names, chars_max)
    if head is not None:
        left_out = rows - len(head)
        return known.model_copy(update={"columns": names, "head": head, "rows_left_out": left_out})
    summary = _summary(file, folder, chars_max - _NAMES_CHARS)
    return known.model_copy(
        update={
            "summary": summary,
            "rows_left_out": rows,
            "columns_left_out": _named(names[len(summary) :]),
        }
    )


def _head(
    file: "pyarrow.parquet.ParquetFile", names: tuple[str, ...], chars_max: int
) -> tuple[tuple[Cell, ...], ...] | None:
    """Return the first rows, as many as fit; None where too few do."""
    room = chars_max - _json_chars(names)
    least = min(HEAD_ROWS_MIN, file.metadata.num_rows)
    if room < least * 2 * len(names):
        return None
    batch = next(iter(file.iter_batches(HEAD_ROWS)), None)
    columns = [column.to_pylist() for column in batch.columns] if batch is not None else []
    rows: list[tuple[Cell, ...]] = []
    for values in zip(*columns, strict=True):
        row = tuple(cell(value) for value in values)
        room -= _json_chars(row) + 1
        if room < 0:
            break
        rows.append(row)
    return tuple(rows) if len(rows) >= least else None


def _summary(
    file: "pyarrow.parquet.ParquetFile", folder: Path, chars_max: int
) -> tuple[ColumnDigest, ...]:
    """Return a summary of the first columns, of as many as fit."""
    found: list[ColumnDigest] = []
    places = range(min(file.metadata.num_columns, len(file.schema_arrow), _SUMMARIZED_MAX))
    with connect(folder) as connection:
        for start in places[::_AT_ONCE]:
            if chars_max <= 0:
                break
            for column in _columns(connection, file, list(places[start : start + _AT_ONCE])):
                chars_max -= len(column.model_dump_json(exclude_defaults=True)) + 1
                if chars_max < 0:
                    break
                found.append(column)
    return tuple(found)


def _columns(
    connection: "duckdb.DuckDBPyConnection",
    file: "pyarrow.parquet.ParquetFile",
    places: list[int],
) -> list[ColumnDigest]:
    everything = file.schema_arrow.names
    names = [everything[place] for place in places]
    if len(set(everything)) < len(everything):  # in a file that others made
        table = file.read().select(places)
    else:
        table = file.read(columns=names).select(names)
    table = table.rename_columns([f"c{place}" for place in places])
    connection.register("head_of", table)
    described = connection.execute("DESCRIBE head_of").fetchall()
    kinds = [column_type(str(row[1])) for row in described]
    parts: list[str] = []
    for place, kind in zip(places, kinds, strict=True):
        column = ident(f"c{place}")
        is_plain, is_number = kind in _ORDERED, kind in ("number", "integer")
        counted = is_plain and table.num_rows <= _EXACT_ROWS_MAX
        parts += [
            f"count({column})",
            f"count(DISTINCT {column})" if counted else "0",
            f"min({column})" if is_plain else "NULL",
            f"max({column})" if is_plain else "NULL",
            f"avg({column})" if is_number else "NULL",
        ]
    (row,) = connection.execute(f"SELECT {', '.join(parts)} FROM head_of").fetchall()
    connection.unregister("head_of")
    return [
        ColumnDigest(
            name=name,
            type=kind,
            missing=table.num_rows - int(row[5 * n]),
            distinct=int(row[5 * n + 1]),
            minimum=cell(row[5 * n + 2], _END_CHARS),
            maximum=cell(row[5 * n + 3], _END_CHARS),
            mean=cell(row[5 * n + 4]),
        )
        for n, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]


def _named(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of columns, as many as fit, and how many more there are."""
    shown: list[str] = []
    room = _NAMES_CHARS
    for name in names:
        room -= len(name) + 3
        if room < 0:
            return (*shown, f"and {len(names) - len(shown):,} more")
        shown.append(name)
    return tuple(shown)


def _json_chars(values: tuple[Cell, ...]) -> int:
    return len(json.dumps(values, ensure_ascii=False, separators=(",", ":")))
