"""A whole run with a language model: real processes, real A2A and MCP, the scripted endpoint."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pandas as pd
import pytest

from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.run_view import RunView, fold
from cherry_reflex.datasets import samples
from cherry_reflex.runtime import Runtime, open_runtime
from tests.doubles.competent_llm import results_of, sections_of, tables_of, tools_of
from tests.doubles.scripted_llm import Answer, Body, Calls, Refuses, Says, scripted_llm
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
        came_back = [results_of(body) for body in llm.requests if "delegate" in tools_of(body)]
        told = sections_of(llm.requests[-1])["conversation_so_far"]
    assert view.state == "finished"
    workers = {lane.worker for lane in view.lanes}
    assert {"a2a:pandas", "a2a:eda", "a2a:visualization", "a2a:sql_database"} <= workers
    assert any(worker.startswith("mcp:statistical_analysis/") for worker in workers)
    failed = [(lane.worker, lane.failure) for lane in view.lanes if lane.state != "done"]
    assert not failed
    kinds = {artifact.kind for lane in view.lanes for artifact in lane.artifacts}
    assert {"table", "chart"} <= kinds
    steps = [lane for lane in view.lanes if lane.step not in ("plan", "summary")]
    assert view.plan is not None and view.plan.loop and view.revision == 0
    assert view.summary.startswith("요약하면 다음과 같습니다.")
    results = next(found for found in came_back if found)
    for lane in steps:
        if lane.worker.startswith("a2a:"):
            assert any(one.startswith(lane.text) for one in results), "its words are its report"
    mean = pd.read_csv(SAMPLE)["매출"].mean()
    assert f"{mean:.12g}" in "".join(results), "raw, whatever is shown"
    # The scripted endpoint tells 100 and 20 tokens a call.
    assert view.usage["input_tokens"] == 5 * view.usage["output_tokens"] >= 600
    assert again.state == "finished"
    lines = told.split("\n")
    assert lines[0] == "QUESTION: 데이터를 분석하고 시각화해주세요"
    assert sum(line.startswith("CALLED: ") for line in lines) == len(steps)
    _, answered = told.split("ANSWERED: ")
    assert answered and answered[:500] == view.summary[: len(answered)][:500]


async def test_a_figure_goes_from_the_operation_to_the_answer(tmp_path: Path) -> None:
    """Two calls of the model: one that queries, one that answers from what it is shown."""
    sql = "SELECT count(*) AS n FROM {table}"

    def script(body: Body) -> Answer:
        if results := results_of(body):
            return Says(f"Rows: {results[0]}")
        (table,) = tables_of(sections_of(body))
        return Calls((("sql", {"sql": sql.format(table=table["table"]), "title": "행의 수"}),))

    rows = len(pd.read_csv(SAMPLE))
    async with (
        scripted_llm(fallback=script) as llm,
        conversation(llm, tmp_path) as (runtime, conversation_id),
    ):
        view = await asked(runtime, conversation_id, "몇 행이야?")
        assert len(llm.requests) == 2
    assert view.state == "finished"
    assert str(rows) in view.summary or f"{rows:,}" in view.summary
    (lane,) = (lane for lane in view.lanes if lane.step == "s1")
    assert (lane.worker, lane.state, lane.request) == ("a2a:sql_database", "done", "행의 수")
    assert [artifact.kind for artifact in lane.artifacts] == ["table"]


@pytest.mark.timeout(300)  # the planner without a model is loaded only then
async def test_when_the_model_refuses_the_key_the_planner_without_one_answers_and_says_so(
    tmp_path: Path,
) -> None:
    def refuse(_body: object) -> Refuses:
        return Refuses(401, {"message": "wrong key sk-very-secret"})

    async with (
        scripted_llm(fallback=refuse) as llm,
        conversation(llm, tmp_path) as (runtime, conversation_id),
    ):
        total = await asked(runtime, conversation_id, "지역별 매출 합계를 구해줘")
        broad = await asked(runtime, conversation_id, "데이터를 분석하고 시각화해주세요")
    for view in (total, broad):
        assert view.state == "finished", view.failure
        assert view.plan is not None and not view.plan.loop
        failed = [(lane.worker, lane.failure) for lane in view.lanes if lane.state != "done"]
        assert not failed
        assert "CHERRY_LLM_API_KEY" in view.plan.note
        assert "sk-very-secret" not in view.model_dump_json()
    assert len(broad.lanes) > 3, "a plan of several"
    sums = pd.read_csv(SAMPLE).groupby("지역")["매출"].sum()
    assert f"서울 {sums['서울']:,.0f}" in total.summary
