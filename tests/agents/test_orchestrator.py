"""The orchestrator in its modes, over a real model endpoint."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from a2a.types import Message, Part

from cherry_reflex.a2a.codec import KEY, read_request
from cherry_reflex.agents.orchestrator import create
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.ids import ORCHESTRATOR
from cherry_reflex.core.orchestration import MakePlan, RevisePlan, Suggest, Summarize
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.planner import Ask, Planner, Question
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Measure, Reading
from cherry_reflex.core.roster import Roster
from tests.agents.conftest import Recorder, ServicesOf, services
from tests.doubles.scripted_llm import Fills, Says, scripted_llm
from tests.doubles.worker_request import worker_request
from tests.llm.conftest import ROSTER

PLAN: dict[str, Any] = {
    "words": "Two look at it.",
    "steps": [
        {"id": "s1", "worker": "a2a:pandas", "request": "Sum"},
        {"id": "s2", "worker": "a2a:eda", "request": "Look", "after": ["s1"]},
    ],
}


async def test_plan_mode_says_words_then_hands_over_the_plan(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    wanted = MakePlan(roster=ROSTER, problem="no such worker")
    async with scripted_llm(Fills(PLAN)) as llm, services_of(llm) as services:
        await create(services).run(
            worker_request(ORCHESTRATOR, datasets=(sales,), orchestration=wanted), context
        )
        sent = llm.requests[0]["messages"][-1]["content"]
    assert context.kinds() == ["status", "say", "show"]
    assert context.said() == PLAN["words"]
    (content,) = context.shown()
    assert content.kind == "plan"
    plan = Plan.model_validate_json(read_bytes(content))
    assert [(s.worker, s.after) for s in plan.steps] == [("a2a:pandas", ()), ("a2a:eda", ("s1",))]
    assert "no such worker" in sent


async def test_plan_mode_answers_in_words_alone(services_of: ServicesOf, context: Recorder) -> None:
    wanted = MakePlan(roster=ROSTER)
    async with (
        scripted_llm(Fills({"words": "Hi!", "steps": []})) as llm,
        services_of(llm) as services,
    ):
        await create(services).run(
            worker_request(ORCHESTRATOR, "hello", orchestration=wanted), context
        )
    assert context.said() == "Hi!"
    assert not context.shown()


async def test_summary_mode_streams_words(services_of: ServicesOf, context: Recorder) -> None:
    found = Finding(worker="a2a:eda", request="r", state="failed", problem="no data")
    wanted = Summarize(findings=(found,))
    async with scripted_llm(Says("All in all: nothing.")) as llm, services_of(llm) as services:
        await create(services).run(worker_request(ORCHESTRATOR, orchestration=wanted), context)
        sent = llm.requests[0]["messages"][-1]["content"]
    assert context.said() == "All in all: nothing."
    assert "no data" in sent


async def test_suggest_mode_gives_a_list(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    answer = Fills({"questions": ["가격은?", "지역은?"]})
    async with scripted_llm(answer) as llm, services_of(llm) as services:
        await create(services).run(
            worker_request(ORCHESTRATOR, datasets=(sales,), orchestration=Suggest()), context
        )
    (content,) = context.shown()
    assert content.media_type == "application/json"
    assert json.loads(read_bytes(content)) == ["가격은?", "지역은?"]


async def test_stranger_gets_the_plan_in_words(services_of: ServicesOf, context: Recorder) -> None:
    async with scripted_llm(Fills(PLAN)) as llm, services_of(llm) as services:
        await create(services).run(worker_request(ORCHESTRATOR, language="ko"), context)
    assert not context.shown()
    assert "1. **pandas**: Sum" in context.said()
    assert "2. **eda** (1 다음): Look" in context.said()


@pytest.mark.parametrize(
    "wanted",
    [
        {"mode": "dance"},
        {"mode": "plan"},
        {"mode": "plan", "roster": {"agents": 3}},
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


async def test_what_only_the_person_knows_is_asked_then_planned(
    services_of: ServicesOf, context: Recorder
) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    async def ask(
        prompt: str, options: tuple[str, ...] = (), choices: Any = (), words: Any = None
    ) -> str:
        asked.append((prompt, options))
        return "the north"

    context.ask = ask  # type: ignore[method-assign]
    back = {"words": "One question first.", "ask": "Which region?", "options": ["north", "south"]}
    wanted = MakePlan(roster=ROSTER)
    async with scripted_llm(Fills(back), Fills(PLAN)) as llm, services_of(llm) as services:
        await create(services).run(
            worker_request(ORCHESTRATOR, "Compare my region", orchestration=wanted), context
        )
        sent = llm.requests[1]["messages"][-1]["content"]
    assert asked == [("Which region?", ("north", "south"))]
    assert "the north" in sent
    assert "Compare my region" in sent
    assert [content.kind for content in context.shown()] == ["plan"]


async def test_revise_mode_sees_the_findings_and_drops_what_was_done(
    services_of: ServicesOf, context: Recorder
) -> None:
    findings = (
        Finding(worker="a2a:pandas", request="Sum", state="done", text="The sum is 12."),
        Finding(worker="a2a:eda", request="Look", state="failed", problem="column_unknown"),
    )
    steps = [
        {**PLAN["steps"][0]},
        {"id": "n", "worker": "a2a:pandas", "request": "Look", "after": ["s1"]},
    ]
    plan = Plan.model_validate({"steps": PLAN["steps"]})
    wanted = RevisePlan(roster=ROSTER, plan=plan, findings=findings)
    answer = Fills({"words": "Another way.", "steps": steps})
    async with scripted_llm(answer) as llm, services_of(llm) as services:
        await create(services).run(worker_request(ORCHESTRATOR, orchestration=wanted), context)
        sent = llm.requests[0]["messages"][-1]["content"]
    assert "The sum is 12." in sent
    assert "column_unknown" in sent
    (content,) = context.shown()
    made = Plan.model_validate_json(read_bytes(content))
    assert [(s.worker, s.request, s.after) for s in made.steps] == [("a2a:pandas", "Look", ())]


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
    agent = create(services(cast("Planner", planner), tmp_path))
    wanted = MakePlan(roster=ROSTER)
    await agent.run(worker_request(ORCHESTRATOR, "what they paid", orchestration=wanted), context)
    assert told == [("Which?", OFFERED, (AGE, FARE), {"paid": "age"})]
    assert (planner.asked[1].chosen, planner.asked[1].worker) == (reading, worker)
    is_words = reading is None and not worker
    assert planner.asked[1].text == ("what they paid\nthe money" if is_words else "what they paid")
    assert bool(planner.asked[1].inputs) == is_words
