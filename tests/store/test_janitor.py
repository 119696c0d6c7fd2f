"""What is removed by itself: what is old or was deleted, and nothing else."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sklearn import datasets
from sqlalchemy import text

from cherry_reflex.analysis.experiments.log_training import LogTraining
from cherry_reflex.analysis.experiments.logbook import Logbook
from cherry_reflex.analysis.learning import model_store
from cherry_reflex.analysis.learning.train import Train
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.operation import Tables
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.runtime import open_runtime
from cherry_reflex.settings import Settings
from cherry_reflex.store import janitor
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database
from cherry_reflex.store.layout import Layout
from tests.analysis.tables import dataset_of


def made(path: Path, age_s: float = 0.0) -> Path:
    """Write a file that was last touched so many seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    aged(path, age_s)
    return path


def aged(path: Path, age_s: float) -> None:
    then = time.time() - age_s
    os.utime(path, (then, then))


@dataclass
class Store:
    """A data directory with a database, and a conversation that is deleted at a time."""

    database: Database
    conversations: Conversations
    sandbox: Sandbox

    @property
    def layout(self) -> Layout:
        return self.database.layout

    async def conversation(self, *, deleted_s_ago: float | None = None) -> str:
        """Make a conversation with a file in each of its folders; return its id."""
        one = await self.conversations.create(LOCAL_OWNER)
        for folder in self.layout.of_conversation(one.id):
            made(folder / "file")
        if deleted_s_ago is not None:
            await self.conversations.delete(LOCAL_OWNER, one.id)
            moment = {"moment": time.time() - deleted_s_ago, "id": one.id}
            change = text("UPDATE conversation SET deleted_at = :moment WHERE id = :id")
            await self.database.write(lambda connection: connection.execute(change, moment))
        return one.id

    async def tidied(self) -> None:
        await janitor.tidy_at_start(self.layout, self.conversations, self.sandbox)

    async def rows(self) -> set[str]:
        found = text("SELECT id FROM conversation")
        return set(await self.database.read(lambda session: session.execute(found).scalars().all()))


@pytest.fixture
async def store(tmp_path: Path, forkserver: Path) -> AsyncIterator[Store]:
    async with Database(tmp_path) as database:
        sandbox = Sandbox(Settings(_env_file=None, data_dir=tmp_path), forkserver)
        yield Store(database, Conversations(database), sandbox)


async def test_a_conversation_goes_for_good_a_day_after_it_was_deleted(store: Store) -> None:
    day = 24 * 3600
    stays = await store.conversation()
    fresh = await store.conversation(deleted_s_ago=day - 60)
    gone = await store.conversation(deleted_s_ago=day + 60)
    await store.tidied()
    assert await store.rows() == {stays, fresh}
    for one in (stays, fresh):
        assert all((folder / "file").is_file() for folder in store.layout.of_conversation(one))
    assert not any(folder.exists() for folder in store.layout.of_conversation(gone))


async def test_a_removal_that_was_interrupted_is_done_at_the_next_start(store: Store) -> None:
    gone = await store.conversation(deleted_s_ago=24 * 3600 + 60)
    assert await store.conversations.condemn(time.time()) == [gone]
    await store.tidied()
    assert await store.rows() == set()
    assert not any(folder.exists() for folder in store.layout.of_conversation(gone))


async def test_its_trainings_leave_the_mlflow_store(store: Store, tmp_path: Path) -> None:
    stays = await store.conversation()
    gone = await store.conversation(deleted_s_ago=24 * 3600 + 60)
    frame = datasets.load_diabetes(as_frame=True).frame
    logged = {}
    for one in (stays, gone):
        files = store.layout.conversation_files(one)
        (files / "file").unlink()
        folder = tmp_path / "made" / one
        folder.mkdir(parents=True)
        logged[one] = tables = Tables(
            datasets=(dataset_of(frame, folder),), folder=folder, conversation_files=files
        )
        Train(target="target", features=("age", "bmi"), models=("linear",)).run(tables)
        LogTraining(model=model_store.cards(files)[0].id).run(tables)
    assert store.layout.mlflow_database.is_file()
    await store.tidied()
    assert len(Logbook(logged[stays]).runs()) == 1
    assert Logbook(logged[gone]).runs() == []
    assert await store.rows() == {stays}


def test_uploads_and_artifacts_that_were_never_whole_go(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    half = [
        made(layout.uploads("c") / "u.part", 10),
        made(layout.artifacts("c") / "a.part", 10),
    ]
    whole = [
        made(layout.uploads("c") / "u", 10),
        made(layout.artifacts("c") / "a.parquet", 10),
        made(layout.uploads("c") / "begun since.part", -10),
    ]
    janitor.remove_unfinished(layout, time.time())
    assert not any(path.exists() for path in half)
    assert all(path.exists() for path in whole)


async def test_what_workers_leave_behind_goes_after_an_hour(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    old, new = [], [made(layout.datasets("c") / "d.parquet", 7200)]
    for folder in layout.temporary:
        old += [made(folder / "old", 3660), made(folder / "old folder" / "file").parent]
        new += [made(folder / "new", 3540), made(folder / "new folder" / "file", 7200).parent]
    for path in old:
        aged(path, 3660)
    async with asyncio.timeout(20), janitor.tidying_temporary(layout):
        while any(path.exists() for path in old):  # noqa: ASYNC110  in the background
            await asyncio.sleep(0.01)
    assert all(path.exists() for path in new)


async def test_the_web_process_tidies_up_when_it_starts(tmp_path: Path, forkserver: Path) -> None:
    async with Database(tmp_path) as database:
        store = Store(
            database, Conversations(database), Sandbox(Settings(_env_file=None), forkserver)
        )
        stays = await store.conversation()
        gone = await store.conversation(deleted_s_ago=24 * 3600 + 60)
        left = store.layout.of_conversation(gone)
    async with open_runtime(Settings(_env_file=None, data_dir=tmp_path)) as runtime:
        async with asyncio.timeout(20):
            while any(folder.exists() for folder in left):  # noqa: ASYNC110  in the background
                await asyncio.sleep(0.01)
        assert all(folder.exists() for folder in runtime.database.layout.of_conversation(stays))
