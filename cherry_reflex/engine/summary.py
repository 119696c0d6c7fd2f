"""Has the orchestrator write the closing summary from what the steps found."""

from cherry_reflex.core.ids import ORCHESTRATOR, PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.orchestration import Summarize
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.engine.answer_check import check_answer
from cherry_reflex.engine.job import Job, LaneResult, finding
from cherry_reflex.engine.step_runner import StepRunner


async def summarize(job: Job, step_runner: StepRunner, attempt: int = 1) -> LaneResult:
    """Stream the summary into the log, and check its numbers. A failure of it is the failure of
    its lane alone."""
    view = await job.view()
    findings = tuple(
        finding(lane, job.language)
        for lane in view.lanes
        if lane.step not in (PLAN_STEP, SUMMARY_STEP)
    )
    work = WorkerRequest(
        conversation_id=job.conversation_id,
        run_id=job.run_id,
        step_id=SUMMARY_STEP,
        worker=ORCHESTRATOR,
        request=job.question,
        language=job.language,
        datasets=tuple(job.datasets),
        history=job.history,
        orchestration=Summarize(findings=findings),
    )
    result = await step_runner.run(job, work, attempt=attempt)
    if result.ok:
        await check_answer(job)
    return result
