"""Writes how runs ended, however long it takes: a run must not seem to be under way for ever."""

import asyncio
import time

import structlog

from cherry_reflex.core.errors import CherryError, Unavailable
from cherry_reflex.core.events import RunCancelled, RunFailed, RunFinished, RunInterrupted
from cherry_reflex.engine.job import Job
from cherry_reflex.store.conversations import Run, ended
from cherry_reflex.store.event_log import EventLog

Ending = RunFinished | RunFailed | RunCancelled | RunInterrupted

_PAUSE_FIRST_S, _PAUSE_MAX_S = 0.1, 2.0

_log = structlog.get_logger(__name__)


async def end(log: EventLog, job: Job, ending: Ending) -> Ending:
    """Commit the run's end, and return it: a run of which something could not be written has not
    finished. While the storage cannot be written at all, it is tried again."""

    async def write() -> Ending:
        await log.settle()
        found = ending
        if (cause := log.lost(job.run_id)) is not None and isinstance(found, RunFinished):
            found = RunFailed(failure=cause.failure())
        await _append(log, job.conversation_id, job.run_id, found, job.summary)
        return found

    pause_s = _PAUSE_FIRST_S
    while True:
        try:
            return await write()
        except Unavailable as error:
            if error.code == "storage_closed":
                raise
            _log.warning("end of run not written", run=job.run_id, problem=str(error))
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, _PAUSE_MAX_S)


async def interrupt(log: EventLog, run: Run) -> None:
    """Say of a run that the server stopped in the middle of it."""
    try:
        await _append(log, run.conversation_id, run.id, RunInterrupted(), run.summary)
    except CherryError as error:
        # The program must start all the same: its page says what is wrong with the storage.
        _log.warning("interrupted run not written", run=run.id, problem=str(error))


async def _append(
    log: EventLog, conversation_id: str, run_id: str, ending: Ending, summary: str
) -> None:
    state = ending.type.removeprefix("run_")
    also = ended(run_id, state, summary, time.time())
    await log.append(conversation_id, run_id, ending, also, last=True)


def cause(ending: Ending) -> str:
    """Return why a run failed, for the server's log."""
    return f"{ending.failure.code} {ending.failure.detail}" if isinstance(ending, RunFailed) else ""
