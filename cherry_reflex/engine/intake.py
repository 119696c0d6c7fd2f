"""How data comes into a conversation: uploaded by the person, or made by a worker."""

import asyncio
from pathlib import Path
from weakref import WeakValueDictionary

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, NotFound
from cherry_reflex.core.events import DatasetAdded
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.event_log import EventLog


class Intake:
    """Makes datasets of files and logs that they are there."""

    def __init__(self, log: EventLog, datasets: DatasetStore, sandbox: Sandbox) -> None:
        self._log = log
        self._datasets = datasets
        self._sandbox = sandbox
        self._naming: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def upload(
        self,
        conversation_id: str,
        source: Path,
        filename: str,
        *,
        options: ParseOptions = ParseOptions(),  # noqa: B008 - frozen
        sha256: str = "",
        language: Language = ENGLISH,
        kept: str = "",
        replaces: str = "",
    ) -> list[Dataset]:
        """Make datasets of a file and add them; they are kept when this returns. `kept` names the
        file where it can be read again; `replaces` is the dataset that this one takes the place
        of, and whose name it keeps, unless it is of another sheet.

        Raises BadInput and LimitExceeded with the reason that the file cannot be read.
        """
        made = await ingest(
            source,
            filename,
            folder=self._datasets.folder(conversation_id),
            sandbox=self._sandbox,
            options=options,
            language=language,
        )
        said = {"upload": kept, "replaces": replaces}
        return [
            await self._add(conversation_id, dataset.model_copy(update=said), sha256)
            for dataset in made
        ]

    async def read_again(
        self, owner: str, dataset_id: str, changes: ParseOptions, language: Language
    ) -> list[Dataset]:
        """Read the file of a dataset with other options; what is made takes its place. What was
        said of the file before still holds, unless `changes` was made with it. Nothing changes
        when the file cannot be read so.

        Raises NotFound `dataset_unknown_id`, also for a dataset that was read again; BadInput
        `dataset_not_kept` when its file is not kept; and what `upload` raises.
        """
        old, conversation_id = await self._datasets.get(owner, dataset_id)
        path = self._datasets.file(conversation_id, old)
        if path is None:
            raise BadInput("dataset_not_kept", name=old.name)
        if old.id not in {dataset.id for _, _, dataset in await self._datasets.of(conversation_id)}:
            raise NotFound("dataset_unknown_id")
        return await self.upload(
            conversation_id,
            path,
            old.source or old.name,
            options=_place(old, changes).changed(changes),
            language=language,
            kept=old.upload,
            replaces=old.id,
        )

    async def adopt(self, conversation_id: str, path: Path, name: str, parent: str) -> Dataset:
        """Add a Parquet file that a worker made of the dataset `parent`."""
        (made,) = await ingest(
            path,
            f"{name}.parquet",
            folder=self._datasets.folder(conversation_id),
            sandbox=self._sandbox,
        )
        named = made.model_copy(update={"name": name, "parent": parent})
        return await self._add(conversation_id, named)

    async def _add(self, conversation_id: str, dataset: Dataset, sha256: str = "") -> Dataset:
        # One at a time: of two files that arrive together, the second sees the name of the first.
        async with self._naming.setdefault(conversation_id, asyncio.Lock()):
            return await self._named(conversation_id, dataset, sha256)

    async def _named(self, conversation_id: str, dataset: Dataset, sha256: str) -> Dataset:
        there = {one.id: one for _, _, one in await self._datasets.of(conversation_id)}
        name, old = dataset.name, there.pop(dataset.replaces, None)
        if old is not None:
            is_same = old.sheet == dataset.sheet
            name = old.name if is_same else f"{name} - {dataset.sheet}"
        known = there.values()
        versions = {one.id: one.version for one in known}
        dataset = dataset.model_copy(
            update={
                "name": _free(name, {one.name for one in known}),
                "version": versions.get(dataset.parent, 0) + 1,
            }
        )
        event = DatasetAdded(
            dataset=dataset.id,
            name=dataset.name,
            rows=dataset.rows,
            columns=len(dataset.columns),
            replaces=dataset.replaces,
        )
        also = self._datasets.added(conversation_id, dataset, sha256)
        await self._log.append(conversation_id, "", event, also)
        return dataset


def _place(dataset: Dataset, changes: ParseOptions) -> ParseOptions:
    """Return what was said of a dataset's file, with the place that it has in the file: of several
    sheets or tables it is this one that is read again."""
    if dataset.parsed is None:
        return ParseOptions()
    asked, used = dataset.parsed.asked, dataset.parsed.options
    if changes.model_fields_set & {"sheet"} and changes.sheet != used.sheet:
        return asked.model_copy(update={"table": None})
    return asked.model_copy(update={"sheet": used.sheet, "table": used.table})


def _free(name: str, taken: set[str]) -> str:
    """Return `name`, numbered when it is taken: planners refer to datasets by name."""
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name} {number}"
    return free
