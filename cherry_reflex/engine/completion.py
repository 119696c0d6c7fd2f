"""Writes how runs ended, however long it takes: a run must not seem to be under way for ever."""

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.events import RunCancelled, RunFailed, RunFinished, RunInterrupted
from cherry_reflex.engine.job import Job
from cherry_reflex.store.conversations import StoredRun, ended
from cherry_reflex.store.event_log import EventLog

Completion = RunFinished | RunFailed | RunCancelled | RunInterrupted

_PAUSE_FIRST_S, _PAUSE_MAX_S = 0.1, 2.0
_START_S = 2.0

_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


async def end(log: EventLog, job: Job, completion: Completion) -> Completion:
    """Commit the run's end, and return it: a run of which something could not be written has not
    finished. While the storage cannot be written at all, it is tried again."""

    async def write() -> Completion:
        await log.settle()
        found = completion
        if (cause := log.lost(job.run_id)) is not None and isinstance(found, RunFinished):
            found = RunFailed(failure=cause.failure())
        await _append(log, job.conversation_id, job.run_id, found, job.summary)
        return found

    return await _again_until_kept(write, job.run_id)


class Leftovers:
    """Runs that were under way when the server last stopped: said to be interrupted, at the start
    when that can be written, later when it cannot. The program starts all the same."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._tasks

    async def interrupt(self, runs: Sequence[StoredRun]) -> None:
        """Begin with all at once, which makes one commit, and wait a moment for it."""
        for run in runs:
            task = asyncio.create_task(self._interrupt(run), name=f"interrupt:{run.id}")
            self._tasks[run.id] = task
            task.add_done_callback(functools.partial(self._over, run.id))
        if runs:
            await asyncio.wait(list(self._tasks.values()), timeout=_START_S)

    async def close(self) -> None:
        """Leave the rest to the next start."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _over(self, run_id: str, _: "asyncio.Task[None]") -> None:
        del self._tasks[run_id]

    async def _interrupt(self, run: StoredRun) -> None:
        async def write() -> None:
            try:
                view = await self._log.view(run.conversation_id, run.id)
                summary = view.summary
            except ValueError:  # its log cannot be read any more, and it is over all the same
                summary = run.summary
            await _append(self._log, run.conversation_id, run.id, RunInterrupted(), summary)

        await _again_until_kept(write, run.id)


async def _again_until_kept(write: Callable[[], Awaitable[_T]], run_id: str) -> _T:
    """Call `write` until the storage takes it. Raises Unavailable `storage_closed`."""
    pause_s = _PAUSE_FIRST_S
    while True:
        try:
            return await write()
        except Unavailable as error:
            if error.code == "storage_closed":
                raise
            _log.warning("end of run not written", run=run_id, problem=str(error))
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, _PAUSE_MAX_S)


async def _append(
    log: EventLog, conversation_id: str, run_id: str, completion: Completion, summary: str
) -> None:
    state = completion.type.removeprefix("run_")
    also = ended(run_id, state, summary, time.time())
    await log.append(conversation_id, run_id, completion, also, last=True)


def cause(completion: Completion) -> str:
    """Return why a run failed, for the server's log."""
    return (
        f"{completion.failure.code} {completion.failure.detail}"
        if isinstance(completion, RunFailed)
        else ""
    )
