"""Column profiles of a Parquet file: kind, missing, distinct, range, frequent values."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.core.column import Column, column_type

if TYPE_CHECKING:
    import duckdb

_COLUMNS_AT_ONCE = 50
_EXAMPLES = 12
_EXAMPLE_CHARS = 120
_EXACT_DISTINCT_MAX = 5000


def profile(connection: "duckdb.DuckDBPyConnection", path: Path) -> tuple[int, tuple[Column, ...]]:
    """Return the number of rows and the profile of every column of a Parquet file."""
    relation = f"read_parquet({literal(str(path))})"
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    row = connection.execute(f"SELECT count(*) FROM {relation}").fetchone()
    rows = int(row[0]) if row else 0
    columns: list[Column] = []
    for start in range(0, len(described), _COLUMNS_AT_ONCE):
        part = [(str(d[0]), str(d[1])) for d in described[start : start + _COLUMNS_AT_ONCE]]
        columns += _part(connection, relation, part, rows)
    return rows, tuple(columns)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: dates in ISO form, NaN and infinity null, whole numbers that
    JavaScript cannot hold and everything else as text."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else str(value)
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _part(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    part: list[tuple[str, str]],
    rows: int,
) -> list[Column]:
    wanted: list[str] = []
    for name, dtype in part:
        column = ident(name)
        ordered = _is_ordered(dtype)
        wanted += [
            f"count({column})",
            f"approx_count_distinct({column})",
            f"min({column})" if ordered else "NULL",
            f"max({column})" if ordered else "NULL",
        ]
    found = connection.execute(f"SELECT {', '.join(wanted)} FROM {relation}").fetchone() or ()
    columns: list[Column] = []
    for place, (name, dtype) in enumerate(part):
        present, about, low, high = found[place * 4 : place * 4 + 4]
        distinct, examples = _frequent(connection, relation, name, int(about))
        columns.append(
            Column(
                name=name,
                type=column_type(dtype, int(present), distinct),
                dtype=dtype,
                missing=rows - int(present),
                distinct=min(distinct, int(present)),
                minimum=plain(low),
                maximum=plain(high),
                examples=examples,
            )
        )
    return columns


def _frequent(
    connection: "duckdb.DuckDBPyConnection", relation: str, name: str, about: int
) -> tuple[int, tuple[Any, ...]]:
    column = ident(name)
    if about > _EXACT_DISTINCT_MAX:
        # Hardly any value repeats often: the first different ones serve as examples.
        found = connection.execute(
            f"SELECT {column}, count(*) FROM (SELECT {column} FROM {relation} "
            f"WHERE {column} IS NOT NULL LIMIT 50000) GROUP BY 1 ORDER BY 2 DESC, 1 "
            f"LIMIT {_EXAMPLES}"
        ).fetchall()
        return about, tuple(_short(plain(value)) for value, _ in found)
    found = connection.execute(
        f"SELECT {column}, count(*), count(*) OVER () FROM {relation} WHERE {column} IS NOT NULL "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_EXAMPLES}"
    ).fetchall()
    distinct = int(found[0][2]) if found else 0
    return distinct, tuple(_short(plain(row[0])) for row in found)


def _short(value: Any) -> Any:
    return value[:_EXAMPLE_CHARS] if isinstance(value, str) else value


def _is_ordered(dtype: str) -> bool:
    return column_type(dtype) in ("number", "integer", "date", "datetime")
