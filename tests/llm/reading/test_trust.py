"""How sure it is: probabilities that add up, caps where something exact is left unexplained."""

import pytest

from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.proposal import Proposal
from cherry_reflex.llm.embedded.reading.score.score import rank
from cherry_reflex.llm.embedded.reading.score.weights import Learned
from cherry_reflex.llm.embedded.reading.trust import CAP, is_capped, probabilities, signs_of
from tests.llm.reading.made import linked
from tests.llm.reading.search.test_binders import (
    FUNCTION,
    MEAN,
    NORTH,
    NOT_NORTH,
    TOTAL,
    WORDS,
    limit,
)

SURE = Learned(trust={"bias": 4.0})
"""Weights by which everything is right."""


@pytest.mark.parametrize(
    ("text", "language", "reading", "capped"),
    [
        ("total sales excluding North", ENGLISH, {"measures": TOTAL, "where": NORTH}, True),
        ("total sales excluding North", ENGLISH, {"measures": TOTAL, "where": NOT_NORTH}, False),
        ("북쪽 빼고 매출", KOREAN, {"measures": TOTAL, "where": NORTH}, True),
        ("북쪽 매출", KOREAN, {"measures": TOTAL}, True),
        ("북쪽 매출", KOREAN, {"measures": TOTAL, "where": NORTH}, False),
        ("total sales above 40", ENGLISH, {"measures": TOTAL}, True),
        (
            "total sales above 40",
            ENGLISH,
            {"measures": TOTAL, "where": limit({"kind": "column", "name": "sales"}, ">", 40)},
            False,
        ),
        ("total sales strangely", ENGLISH, {"measures": TOTAL}, False),
    ],
)
def test_what_is_exact_must_be_explained(
    text: str, language: Language, reading: dict[str, object], capped: bool
) -> None:
    question = linked(text, WORDS, language, FUNCTION)
    ranked = rank(question, [Proposal(Reading.model_validate(reading), "search")], {})
    assert is_capped(question, ranked[0]) == capped
    probability = probabilities(question, ranked, (), SURE)[0]
    assert (probability <= CAP) == capped


def test_probabilities_fall_and_add_up_to_at_most_one() -> None:
    question = linked("sales North", WORDS, ENGLISH, FUNCTION)
    proposals = [
        Proposal(Reading.model_validate({"measures": measures, "where": NORTH}), "search", weight)
        for measures, weight in ((TOTAL, 2.0), (MEAN, 1.0))
    ]
    ranked = rank(question, proposals, {"behind|search": -1.0})
    found = probabilities(question, ranked, (), Learned(trust={"bias": 0.0}))
    assert found[0] == pytest.approx(0.5)
    assert found[0] >= found[1] > 0
    assert sum(found) <= 1


def test_nothing_proposed_nothing_probable() -> None:
    assert probabilities(linked("hm", {}, ENGLISH), [], (), SURE) == []


def test_signs_tell_what_is_left_and_what_nobody_said() -> None:
    question = linked("average sales strangely", WORDS, ENGLISH, FUNCTION)
    ranked = rank(question, [Proposal(Reading.model_validate({"measures": TOTAL}), "search")], {})
    signs = signs_of(question, ranked, (0.0, 0.0, 0.9))
    assert signs["content"] == 2.0
    assert signs["left agg"] == 1.0
    assert signs["unsaid agg"] == 1.0
    assert signs["most decisive"] == pytest.approx(0.9)
