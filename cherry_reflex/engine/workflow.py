"""Takes a question through its parts: what is to be done, the work, and the answer."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from cherry_reflex.core.events import StepCancelled
from cherry_reflex.core.ids import PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.plan import Plan
from cherry_reflex.engine.answer_check import check_answer
from cherry_reflex.engine.broker import Broker
from cherry_reflex.engine.job import Job
from cherry_reflex.engine.orchestrator_client import OrchestratorClient
from cherry_reflex.engine.step_change import StepChange, again
from cherry_reflex.engine.step_runner import StepRunner
from cherry_reflex.engine.summary import summarize


class Workflow:
    """One object serves all runs; the state of a run is in its Job."""

    def __init__(
        self, planner: OrchestratorClient, broker: Broker, step_runner: StepRunner
    ) -> None:
        self._planner = planner
        self._broker = broker
        self._step_runner = step_runner

    async def whole(self, job: Job) -> None:
        """Plan, work, and answer: a language model in turns, until it has; without one the plan is
        revised once where that is needed, and summed up."""
        try:
            await self._whole(job)
        finally:
            await self._broker.leave(job)

    async def again(self, job: Job, plan: Plan) -> None:
        """Do the steps of `plan` that have no result any more, and answer anew."""
        try:
            await self._broker.run(job, plan)
            if plan.loop:
                await self._turns(job)
            else:
                await self._sum_up(job)
        finally:
            await self._broker.leave(job)

    async def step_again(self, job: Job, step: str, change: StepChange | None) -> None:
        """Begin a step of a run under way again, with all that build on it; a summary that is
        being written is broken off, and written when they are through. Returns when that is
        committed. Raises BadInput `step_unknown`, Conflict `run_live` while the step works."""
        plan = again(job.plan, step, change)
        found = plan.step(step)
        assert found is not None
        began = self._broker.again(job, plan, found, is_changed=change is not None)
        if SUMMARY_STEP in job.tasks and step not in job.tasks:
            job.stopped.add(SUMMARY_STEP)
            job.tasks[SUMMARY_STEP].cancel()
        await began

    async def _whole(self, job: Job) -> None:
        plan = await self._thought(job, self._planner.first(job))
        if job.stopping:
            return
        if plan is None:
            await check_answer(job)  # the orchestrator's words are the answer
            return
        await self._broker.run(job, plan)
        if plan.loop:
            await self._turns(job)
            return
        if not job.stopping:
            await self._thought(job, self._planner.revise(job))
        # What is new in the plan, and what was begun again while it was looked at.
        await self._broker.run(job, job.plan or plan)
        await self._sum_up(job)

    async def _turns(self, job: Job) -> None:
        """Have the orchestrator look at what was found until it answers. A turn that is taken while
        the person has a step begun again is taken anew, when that is through."""
        while not job.stopping:
            more = await self._thought(job, self._planner.next(job))
            busy = self._broker.is_busy(job)
            if SUMMARY_STEP in job.stopped and not busy:
                return  # the person stopped the answer
            job.stopped.discard(SUMMARY_STEP)
            if more is None and not busy:
                await check_answer(job)
                return
            if job.plan is not None:
                await self._broker.run(job, job.plan)

    async def _thought(self, job: Job, thought: Coroutine[Any, Any, Plan | None]) -> Plan | None:
        """Return what the orchestrator plans, in a task of its own, so that stopping the run, or
        the answer, stops it like any step."""
        task = asyncio.create_task(thought, name="plan")
        job.tasks[PLAN_STEP] = job.tasks[SUMMARY_STEP] = task  # type: ignore[assignment]
        try:
            return await task
        except asyncio.CancelledError:
            if not (job.stopping or SUMMARY_STEP in job.stopped):
                task.cancel()
                raise
            if job.answering and not job.stopping:
                await job.commit(StepCancelled(step=SUMMARY_STEP))
            return None
        finally:
            job.answering = False
            job.tasks.pop(PLAN_STEP, None)
            job.tasks.pop(SUMMARY_STEP, None)

    async def _sum_up(self, job: Job) -> None:
        # What was asked of one worker alone is answered by that worker's own words.
        while not (job.stopping or job.worker):
            await self._summary(job)
            if job.plan is None or not self._broker.is_busy(job):
                return
            job.stopped.discard(SUMMARY_STEP)
            await self._broker.run(job, job.plan)

    async def _summary(self, job: Job) -> None:
        attempt = job.attempts[SUMMARY_STEP] = job.attempts.get(SUMMARY_STEP, 0) + 1
        task = asyncio.create_task(summarize(job, self._step_runner, attempt), name="summary")
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
