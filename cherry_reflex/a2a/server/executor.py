"""Runs one of our agents for the A2A SDK: a task of ours behind every A2A task."""

import asyncio
import contextlib
import contextvars
import logging
from dataclasses import dataclass, field
from pathlib import Path

from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.tasks import TaskUpdater
from a2a.types import Task, TaskState, TaskStatus

from cherry_reflex.a2a import codec
from cherry_reflex.a2a.server.context import StreamingContext
from cherry_reflex.concurrency.adaptive_batching import AdaptiveBatching
from cherry_reflex.concurrency.usage import SPENT, Spent
from cherry_reflex.core.agent import Agent
from cherry_reflex.core.errors import BadInput, CherryError, Failure, LimitExceeded, NotFound
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.worker import Sender, WorkerRequest
from cherry_reflex.i18n import catalogue
from cherry_reflex.settings import Settings
from cherry_reflex.store.layout import Layout

_log = logging.getLogger(__name__)
_GRACE_S = 5.0


@dataclass(frozen=True)
class Limits:
    """How long an agent may take, and be waited for. `answer_s`: so long it waits for an answer;
    `beat_s`: after so long without events it shows that it lives; `buffer`: so many events may wait
    for a listener."""

    total_s: float = 600
    answer_s: float = 3600
    beat_s: float = 8
    buffer: int = 1024

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Return what the operator has set."""
        return cls(
            total_s=settings.agent_total_s,
            answer_s=settings.session_idle_s,
            beat_s=min(8.0, settings.agent_silence_s / 3),
            buffer=settings.agent_buffer,
        )


@dataclass(eq=False)
class _Job:
    work: WorkerRequest
    agent_context: StreamingContext
    task: asyncio.Task[None]
    left_s: float
    spent: Spent
    cancelled: bool = False
    settled: asyncio.Event = field(default_factory=asyncio.Event)


class AgentRunner(AgentExecutor):
    """The SDK calls `execute` once a message. The agent's own task outlives that call while it
    waits for an answer, and goes on where it was when the answer comes."""

    def __init__(
        self,
        agent: Agent,
        *,
        files: Path,
        limits: Limits,
        batching: AdaptiveBatching | None = None,
        takes_files: bool = False,
    ) -> None:
        self._agent, self._files, self._limits, self._batching = agent, files, limits, batching
        self._takes_files = takes_files
        self._jobs: dict[str, _Job] = {}

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Start the agent, or give it the answer that it waits for; return when it is done or
        asks."""
        task_id, context_id = context.task_id or "", context.context_id or ""
        job = self._jobs.get(task_id)
        if job is None:
            if context.current_task is not None:
                await self._forgotten(event_queue, task_id, context_id)
                return
            first = Task(id=task_id, context_id=context_id)
            first.status.CopyFrom(TaskStatus(state=TaskState.TASK_STATE_SUBMITTED))
            await event_queue.enqueue_event(first)
            job = await self._begin(context, event_queue, task_id, context_id)
            if job is None:
                return
        elif not await job.agent_context.answer(event_queue, context.get_user_input()):
            return
        await self._watch(job, task_id)

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Stop the agent, then say that it is stopped."""
        task_id, context_id = context.task_id or "", context.context_id or ""
        job = self._jobs.pop(task_id, None)
        if job is not None:
            job.cancelled = True
            await _stop(job)
        try:
            await TaskUpdater(event_queue, task_id, context_id).cancel()
        finally:
            if job is not None:
                job.settled.set()

    async def aclose(self) -> None:
        """Stop every agent task."""
        jobs, self._jobs = list(self._jobs.values()), {}
        for job in jobs:
            job.cancelled = True
            job.settled.set()
        await asyncio.gather(*(_stop(job) for job in jobs))

    async def _begin(
        self, context: RequestContext, queue: EventQueue, task_id: str, context_id: str
    ) -> _Job | None:
        message = context.message
        if message is None:
            raise BadInput("work_unreadable")
        agent_context = StreamingContext(
            queue, task_id, context_id, files=self._files, by_path=False
        )
        try:
            work, by_path = codec.read_request(message, self._agent.card.name, task_id)
            self._check(work)
            if self._takes_files:
                handed = Layout(self._files).handed
                came = await asyncio.to_thread(codec.received_files, message, handed)
                sender = Sender(owner=context.call_context.user.user_name, files=came)
                work = work.model_copy(update={"sender": sender})
        except CherryError as error:
            await self._fail(agent_context, error.failure(), ENGLISH)
            return None
        agent_context = StreamingContext(
            queue, task_id, context_id, files=self._files, by_path=by_path, batching=self._batching
        )
        spent, around = Spent(), contextvars.copy_context()
        around.run(SPENT.set, spent)
        running = self._agent.run(work, agent_context)
        task = asyncio.create_task(running, name=f"agent:{task_id}", context=around)
        job = self._jobs[task_id] = _Job(work, agent_context, task, self._limits.total_s, spent)
        return job

    def _check(self, work: WorkerRequest) -> None:
        """Refuse files outside our data: whoever reaches the port could read any file otherwise."""
        for dataset in work.datasets:
            if dataset.uri and (
                not dataset.uri.startswith("file:")
                or not codec.inside(codec.file_path(dataset.uri), self._files)
            ):
                raise BadInput("dataset_outside", name=dataset.name)

    async def _watch(self, job: _Job, task_id: str) -> None:
        """Wait until the agent is done, asks, or takes too long."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        asked = asyncio.create_task(job.agent_context.asked.wait())
        try:
            while True:
                left_s = job.left_s - (loop.time() - began)
                quiet_s = loop.time() - job.agent_context.sent_at
                wait_s = min(left_s, max(0.0, self._limits.beat_s - quiet_s))
                done, _ = await asyncio.wait(
                    {job.task, asked}, timeout=wait_s, return_when=asyncio.FIRST_COMPLETED
                )
                if job.cancelled:
                    await job.settled.wait()
                    return
                if job.task in done:
                    await self._finish(job, task_id)
                    return
                if asked in done:
                    job.left_s -= loop.time() - began
                    self._expire_later(job, task_id)
                    return
                if loop.time() - began >= job.left_s:
                    await self._overdue(job, task_id)
                    return
                if loop.time() - job.agent_context.sent_at >= self._limits.beat_s:
                    await job.agent_context.beat()
        except asyncio.CancelledError:
            self._jobs.pop(task_id, None)
            await _stop(job)
            raise
        finally:
            asked.cancel()

    async def _finish(self, job: _Job, task_id: str) -> None:
        self._jobs.pop(task_id, None)
        if job.spent != Spent():
            await job.agent_context.used(job.spent)
        error = None if job.task.cancelled() else job.task.exception()
        if job.task.cancelled():
            await self._fail(job.agent_context, Failure(code="agent_stopped"), job.work.language)
        elif error is None:
            await job.agent_context.complete()
        else:
            await self._fail(job.agent_context, _failure(error), job.work.language)

    async def _overdue(self, job: _Job, task_id: str) -> None:
        self._jobs.pop(task_id, None)
        await _stop(job)
        error = LimitExceeded("agent_too_long", seconds=round(self._limits.total_s))
        await self._fail(job.agent_context, error.failure(), job.work.language)

    async def _fail(
        self, agent_context: StreamingContext, failure: Failure, language: Language
    ) -> None:
        sentence = catalogue.message(failure, language)
        await agent_context.fail(failure, sentence)

    async def _forgotten(self, queue: EventQueue, task_id: str, context_id: str) -> None:
        agent_context = StreamingContext(
            queue, task_id, context_id, files=self._files, by_path=False
        )
        await self._fail(agent_context, NotFound("agent_forgot").failure(), ENGLISH)

    def _expire_later(self, job: _Job, task_id: str) -> None:
        """Give up on an answer that never comes."""

        def expire() -> None:
            if job.agent_context.asked.is_set() and self._jobs.get(task_id) is job:
                del self._jobs[task_id]
                job.task.cancel()

        asyncio.get_running_loop().call_later(self._limits.answer_s, expire)


def _failure(error: BaseException) -> Failure:
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, CherryError):
        return error.failure()
    _log.error("agent_crashed", exc_info=error)
    return Failure(code="agent_crashed", detail=f"{type(error).__name__}: {error}"[:2000])


async def _stop(job: _Job) -> None:
    """Cancel the agent's task and wait for its end, but not for ever."""
    job.task.cancel()
    job.agent_context.close()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(asyncio.wait({job.task})), _GRACE_S)
