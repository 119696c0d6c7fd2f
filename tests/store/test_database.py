"""The database while other programs hold it."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.store import database as module
from cherry_reflex.store.database import Database


def note(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE schema_version SET version = version")


async def test_a_held_database_is_waited_for_and_then_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_S", 1.2)
    async with Database(tmp_path) as database:
        with closing(sqlite3.connect(tmp_path / "cherry.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            with pytest.raises(Unavailable, match="storage_busy"):
                await database.write(note)
            assert 1.2 <= time.monotonic() - began < 5
        await database.write(note)


async def test_who_is_in_a_hurry_waits_for_one_attempt(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        with closing(sqlite3.connect(tmp_path / "cherry.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            database.hurry()
            began = time.monotonic()
            with pytest.raises(Unavailable, match="storage_busy"):
                await database.write(note)
            assert time.monotonic() - began < 3


async def test_a_closed_database_says_so(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        pass
    with pytest.raises(Unavailable, match="storage_closed"):
        await database.write(note)
