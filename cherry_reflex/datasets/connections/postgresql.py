"""PostgreSQL by URL: one SELECT in a read-only transaction, streamed by a server-side cursor.

What a query may see is up to the role of the URL; give one that can only read what it should.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.errors import BadInput, LimitExceeded, Unavailable
from cherry_reflex.core.outside import Outside
from cherry_reflex.datasets.connections.postgresql_parameters import PostgreSqlParameters
from cherry_reflex.datasets.connections.registry import DatabaseConnection
from cherry_reflex.datasets.connections.session import BATCH_ROWS, TIMEOUT_S, DatabaseTable, Rows

if TYPE_CHECKING:
    import psycopg

_CONNECT_S = 8
_TABLES = """
SELECT CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END,
       array_agg(a.attname::text ORDER BY a.attnum),
       array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum),
       CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
  AND has_table_privilege(c.oid, 'SELECT')
GROUP BY 1, c.reltuples ORDER BY 1 LIMIT 1000
"""


class PostgreSqlSession:
    """One connection."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def tables(self) -> list[DatabaseTable]:
        """Return tables and views that may be read; the rows are the planner's estimate."""
        with _mapped():
            rows = self._connection.execute(_TABLES).fetchall()
        return [
            DatabaseTable(str(name), tuple(zip(names, types, strict=True)), rows_)
            for name, names, types, rows_ in rows
        ]

    def query(self, sql: str) -> Rows:
        """Run one SELECT: the extended protocol takes no second statement, a cursor nothing but
        a SELECT, and the transaction no writing."""
        from psycopg import sql as composed

        cursor = self._connection.cursor()
        statement = composed.SQL("DECLARE cherry NO SCROLL CURSOR FOR {}").format(
            composed.SQL(sql.strip().removesuffix(";"))  # type: ignore[arg-type]
        )
        with _mapped():
            # `binary` makes psycopg use the extended protocol.
            cursor.execute(statement, binary=True)
            cursor.execute(f"FETCH FORWARD {BATCH_ROWS} FROM cherry")
        names = tuple(str(column.name) for column in cursor.description or ())
        return Rows(names, _batches(cursor))


def prepare(connection: DatabaseConnection) -> tuple[DatabaseConnection, Outside]:
    """Return the connection with the addresses of its hosts, and what it needs: their ports, and
    the files of its certificates. Raises Unavailable `database_unreachable`, `database_no_host`."""
    found = PostgreSqlParameters.of(connection)
    outside = Outside(files=found.files, ports=found.ports, modules=("psycopg",))
    return connection.model_copy(update={"url": found.text}), outside


@contextmanager
def session(connection: DatabaseConnection) -> Iterator[PostgreSqlSession]:
    """Connect, read-only from the first statement."""
    import psycopg

    options = (
        "-c default_transaction_read_only=on -c statement_timeout="
        f"{int(TIMEOUT_S * 1000)} -c idle_in_transaction_session_timeout=60000"
    )
    try:
        opened = psycopg.connect(connection.url, connect_timeout=_CONNECT_S, options=options)
    except psycopg.Error as error:
        # The message may hold the URL's host and user, but never its password.
        raise Unavailable("database_unreachable", str(error), name=connection.name) from error
    with opened:
        opened.read_only = True
        yield PostgreSqlSession(opened)


def _batches(cursor: "psycopg.Cursor[Any]") -> Iterator[list[Any]]:
    while rows := cursor.fetchall():
        yield rows
        with _mapped():
            cursor.execute(f"FETCH FORWARD {BATCH_ROWS} FROM cherry")


@contextmanager
def _mapped() -> Iterator[None]:
    import psycopg

    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise LimitExceeded("sql_time", str(error), seconds=TIMEOUT_S) from error
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise BadInput("sql_not_select", str(error), kind="") from error
    except psycopg.Error as error:
        text = str(error)
        if "multiple commands" in text:
            raise BadInput("sql_many", text, count=2) from error
        raise BadInput("sql_failed", text, reason=text.strip().splitlines()[0][:300]) from error
