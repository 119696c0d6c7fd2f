"""DuckDB files, opened read-only and locked: no other file, no network, no settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.errors import BadInput, LimitExceeded, Unavailable
from cherry_reflex.core.outside import Outside
from cherry_reflex.datasets.connections.registry import DatabaseConnection
from cherry_reflex.datasets.connections.session import BATCH_ROWS, TIMEOUT_S, DatabaseTable, Rows

if TYPE_CHECKING:
    import duckdb

_CONFIG: dict[str, Any] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "memory_limit": "700MB",
    "max_temp_directory_size": "0B",
    "threads": 2,
}


class DuckDbSession:
    """One file."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection") -> None:
        self._connection = connection

    def tables(self) -> list[DatabaseTable]:
        """Return tables and views of all schemas."""
        rows = self._connection.execute(
            "SELECT CASE WHEN c.schema_name = 'main' THEN c.table_name "
            "ELSE c.schema_name || '.' || c.table_name END AS name, "
            "list((c.column_name, c.data_type) ORDER BY c.column_index), "
            "any_value(t.estimated_size) "
            "FROM duckdb_columns() AS c LEFT JOIN duckdb_tables() AS t "
            "USING (database_name, schema_name, table_name) "
            "WHERE NOT c.internal AND c.database_name = current_database() "
            "GROUP BY ALL ORDER BY name"
        ).fetchall()
        return [
            DatabaseTable(str(name), tuple((str(a), str(b)) for a, b in columns), size)
            for name, columns, size in rows
        ]

    def query(self, sql: str) -> Rows:
        """Run one SELECT."""
        import duckdb

        try:
            statements = self._connection.extract_statements(sql)
        except duckdb.Error as error:
            raise _failed(error) from error
        if len(statements) != 1:
            raise BadInput("sql_many", count=len(statements))
        if statements[0].type != duckdb.StatementType.SELECT:
            raise BadInput("sql_not_select", kind=statements[0].type.name)
        try:
            result = self._connection.execute(sql)
        except duckdb.Error as error:
            raise _failed(error) from error
        return Rows(tuple(str(d[0]) for d in result.description or ()), _batches(result))


def prepare(connection: DatabaseConnection) -> tuple[DatabaseConnection, Outside]:
    """Return the file, with what was written to it last where that lies beside it."""
    files = (Path(f"{connection.path}{end}") for end in ("", ".wal"))
    existing = tuple(file for file in files if file.exists())
    return connection, Outside(files=existing, modules=("duckdb",))


@contextmanager
def session(connection: DatabaseConnection) -> Iterator[DuckDbSession]:
    """Open the file read-only."""
    import duckdb

    try:
        opened = duckdb.connect(str(connection.path), read_only=True, config=_CONFIG)
    except duckdb.Error as error:
        raise Unavailable("database_unreachable", str(error), name=connection.name) from error
    with opened:
        opened.execute(f"SET max_execution_time = {int(TIMEOUT_S * 1000)}")
        opened.execute("SET lock_configuration = true")
        yield DuckDbSession(opened)


def _batches(result: "duckdb.DuckDBPyConnection") -> Iterator[list[Any]]:
    import duckdb

    while True:
        try:
            rows = result.fetchmany(BATCH_ROWS)
        except duckdb.Error as error:
            raise _failed(error) from error
        if not rows:
            return
        yield rows


def _failed(error: Exception) -> BadInput | LimitExceeded:
    text = str(error)
    if "max_execution_time" in text or "interrupted" in text.lower():
        return LimitExceeded("sql_time", text, seconds=TIMEOUT_S)
    return BadInput("sql_failed", text, reason=text.strip().splitlines()[0][:300])
