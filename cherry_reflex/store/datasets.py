"""The datasets of conversations: what they are, and where their Parquet files lie."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Connection, insert
from sqlmodel import Session, col, select

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import NotFound
from cherry_reflex.store.database import Database
from cherry_reflex.store.remembered import RememberedWords
from cherry_reflex.store.schema import ConversationRow, DatasetRow, RememberedWordRow


class DatasetStore:
    """The repository. Paths are kept relative to the data folder, so that it can be moved."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._layout = database.layout
        self.words = RememberedWords(database)
        """What words mean in the datasets."""

    def folder(self, conversation_id: str) -> Path:
        """Return (and make) the folder of a conversation's datasets."""
        folder = self._layout.datasets(conversation_id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def file(self, conversation_id: str, dataset: Dataset) -> Path | None:
        """Return the uploaded file that a dataset was read from; None when none is kept."""
        if not dataset.upload:
            return None
        path = self._layout.uploads(conversation_id) / dataset.upload
        return path if path.is_file() else None

    def added(
        self, conversation_id: str, dataset: Dataset, sha256: str = ""
    ) -> Callable[[Connection, int], None]:
        """Return what the log commits beside DatasetAdded. `dataset.uri` must be a file in the
        data folder."""
        file = Path(dataset.uri.removeprefix("file://")).resolve()
        path = file.relative_to(self._layout.data_dir)

        def also(connection: Connection, seq: int) -> None:
            row = DatasetRow(
                id=dataset.id,
                conversation_id=conversation_id,
                seq=seq,
                path=path.as_posix(),
                sha256=sha256,
                body=dataset.model_copy(update={"uri": ""}).model_dump_json(),
                created_at=time.time(),
            )
            connection.execute(insert(DatasetRow), [row.model_dump()])

        return also

    async def get(self, owner: str, dataset_id: str) -> tuple[Dataset, str]:
        """Return a dataset and its conversation's id. Raises NotFound `dataset_unknown_id`."""

        def query(session: Session) -> tuple[Dataset, str]:
            row = session.get(DatasetRow, dataset_id)
            conversation = session.get(ConversationRow, row.conversation_id) if row else None
            if row is None or conversation is None or conversation.owner != owner:
                raise NotFound("dataset_unknown_id")
            found = self._found(session, row.conversation_id)
            there = {dataset.id: dataset for _, _, dataset in found}
            return there[dataset_id], row.conversation_id

        return await self._database.read(query)

    async def owner(self, dataset_id: str) -> str:
        """Return whose dataset it is. Raises NotFound `dataset_unknown_id`."""

        def query(session: Session) -> str:
            row = session.get(DatasetRow, dataset_id)
            conversation = session.get(ConversationRow, row.conversation_id) if row else None
            if conversation is None:
                raise NotFound("dataset_unknown_id")
            return conversation.owner

        return await self._database.read(query)

    async def of(self, conversation_id: str) -> list[tuple[int, float, Dataset]]:
        """Return (seq, Unix time, dataset) of a conversation, oldest first, without those that
        were read again: what replaces them is there."""

        found = await self._all(conversation_id)
        gone = {dataset.replaces for _, _, dataset in found}
        return [one for one in found if one[2].id not in gone]

    async def standing(self, conversation_id: str) -> dict[str, Dataset]:
        """Return what each dataset that a conversation ever had is now, by id, oldest first: the
        dataset itself, or what its file was read as last."""
        found = [dataset for _, _, dataset in await self._all(conversation_id)]
        standing = {dataset.id: dataset for dataset in found}
        for dataset in reversed(found):
            if dataset.replaces in standing:
                standing[dataset.replaces] = standing[dataset.id]
        return standing

    async def lineage(self, conversation_id: str, dataset_id: str) -> list[str]:
        """Return the ids of a dataset, of what it was made of or read again for, and so on, the
        newest first; none when the conversation does not have it."""
        known = {dataset.id: dataset for _, _, dataset in await self._all(conversation_id)}
        return _lineage(known[dataset_id], known) if dataset_id in known else []

    async def _all(self, conversation_id: str) -> list[tuple[int, float, Dataset]]:
        return await self._database.read(lambda session: self._found(session, conversation_id))

    def _found(self, session: Session, conversation_id: str) -> list[tuple[int, float, Dataset]]:
        """Return (seq, Unix time, dataset), oldest first, each with what is remembered of it."""
        rows = session.exec(
            select(DatasetRow)
            .where(DatasetRow.conversation_id == conversation_id)
            .order_by(col(DatasetRow.seq))
        ).all()
        words: dict[str, dict[str, str]] = {}
        for word in session.exec(
            select(RememberedWordRow)
            .where(RememberedWordRow.conversation_id == conversation_id)
            .order_by(col(RememberedWordRow.at))
        ):
            words.setdefault(word.dataset_id, {})[word.word] = word.column
        made = [(row.seq, row.created_at, self._dataset(row)) for row in rows]
        if not words:
            return made
        known = {dataset.id: dataset for _, _, dataset in made}
        return [(seq, at, _with(dataset, known, words)) for seq, at, dataset in made]

    def _dataset(self, row: DatasetRow) -> Dataset:
        dataset = Dataset.model_validate_json(row.body)
        return dataset.model_copy(update={"uri": f"file://{self._layout.data_dir / row.path}"})


def _lineage(dataset: Dataset, known: Mapping[str, Dataset]) -> list[str]:
    ids = [dataset.id]
    while (before := dataset.replaces or dataset.parent) in known and before not in ids:
        ids.append(before)
        dataset = known[before]
    return ids


def _with(
    dataset: Dataset, known: Mapping[str, Dataset], words: Mapping[str, Mapping[str, str]]
) -> Dataset:
    """Return the dataset with what is remembered of it and of those that it was made of, as far
    as it has the columns."""
    meant: dict[str, str] = {}
    for one in reversed(_lineage(dataset, known)):
        meant |= words.get(one, {})
    there = tuple((word, name) for word, name in meant.items() if dataset.column(name))
    return dataset.model_copy(update={"remembered": there})
