"""Takes a question through its parts: the plan, the work, a revision, the summary."""

import asyncio

from cherry_reflex.core.events import StepCancelled, StepFinished, StepStarted, SummaryDelta
from cherry_reflex.core.ids import PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.plan import Plan
from cherry_reflex.engine.broker import Broker
from cherry_reflex.engine.job import Job
from cherry_reflex.engine.performer import Performer
from cherry_reflex.engine.planner import ORCHESTRATOR, Planner
from cherry_reflex.engine.summary import summarize


class Conductor:
    """One object serves all runs; the state of a run is in its Job."""

    def __init__(self, planner: Planner, broker: Broker, performer: Performer) -> None:
        self._planner = planner
        self._broker = broker
        self._performer = performer

    async def whole(self, job: Job) -> None:
        """Plan, work, revise the plan once where that is needed, and sum up."""
        plan = await self._plan(job)
        if job.stopping:
            return
        if plan is None:
            # The orchestrator's words are the answer.
            text = job.results[PLAN_STEP].text
            await job.commit(StepStarted(step=SUMMARY_STEP, worker=ORCHESTRATOR))
            await job.post(SummaryDelta(text=text))
            await job.commit(StepFinished(step=SUMMARY_STEP))
            return
        await self._broker.run(job, plan)
        revised = None if job.stopping else await self._plan(job, plan)
        if revised is not None:
            await self._broker.run(job, revised)
        await self._sum_up(job)

    async def again(self, job: Job, plan: Plan, attempts: dict[str, int]) -> None:
        """Do the steps of `plan` that have no result any more, and sum up anew."""
        await self._broker.run(job, plan, attempts)
        await self._sum_up(job, attempts.get(SUMMARY_STEP, 1))

    async def _plan(self, job: Job, ran: Plan | None = None) -> Plan | None:
        """Plan, or revise the plan that `ran`, in a task of its own, so that stopping the run stops
        it like any step."""
        thought = self._planner.plan(job) if ran is None else self._planner.revise(job, ran)
        task = asyncio.create_task(thought, name="plan")
        job.tasks[PLAN_STEP] = task  # type: ignore[assignment]
        try:
            return await task
        except asyncio.CancelledError:
            if not job.stopping:
                task.cancel()
                raise
            return None
        finally:
            job.tasks.pop(PLAN_STEP, None)

    async def _sum_up(self, job: Job, attempt: int = 1) -> None:
        # What was asked of one worker alone is answered by that worker's own words.
        if job.stopping or job.worker:
            return
        task = asyncio.create_task(summarize(job, self._performer, attempt), name="summary")
        job.tasks[SUMMARY_STEP] = task
        try:
            await task
        except asyncio.CancelledError:
            if not (job.stopping or SUMMARY_STEP in job.stopped):
                task.cancel()
                raise
            await job.commit(StepCancelled(step=SUMMARY_STEP))
        finally:
            job.tasks.pop(SUMMARY_STEP, None)
