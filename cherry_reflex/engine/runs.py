"""Runs belong to the process: started, stopped, answered, retried and followed by anybody."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any, Self
from weakref import WeakValueDictionary

import structlog

from cherry_reflex.analysis.python.typed_code import PYTHON
from cherry_reflex.core.errors import BadInput, CherryError, Conflict, Failure
from cherry_reflex.core.events import (
    TERMINAL,
    PlanMade,
    Record,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunInterrupted,
    RunStarted,
    StepStarted,
)
from cherry_reflex.core.ids import PLAN_STEP, new_id
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.core.run_view import RunView
from cherry_reflex.core.versions import newest_first
from cherry_reflex.engine.choice_memory import ChoiceMemory, answered
from cherry_reflex.engine.completion import Completion, Leftovers, cause, end
from cherry_reflex.engine.history import earlier
from cherry_reflex.engine.job import Job, result_names, results_before
from cherry_reflex.engine.metrics import ACTIVE, RUNS
from cherry_reflex.engine.question import read
from cherry_reflex.engine.step_change import StepChange, again
from cherry_reflex.engine.workflow import Workflow
from cherry_reflex.i18n.detect import question_language
from cherry_reflex.store.conversations import Conversations, begun, resumed
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.entry import Also
from cherry_reflex.store.event_log import EventLog

_log = structlog.get_logger(__name__)

_CLOSE_S = 2.0


class Runs:
    """The engine's front. Use as an async context manager: entering marks the runs that a crash
    left unfinished as interrupted, leaving interrupts what is under way."""

    def __init__(
        self,
        log: EventLog,
        conversations: Conversations,
        datasets: DatasetStore,
        workflow: Workflow,
        question_chars_max: int,
    ) -> None:
        self._log = log
        self._conversations = conversations
        self._datasets = datasets
        self._choices = ChoiceMemory(datasets)
        self._workflow = workflow
        self._question_chars_max = question_chars_max
        self._jobs: dict[str, tuple[Job, asyncio.Task[None]]] = {}
        self._closing = False
        self._leftovers = Leftovers(log)
        self._accepting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        await self._leftovers.interrupt(await self._conversations.live_runs())
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Take no more questions, and interrupt what is under way; again is harmless. What cannot
        be written in time is interrupted by the next start."""
        self._closing = True
        tasks = [task for _, task in self._jobs.values()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_CLOSE_S)
        await self._leftovers.close()
        await self._log.close()

    async def start(
        self,
        owner: str,
        conversation_id: str,
        question: str,
        datasets: Sequence[str] = (),
        worker: str = "",
        language: Language = ENGLISH,
        retry_of: str = "",
        arguments: dict[str, Any] | None = None,
        run_id: str = "",
        time_zone: str = "",
    ) -> str:
        """Accept a question and return the id of its run, which is then under way.

        Without `datasets` all of the conversation are meant, newest versions first. `@name …` at
        the start of the question, or `worker`, sends it straight to that agent or tool, with
        `arguments` where a person has chosen them. `language` is the page's; the answer's is the
        question's own. Who did not hear our answer may ask again with the same `run_id`, made up by
        themselves: the question is accepted once.
        Raises BadInput (`question_empty`, `question_long`, `dataset_unknown_id`), NotFound,
        Conflict `closing`.
        """
        if self._closing:
            raise Conflict("closing")
        text, asked, worker = read(question, worker, self._question_chars_max)
        await self._conversations.get(owner, conversation_id)
        known = await self._datasets.standing(conversation_id)
        if unknown := set(datasets) - set(known):
            raise BadInput("dataset_unknown_id", ids=", ".join(sorted(unknown)))
        meant = {known[one].id for one in datasets or known}
        job = Job(
            log=self._log,
            conversation_id=conversation_id,
            run_id=run_id or new_id(),
            question=asked,
            # Code has no language of its own.
            language=language if worker == PYTHON else question_language(asked, language),
            worker=worker,
            arguments=arguments if worker else None,
            time_zone=time_zone,
            datasets=newest_first([d for one, d in known.items() if one == d.id and one in meant]),
            history=await earlier(self._log, self._conversations, conversation_id),
        )
        started = RunStarted(
            question=text,
            datasets=tuple(d.id for d in job.datasets),
            worker=worker,
            language=job.language,
            retry_of=retry_of,
            arguments=job.arguments,
            time_zone=time_zone,
        )
        also = begun(job.run_id, conversation_id, text, time.time())
        async with self._accepting.setdefault(job.run_id, asyncio.Lock()):
            if not (run_id and await self._conversations.has_run(conversation_id, run_id)):
                await self._begin(job, started, also, self._workflow.whole(job))
        return job.run_id

    async def cancel(self, owner: str, run_id: str, step: str = "") -> None:
        """Stop a run, or one step of it. A run that is over stays as it is."""
        await self._conversations.run(owner, run_id)
        if run_id not in self._jobs:
            return
        job, _ = self._jobs[run_id]
        if step and step != PLAN_STEP:
            task = job.tasks.get(step)
            if task is not None and not task.done():
                job.stopped.add(step)
                task.cancel()
            return
        job.stopping = True
        for task in list(job.tasks.values()):
            task.cancel()

    async def answer(
        self, owner: str, run_id: str, step: str, reply: str, reading: Reading | None = None
    ) -> None:
        """Give a worker the answer that it waits for: words, or a `reading` that `reply` words,
        where readings were offered. Raises Conflict `not_asked`."""
        await self._conversations.run(owner, run_id)
        if not reply.strip():
            raise BadInput("question_empty")
        job = self._jobs[run_id][0] if run_id in self._jobs else None
        call = job.calls.get(step) if job else None
        if job is None or call is None:
            raise Conflict("not_asked")
        asked = job.asked.get(step)
        answer = answered(asked, step, reply, reading, job.datasets, job.language)
        await job.commit(answer)
        await self._choices.of_answer(job.conversation_id, asked, answer)
        own = reading is not None and answer.chosen is not None
        await call.answer(json.dumps(answer.chosen) if own else reply)

    async def retry(
        self, owner: str, run_id: str, step: str = "", change: StepChange | None = None
    ) -> str:
        """Ask again: the whole question as a new run, or one step, all that build on it and the
        summary in the same run, also while its other steps work. `change` is what the person has
        chosen for the step. Returns the id of the run that works now.

        Raises NotFound, Conflict `run_live`, BadInput `step_unknown`.
        """
        run = await self._conversations.run(owner, run_id)
        if step and change is not None:
            view = await self._log.view(run.conversation_id, run_id)
            await self._choices.of_change(run.conversation_id, view, step, change)
        if step and run_id in self._jobs:
            job, task = self._jobs[run_id]
            if not (job.stopping or job.closed):
                await self._workflow.step_again(job, step, change)
                return run_id
            await asyncio.wait({task})
        if run_id in self._jobs or run_id in self._leftovers:
            raise Conflict("run_live")
        view = await self._log.view(run.conversation_id, run_id)
        if not step:
            return await self.start(
                owner,
                run.conversation_id,
                view.question,
                view.datasets,
                # A mention is still in the question.
                "" if view.question.startswith("@") else view.worker,
                view.language,
                retry_of=run_id,
                arguments=view.arguments,
                time_zone=view.time_zone,
            )
        plan = again(view.plan, step, change)
        anew = {step} | plan.dependants(step)
        # A dataset whose file was read again since is worked on as it was read last.
        known = await self._datasets.standing(run.conversation_id)
        job = Job(
            log=self._log,
            conversation_id=run.conversation_id,
            run_id=run_id,
            question=view.question,
            language=view.language,
            worker=view.worker,
            time_zone=view.time_zone,
            datasets=[known[d] for d in view.datasets if d in known],
            history=await earlier(
                self._log, self._conversations, run.conversation_id, run.first_seq
            ),
            summary=view.summary,
            results=results_before(view, anew, known),
            result_names=result_names(view),
            plan=plan,
            revision=view.revision,
            attempts={s.step: s.attempt + (s.step in anew) for s in view.lanes},
        )
        lane = view.lane(step)
        first = (
            PlanMade(plan=plan, revision=view.revision)
            if change is not None
            else StepStarted(step=step, worker=lane.worker, attempt=lane.attempt + 1)
        )
        await self._begin(job, first, resumed(run_id), self._workflow.again(job, plan))
        return run_id

    async def follow(self, owner: str, run_id: str, after: int = 0) -> AsyncIterator[list[Record]]:
        """Yield a run's records with seq > `after` as they come; ends when the run is over."""
        run = await self._conversations.run(owner, run_id)
        last = None
        async for records in self._log.follow(run.conversation_id, after):
            mine = [record for record in records if record.run_id == run_id]
            after = records[-1].seq if records else after
            if mine:
                last = mine[-1]
                yield mine
            # The run's row changes in the same transaction as its log: it knows whether the run
            # is over, also when a step of it is being retried.
            maybe_over = not records or (last is not None and last.event.type in TERMINAL)
            if maybe_over and not await self._conversations.is_live(run_id):
                # It may have ended since the past was read.
                while rest := await self._log.read(run.conversation_id, after, run_id=run_id):
                    after = rest[-1].seq
                    yield rest
                return

    async def follow_conversation(
        self, owner: str, conversation_id: str, after: int = 0
    ) -> AsyncIterator[list[Record]]:
        """Yield all records of a conversation after `after`, for ever; one empty list says that
        the past is over and the present begins."""
        await self._conversations.get(owner, conversation_id)
        async for records in self._log.follow(conversation_id, after):
            yield records

    async def view(self, owner: str, run_id: str) -> RunView:
        """Return a run as it stands."""
        run = await self._conversations.run(owner, run_id)
        return await self._log.view(run.conversation_id, run_id)

    async def _begin(
        self,
        job: Job,
        first: RunStarted | PlanMade | StepStarted,
        also: Also,
        work: Coroutine[Any, Any, None],
    ) -> None:
        """Commit a run's first event and have it worked on. Who asked may go away meanwhile: what
        is committed is worked on all the same."""

        async def begin() -> None:
            try:
                await self._log.append(job.conversation_id, job.run_id, first, also)
            except BaseException:
                work.close()
                raise
            task = asyncio.create_task(self._guard(job, work), name=f"run:{job.run_id}")
            self._jobs[job.run_id] = (job, task)
            ACTIVE.inc()

        await asyncio.shield(asyncio.create_task(begin(), name=f"begin:{job.run_id}"))

    async def _guard(self, job: Job, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` and see to it that the run's end is logged, whatever happens."""
        completion: Completion
        try:
            try:
                try:
                    await work
                finally:
                    job.closed = True
                completion = RunCancelled() if job.stopping else RunFinished(usage=job.usage)
            except asyncio.CancelledError:
                completion = RunCancelled() if job.stopping else RunInterrupted()
            except CherryError as error:
                completion = RunCancelled() if job.stopping else RunFailed(failure=error.failure())
            except Exception as error:
                detail = f"{type(error).__name__}: {error}"[:2000]
                completion = RunFailed(failure=Failure(code="run_defect", detail=detail))
            _log.info("run over", run=job.run_id, state=completion.type, failure=cause(completion))
            completion = await asyncio.shield(end(self._log, job, completion))
            RUNS.labels(state=completion.type.removeprefix("run_")).inc()
        finally:
            self._jobs.pop(job.run_id, None)
            ACTIVE.dec()
