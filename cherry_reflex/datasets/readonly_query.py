"""The sandboxed half of a query: a DuckDB that sees the given tables and nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.sql.duckdb import connect
from cherry_reflex.core.errors import BadInput, LimitExceeded
from cherry_reflex.datasets.formats.headings import headings
from cherry_reflex.processes.sandbox_worker import Progress

if TYPE_CHECKING:
    import duckdb
    import pyarrow

_BATCH_ROWS = 10_000
_BYTES_MAX = 400_000_000
"""Largest result held while it is read."""
_VALUE_CHARS = 2_000
_EXACT_DIGITS = 15
"""Digits that a double holds whatever they are."""
_CENTS = 4
"""Decimals of amounts of money, at most."""
_LOCKS = (
    # Not a size of 0: what does not fit into memory would be told as a missing right to files.
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET disabled_filesystems = 'LocalFileSystem'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET max_expression_depth = 250",
)


def run(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """Run `payload.sql` over `payload.tables` (name -> Parquet path); write `payload.target`.

    Raises BadInput `sql_many`, `sql_not_select`, `sql_failed`; LimitExceeded `sql_time`,
    `sql_result`.
    """
    import duckdb
    import pyarrow.dataset
    import pyarrow.parquet

    with connect(folder) as connection:
        for name, path in payload["tables"].items():
            # Arrow reads the files, so that DuckDB needs no file system at all.
            connection.register(name, pyarrow.dataset.dataset(path))
        for lock in _LOCKS:
            connection.execute(lock)
        connection.execute(f"SET max_execution_time = {int(payload['timeout_s'] * 1000)}")
        connection.execute("SET lock_configuration = true")
        _check(connection, payload["sql"])
        try:
            connection.execute("BEGIN TRANSACTION READ ONLY")
            result = connection.execute(payload["sql"])
            table, truncated = _read(result, payload["rows_max"])
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.InterruptException as error:
            raise LimitExceeded("sql_time", str(error), seconds=payload["timeout_s"]) from error
        except duckdb.Error as error:
            if "max_execution_time" in str(error) or "interrupted" in str(error).lower():
                raise LimitExceeded("sql_time", seconds=payload["timeout_s"]) from error
            raise BadInput("sql_failed", str(error), reason=_first_line(error)) from error
    pyarrow.parquet.write_table(table, payload["target"], compression="zstd")
    return {"rows": table.num_rows, "columns": table.column_names, "truncated": truncated}


def _check(connection: "duckdb.DuckDBPyConnection", sql: str) -> None:
    import duckdb

    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise BadInput("sql_failed", str(error), reason=_first_line(error)) from error
    if len(statements) != 1:
        raise BadInput("sql_many", count=len(statements))
    if statements[0].type != duckdb.StatementType.SELECT:
        raise BadInput("sql_not_select", kind=statements[0].type.name)


def _read(result: "duckdb.DuckDBPyConnection", rows_max: int) -> tuple["pyarrow.Table", bool]:
    import pyarrow

    reader: Any = result.to_arrow_reader(_BATCH_ROWS)
    batches: list[pyarrow.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        batches.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if size > _BYTES_MAX:
            raise LimitExceeded("sql_result", limit=_BYTES_MAX)
        if rows > rows_max:
            break
    table = pyarrow.Table.from_batches(batches, reader.schema).slice(0, rows_max)
    names, _ = headings(table.column_names)
    columns = [_plain(column) for column in table.columns]
    return pyarrow.table(dict(zip(names, columns, strict=True))), rows > rows_max


def _plain(column: "pyarrow.ChunkedArray") -> "pyarrow.ChunkedArray":
    """Bring a column to the types that our tables have."""
    import pyarrow
    import pyarrow.compute

    kind, types = column.type, pyarrow.types
    if types.is_decimal(kind):
        return _decimal(column)
    if types.is_uint64(kind):
        return _decimal(column.cast(pyarrow.decimal128(20, 0)))
    if types.is_timestamp(kind) and (kind.tz or kind.unit != "us"):
        return column.cast(pyarrow.timestamp("us"), safe=False)
    if types.is_integer(kind):
        return column.cast(pyarrow.int64())
    if types.is_floating(kind):
        return column.cast(pyarrow.float64())
    if types.is_boolean(kind) or types.is_date(kind) or types.is_timestamp(kind):
        return column
    if types.is_string(kind) or types.is_large_string(kind):
        return column.cast(pyarrow.string())
    texts = [None if value is None else str(value)[:_VALUE_CHARS] for value in column.to_pylist()]
    return pyarrow.chunked_array([pyarrow.array(texts, pyarrow.string())])


def _decimal(column: "pyarrow.ChunkedArray") -> "pyarrow.ChunkedArray":
    """Return exact numbers as ordinary ones where these hold all of their digits."""
    import pyarrow
    import pyarrow.compute

    if column.type.scale == 0:
        try:
            return column.cast(pyarrow.int64())
        except pyarrow.ArrowInvalid:
            return column
    ends = pyarrow.compute.min_max(column)
    largest = max(abs(ends["min"].as_py() or 0), abs(ends["max"].as_py() or 0))
    is_held = len(str(int(largest))) + column.type.scale <= _EXACT_DIGITS
    # Averages and shares have more decimals than anybody asked for.
    is_fine = largest < 10**_EXACT_DIGITS and column.type.scale > _CENTS
    return column.cast(pyarrow.float64()) if is_held or is_fine else column


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300]
