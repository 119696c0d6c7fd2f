"""A read-only session with a database: its tables, and queries within limits."""

import importlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from cherry_reflex.core.outside import Outside
from cherry_reflex.datasets.connections.registry import DatabaseConnection

TIMEOUT_S = 20.0
BATCH_ROWS = 5_000
_MODULES = {"sqlite": "sqlite", "duckdb": "duckdb_file", "postgresql": "postgresql"}


@dataclass(frozen=True)
class DatabaseTable:
    """A table or view: `columns` are (name, type as the database says it)."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int | None = None
    """As the database knows or estimates it; None where that would take a count."""


@dataclass(frozen=True)
class Rows:
    """A result under way: `batches` may be iterated once, while the session is open."""

    names: tuple[str, ...]
    batches: Iterator[Sequence[Sequence[Any]]]


class DatabaseSession(Protocol):
    """What every kind of database can do."""

    def tables(self) -> list[DatabaseTable]:
        """Return tables and views, in order of name."""
        ...

    def query(self, sql: str) -> Rows:
        """Run one read-only SELECT.

        Raises BadInput (`sql_not_select`, `sql_many`, `sql_failed`), LimitExceeded `sql_time`.
        """
        ...


def prepare(connection: DatabaseConnection) -> tuple[DatabaseConnection, Outside]:
    """Return the connection with all that has to be looked up, and what a process needs that opens
    it (without its secret). May be slow. Raises Unavailable."""
    prepared: tuple[DatabaseConnection, Outside] = _module(connection).prepare(connection)
    return prepared


def open_session(connection: DatabaseConnection) -> AbstractContextManager[DatabaseSession]:
    """Open a session. Raises Unavailable `database_unreachable`."""
    return _opened(connection)


@contextmanager
def _opened(connection: DatabaseConnection) -> Iterator[DatabaseSession]:
    with _module(connection).session(connection) as made:
        yield made


def _module(connection: DatabaseConnection) -> ModuleType:
    kind = _MODULES[connection.kind]
    return importlib.import_module(f"cherry_reflex.datasets.connections.{kind}")


def quoted(name: str) -> str:
    """Return an identifier as standard SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'
