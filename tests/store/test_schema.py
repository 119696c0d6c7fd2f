"""A data folder of an earlier version is brought up to date, one of a later version refused."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.accounts.session_manager import SessionManager
from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.events import DatasetAdded, RunFinished, RunStarted, TextDelta
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.run_view import RunView
from cherry_reflex.i18n.catalogue import message
from cherry_reflex.store.accounts import Accounts
from cherry_reflex.store.conversations import Conversations, begun, ended
from cherry_reflex.store.database import Database
from cherry_reflex.store.event_log import EventLog
from cherry_reflex.store.schema import SCHEMA_VERSION

EARLIER = Path(__file__).parent / "earlier"


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
        old.execute("DROP INDEX ix_session_account_id")
        old.execute("ALTER TABLE session RENAME TO pass")
        old.execute("UPDATE schema_version SET version = 1")
    async with Database(tmp_path) as database:
        view = await EventLog(database).view(conversation, "first")
        assert view.lanes[0].text == "first"
    with sqlite3.connect(file) as new:
        assert new.execute("SELECT version FROM schema_version").fetchone() == (SCHEMA_VERSION,)
        assert new.execute("SELECT last_seq FROM run ORDER BY first_seq").fetchall() == [(3,), (6,)]
        assert not new.execute("SELECT 1 FROM sqlite_master WHERE name='event_by_run'").fetchall()


async def test_a_folder_of_version_2_shows_every_conversation_the_same(tmp_path: Path) -> None:
    """`earlier/version_2.db` was written by the program of that version; what its API said of each
    run, and the sentence that a person read for each failure, stand beside it."""
    shutil.copy(EARLIER / "version_2.db", tmp_path / "cherry.db")
    told = json.loads((EARLIER / "version_2.json").read_text("utf-8"))
    async with Database(tmp_path) as database:
        log, conversations = EventLog(database), Conversations(database)
        assert {one.id for one in await conversations.find(LOCAL_OWNER)} == set(
            told["conversations"]
        )
        for conversation_id, expected in told["conversations"].items():
            records = await log.read(conversation_id)
            named = [r.event.name for r in records if isinstance(r.event, DatasetAdded)]
            assert named == expected["uploads"]
            for run in expected["runs"]:
                shown = _shown(await log.view(conversation_id, run["run_id"]))
                assert {key: shown.get(key) for key in run} == run
        sessions = SessionManager(Accounts(database), 3600)
        async with sessions:
            found = sessions.find(told["token"])
            assert found is not None
            assert found.account.name == "mina"


def _shown(view: RunView) -> dict[str, Any]:
    """Return a run as the earlier program's API said it, failures as the sentences they make."""
    shown = view.model_dump(mode="json")
    for lane, kept in zip(shown["lanes"], view.lanes, strict=True):
        if kept.failure is not None:
            lane["failure_message"] = message(kept.failure, view.language)
            del lane["failure"]
        assert lane.pop("choices") == lane.pop("digests") == []  # that version knew none
    if shown["plan"] is not None:
        assert shown["plan"].pop("loop") is False
        for step in shown["plan"]["steps"]:
            assert (step.pop("turn"), step.pop("call")) == (0, "")
    return shown


async def test_a_later_version_is_refused(tmp_path: Path) -> None:
    _, file = await _with_a_run(tmp_path)
    with sqlite3.connect(file) as newer:
        newer.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(Unavailable, match="storage_newer"):
        async with Database(tmp_path):
            pass
