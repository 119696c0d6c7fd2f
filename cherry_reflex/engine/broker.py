"""The unified message broker: runs the steps of a plan, agents and tools alike, as they can be."""

import asyncio
from collections.abc import Sequence

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.events import StepCancelled
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.work import Work
from cherry_reflex.engine.job import Job, LaneResult
from cherry_reflex.engine.performer import Performer


class Broker:
    """At most `agents_at_once` agents and `tools_at_once` tools of a run work at a time."""

    def __init__(self, performer: Performer, agents_at_once: int, tools_at_once: int) -> None:
        self._performer = performer
        self._limits = {"a2a": agents_at_once, "mcp": tools_at_once}

    async def run(self, job: Job, plan: Plan, attempts: dict[str, int] | None = None) -> None:
        """Run every step of `plan` that has no result in the job yet. Returns when all are over.

        A step whose prerequisite failed or was stopped is skipped. `attempts` numbers retries.
        """
        slots = {kind: asyncio.Semaphore(limit) for kind, limit in self._limits.items()}
        over = {step.id: asyncio.Event() for step in plan.steps}
        todo = [step for step in plan.steps if step.id not in job.results]
        for step in plan.steps:
            if step.id in job.results:
                over[step.id].set()

        async def go(step: Step) -> LaneResult:
            try:
                result = await self._step(job, step, slots, over, (attempts or {}).get(step.id, 1))
            except asyncio.CancelledError:
                # Stopped before it began: the performer had no chance to say so.
                if not (job.stopping or step.id in job.stopped):
                    raise
                result = LaneResult(cancelled=True)
                await asyncio.shield(job.commit(StepCancelled(step=step.id)))
            job.results[step.id] = result
            over[step.id].set()
            return result

        job.tasks |= {s.id: asyncio.create_task(go(s), name=f"step:{s.worker}") for s in todo}
        tasks = [job.tasks[step.id] for step in todo]
        try:
            if tasks:
                await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            for step in todo:
                job.tasks.pop(step.id, None)

    async def _step(
        self,
        job: Job,
        step: Step,
        slots: dict[str, asyncio.Semaphore],
        over: dict[str, asyncio.Event],
        attempt: int,
    ) -> LaneResult:
        for before in step.after:
            await over[before].wait()
        inputs = [job.results[before] for before in step.after]
        if not all(result.ok for result in inputs):
            await job.commit(StepCancelled(step=step.id, reason="skipped"))
            return LaneResult(cancelled=True)
        async with slots[step.kind]:
            derived = [dataset for result in inputs for dataset in result.datasets]
            work = Work(
                conversation_id=job.conversation_id,
                run_id=job.run_id,
                step_id=step.id,
                worker=step.worker,
                request=step.request,
                language="ko" if job.language == "ko" else "en",
                arguments=step.arguments,
                # What an earlier step made of the data comes first: it is what was asked for.
                datasets=(*derived, *_first(job.datasets, step.datasets)),
                history=job.history,
                inputs=tuple(result.text for result in inputs if result.text),
            )
            return await self._performer.perform(job, work, attempt=attempt)


def _first(datasets: Sequence[Dataset], named: Sequence[str]) -> list[Dataset]:
    """Return the datasets with those that are meant before the others."""
    return sorted(datasets, key=lambda dataset: dataset.name not in named)
