"""Who works on a request."""

import pytest

from cherry_reflex.core.roster import AgentEntry, Roster
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.routing.router import Router
from cherry_reflex.llm.embedded.routing.workers import workers_of


@pytest.fixture(scope="module")
def router(embedding: Embedding, roster: Roster) -> Router:
    return Router(embedding, workers_of(roster))


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("How much fuel did each truck use in total?", ["a2a:analyst"]),
        ("반마다 학생이 몇 명이야?", ["a2a:analyst"]),
        ("Pie chart of the market shares", ["a2a:painter"]),
        ("기온을 선 그래프로 그려줘", ["a2a:painter"]),
        ("Do the two treatments differ significantly?", ["mcp:statistics"]),
        ("빈칸을 중앙값으로 채워줘", ["mcp:preparation"]),
        (
            "Average price by gender, and is the difference significant?",
            ["a2a:analyst", "mcp:statistics"],
        ),
        ("Fill the missing values and then draw a histogram", ["mcp:preparation", "a2a:painter"]),
        (
            "데이터를 분석하고 시각화해주세요",
            ["a2a:analyst", "a2a:painter"],
        ),
    ],
)
def test_right_workers(router: Router, text: str, groups: list[str]) -> None:
    chosen = {choice.worker.group for choice in router.choose(text)}
    assert chosen >= set(groups)
    if len(groups) < 3:
        assert chosen == set(groups)


def test_stranger_without_examples_is_found_by_its_words(
    embedding: Embedding, roster: Roster, weather: AgentEntry
) -> None:
    team = roster.model_copy(update={"agents": (*roster.agents, weather)})
    chosen = Router(embedding, workers_of(team)).choose("What's the weather in Paris?")
    assert max(chosen, key=lambda choice: choice.score).worker.ref == "a2a:weather"


def test_sick_workers_and_the_orchestrator_are_left_out(roster: Roster) -> None:
    agents = tuple(a.model_copy(update={"healthy": False}) for a in roster.agents)
    boss = roster.agents[0].model_copy(update={"name": "orchestrator"})
    team = Roster(agents=(*agents, boss), tools=roster.tools)
    assert {w.ref for w in workers_of(team)} == {"mcp:statistics/compare", "mcp:preparation/impute"}


def test_nobody_there(embedding: Embedding) -> None:
    assert Router(embedding, ()).choose("anything") == ()


def test_what_workers_are_to_each_other(router: Router) -> None:
    assert router.roles["mcp:preparation/impute"] == "prepare"
    assert router.roles["mcp:statistics/compare"] == "analyse"
    assert router.roles["a2a:painter"] == "analyse"
