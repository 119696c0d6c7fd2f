"""Column profiles of a Parquet file: kind, missing, distinct, range, frequent values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.value_index import COMPLETE_MAX, FREQUENT_MAX, VALUE_CHARS_MAX
from cherry_reflex.core.column import Column, column_type
from cherry_reflex.datasets.time_columns import time_of

if TYPE_CHECKING:
    import duckdb
    import pyarrow

_TEXT = "VARCHAR"
_EXAMPLES = 12
_EXAMPLE_CHARS = 120
_EXACT_ROWS_MAX = 5_000_000
"""Rows up to which different values are counted one by one."""
_EXACT_DISTINCT_MAX = 5000
_EXAMPLE_ROWS = 50_000
_HELD_CELLS = 1_000_000
"""Cells up to which columns are held and counted many at once: a query each costs more."""
_HELD_ROWS_MAX = 20_000
_VALUES_MAX = 300_000
"""Values of all texts together: a table of very many columns keeps fewer of each."""


@dataclass(frozen=True)
class TableProfile:
    """What is known of a table: the number of rows, its columns, and by column the values of its
    texts, the most frequent first (of columns with very many, the most frequent of the first
    rows)."""

    rows: int
    columns: tuple[Column, ...]
    values: Mapping[str, tuple[str, ...]]


def profile(connection: "duckdb.DuckDBPyConnection", path: Path) -> TableProfile:
    """Return the profile of a Parquet file."""
    relation = f"read_parquet({literal(str(path))})"
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    row = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    rows = int(row[0]) if row else 0
    if not rows:
        empty = (Column(name=n, type=column_type(t), dtype=t) for n, t in types.items())
        return TableProfile(0, tuple(empty), {})
    texts = sum(dtype == _TEXT for dtype in types.values())
    kept = _Kept(max(_EXAMPLES, _VALUES_MAX // max(texts, 1)))
    if rows <= _HELD_ROWS_MAX:
        found = list(_held(path, types, rows, kept))
    else:
        found = [_column(connection, relation, n, t, rows, kept) for n, t in types.items()]
    named = {column.name: values for column, values in found if values}
    return TableProfile(rows, tuple(column for column, _ in found), named)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: dates in ISO form, NaN and infinity null, numbers that
    JavaScript cannot hold with all of their digits and everything else as text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else str(value)
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, Decimal):
        near = float(value)
        return near if Decimal(repr(near)) == value else f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


@dataclass(frozen=True)
class _Kept:
    """How many frequent values of a column are kept, `most` of a text."""

    most: int

    def of(self, dtype: str, distinct: int) -> int:
        if dtype != _TEXT:
            return _EXAMPLES
        return min(self.most, COMPLETE_MAX if distinct <= COMPLETE_MAX else FREQUENT_MAX)


_Profiled = tuple[Column, tuple[str, ...]]
"""A column with the values to keep of it."""


def _column(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    name: str,
    dtype: str,
    rows: int,
    kept: _Kept,
) -> _Profiled:
    column = ident(name)
    is_exact = rows <= _EXACT_ROWS_MAX
    counted = f"count(DISTINCT {column})" if is_exact else f"approx_count_distinct({column})"
    ends = f"min({column}), max({column})" if _is_ordered(dtype) else "NULL, NULL"
    found = connection.execute(f"SELECT count({column}), {counted}, {ends} FROM {relation}")
    present, distinct, low, high = found.fetchone() or (0, 0, None, None)
    given = f"SELECT {column} FROM {relation} WHERE {column} IS NOT NULL"
    if distinct > _EXACT_DISTINCT_MAX:
        # Hardly any value repeats often: those of the first rows serve as examples.
        given += f" LIMIT {_EXAMPLE_ROWS}"
    frequent = connection.execute(
        f"SELECT {column} FROM ({given}) GROUP BY 1 ORDER BY count(*) DESC, 1 "
        f"LIMIT {kept.of(dtype, distinct)}"
    ).fetchall()
    return _profiled(
        name,
        dtype,
        rows,
        present=int(present),
        distinct=min(int(distinct), int(present)),
        ends=(low, high),
        frequent=[value for (value,) in frequent],
        is_estimate=not is_exact,
    )


def _held(path: Path, types: dict[str, str], rows: int, kept: _Kept) -> Iterator[_Profiled]:
    import pyarrow.parquet

    names = list(types)
    many = max(1, _HELD_CELLS // rows)
    file = pyarrow.parquet.ParquetFile(path)
    for start in range(0, len(names), many):
        part = names[start : start + many]
        places = range(start, start + len(part))
        table = file.read(columns=None if len(part) == len(names) else part)
        for name, place in zip(part, places, strict=True):
            column = table.column(place if len(part) == len(names) else name)
            yield _of_values(name, types[name], column, rows, kept)


def _of_values(
    name: str, dtype: str, column: "pyarrow.ChunkedArray", rows: int, kept: _Kept
) -> _Profiled:
    import numpy
    import pyarrow.compute

    given = column.drop_null().combine_chunks()
    counts = pyarrow.compute.value_counts(given)
    values, numbers = counts.field("values"), counts.field("counts")
    ends: tuple[Any, Any] = (None, None)
    if len(given) and _is_ordered(dtype):
        found = pyarrow.compute.min_max(values)
        ends = (found["min"].as_py(), found["max"].as_py())
        if pyarrow.types.is_floating(given.type) and _has_nan(values):
            ends = (ends[0], float("nan"))  # above all numbers, as DuckDB has it
    most = kept.of(dtype, len(values))
    if len(values) > most:
        # Sorting all would cost more than counting: only those as frequent as the last kept count.
        least = numpy.partition(numbers.to_numpy(), -most)[-most]
        often = pyarrow.compute.greater_equal(numbers, least)
        values, numbers = values.filter(often), numbers.filter(often)
    table = pyarrow.table({"n": numbers, "v": values})
    order = pyarrow.compute.sort_indices(table, [("n", "descending"), ("v", "ascending")])
    return _profiled(
        name,
        dtype,
        rows,
        present=len(given),
        distinct=len(counts),
        ends=ends,
        frequent=values.take(order[:most]).to_pylist(),
        is_estimate=False,
    )


def _has_nan(values: "pyarrow.Array") -> bool:
    import pyarrow.compute

    return bool(pyarrow.compute.any(pyarrow.compute.is_nan(values)).as_py())


def _profiled(
    name: str,
    dtype: str,
    rows: int,
    *,
    present: int,
    distinct: int,
    ends: tuple[Any, Any],
    frequent: list[Any],
    is_estimate: bool,
) -> _Profiled:
    kind = column_type(dtype, present, distinct)
    low, high = ends
    column = Column(
        name=name,
        type=kind,
        dtype=dtype,
        missing=rows - present,
        distinct=distinct,
        is_distinct_estimate=is_estimate,
        minimum=plain(low),
        maximum=plain(high),
        examples=tuple(_short(plain(value)) for value in frequent[:_EXAMPLES]),
        time=time_of(name, low, high, distinct) if kind == "integer" else "",
    )
    named = (one for one in frequent if isinstance(one, str) and 0 < len(one) <= VALUE_CHARS_MAX)
    return column, tuple(named) if dtype == _TEXT else ()


def _short(value: Any) -> Any:
    return value[:_EXAMPLE_CHARS] if isinstance(value, str) else value


def _is_ordered(dtype: str) -> bool:
    return column_type(dtype) in ("number", "integer", "date", "datetime")
