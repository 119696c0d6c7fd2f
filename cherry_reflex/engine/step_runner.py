"""Has one worker do one step, and logs everything that it says."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import structlog

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import CherryError, Failure, LimitExceeded
from cherry_reflex.core.events import (
    ArtifactAdded,
    DataSent,
    DigestAdded,
    InputRequested,
    OutputLine,
    StatusChanged,
    StepCancelled,
    StepFailed,
    StepFinished,
    StepStarted,
    SummaryDelta,
    TextDelta,
    ToolCalled,
    ToolReturned,
)
from cherry_reflex.core.ids import SUMMARY_STEP
from cherry_reflex.core.text import cut
from cherry_reflex.core.worker import (
    ArtifactProduced,
    UsageReported,
    WorkerEvent,
    WorkerRequest,
    Workers,
)
from cherry_reflex.engine.job import Job, LaneResult
from cherry_reflex.engine.metrics import MESSAGES, STEP_SECONDS
from cherry_reflex.engine.sending import Sending
from cherry_reflex.store.artifacts import ArtifactStore

_log = structlog.get_logger(__name__)

STATUS_CHARS_MAX, LINE_CHARS_MAX, REPLY_CHARS_MAX = 2_000, 4_000, 100_000
LINES_MAX = 2_000
"""Lines of output that one step shows; later ones are dropped."""
TEXT_CHARS_MAX = 4_000_000
"""Words of one step: nobody reads more, and a page could not show it."""

Adopt = Callable[[str, Path, str, str], Awaitable[Dataset]]
"""(conversation id, Parquet file, name, parent id) -> the dataset made of it."""


_Said = TypeVar(
    "_Said",
    StatusChanged,
    ToolCalled,
    ToolReturned,
    DigestAdded,
    DataSent,
    OutputLine,
    InputRequested,
)


class StepRunner:
    """Carries out steps. One object serves all runs; the state of a run is in its Job."""

    def __init__(
        self,
        workers: Workers,
        artifacts: ArtifactStore,
        adopt: Adopt,
        sending: Sending | None = None,
    ) -> None:
        """Without `sending` all workers are ours."""
        self._workers = workers
        self._artifacts = artifacts
        self._adopt = adopt
        self._sending = sending

    async def run(
        self,
        job: Job,
        work: WorkerRequest,
        *,
        attempt: int = 1,
        on_artifact: Callable[[ArtifactContent], Awaitable[bool]] | None = None,
    ) -> LaneResult:
        """Do `work` to its end, whatever that is; only a cancellation from outside the run raises.

        `on_artifact` may take an artifact for itself by returning True (the planner takes plans).
        """
        result = LaneResult()
        step, started = work.step_id, asyncio.get_running_loop().time()
        try:
            # Not waited for: the worker begins while the disk writes, and whoever follows sees
            # nothing before it is kept.
            await job.post(StepStarted(step=step, worker=work.worker, attempt=attempt))
            if self._sending is not None:
                await self._sending.before(job, work)
            call = self._workers.call(work)
            job.calls[step] = call
            events = call.events()
            heard = 0
            try:
                async for item in events:
                    heard += 1
                    if type(item) is TextDelta:
                        # What comes most, first; `match` would ask pydantic for each class.
                        await self._say(job, step, item.text, result)
                        continue
                    if (
                        isinstance(item, ArtifactProduced)
                        and on_artifact is not None
                        and await on_artifact(item.content)
                    ):
                        continue
                    await self._log(job, work, item, result)
            finally:
                MESSAGES.labels(source=work.worker.split(":")[0], agent=work.worker).inc(heard)
                job.calls.pop(step, None)
                if (aclose := getattr(events, "aclose", None)) is not None:
                    await aclose()
            await job.commit(StepFinished(step=step))
        except asyncio.CancelledError:
            if not (job.stopping or step in job.stopped):
                raise
            result.cancelled = True
            await asyncio.shield(job.commit(StepCancelled(step=step)))
        except CherryError as error:
            result.failure = error.failure()
            _log.warning("step failed", run=job.run_id, worker=work.worker, problem=str(error))
            await job.commit(StepFailed(step=step, failure=result.failure))
        except Exception as error:
            # A defect of ours or of an adapter: this lane fails, the others go on.
            _log.exception("step broke", run=job.run_id, worker=work.worker)
            detail = f"{type(error).__name__}: {error}"[:2000]
            result.failure = Failure(code="worker_defect", detail=detail)
            await job.commit(StepFailed(step=step, failure=result.failure))
        finally:
            STEP_SECONDS.labels(agent=work.worker).observe(
                asyncio.get_running_loop().time() - started
            )
        return result

    async def _say(self, job: Job, step: str, text: str, result: LaneResult) -> None:
        result.text += text
        if len(result.text) > TEXT_CHARS_MAX:
            raise LimitExceeded("worker_text_long", limit=TEXT_CHARS_MAX)
        if step == SUMMARY_STEP:
            await job.post(SummaryDelta(text=text))
        elif not job.log.add(job.run_id, step, text):
            await job.post(TextDelta(step=step, text=text))

    async def _log(
        self, job: Job, work: WorkerRequest, item: WorkerEvent, result: LaneResult
    ) -> None:
        step = work.step_id
        match item:
            case StatusChanged():
                await job.post(_stamped(item, step, text=cut(item.text, STATUS_CHARS_MAX)))
            case ToolCalled():
                await job.post(_stamped(item, step))
            case ToolReturned():
                await job.post(_stamped(item, step, text=cut(item.text, REPLY_CHARS_MAX)))
            case DigestAdded():
                result.digests.append(item.digest)
                await job.post(_stamped(item, step))
            case OutputLine():
                result.lines += 1
                if result.lines <= LINES_MAX:
                    await job.post(_stamped(item, step, text=cut(item.text, LINE_CHARS_MAX)))
            case InputRequested():
                asked = _stamped(item, step, prompt=cut(item.prompt, REPLY_CHARS_MAX))
                job.asked[step] = asked
                await job.commit(asked)
            case DataSent():
                # Only ours are believed what they have sent where.
                if self._sending is None or not await self._sending.is_foreign(work.worker):
                    await job.post(_stamped(item, step))
            case UsageReported():
                job.use(item.model_dump(exclude={"type"}))
            case ArtifactProduced():
                await self._keep(job, work, item.content, result)

    async def _keep(
        self, job: Job, work: WorkerRequest, content: ArtifactContent, result: LaneResult
    ) -> None:
        if content.kind == "dataset" and content.path is not None:
            parent = str(content.meta.get("parent", ""))
            dataset = await self._adopt(job.conversation_id, content.path, content.title, parent)
            result.datasets.append(dataset)
            meta = {**content.meta, "dataset": dataset.id, "rows": dataset.rows}
            content = content.model_copy(update={"meta": meta, "title": dataset.name})
        ref = await self._artifacts.put(job.conversation_id, job.run_id, work.step_id, content)
        result.artifacts.append(ref)
        await job.commit(ArtifactAdded(step=work.step_id, artifact=ref))


def _stamped(said: _Said, step: str, **changed: str) -> _Said:
    """Return what a worker said as an event of the log: of its step, within its limits."""
    return said.model_copy(update={"step": step, **changed})
