"""A question with its answer and the evidence for it, written straight into a data folder."""

import io
import time
from pathlib import Path

import pandas as pd

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.digest import Digest, FactDigest, TableDigest
from cherry_reflex.core.events import (
    ArtifactAdded,
    DataSent,
    DigestAdded,
    PlanMade,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SummaryDelta,
    TextDelta,
)
from cherry_reflex.core.ids import LOCAL_OWNER, ORCHESTRATOR, SUMMARY_STEP, new_id
from cherry_reflex.core.language import Language
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.engine.answer_check import check_answer
from cherry_reflex.engine.job import Job
from cherry_reflex.store.artifacts import ArtifactStore
from cherry_reflex.store.conversations import Conversations, begun, ended
from cherry_reflex.store.database import Database
from cherry_reflex.store.event_log import EventLog

ROWS = (("서울", 1234567.25, 120), ("부산", 800000.0, 80), ("대구", 345.5, 3))
COLUMNS = ("region", "revenue", "orders")
ANSWERS = {
    "en": (
        "🍒 **서울** leads with **1,234,567** against 부산's 800,000, a difference of 434,567 "
        "(54.3 % more).\n\n| region | revenue |\n|---|---|\n| 대구 | 345.5 |\n| 제주 | 77,123 |\n\n"
        "1. The group test has `p = 0.0312` among 3 regions.\n2. Growth was 17.7 %."
    ),
    "ko": (
        "🍒 매출은 **서울**이 약 **123만 원**으로 가장 많고 부산은 80만 원입니다(차이 434,567원, "
        "54.3%).\n\n| 지역 | 매출 |\n|---|---|\n| 대구 | 345.5 |\n| 제주 | 77,123 |\n\n"
        "1. 3개 지역의 차이는 `p = 0.0312`입니다.\n2. 성장률은 17.7%입니다."
    ),
}
QUESTIONS = {"en": "Which region sells most?", "ko": "어느 지역이 가장 많이 팔았나요?"}


async def written(folder: Path, language: str = "en") -> tuple[str, str]:
    """Write it; returns the ids of the conversation and of the run."""
    async with Database(folder, alone=False) as database:
        log, run = EventLog(database), new_id()
        one = await Conversations(database).create(LOCAL_OWNER, QUESTIONS[language])
        job = Job(log, one.id, run, QUESTIONS[language], Language(language))
        plan = Plan(
            steps=(
                Step(id="s1", worker="a2a:pandas", request=job.question),
                Step(id="s2", worker="a2a:eda", request=job.question),
            )
        )
        start = begun(run, one.id, job.question, time.time())
        await log.append(
            one.id, run, RunStarted(question=job.question, language=Language(language)), start
        )
        await job.commit(PlanMade(plan=plan))
        for step, mean in zip(plan.steps, (40.5, 41.25), strict=True):
            await job.post(StepStarted(step=step.id, worker=step.worker))
            await job.post(TextDelta(step=step.id, text="Done."))
            if step.id == "s1":
                table = await ArtifactStore(database).put(one.id, run, step.id, _table())
                await job.post(ArtifactAdded(step=step.id, artifact=table))
            await job.post(DigestAdded(step=step.id, call="c", digest=_digest(mean, step.id)))
            await job.post(StepFinished(step=step.id))
        await job.post(StepStarted(step=SUMMARY_STEP, worker=ORCHESTRATOR))
        for to, kind, here in (("helper", "agent", False), ("model-x · OpenAI", "model", False)):
            columns = COLUMNS if kind == "agent" else COLUMNS[:1]
            await job.post(
                DataSent(
                    step="s1", to=to, kind=kind, here=here, characters=1234, table_bytes=5000,
                    columns=columns,
                )
            )  # fmt: skip
        await job.post(SummaryDelta(text=ANSWERS[language]))
        await job.commit(StepFinished(step=SUMMARY_STEP))
        await check_answer(job)
        over = ended(run, "finished", ANSWERS[language], time.time())
        await log.append(one.id, run, RunFinished(), over)
        await log.close()
        return one.id, run


def _table() -> ArtifactContent:
    made = io.BytesIO()
    pd.DataFrame(list(ROWS), columns=list(COLUMNS)).to_parquet(made)
    meta = {"rows": len(ROWS), "columns": list(COLUMNS), "name": "result_1"}
    return ArtifactContent(kind="table", title="By region", data=made.getvalue(), meta=meta)


def _digest(mean: float, step: str) -> Digest:
    facts = (FactDigest(key="average", params={"column": "age", "value": mean}),)
    if step != "s1":
        return Digest(facts=(*facts, FactDigest(key="group_test", params={"p": 0.031234})))
    table = TableDigest(title="By region", name="result_1", rows=3, columns=COLUMNS, head=ROWS)
    return Digest(facts=facts, tables=(table,))
