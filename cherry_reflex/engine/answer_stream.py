"""The orchestrator's words as the run's answer, from the first token on."""

from cherry_reflex.core.events import StepFinished, StepStarted, SummaryDelta
from cherry_reflex.core.ids import ORCHESTRATOR, SUMMARY_STEP
from cherry_reflex.engine.job import Job


class AnswerStream:
    """Begins the answer's lane with the first word. Words before a plan that is made after all
    become its note (`core.run_view`)."""

    def __init__(self, job: Job) -> None:
        self._job = job

    async def say(self, text: str) -> None:
        """Log more of the answer."""
        if not self._job.answering:
            self._job.answering = True
            attempt = self._job.attempts.get(SUMMARY_STEP, 0) + 1
            self._job.attempts[SUMMARY_STEP] = attempt
            started = StepStarted(step=SUMMARY_STEP, worker=ORCHESTRATOR, attempt=attempt)
            await self._job.post(started)
        await self._job.post(SummaryDelta(text=text))

    async def end(self) -> None:
        """Log that the answer is whole."""
        if self._job.answering:
            self._job.answering = False
            await self._job.commit(StepFinished(step=SUMMARY_STEP))
