"""Has one worker do one step, and logs everything that it says."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import structlog

from cherry_reflex.analysis.digests.digest import (
    bounded,
    failure_digest,
    is_table,
    text_digest,
)
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Digest, TableDigest
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
from cherry_reflex.core.ids import PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.text import cut
from cherry_reflex.core.worker import (
    ArtifactProduced,
    UsageReported,
    WorkerEvent,
    WorkerRequest,
    Workers,
)
from cherry_reflex.engine.job import Job, KeptTable, LaneResult
from cherry_reflex.engine.metrics import MESSAGES, STEP_SECONDS
from cherry_reflex.engine.result_tables import result_name, result_number
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
Heads = Callable[[Sequence[tuple[str, Path]]], Awaitable[tuple[TableDigest, ...]]]
"""(title, Parquet file) of each -> their first rows."""


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
        heads: Heads | None = None,
        sending: Sending | None = None,
    ) -> None:
        """`heads` reads tables of workers that tell of none by themselves; without it only their
        words are told. Without `sending` all workers are ours."""
        self._workers = workers
        self._artifacts = artifacts
        self._adopt = adopt
        self._heads = heads
        self._sending = sending

    async def run(
        self,
        job: Job,
        work: WorkerRequest,
        *,
        attempt: int = 1,
        on_artifact: Callable[[ArtifactContent], Awaitable[bool]] | None = None,
        on_text: Callable[[str], Awaitable[None]] | None = None,
    ) -> LaneResult:
        """Do `work` to its end, whatever that is; only a cancellation from outside the run raises.

        `on_artifact` may take an artifact for itself by returning True (the planner takes plans);
        `on_text` takes all words, which are then none of the step's lane.
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
                        await self._say(job, step, item.text, result, on_text)
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
            await self._digest(job, step, result)
            await job.commit(StepFinished(step=step))
        except asyncio.CancelledError:
            if not (job.stopping or step in job.stopped):
                raise
            result.cancelled = True
            await asyncio.shield(job.commit(StepCancelled(step=step)))
        except CherryError as error:
            result.failure = error.failure()
            _log.warning("step failed", run=job.run_id, worker=work.worker, problem=str(error))
            await _told_failed(job, step, result)
            await job.commit(StepFailed(step=step, failure=result.failure))
        except Exception as error:
            # A defect of ours or of an adapter: this lane fails, the others go on.
            _log.exception("step broke", run=job.run_id, worker=work.worker)
            detail = f"{type(error).__name__}: {error}"[:2000]
            result.failure = Failure(code="worker_defect", detail=detail)
            await _told_failed(job, step, result)
            await job.commit(StepFailed(step=step, failure=result.failure))
        finally:
            STEP_SECONDS.labels(agent=work.worker).observe(
                asyncio.get_running_loop().time() - started
            )
        return result

    async def _say(
        self,
        job: Job,
        step: str,
        text: str,
        result: LaneResult,
        on_text: Callable[[str], Awaitable[None]] | None,
    ) -> None:
        result.text += text
        if len(result.text) > TEXT_CHARS_MAX:
            raise LimitExceeded("worker_text_long", limit=TEXT_CHARS_MAX)
        if on_text is not None:
            await on_text(text)
        elif step == SUMMARY_STEP:
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
                digest = _named(bounded(item.digest), result)
                result.digests.append(digest)
                await job.post(item.model_copy(update={"step": step, "digest": digest}))
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
            result.untold.append(KeptTable(content.title, dataset.name, Tables.path(dataset)))
            content = content.model_copy(update={"meta": meta, "title": dataset.name})
        # The name of a table is ours to give.
        meta = {key: value for key, value in content.meta.items() if key != "name"}
        is_result = content.kind == "table" and is_table(content)
        if is_result:
            meta["name"] = await self._next_name(job, work.step_id, result)
        content = content.model_copy(update={"meta": meta})
        ref = await self._artifacts.put(job.conversation_id, job.run_id, work.step_id, content)
        if is_result:
            path = self._artifacts.path(job.conversation_id, ref.id, ref.media_type)
            result.untold.append(KeptTable(content.title, meta["name"], path))
        result.artifacts.append(ref)
        await job.commit(ArtifactAdded(step=work.step_id, artifact=ref))

    async def _next_name(self, job: Job, step: str, result: LaneResult) -> str:
        """Return the name of the step's next table. A step that is done again gives its tables the
        names that they had: later steps read them by these."""
        async with job.naming:
            names = job.result_names.setdefault(step, [])
            result.named += 1
            if result.named <= len(names):
                return names[result.named - 1]
            if job.last_result is None:
                there = await self._artifacts.tables(job.conversation_id)
                job.last_result = max(map(result_number, there), default=0)
            job.last_result += 1
            names.append(result_name(job.last_result))
            return names[-1]

    async def _digest(self, job: Job, step: str, result: LaneResult) -> None:
        """Make the digest of a worker that told none: of its words, and what it made."""
        if result.digests or step in (PLAN_STEP, SUMMARY_STEP):
            return
        others = (ref for ref in result.artifacts if ref.kind not in ("table", "dataset"))
        told = text_digest(result.text.strip())
        told = told.model_copy(update={"others": tuple(f"{o.kind}: {o.title}" for o in others)})
        if result.untold:
            told = told.model_copy(update={"tables": await self._first_rows(result.untold)})
        if told != Digest():
            await _told(job, step, _named(told, result), result)

    async def _first_rows(self, tables: Sequence[KeptTable]) -> tuple[TableDigest, ...]:
        if self._heads is not None:
            try:
                return await self._heads([(table.title, table.path) for table in tables])
            except CherryError as error:
                # The work is done, and its tables are there: only their rows are not told.
                _log.warning("first rows not read", problem=str(error))
        return tuple(TableDigest(title=table.title) for table in tables)


async def _told_failed(job: Job, step: str, result: LaneResult) -> None:
    """Tell why a step failed, unless its own calls have told that it did."""
    if step in (PLAN_STEP, SUMMARY_STEP) or result.failure is None:
        return
    digest = failure_digest(result.failure)
    if all(one.error != digest.error for one in result.digests):
        await _told(job, step, digest, result)


async def _told(job: Job, step: str, digest: Digest, result: LaneResult) -> None:
    result.digests.append(digest)
    await job.post(DigestAdded(step=step, digest=digest))


def _named(digest: Digest, result: LaneResult) -> Digest:
    """Return a digest whose tables have the names that later steps call them, by their titles and
    in their order."""
    tables = []
    for table in digest.tables:
        found = next((one for one in result.untold if one.title == table.title), None)
        if found is not None:
            result.untold.remove(found)
        tables.append(table.model_copy(update={"name": found.name if found else ""}))
    return digest.model_copy(update={"tables": tuple(tables)}) if tables else digest


def _stamped(said: _Said, step: str, **changed: str) -> _Said:
    """Return what a worker said as an event of the log: of its step, within its limits."""
    return said.model_copy(update={"step": step, **changed})
