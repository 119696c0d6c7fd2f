"""The unified message broker: runs the steps of a plan, agents and tools alike, as they can be."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.dataset_arguments import settled
from cherry_reflex.core.errors import Conflict
from cherry_reflex.core.events import PlanMade, StepCancelled, StepStarted
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.engine.job import Job, LaneResult
from cherry_reflex.engine.result_tables import names_in
from cherry_reflex.engine.step_datasets import datasets_of
from cherry_reflex.engine.step_runner import StepRunner

NamedTables = Callable[[str, Collection[str]], Awaitable[list[Dataset]]]
"""(conversation id, names of tables of results) -> those as datasets."""


class Broker:
    """At most `agents_at_once` agents and `tools_at_once` tools of a run work at a time."""

    def __init__(
        self,
        step_runner: StepRunner,
        agents_at_once: int,
        tools_at_once: int,
        result_tables: NamedTables | None = None,
    ) -> None:
        """`result_tables` finds what steps name of results; without it they read datasets
        alone."""
        self._step_runner = step_runner
        self._result_tables = result_tables
        self._limits = {"a2a": agents_at_once, "mcp": tools_at_once}

    async def run(self, job: Job, plan: Plan) -> None:
        """Run every step of `plan` that has no result in the job yet. Returns when all are over,
        those that were begun again meanwhile included.

        A step whose prerequisite failed or was stopped is skipped.
        """
        job.plan = plan
        for step in plan.steps:
            if step.id not in job.results and step.id not in job.tasks:
                self._begin(job, step)
        while under_way := self._under_way(job):
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in self._under_way(job):
                if task.done():
                    task.result()  # it could not be brought to an end: the cause is raised

    async def again(self, job: Job, plan: Plan, step: Step, *, is_changed: bool) -> None:
        """Begin a step of a run under way again, and all that build on it, by `plan`, which a
        person may have changed. Returns when that is committed.

        Raises Conflict `run_live` while the step works.
        """
        if step.id in job.tasks:
            raise Conflict("run_live")
        # Nothing is awaited before the tasks are there: the run cannot come to its end meanwhile.
        job.plan = plan
        attempt = job.attempts.get(step.id, 1) + 1
        changed = PlanMade(plan=plan, revision=job.revision) if is_changed else None
        started = StepStarted(step=step.id, worker=step.worker, attempt=attempt)
        announced = asyncio.create_task(_announce(job, changed, started))
        anew = {step.id} | plan.dependants(step.id)
        for one in (one for one in plan.steps if one.id in anew):
            job.results.pop(one.id, None)
            job.stopped.discard(one.id)
            job.attempts[one.id] = job.attempts.get(one.id, 1) + 1
            former = job.tasks.pop(one.id, None)
            if former is not None:
                former.cancel()
            self._begin(job, one, announced, former)
        await asyncio.shield(announced)

    def is_busy(self, job: Job) -> bool:
        """Return whether steps are under way."""
        return bool(self._under_way(job))

    async def leave(self, job: Job) -> None:
        """Give up what is still under way: the run is over."""
        if tasks := self._under_way(job):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def _under_way(self, job: Job) -> list[asyncio.Task[LaneResult]]:
        steps = job.plan.steps if job.plan is not None else ()
        return [job.tasks[step.id] for step in steps if step.id in job.tasks]

    def _begin(
        self,
        job: Job,
        step: Step,
        announced: asyncio.Task[None] | None = None,
        former: asyncio.Task[LaneResult] | None = None,
    ) -> None:
        job.over.setdefault(step.id, asyncio.Event()).clear()
        job.earlier.setdefault(step.id, frozenset(job.results))
        work = self._go(job, step, announced, former)
        job.tasks[step.id] = asyncio.create_task(work, name=f"step:{step.worker}")

    async def _go(
        self,
        job: Job,
        step: Step,
        announced: asyncio.Task[None] | None,
        former: asyncio.Task[LaneResult] | None,
    ) -> LaneResult:
        try:
            if former is not None:
                await asyncio.wait({former})
            if announced is not None:
                await asyncio.shield(announced)
            result = await self._step(job, step)
        except asyncio.CancelledError:
            # Stopped before it began: the step runner had no chance to say so.
            if not (job.stopping or step.id in job.stopped):
                raise
            result = LaneResult(cancelled=True)
            await asyncio.shield(job.commit(StepCancelled(step=step.id)))
        if job.tasks.get(step.id) is asyncio.current_task():
            job.results[step.id] = result
            job.over[step.id].set()
            del job.tasks[step.id]
        return result

    async def _step(self, job: Job, step: Step) -> LaneResult:
        while missing := [before for before in step.after if before not in job.results]:
            await job.over[missing[0]].wait()
        inputs = [job.results[before] for before in step.after]
        if not all(result.ok for result in inputs):
            await job.commit(StepCancelled(step=step.id, reason="skipped"))
            return LaneResult(cancelled=True)
        slot = job.slots.setdefault(step.kind, asyncio.Semaphore(self._limits[step.kind]))
        async with slot:
            work = await self._request(job, step, inputs)
            attempt = job.attempts.setdefault(step.id, 1)
            return await self._step_runner.run(job, work, attempt=attempt)

    async def _request(self, job: Job, step: Step, inputs: Sequence[LaneResult]) -> WorkerRequest:
        """Return what a step is asked now that it is known what the steps before it made."""
        datasets, newest = datasets_of(job, step)
        if self._result_tables is not None:
            taken = {dataset.name for dataset in datasets}
            names = [n for n in names_in(step.request, step.arguments) if n not in taken]
            datasets += await self._result_tables(job.conversation_id, names)
        return WorkerRequest(
            conversation_id=job.conversation_id,
            run_id=job.run_id,
            step_id=step.id,
            worker=step.worker,
            request=step.request,
            language=job.language,
            time_zone=job.time_zone,
            arguments=settled(step.arguments, newest),
            datasets=tuple(datasets),
            history=job.history,
            inputs=tuple(result.text for result in inputs if result.text),
        )


async def _announce(job: Job, changed: PlanMade | None, started: StepStarted) -> None:
    if changed is not None:
        await job.commit(changed)
    await job.commit(started)
