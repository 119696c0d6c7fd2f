"""The SQLite file: opened once, one writer thread, readers beside it (WAL)."""

import asyncio
import errno
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session, SQLModel, select

from cherry_reflex.core.errors import CherryError, Conflict, Unavailable
from cherry_reflex.store.layout import Layout
from cherry_reflex.store.reserve import Reserve
from cherry_reflex.store.schema import SCHEMA_VERSION, STEPS, SchemaRow

T = TypeVar("T")

BUSY_S = 10.0
"""How long a write is tried again while another program holds the database."""

_ATTEMPT_MS = 500
"""How long SQLite itself waits in one attempt; who ends in a hurry waits for no longer."""


class Database:
    """Opens the database of the data directory `folder`. Use as an async context manager. `alone`
    takes the folder's lock, which a server holds; a command that changes one thing goes without.

    Raises Conflict (`data_in_use`) when another CherryAI has the folder, and Unavailable
    (`storage_broken`, `storage_newer`) when the file cannot be used.
    """

    def __init__(self, folder: Path, *, alone: bool = True) -> None:
        self.layout = Layout(folder.resolve())
        self._alone = alone
        self._engine: Engine | None = None
        self._writing: Connection | None = None
        """The writer thread's own: SQLite reads pages again that another connection has changed."""
        self._reserve = Reserve(self.layout.reserve)
        self._lock: Any = None
        self._hurried = False
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="store-reader")

    async def __aenter__(self) -> Self:
        await asyncio.get_running_loop().run_in_executor(self._writer, self._open)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        engine, self._engine = self._engine, None
        self._writer.submit(self._put_back)
        self._writer.shutdown()
        self._readers.shutdown()
        if engine is not None:
            engine.dispose()
        if self._lock is not None:
            self._lock.close()

    def hurry(self) -> None:
        """Wait for no other program from now on: this one is about to end."""
        self._hurried = True

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine."""
        if self._engine is None:
            raise Unavailable("storage_closed")
        return self._engine

    async def read(self, query: Callable[[Session], T]) -> T:
        """Run `query` with a session in a reader thread."""

        def work() -> T:
            with Session(self.engine, expire_on_commit=False) as session:
                return query(session)

        return await self._in(self._readers, work)

    async def write(
        self, change: Callable[[Connection], T], *, durable: bool = True, last: bool = False
    ) -> T:
        """Run `change` in one transaction in the writer thread and commit it.

        `durable` waits for the disk (synchronous FULL); without it a power cut, but no crash of
        the program, may lose the change. `last` words may use the space that is held in reserve
        for them; it is held again before anything else is written. Raises Unavailable
        `storage_full`, `storage_busy` (another program held the file for `BUSY_S`) or
        `storage_broken`.
        """

        def commit() -> T:
            connection = self._writing
            if connection is None:
                connection = self._writing = self.engine.connect()
            try:
                mode = "FULL" if durable else "NORMAL"
                # Only between transactions can SQLite change this; not done by the way of
                # SQLAlchemy, which would begin one and costs more than the write of a token.
                settled = connection.connection.info
                if settled.get("synchronous") != mode:
                    raw: Any = connection.connection.driver_connection
                    raw.execute(f"PRAGMA synchronous={mode}")
                    settled["synchronous"] = mode
                with connection.begin():
                    return change(connection)
            except BaseException:
                self._put_back()
                raise

        def work() -> T:
            if not last:
                try:
                    self._reserve.make()
                except OSError as error:
                    raise Unavailable("storage_full", detail=str(error)) from error
            try:
                return commit()
            except DatabaseError as error:
                full = storage_error(error).code == "storage_full"
                if not (last and full and self._reserve.spend()):
                    raise
                return commit()

        give_up = time.monotonic() + BUSY_S
        while True:
            try:
                return await self._in(self._writer, work)
            except Unavailable as error:
                late = self._hurried or time.monotonic() > give_up
                if error.code != "storage_busy" or late:
                    raise

    async def _in(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        if self._engine is None:
            raise Unavailable("storage_closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except CherryError:
            raise
        except DatabaseError as error:
            raise storage_error(error) from error

    def _put_back(self) -> None:
        connection, self._writing = self._writing, None
        if connection is not None:
            connection.close()

    def _open(self) -> None:
        self.layout.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._alone:
            self._take_lock()
        engine = create_engine(
            f"sqlite:///{self.layout.database}",
            connect_args={"check_same_thread": False, "timeout": _ATTEMPT_MS / 1000},
        )
        event.listen(engine, "connect", _pragmas)
        try:
            SQLModel.metadata.create_all(engine)
            with Session(engine) as session:
                row = session.exec(select(SchemaRow)).first()
                if row is None:
                    session.add(SchemaRow(version=SCHEMA_VERSION))
                    session.commit()
                elif row.version > SCHEMA_VERSION:
                    raise Unavailable("storage_newer", version=row.version)
                else:
                    for version in range(row.version, SCHEMA_VERSION):
                        for statement in STEPS[version]:
                            session.connection().exec_driver_sql(statement)
                    row.version = SCHEMA_VERSION
                    session.commit()
        except DatabaseError as error:
            raise storage_error(error) from error
        self._engine = engine

    def _take_lock(self) -> None:
        import fcntl

        self._lock = self.layout.lock.open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            self._lock = None
            if error.errno in (errno.EAGAIN, errno.EACCES):
                raise Conflict("data_in_use", folder=os.fspath(self.layout.data_dir)) from error
            raise


def storage_error(error: DatabaseError) -> Unavailable:
    """Map a database error to ours."""
    text = str(error.orig)
    if isinstance(error, OperationalError):
        if "full" in text or "disk I/O" in text:
            return Unavailable("storage_full", detail=text)
        if "locked" in text or "busy" in text:
            return Unavailable("storage_busy", detail=text)
    return Unavailable("storage_broken", detail=text)


def _pragmas(connection: sqlite3.Connection, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA busy_timeout={_ATTEMPT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
