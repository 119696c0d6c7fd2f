"""The orchestrator without a language model: its planner plans, revises and sums up."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from a2a.types import Message, Part

from cherry_reflex.a2a.codec import KEY, read_request
from cherry_reflex.agents.orchestrator import create
from cherry_reflex.core.agent import Agent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.ids import ORCHESTRATOR
from cherry_reflex.core.orchestration import Summarize, TakeTurn
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.planner import Ask, Planner, Question
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Measure, Reading
from cherry_reflex.core.roster import Roster
from tests.agents.conftest import Recorder, ServicesOf, services
from tests.agents.planning import PLAN, Plans, made
from tests.doubles.scripted_llm import scripted_llm
from tests.doubles.worker_request import worker_request
from tests.llm.conftest import ROSTER


def planning(planner: object, folder: Path) -> Agent:
    """Return the orchestrator without a language model."""
    return create(services(cast(Planner, planner), folder))


async def test_without_a_model_words_are_said_and_the_plan_handed_over(
    context: Recorder, tmp_path: Path, sales: Dataset
) -> None:
    planner = Plans("Two look at it.", PLAN)
    wanted = TakeTurn(roster=ROSTER, problem="no such worker")
    await planning(planner, tmp_path).run(
        worker_request(ORCHESTRATOR, datasets=(sales,), orchestration=wanted), context
    )
    assert context.kinds() == ["status", "say", "show"]
    assert context.said() == "Two look at it."
    assert made(context) == PLAN
    assert planner.asked[0].problems == ("no such worker",)


async def test_summary_mode_is_served_without_the_model(
    services_of: ServicesOf, context: Recorder
) -> None:
    found = Finding(worker="a2a:eda", request="r", state="failed", problem="no data")
    wanted = Summarize(findings=(found,))
    async with scripted_llm() as llm, services_of(llm) as given:
        await create(given).run(worker_request(ORCHESTRATOR, orchestration=wanted), context)
        assert not llm.requests
    assert "no data" in context.said()


async def test_stranger_gets_the_plan_in_words(context: Recorder, tmp_path: Path) -> None:
    agent = planning(Plans(PLAN), tmp_path)
    await agent.run(worker_request(ORCHESTRATOR, language="ko"), context)
    assert not context.shown()
    assert "1. **pandas**: Sum" in context.said()
    assert "2. **eda** (1 다음): Look" in context.said()


@pytest.mark.parametrize(
    "wanted",
    [
        {"mode": "dance"},
        {"mode": "turn"},
        {"mode": "turn", "roster": {"agents": 3}},
        {"mode": "turn", "roster": {}, "plan": {"steps": []}},
        {"mode": "summary", "findings": [{"worker": 1}]},
    ],
)
def test_a_malformed_request_is_refused_before_it_reaches_anybody(wanted: dict[str, Any]) -> None:
    part = Part(media_type="application/json")
    part.metadata.update({KEY: "work"})
    asked = worker_request(ORCHESTRATOR).model_dump(mode="json")
    part.data.struct_value.update({**asked, "orchestration": wanted})
    with pytest.raises(BadInput, match="work_unreadable"):
        read_request(Message(parts=[part]), "orchestrator", "task")


async def test_a_plan_without_a_model_is_revised_from_the_findings_and_drops_what_was_done(
    context: Recorder, tmp_path: Path
) -> None:
    findings = (
        Finding(worker="a2a:pandas", request="Sum", state="done", text="The sum is 12."),
        Finding(worker="a2a:eda", request="Look", state="failed", problem="column_unknown"),
    )
    again = Step(id="n", worker="a2a:pandas", request="Look", after=("s1",))
    planner = Plans("Another way.", Plan(steps=(PLAN.steps[0], again)))
    wanted = TakeTurn(roster=ROSTER, plan=PLAN, findings=findings)
    await planning(planner, tmp_path).run(
        worker_request(ORCHESTRATOR, orchestration=wanted), context
    )
    assert planner.asked[0].findings == findings
    assert [(s.worker, s.request, s.after) for s in made(context).steps] == [
        ("a2a:pandas", "Look", ())
    ]


AGE, FARE = (
    Reading(measures=(Measure(agg="mean", of=ColumnRef(name=name)),)) for name in ("age", "fare")
)
OWN = Reading(measures=(Measure(agg="max", of=ColumnRef(name="fare")),))


OFFERED = ("Mean of **age**", "Mean of **fare**", "Leave it to the explorer")


class Offering:
    """A planner that offers two readings and a worker, and plans a step with what was chosen."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def plan(self, question: Question, roster: Roster) -> AsyncIterator[str | Plan | Ask]:
        self.asked.append(question)
        if len(self.asked) == 1:
            yield Ask(
                prompt="Which?",
                options=OFFERED,
                choices=(AGE, FARE),
                workers=("a2a:eda",),
                words={"paid": "age"},
            )
        else:
            yield Plan(steps=(Step(id="s1", worker="a2a:pandas", request=question.text),))


@pytest.mark.parametrize(
    ("reply", "reading", "worker"),
    [
        ("Mean of fare", FARE, ""),
        ("1", AGE, ""),
        (OWN.model_dump_json(exclude_defaults=True), OWN, ""),
        ("Leave it to the explorer", None, "a2a:eda"),
        ("the money", None, ""),
    ],
)
async def test_what_was_chosen_is_handed_to_the_planner(
    context: Recorder, tmp_path: Path, reply: str, reading: Reading | None, worker: str
) -> None:
    planner, told = Offering(), []

    async def ask(*asked: Any) -> str:
        told.append(asked)
        return reply

    context.ask = ask  # type: ignore[method-assign,assignment]
    agent = planning(planner, tmp_path)
    wanted = TakeTurn(roster=ROSTER)
    await agent.run(worker_request(ORCHESTRATOR, "what they paid", orchestration=wanted), context)
    assert told == [("Which?", OFFERED, (AGE, FARE), {"paid": "age"})]
    assert (planner.asked[1].chosen, planner.asked[1].worker) == (reading, worker)
    is_words = reading is None and not worker
    assert planner.asked[1].text == ("what they paid\nthe money" if is_words else "what they paid")
    assert bool(planner.asked[1].inputs) == is_words
