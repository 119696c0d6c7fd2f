"""How probable it is that somebody else than those who run readings is meant."""

import pytest

from cherry_reflex.core.reading.reading import Measure, Reading
from cherry_reflex.core.roster import AgentEntry, Roster
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.proposal import Judged, Readings
from cherry_reflex.llm.embedded.routing.router import Router
from cherry_reflex.llm.embedded.routing.specialist import likeliest, signs_of, specialist_of
from cherry_reflex.llm.embedded.routing.workers import workers_of

COUNT = Reading(measures=(Measure(agg="count"),))
WEIGHTS = {"score": 4.0, "reading": -6.0, "bias": -1.0}


def read(probability: float) -> Readings:
    return Readings((Judged(COUNT, probability, ("it",)),))


@pytest.fixture(scope="module")
def router(embedding: Embedding, roster: Roster) -> Router:
    return Router(embedding, workers_of(roster))


def test_the_likelier_a_reading_the_less_likely_a_specialist(router: Router) -> None:
    weights = dict.fromkeys(_names(router), 0.0) | WEIGHTS
    found = [
        specialist_of(router, "Fill the missing values", read(p), weights) for p in (0.05, 0.95)
    ]
    assert [one.worker.ref for one in found if one] == ["mcp:preparation/impute"] * 2
    unlikely, likely = (one.probability for one in found if one)
    assert 0 <= likely < 0.1 < unlikely <= 1


def test_without_weights_nobody_else_is_meant(router: Router) -> None:
    found = specialist_of(router, "Fill the missing values", read(0.1), {})
    assert found is not None and found.probability == 0


def test_who_runs_readings_is_no_specialist(embedding: Embedding, roster: Roster) -> None:
    reader = roster.agents[0].model_copy(update={"name": "pandas"})
    assert likeliest(Router(embedding, workers_of(Roster(agents=(reader,)))), "sum") is None


def test_a_stranger_is_judged_like_everybody(
    embedding: Embedding, roster: Roster, weather: AgentEntry
) -> None:
    team = roster.model_copy(update={"agents": (*roster.agents, weather)})
    found = likeliest(Router(embedding, workers_of(team)), "What's the weather in Paris?")
    assert found is not None and found[0].ref == "a2a:weather"


def _names(router: Router) -> list[str]:
    found = likeliest(router, "anything")
    assert found is not None
    return list(signs_of(router, found[1], found[0], Readings()))
