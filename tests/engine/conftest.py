from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.ids import LOCAL_OWNER, new_id
from cherry_reflex.core.run_view import RunView
from cherry_reflex.engine.broker import Broker
from cherry_reflex.engine.orchestrator_client import OrchestratorClient
from cherry_reflex.engine.runs import Runs
from cherry_reflex.engine.sending import Sending
from cherry_reflex.engine.step_runner import StepRunner
from cherry_reflex.engine.workflow import Workflow
from cherry_reflex.store.artifacts import ArtifactStore
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.event_log import EventLog
from tests.engine.scripted_workers import ScriptedWorkers


@dataclass
class Engine:
    runs: Runs
    conversations: Conversations
    log: EventLog
    datasets: DatasetStore
    conversation_id: str

    async def ask(self, question: str = "q", **more: Any) -> str:
        return await self.runs.start(LOCAL_OWNER, self.conversation_id, question, **more)

    async def over(self, run_id: str) -> RunView:
        async for _ in self.runs.follow(LOCAL_OWNER, run_id):
            pass
        return await self.runs.view(LOCAL_OWNER, run_id)


@asynccontextmanager
async def opened(
    folder: Path, team: ScriptedWorkers, sending: Sending | None = None
) -> AsyncIterator[Engine]:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(folder))
        log, conversations = EventLog(database), Conversations(database)

        async def adopt(_: str, path: Path, name: str, parent: str) -> Dataset:
            return Dataset(
                id=new_id(), name=name, uri=f"file://{path}", rows=1, columns=(), parent=parent
            )

        step_runner = StepRunner(team, ArtifactStore(database), adopt, sending=sending)
        datasets = DatasetStore(database)
        runs = Runs(
            log,
            conversations,
            datasets,
            Workflow(OrchestratorClient(team, step_runner), Broker(step_runner, 5, 3), step_runner),
            1000,
        )
        await stack.enter_async_context(runs)
        conversation = await conversations.create(LOCAL_OWNER)
        yield Engine(runs, conversations, log, datasets, conversation.id)


Open = Callable[[ScriptedWorkers], Awaitable[Engine]]


@pytest.fixture
async def open_engine(tmp_path: Path) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def enter(team: ScriptedWorkers) -> Engine:
            return await stack.enter_async_context(opened(tmp_path, team))

        yield enter
