"""The first rows of a table; where they do not fit, a summary of each column."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.results.cells import cell
from cherry_reflex.core.column import ColumnType
from cherry_reflex.core.digest import Cell, ColumnDigest, TableDigest

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

HEAD_ROWS, HEAD_ROWS_MIN = 30, 5
"""A head has so many rows; with fewer than the second a summary says more."""
TABLE_CHARS = 4_000
"""Of a table as JSON."""
_NAMES_CHARS = 600
"""Of the names of columns that are left out."""
_SUMMARIZED_MAX = 100
_AT_ONCE = 10
"""Columns read together: values of each are held."""
_EXACT_ROWS_MAX = 5_000_000
"""Rows up to which different values are counted."""
_END_CHARS = 60


def table_digest(
    title: str, source: Path | bytes, chars_max: int = TABLE_CHARS, rows_max: int = HEAD_ROWS
) -> TableDigest:
    """Return the digest of a Parquet file, or of its bytes, in at most about `chars_max`
    characters.

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
    head = _head(file, names, chars_max, rows_max)
    if head is not None:
        left_out = rows - len(head)
        return known.model_copy(update={"columns": names, "head": head, "rows_left_out": left_out})
    summary = _summary(file, chars_max - _NAMES_CHARS)
    return known.model_copy(
        update={
            "summary": summary,
            "rows_left_out": rows,
            "columns_left_out": _named(names[len(summary) :]),
        }
    )


def _head(
    file: "pyarrow.parquet.ParquetFile", names: tuple[str, ...], chars_max: int, rows_max: int
) -> tuple[tuple[Cell, ...], ...] | None:
    """Return the first rows, as many as fit; None where too few do."""
    room = chars_max - _json_chars(names)
    least = min(HEAD_ROWS_MIN, file.metadata.num_rows)
    if room < least * 2 * len(names):
        return None
    batch = next(iter(file.iter_batches(rows_max)), None)
    columns = [column.to_pylist() for column in batch.columns] if batch is not None else []
    rows: list[tuple[Cell, ...]] = []
    for values in zip(*columns, strict=True):
        row = tuple(cell(value) for value in values)
        room -= _json_chars(row) + 1
        if room < 0:
            break
        rows.append(row)
    return tuple(rows) if len(rows) >= least else None


def _summary(file: "pyarrow.parquet.ParquetFile", chars_max: int) -> tuple[ColumnDigest, ...]:
    """Return a summary of the first columns, of as many as fit."""
    found: list[ColumnDigest] = []
    places = range(min(len(file.schema_arrow), _SUMMARIZED_MAX))
    for start in places[::_AT_ONCE]:
        for column in _columns(file, list(places[start : start + _AT_ONCE])):
            chars_max -= len(column.model_dump_json(exclude_defaults=True)) + 1
            if chars_max < 0:
                return tuple(found)
            found.append(column)
    return tuple(found)


def _columns(file: "pyarrow.parquet.ParquetFile", places: list[int]) -> list[ColumnDigest]:
    everything = file.schema_arrow.names
    names = [everything[place] for place in places]
    if len(set(everything)) < len(everything):  # in a file that others made
        table = file.read().select(places)
    else:
        table = file.read(columns=names).select(names)
    return [_column(name, table.column(n)) for n, name in enumerate(names)]


def _column(name: str, values: "pyarrow.ChunkedArray") -> ColumnDigest:
    import pyarrow.compute

    kind = _kind(values.type)
    known = ColumnDigest(name=name, type=kind, missing=values.null_count)
    if kind == "other":
        return known
    ends = pyarrow.compute.min_max(values)
    counted = len(values) <= _EXACT_ROWS_MAX
    distinct = pyarrow.compute.count_distinct(values).as_py() if counted else 0
    is_number = kind in ("number", "integer")
    return known.model_copy(
        update={
            "distinct": distinct,
            "minimum": cell(ends["min"].as_py(), _END_CHARS),
            "maximum": cell(ends["max"].as_py(), _END_CHARS),
            "mean": cell(pyarrow.compute.mean(values).as_py()) if is_number else None,
        }
    )


def _kind(dtype: "pyarrow.DataType") -> ColumnType:
    from pyarrow import types

    if types.is_boolean(dtype):
        return "boolean"
    if types.is_integer(dtype):
        return "integer"
    if types.is_floating(dtype) or types.is_decimal(dtype):
        return "number"
    if types.is_date(dtype):
        return "date"
    if types.is_timestamp(dtype):
        return "datetime"
    is_text = types.is_string(dtype) or types.is_large_string(dtype)
    return "text" if is_text else "other"


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
