"""A second opinion moves readings that it takes to be likelier, and tells what it thinks."""

from collections.abc import Sequence

from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.proposal import Proposal
from cherry_reflex.llm.embedded.reading.score.opinion import ASKED, with_opinion
from cherry_reflex.llm.embedded.reading.score.score import rank
from tests.llm.reading.made import linked
from tests.llm.reading.search.test_binders import FUNCTION, MEAN, TOTAL, WORDS

QUESTION = linked("sales", WORDS, ENGLISH, FUNCTION)
SUM = Reading.model_validate({"measures": TOTAL})
AVERAGE = Reading.model_validate({"measures": MEAN})
COUNT = Reading.model_validate({"measures": [{"agg": "count"}]})


class Fixed:
    """Says of each reading what it was told to say; of nothing, -1."""

    def __init__(self, likely: dict[Reading, float]) -> None:
        self.likely = likely
        self.asked: list[Reading | None] = []

    def weigh(self, linked: Linked, readings: Sequence[Reading | None]) -> list[float | None]:
        self.asked = list(readings)
        return [-1.0 if r is None else self.likely.get(r) for r in readings]


def test_the_likelier_reading_comes_first() -> None:
    proposals = [Proposal(SUM, "search", 2.0), Proposal(AVERAGE, "search", 1.9)]
    ranked = rank(QUESTION, proposals, {"behind|search": -1.0})
    assert ranked[0].reading == SUM
    opinion = Fixed({SUM: -9.0, AVERAGE: -0.5})
    found = with_opinion(QUESTION, ranked, opinion, {"opinion|likely": 1.0})
    assert [scored.reading for scored in found] == [AVERAGE, SUM]
    assert found[0].features["opinion|first"] == 1.0
    assert found[1].features["opinion|behind"] == 1.7
    assert 0.36 < found[0].features["opinion|nothing"] < 0.37


def test_what_cannot_be_weighed_is_told_apart() -> None:
    ranked = rank(QUESTION, [Proposal(SUM, "search"), Proposal(COUNT, "search")], {})
    found = with_opinion(QUESTION, ranked, Fixed({SUM: -1.0}), {"opinion|unsaid": -1.0})
    assert found[0].reading == SUM
    assert found[1].features["opinion|unsaid"] == 1.0


def test_what_the_network_alone_proposed_is_asked_about_too() -> None:
    many = [
        Proposal(Reading.model_validate({"measures": TOTAL, "top": n + 1}), "search", -float(n))
        for n in range(ASKED + 10)
    ]
    proposals = [*many, Proposal(COUNT, "network", -0.7)]
    ranked = rank(QUESTION, proposals, {"absent|search": -99.0, "behind|search": -1.0})
    opinion = Fixed({})
    found = with_opinion(QUESTION, ranked, opinion, {})
    assert len(found) == ASKED + 1
    assert opinion.asked[0] is None and COUNT in opinion.asked
    alone = next(scored for scored in found if scored.reading == COUNT)
    assert alone.features["opinion|alone"] == 1.0
    assert alone.features["opinion|likely"] == -0.7 / 5
