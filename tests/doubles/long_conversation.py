"""A conversation of 10,000 messages, written straight into a data folder."""

import asyncio
import time
from pathlib import Path

from cherry_reflex.core.events import (
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SummaryDelta,
)
from cherry_reflex.core.ids import LOCAL_OWNER, ORCHESTRATOR, SUMMARY_STEP, new_id
from cherry_reflex.store.conversations import Conversations, begun, ended
from cherry_reflex.store.database import Database
from cherry_reflex.store.event_log import EventLog

RUNS = 5_000
"""Each a question and an answer."""


async def written(folder: Path) -> None:
    """Write 5,000 questions with their answers straight into the log."""
    async with Database(folder) as database:
        log, conversations = EventLog(database), Conversations(database)
        one = await conversations.create(LOCAL_OWNER, "long")
        words = "Seoul sells most, Busan follows; **the difference** is significant. " * 6

        async def run(number: int) -> None:
            id_, at = new_id(), time.time()
            question, answer = f"Question {number}?", f"Answer {number}: {words}"
            start = begun(id_, one.id, question, at)
            await log.append(one.id, id_, RunStarted(question=question), start)
            await log.post(one.id, id_, StepStarted(step=SUMMARY_STEP, worker=ORCHESTRATOR))
            await log.post(one.id, id_, SummaryDelta(text=answer))
            await log.post(one.id, id_, StepFinished(step=SUMMARY_STEP))
            over = ended(id_, "finished", answer, at + 1)
            await log.append(one.id, id_, RunFinished(), over)

        for first in range(0, RUNS, 250):
            # Many at once share a commit; the numbers stay in order within the page's last ones.
            await asyncio.gather(*(run(number) for number in range(first, first + 250)))
