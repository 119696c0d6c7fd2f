"""Data that comes in is named apart, versioned, logged and there after a restart."""

from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, NotFound
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.engine.intake import Intake
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.event_log import EventLog


async def test_uploads_and_versions(tmp_path: Path, forkserver: Path) -> None:
    csv = tmp_path / "shop.csv"
    csv.write_text("region,sales\nSeoul,1\nBusan,2\n")
    async with Database(tmp_path / "data") as database:
        log, datasets = EventLog(database), DatasetStore(database)
        intake = Intake(log, datasets, Sandbox(Settings(), forkserver))
        conversation = (await Conversations(database).create(LOCAL_OWNER)).id
        (first,) = await intake.upload(conversation, csv, "shop.csv", sha256="abc")
        (again,) = await intake.upload(conversation, csv, "shop.csv")
        made = Path(first.uri.removeprefix("file://"))
        clean = await intake.adopt(conversation, made, "shop clean", first.id)
        assert [d.name for d in (first, again, clean)] == ["shop", "shop 2", "shop clean"]
        assert (clean.parent, clean.version, clean.rows) == (first.id, 2, 2)
        again_read = await intake.upload(
            conversation,
            csv,
            "shop.csv",
            options=ParseOptions(types={"sales": "text"}),
            replaces=again.id,
        )
        assert [(d.name, d.columns[1].type) for d in again_read] == [("shop 2", "text")]
        assert again_read[0].parsed is not None
        assert again_read[0].parsed.asked.types == {"sales": "text"}
        kinds = [record.event.type for record in await log.read(conversation)]
        assert kinds == ["dataset_added"] * 4
    async with Database(tmp_path / "data") as database:
        kept, place = await DatasetStore(database).get(LOCAL_OWNER, clean.id)
        assert (kept.name, place) == ("shop clean", conversation)
        assert Path(kept.uri.removeprefix("file://")).is_file()  # noqa: ASYNC240


async def test_a_file_is_read_again_by_its_owner_as_was_said_before(
    tmp_path: Path, forkserver: Path
) -> None:
    async with Database(tmp_path / "data") as database:
        log, datasets = EventLog(database), DatasetStore(database)
        intake = Intake(log, datasets, Sandbox(Settings(), forkserver))
        conversation = (await Conversations(database).create(LOCAL_OWNER)).id
        folder = database.layout.uploads(conversation)
        folder.mkdir(parents=True)
        (folder / "kept").write_text("region;sales\nSeoul;1,250\nBusan;2,500\n")
        (first,) = await intake.upload(conversation, folder / "kept", "shop.csv", kept="kept")

        async def read(old: Dataset, owner: str = LOCAL_OWNER, **said: Any) -> Dataset:
            (made,) = await intake.read_again(owner, old.id, ParseOptions(**said), KOREAN)
            return made

        with pytest.raises(NotFound):
            await read(first, "somebody else", decimal_mark=".")
        marked = await read(first, decimal_mark=".")
        typed = await read(marked, types={"region": "text"})
        assert typed.parsed is not None
        assert typed.parsed.asked == ParseOptions(decimal_mark=".", types={"region": "text"})
        assert (typed.name, typed.replaces, typed.column("sales").maximum) == (  # type: ignore[union-attr]
            "shop",
            marked.id,
            2500,
        )
        with pytest.raises(NotFound):
            await read(first, decimal_mark=",")
        (folder / "kept").unlink()
        with pytest.raises(BadInput) as error:
            await read(typed, decimal_mark=",")
        assert error.value.code == "dataset_not_kept"
        assert [one.id for _, _, one in await datasets.of(conversation)] == [typed.id]
