"""What a person meets: an answer, a guess, or a question back; by the planner itself."""

import pytest

from cherry_reflex.analysis.reading.query import SURE, Query
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.core.worker import Turn
from cherry_reflex.llm.embedded.dialogue.suggestion import suggestions
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from cherry_reflex.workers.own import own_roster
from tests.llm.reading.test_reader import FARES, SALES


async def planned(planner: EmbeddedPlanner, text: str, dataset: object) -> Plan | Ask | None:
    question = Question.model_validate({"text": text, "language": ENGLISH, "datasets": (dataset,)})
    items = [item async for item in planner.plan(question, own_roster())]
    return next((item for item in items if not isinstance(item, str)), None)


@pytest.mark.timeout(300)
async def test_a_plain_question_becomes_one_query(planner: EmbeddedPlanner) -> None:
    plan = await planned(planner, "average age by sex", FARES)
    assert isinstance(plan, Plan) and len(plan.steps) == 1
    (step,) = plan.steps
    assert step.worker == "a2a:pandas" and step.arguments is not None
    assert step.arguments[OPERATION] == Query.name
    assert 0.35 <= step.arguments["probability"] <= 1


@pytest.mark.timeout(300)
async def test_what_is_not_understood_is_asked_back_with_readings(
    planner: EmbeddedPlanner,
) -> None:
    ask = await planned(planner, "the zibble of each frumious sales thing versus blorp", SALES)
    assert isinstance(ask, Ask)
    assert ask.choices and len(ask.choices) == len(ask.options)


STORES = Dataset(
    id="stores", name="매장 주문", rows=2205,
    columns=(
        Column(name="매장코드", type="category", dtype="VARCHAR", distinct=30,
               examples=("01004", "02002", "03005")),
        Column(name="매출", type="integer", minimum=12_000, maximum=890_000, distinct=400),
        Column(name="수량", type="integer", minimum=1, maximum=13, distinct=13, missing=23),
        Column(name="만족도", type="integer", minimum=1, maximum=5, distinct=5, missing=124),
    ),
)  # fmt: skip


@pytest.mark.timeout(300)
async def test_no_parts_of_a_question_go_to_those_who_change_data(
    planner: EmbeddedPlanner,
) -> None:
    text = (
        "매장코드별 평균 만족도 낮은 순으로 5곳만요. "
        "단 만족도 응답이 60건 미만인 매장은 제외해주세요"
    )
    question = Question(text=text, language=KOREAN, datasets=(STORES,))
    items = [item async for item in planner.plan(question, own_roster())]
    made = next(item for item in items if not isinstance(item, str))
    if isinstance(made, Plan):
        assert [step.worker for step in made.steps] == ["a2a:pandas"]
        assert (made.steps[0].arguments or {})["probability"] < SURE
    else:
        assert isinstance(made, Ask)


@pytest.mark.timeout(300)
async def test_a_follow_up_to_a_guess_is_asked_back(planner: EmbeddedPlanner) -> None:
    asked = "total sales by region"
    question = Question(text=asked, language=ENGLISH, datasets=(SALES,))
    (plan,) = [i async for i in planner.plan(question, own_roster()) if isinstance(i, Plan)]
    (step,) = plan.steps
    told = step.model_dump(mode="json")
    told["arguments"]["probability"] = 0.5
    turn = Turn(question=asked, steps=(told,))
    latest = question.model_copy(update={"text": "only North", "history": (turn,)})
    (ask,) = [i async for i in planner.plan(latest, own_roster()) if not isinstance(i, str)]
    assert isinstance(ask, Ask)
    assert any(one.by and one.where for one in ask.choices), "what was guessed, changed"
    assert any(not one.by and one.where for one in ask.choices), "or the words alone"
    told["arguments"]["probability"] = 0.95
    sure = latest.model_copy(update={"history": (Turn(question=asked, steps=(told,)),)})
    (built,) = [i async for i in planner.plan(sure, own_roster()) if isinstance(i, Plan)]
    reading = (built.steps[0].arguments or {})["reading"]
    assert reading["by"] and reading["where"]


@pytest.mark.timeout(300)
async def test_nobody_else_answers_what_a_reading_could_not(planner: EmbeddedPlanner) -> None:
    asked = "total sales in Atlantis"
    lost = Finding(worker="a2a:pandas", request=asked, state="failed", problem="no rows")
    question = Question(text=asked, language=ENGLISH, datasets=(SALES,), findings=(lost,))
    assert [item async for item in planner.plan(question, own_roster())] == []
    other = lost.model_copy(update={"worker": "a2a:eda"})
    question = question.model_copy(update={"findings": (other,)})
    assert [item async for item in planner.plan(question, own_roster())] != []


@pytest.mark.timeout(300)
async def test_suggestions_are_answered_by_what_they_are_made_of(
    planner: EmbeddedPlanner,
) -> None:
    question = Question(text="", datasets=(SALES,))
    asked = [one for one in suggestions(planner.views, question, 12) if "Analyze" not in one]
    assert len(asked) >= 4
    for text in asked:
        plan = await planned(planner, text, SALES)
        assert isinstance(plan, Plan), text
        assert (plan.steps[0].arguments or {})["probability"] == 1, text


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "text", ['2. Check if the "fare" column adheres to a normal distribution.', "Is age normal?"]
)
async def test_what_a_reading_does_is_not_cut_into_parts(
    planner: EmbeddedPlanner, text: str
) -> None:
    plan = await planned(planner, text, FARES)
    assert isinstance(plan, Plan | Ask)
    if isinstance(plan, Plan):
        assert [step.worker for step in plan.steps] == ["a2a:pandas"]
        reading = (plan.steps[0].arguments or {})["reading"]
        assert reading["task"] == "normality"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("has_numbers", [True, False])
async def test_a_broad_request_asks_nobody_about_columns_that_are_not_there(
    planner: EmbeddedPlanner, has_numbers: bool
) -> None:
    kept = tuple(c for c in SALES.columns if has_numbers or c.type not in ("number", "integer"))
    dataset = SALES.model_copy(update={"columns": kept})
    plan = await planned(planner, "Analyze this data and visualize it", dataset)
    assert isinstance(plan, Plan)
    asked = {step.worker for step in plan.steps}
    assert ("mcp:statistical_analysis/describe_numbers" in asked) == has_numbers
    assert "a2a:eda" in asked
