"""The composition root: opens everything in order and closes it in reverse."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.events import DatasetAdded
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.datasets.sandbox import Sandbox
from cherry_reflex.engine.broker import Broker
from cherry_reflex.engine.performer import Performer
from cherry_reflex.engine.planner import Planner
from cherry_reflex.engine.runs import Runs
from cherry_reflex.settings import Settings
from cherry_reflex.store.artifacts import ArtifactStore
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.event_log import EventLog
from cherry_reflex.wire.workforce import Team


@dataclass(frozen=True)
class Runtime:
    """Everything that the page and the API work with."""

    settings: Settings
    database: Database
    log: EventLog
    conversations: Conversations
    datasets: DatasetStore
    artifacts: ArtifactStore
    sandbox: Sandbox
    team: Team
    runs: Runs

    async def take_in(
        self,
        conversation_id: str,
        source: Path,
        filename: str,
        *,
        sheet: str = "",
        encoding: str = "",
        sha256: str = "",
    ) -> list[Dataset]:
        """Make datasets of a file and add them to a conversation; they are kept when this returns.

        Raises BadInput and LimitExceeded with the reason that the file cannot be read.
        """
        made = await ingest(
            source,
            filename,
            folder=self.datasets.folder(conversation_id),
            sandbox=self.sandbox,
            sheet=sheet,
            encoding=encoding,
        )
        for dataset in made:
            await self.add(conversation_id, dataset, sha256)
        return made

    async def add(self, conversation_id: str, dataset: Dataset, sha256: str = "") -> None:
        """Add a dataset, whose file lies in the conversation's folder, and log that it is there."""
        event = DatasetAdded(
            dataset=dataset.id, name=dataset.name, rows=dataset.rows, columns=len(dataset.columns)
        )
        also = self.datasets.added(conversation_id, dataset, sha256)
        await self.log.append(conversation_id, "", event, also)


_current: Runtime | None = None


def current() -> Runtime:
    """Return the runtime of this process. Raises Unavailable `starting` before it is open."""
    if _current is None:
        raise Unavailable("starting")
    return _current


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Runtime]:
    """Open the runtime: storage, sandbox, team (agents' process and tools), runs."""
    global _current
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(settings.data_dir.resolve()))
        log, conversations = EventLog(database), Conversations(database)
        datasets, artifacts = DatasetStore(database), ArtifactStore(database)
        sandbox = Sandbox(settings)

        def dataset_url(dataset: Dataset) -> str:
            """Where an outside agent or tool finds a dataset's Parquet file."""
            place = f"http://{settings.host}:{settings.port}/api/datasets/{dataset.id}"
            return f"{place}/download?format=parquet"

        team = await stack.enter_async_context(Team(settings, dataset_url=dataset_url))

        async def adopt(conversation_id: str, path: Path, name: str, parent: str) -> Dataset:
            """Make a dataset of a Parquet file that a worker handed over."""
            (made,) = await ingest(
                path,
                f"{name}.parquet",
                folder=datasets.folder(conversation_id),
                sandbox=sandbox,
            )
            dataset = made.model_copy(update={"name": name, "parent": parent})
            event = DatasetAdded(
                dataset=dataset.id, name=name, rows=dataset.rows, columns=len(dataset.columns)
            )
            await log.append(conversation_id, "", event, datasets.added(conversation_id, dataset))
            return dataset

        performer = Performer(team, artifacts, adopt)
        runs = await stack.enter_async_context(
            Runs(
                log,
                conversations,
                datasets,
                Planner(team, performer),
                Broker(performer, settings.agents_at_once, settings.tools_at_once),
                performer,
                settings.question_chars_max,
            )
        )
        _current = Runtime(
            settings=settings,
            database=database,
            log=log,
            conversations=conversations,
            datasets=datasets,
            artifacts=artifacts,
            sandbox=sandbox,
            team=team,
            runs=runs,
        )
        try:
            yield _current
        finally:
            _current = None


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
