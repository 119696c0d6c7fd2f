"""A conversation's shelf: a folder of its own, whatever its id, that goes when it goes."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from cherry_reflex.agents.saving_analyst import shelf
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.runtime import open_runtime
from cherry_reflex.settings import Settings
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database


def test_each_conversation_has_its_own_folder_inside_the_data(tmp_path: Path) -> None:
    places = {shelf(tmp_path, name) for name in ("a", "b", "../../a", "a/b")}
    assert len(places) == 4
    assert all(place.parent == tmp_path / "shelves" for place in places)


async def test_the_shelf_of_a_deleted_conversation_is_removed_for_good(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        conversations = Conversations(database)
        gone = await conversations.create(LOCAL_OWNER)
        kept = await conversations.create(LOCAL_OWNER)
        for one in (gone, kept):
            shelf(tmp_path, one.id).mkdir(parents=True)
            (shelf(tmp_path, one.id) / "model.skops").write_bytes(b"x")
        await conversations.delete(LOCAL_OWNER, gone.id)
        await database.write(
            lambda connection: connection.execute(
                text("UPDATE conversation SET deleted_at = 1 WHERE deleted_at IS NOT NULL")
            )
        )
    async with open_runtime(Settings(data_dir=tmp_path)):
        async with asyncio.timeout(20):
            while shelf(tmp_path, gone.id).exists():  # noqa: ASYNC110  tidied up in the background
                await asyncio.sleep(0.01)
        assert shelf(tmp_path, kept.id).exists()
