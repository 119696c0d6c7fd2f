"""A whole run with a language model: real processes, real A2A and MCP, the scripted endpoint."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.run_view import RunView, fold
from cherry_reflex.datasets import samples
from cherry_reflex.i18n.catalogue import message
from cherry_reflex.runtime import Runtime, open_runtime
from tests.doubles.scripted_llm import Refuses, scripted_llm
from tests.llm.conftest import settings_of

SAMPLE = Path(samples.__file__).parent / "retail_sales_ko.csv"


@asynccontextmanager
async def conversation(llm: object, folder: Path) -> AsyncIterator[tuple[Runtime, str]]:
    settings = settings_of(llm, data_dir=folder)  # type: ignore[arg-type]
    async with open_runtime(settings) as runtime:
        made = await runtime.conversations.create(LOCAL_OWNER)
        await runtime.intake.upload(made.id, SAMPLE, SAMPLE.name)
        yield runtime, made.id


async def asked(runtime: Runtime, conversation_id: str, question: str) -> RunView:
    run_id = await runtime.runs.start(LOCAL_OWNER, conversation_id, question, language=KOREAN)
    records = [
        record async for batch in runtime.runs.follow(LOCAL_OWNER, run_id) for record in batch
    ]
    return fold(run_id, records)


async def test_question_becomes_plan_lanes_artifacts_and_summary(tmp_path: Path) -> None:
    async with scripted_llm() as llm, conversation(llm, tmp_path) as (runtime, conversation_id):
        view = await asked(runtime, conversation_id, "데이터를 분석하고 시각화해주세요")
        again = await asked(runtime, conversation_id, "이번에는 2024년만")
        told = llm.requests[-1]["messages"][-1]["content"]
    assert view.state == "finished"
    workers = {lane.worker for lane in view.lanes}
    assert {"a2a:pandas", "a2a:eda", "a2a:visualization", "a2a:sql_database"} <= workers
    assert any(worker.startswith("mcp:statistical_analysis/") for worker in workers)
    failed = [(lane.worker, lane.failure) for lane in view.lanes if lane.state != "done"]
    assert not failed
    kinds = {artifact.kind for lane in view.lanes for artifact in lane.artifacts}
    assert {"table", "chart"} <= kinds
    assert "pandas" in view.summary
    # The scripted endpoint tells 100 and 20 tokens a call.
    assert view.usage["input_tokens"] == 5 * view.usage["output_tokens"] >= 600
    assert again.state == "finished"
    assert "데이터를 분석하고 시각화해주세요" in told, "the conversation so far is known"


async def test_model_that_refuses_the_key_fails_the_run_clearly(tmp_path: Path) -> None:
    def refuse(_body: object) -> Refuses:
        return Refuses(401, {"message": "wrong key"})

    async with (
        scripted_llm(fallback=refuse) as llm,
        conversation(llm, tmp_path) as (runtime, conversation_id),
    ):
        view = await asked(runtime, conversation_id, "분석해줘")
    assert view.state == "failed"
    assert view.failure is not None
    assert view.failure.code == "model_key"
    assert "CHERRY_LLM_API_KEY" in message(view.failure, KOREAN)
    assert "sk-very-secret" not in view.failure.detail
