"""What a person meets: an answer, a guess, or a question back; by the planner itself."""

from collections.abc import AsyncIterator

import pytest

from cherry_reflex.analysis.reading.query import Query
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.plan import Plan
from cherry_reflex.core.planner import Ask, Question
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.llm.embedded.dialogue.suggestion import suggestions
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from cherry_reflex.workers.own import own_roster
from tests.llm.reading.test_reader import FARES, SALES


@pytest.fixture
async def planner() -> AsyncIterator[EmbeddedPlanner]:
    made = EmbeddedPlanner(has_readings=True)
    yield made
    await made.close()


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
