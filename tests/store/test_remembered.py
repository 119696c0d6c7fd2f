"""What words mean in a dataset: known to what is made of it, forgotten everywhere, gone with it."""

from pathlib import Path

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.events import DatasetAdded
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.event_log import EventLog
from cherry_reflex.store.remembered import WORDS_MAX


async def with_datasets(database: Database, *datasets: Dataset) -> str:
    """Add them to a new conversation, and return its id."""
    conversation = (await Conversations(database).create(LOCAL_OWNER)).id
    store, log = DatasetStore(database), EventLog(database)
    for one in datasets:
        file = store.folder(conversation) / f"{one.id}.parquet"
        file.touch()
        dataset = one.model_copy(update={"uri": f"file://{file}"})
        event = DatasetAdded(dataset=one.id, name=one.name, rows=1, columns=len(one.columns))
        await log.append(conversation, "", event, store.added(conversation, dataset))
    return conversation


def table(name: str, *columns: str, parent: str = "", replaces: str = "") -> Dataset:
    made = tuple(Column(name=column, type="number") for column in columns)
    return Dataset(id=name, name=name, rows=1, columns=made, parent=parent, replaces=replaces)


async def test_what_is_made_of_a_dataset_knows_its_words(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        conversation = await with_datasets(
            database,
            table("a", "fare", "운임", "age"),
            table("b", "fare", "운임", parent="a"),
            table("c", "fare", replaces="b"),
            table("other", "fare"),
        )
        store = DatasetStore(database)
        await store.words.put(conversation, "a", "Paid ", "age")
        await store.words.put(conversation, "a", "paid", "fare")
        await store.words.put(conversation, "a", "낸  돈", "운임")
        await store.words.put(conversation, "b", "낸 돈", "fare")
        known = await store.standing(conversation)
        assert known["a"].remembered == (("paid", "fare"), ("낸 돈", "운임"))
        assert set(known["b"].remembered) == {("paid", "fare"), ("낸 돈", "fare")}
        assert known["b"].id == "c"
        assert known["other"].remembered == ()
        dataset, _ = await store.get(LOCAL_OWNER, "a")
        assert dataset.remembered == known["a"].remembered
        assert await store.lineage(conversation, "c") == ["c", "b", "a"]
        assert await store.lineage(conversation, "nobody's") == []

        await store.words.forget(await store.lineage(conversation, "c"), "PAID")
        known = await store.standing(conversation)
        assert known["a"].remembered == (("낸 돈", "운임"),)
        assert known["b"].remembered == (("낸 돈", "fare"),)


async def test_a_word_for_a_column_that_is_not_there_is_not_told(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        conversation = await with_datasets(
            database, table("a", "fare"), table("b", "age", parent="a")
        )
        store = DatasetStore(database)
        await store.words.put(conversation, "a", "paid", "fare")
        assert (await store.standing(conversation))["b"].remembered == ()


async def test_the_oldest_words_give_way(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        conversation = await with_datasets(database, table("a", "fare"))
        store = DatasetStore(database)
        for number in range(WORDS_MAX + 2):
            await store.words.put(conversation, "a", f"word {number}", "fare")
        words = [word for word, _ in (await store.standing(conversation))["a"].remembered]
        assert len(words) == WORDS_MAX
        assert words[-1] == f"word {WORDS_MAX + 1}"
        assert "word 0" not in words


async def test_they_are_gone_with_the_conversation(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        conversation = await with_datasets(database, table("a", "fare"))
        store = DatasetStore(database)
        await store.words.put(conversation, "a", "paid", "fare")
        await Conversations(database).purge([conversation])
        assert await store.standing(conversation) == {}
