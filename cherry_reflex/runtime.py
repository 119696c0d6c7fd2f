"""The composition root: opens everything in order and closes it in reverse."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace

from starlette.types import ASGIApp

from cherry_reflex.accounts.session_manager import SessionManager
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import CherryError, Unavailable
from cherry_reflex.core.ids import ORCHESTRATOR, new_id
from cherry_reflex.core.orchestration import Prepare
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.engine.a2a_entry_agent import A2AEntryAgent
from cherry_reflex.engine.broker import Broker
from cherry_reflex.engine.intake import Intake
from cherry_reflex.engine.orchestrator_client import OrchestratorClient
from cherry_reflex.engine.result_tables import ResultTables
from cherry_reflex.engine.runs import Runs
from cherry_reflex.engine.sending import Sending
from cherry_reflex.engine.step_runner import StepRunner
from cherry_reflex.engine.workflow import Workflow
from cherry_reflex.http.consent import Consent
from cherry_reflex.processes.forkserver.process import Forkserver
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import LOOPBACK, Settings
from cherry_reflex.store import janitor
from cherry_reflex.store.accounts import Accounts
from cherry_reflex.store.artifacts import ArtifactStore
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.event_log import EventLog
from cherry_reflex.workers.pool import WorkerPool


@dataclass(frozen=True)
class Runtime:
    """Everything that the page and the API work with."""

    settings: Settings
    database: Database
    log: EventLog
    conversations: Conversations
    datasets: DatasetStore
    artifacts: ArtifactStore
    intake: Intake
    workers: WorkerPool
    runs: Runs
    sessions: SessionManager
    """Who may come in; asked only with login."""
    entry: ASGIApp
    """CherryAI as an A2A agent: card and messages."""


RUN_S = 3600
"""Longest run that somebody asks for over A2A."""

_current: Runtime | None = None


def current() -> Runtime:
    """Return the runtime of this process. Raises Unavailable `starting` before it is open."""
    if _current is None:
        raise Unavailable("starting")
    return _current


@asynccontextmanager
async def open_runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """Open the runtime: storage, sandbox, team (agents' process and tools), runs."""
    global _current
    # The SDK's server side costs a second to import, and nobody needs it before this.
    from cherry_reflex.a2a.server.endpoint import open_entry
    from cherry_reflex.a2a.server.executor import Limits

    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database(settings.data_dir.resolve()))
        log, conversations = EventLog(database), Conversations(database)
        datasets, artifacts = DatasetStore(database), ArtifactStore(database)
        forkserver = await stack.enter_async_context(Forkserver(settings.sandboxes))
        sandbox = Sandbox(settings, forkserver.address)

        sessions = SessionManager(Accounts(database), settings.session_days * 24 * 3600)
        if settings.login:
            await stack.enter_async_context(sessions)

        def dataset_url(dataset: Dataset) -> str:
            """Where an outside agent or tool finds a dataset's Parquet file."""
            url = f"{_address(settings)}/api/datasets/{dataset.id}/download?format=parquet"
            ticket = f"&ticket={sessions.tickets.issue(dataset.id)}" if settings.login else ""
            return f"{url}{ticket}"

        workers = await stack.enter_async_context(
            WorkerPool(settings, dataset_url=dataset_url, sandbox=forkserver.address)
        )

        intake = Intake(log, datasets, sandbox)
        results = ResultTables(artifacts, database.layout, sandbox)
        sending = Sending(workers.is_foreign, Consent(asks=settings.ask_before_sending))
        step_runner = StepRunner(workers, artifacts, intake.adopt, results.heads, sending)
        broker = Broker(step_runner, settings.agents_at_once, settings.tools_at_once, results.named)
        runs = await stack.enter_async_context(
            Runs(
                log,
                conversations,
                datasets,
                Workflow(OrchestratorClient(workers, step_runner), broker, step_runner),
                settings.question_chars_max,
            )
        )
        entry = await stack.enter_async_context(
            open_entry(
                A2AEntryAgent(runs, conversations, intake, artifacts),
                _address(settings),
                data_dir=settings.data_dir.resolve(),
                limits=replace(Limits.of(settings), total_s=RUN_S),
                by_token=settings.login,
            )
        )
        _current = Runtime(
            settings=settings,
            database=database,
            log=log,
            conversations=conversations,
            datasets=datasets,
            artifacts=artifacts,
            intake=intake,
            workers=workers,
            runs=runs,
            sessions=sessions,
            entry=entry,
        )
        tidying = janitor.tidy_at_start(database.layout, conversations, sandbox)
        for work in (_warm(workers), tidying):
            stack.push_async_callback(_ended, asyncio.create_task(work))
        try:
            yield _current
        finally:
            _current = None


def _address(settings: Settings) -> str:
    """Where others reach us: with login the first origin that is named, if one is."""
    if settings.login and settings.origins:
        return settings.origins[0]
    if settings.host in ("0.0.0.0", "::", ""):  # noqa: S104
        return f"http://{LOOPBACK[0]}:{settings.port}"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


async def _warm(workers: WorkerPool) -> None:
    """Have the orchestrator get ready for the team before the first question comes."""
    with suppress(CherryError):
        roster = await workers.roster()
        work = WorkerRequest(
            conversation_id="",
            run_id=new_id(),
            step_id="prepare",
            worker=ORCHESTRATOR,
            request="prepare",
            orchestration=Prepare(roster=roster),
        )
        async for _ in workers.call(work).events():
            pass


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
