"""SQLite files, opened read-only by the standard library; only SELECT is authorised."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cherry_reflex.core.errors import BadInput, Conflict, LimitExceeded, Unavailable
from cherry_reflex.core.outside import Outside
from cherry_reflex.datasets.connections.registry import DatabaseConnection
from cherry_reflex.datasets.connections.session import (
    BATCH_ROWS,
    TIMEOUT_S,
    DatabaseTable,
    Rows,
    quoted,
)

_STEPS = 20_000
"""Virtual machine steps between two looks at the clock."""
_ALLOWED = (
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
)
_VALUE_BYTES_MAX = 10_000_000
_WAL = b"\2\2"
"""At byte 18 of a file whose changes are kept beside it, in its -wal, until they are taken over."""


class SqliteSession:
    """One file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._deadline = 0.0
        connection.set_progress_handler(lambda: time.monotonic() > self._deadline, _STEPS)

    def tables(self) -> list[DatabaseTable]:
        """Return tables and views."""
        self._deadline = time.monotonic() + TIMEOUT_S
        names = self._connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
            "AND name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()
        found = []
        for (name,) in names:
            described = self._connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
            columns = tuple((str(row[1]), str(row[2])) for row in described)
            found.append(DatabaseTable(str(name), columns))
        return found

    def query(self, sql: str) -> Rows:
        """Run one SELECT; everything else is refused by SQLite's authorizer."""
        self._deadline = time.monotonic() + TIMEOUT_S
        self._connection.set_authorizer(_authorized)
        with _mapped():
            cursor = self._connection.execute(sql)
        if cursor.description is None:
            raise BadInput("sql_not_select", kind="")
        return Rows(tuple(str(d[0]) for d in cursor.description), _batches(cursor))


def prepare(connection: DatabaseConnection) -> tuple[DatabaseConnection, Outside]:
    """Return the file with those that SQLite keeps beside it: reading is enough, also of what
    another process writes meanwhile."""
    files = (Path(f"{connection.path}{end}") for end in ("", "-wal", "-shm", "-journal"))
    return connection, Outside(files=tuple(file for file in files if file.exists()))


@contextmanager
def session(connection: DatabaseConnection) -> Iterator[SqliteSession]:
    """Open the file read-only; nothing is written beside it. Raises Conflict `database_changed`
    at the end when somebody began to write to it and could not be noticed before."""
    assert connection.path is not None
    before = _unused(connection.path)
    try:
        with _opened(connection, immutable=bool(before)) as made:
            yield made
    finally:
        if before and before != _unused(connection.path):
            raise Conflict("database_changed", name=connection.name)


def _unused(path: Path) -> tuple[int, ...]:
    """Return the state of a file that keeps its changes beside it, when nobody has it open; empty
    otherwise. SQLite would have to make the files beside it before it could read it."""
    try:
        with path.open("rb") as file:
            is_wal = file.read(20)[18:] == _WAL
        now = path.stat()
    except OSError:
        return ()  # which SQLite will say
    is_unused = is_wal and not Path(f"{path}-wal").exists()
    return (now.st_mtime_ns, now.st_size) if is_unused else ()


@contextmanager
def _opened(connection: DatabaseConnection, *, immutable: bool) -> Iterator[SqliteSession]:
    uri = f"file:{quote(str(connection.path))}?mode=ro{'&immutable=1' if immutable else ''}"
    try:
        opened = sqlite3.connect(uri, uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise Unavailable("database_unreachable", str(error), name=connection.name) from error
    with closing(opened):
        try:
            opened.execute("PRAGMA query_only = ON")
            opened.execute("PRAGMA trusted_schema = OFF")
            opened.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_BYTES_MAX)
        except sqlite3.Error as error:
            raise Unavailable("database_unreachable", str(error), name=connection.name) from error
        yield SqliteSession(opened)


def _authorized(action: int, first: str | None, second: str | None, *rest: Any) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while True:
        with _mapped():
            rows = cursor.fetchmany(BATCH_ROWS)
        if not rows:
            return
        yield rows


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise LimitExceeded("sql_time", seconds=TIMEOUT_S) from error
        raise BadInput("sql_failed", str(error), reason=str(error)[:300]) from error
    except sqlite3.DatabaseError as error:
        if "not authorized" in str(error):
            raise BadInput("sql_not_select", str(error), kind="") from error
        raise BadInput("sql_failed", str(error), reason=str(error)[:300]) from error
    except (sqlite3.Warning, sqlite3.ProgrammingError) as error:
        raise BadInput("sql_many", str(error), count=2) from error
