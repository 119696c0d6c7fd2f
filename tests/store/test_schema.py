"""A data folder of an earlier version is brought up to date, one of a later version refused."""

import sqlite3
from pathlib import Path

import pytest

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.events import RunFinished, RunStarted, TextDelta
from cherry_reflex.store.conversations import Conversations, begun, ended
from cherry_reflex.store.database import Database
from cherry_reflex.store.event_log import EventLog
from cherry_reflex.store.schema import SCHEMA_VERSION


async def _with_a_run(folder: Path) -> tuple[str, str]:
    async with Database(folder) as database:
        log, conversations = EventLog(database), Conversations(database)
        conversation = (await conversations.create("me")).id
        for run in ("first", "second"):
            await log.append(
                conversation, run, RunStarted(question="?"), begun(run, conversation, "?", 1.0)
            )
            await log.append(conversation, run, TextDelta(step="s1", text=run))
            await log.append(conversation, run, RunFinished(), ended(run, "finished", "", 2.0))
    return conversation, str(folder / "cherry.db")


async def test_version_1_is_taken_over(tmp_path: Path) -> None:
    conversation, file = await _with_a_run(tmp_path)
    with sqlite3.connect(file) as old:
        old.execute("ALTER TABLE run DROP COLUMN last_seq")
        old.execute("CREATE INDEX event_by_run ON event (run_id, seq)")
        old.execute("UPDATE schema_version SET version = 1")
    async with Database(tmp_path) as database:
        view = await EventLog(database).view(conversation, "first")
        assert view.lanes[0].text == "first"
    with sqlite3.connect(file) as new:
        assert new.execute("SELECT version FROM schema_version").fetchone() == (SCHEMA_VERSION,)
        assert new.execute("SELECT last_seq FROM run ORDER BY first_seq").fetchall() == [(3,), (6,)]
        assert not new.execute("SELECT 1 FROM sqlite_master WHERE name='event_by_run'").fetchall()


async def test_a_later_version_is_refused(tmp_path: Path) -> None:
    _, file = await _with_a_run(tmp_path)
    with sqlite3.connect(file) as newer:
        newer.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(Unavailable, match="storage_newer"):
        async with Database(tmp_path):
            pass
