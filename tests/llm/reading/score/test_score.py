"""Ranking by weights, whoever proposed; what is seen of a reading."""

import numpy as np
import pytest

from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.explanation.explanation import explain
from cherry_reflex.llm.embedded.reading.proposal import Proposal
from cherry_reflex.llm.embedded.reading.score.decisive import Decisive
from cherry_reflex.llm.embedded.reading.score.features import Sight
from cherry_reflex.llm.embedded.reading.score.score import rank
from cherry_reflex.llm.embedded.reading.score.weights import Learned, load, save
from tests.llm.reading.made import linked
from tests.llm.reading.search.test_binders import FUNCTION, MEAN, NORTH, NOT_NORTH, TOTAL, WORDS

QUESTION = linked("total sales excluding North", WORDS, ENGLISH, FUNCTION)
WITHOUT = Reading.model_validate({"measures": TOTAL, "where": NOT_NORTH})
ONLY = Reading.model_validate({"measures": TOTAL, "where": NORTH})


def seen(reading: Reading) -> dict[str, float]:
    """Return what is seen of a reading of the question."""
    return Sight(QUESTION).features(reading, explain(QUESTION, reading))


def test_a_negation_that_is_left_out_is_seen() -> None:
    assert seen(ONLY)["left|neg|sure"] == 1.0
    assert "left|neg|sure" not in seen(WITHOUT)


def test_a_negation_that_nobody_said_is_seen() -> None:
    question = linked("total sales North", WORDS, ENGLISH, FUNCTION)
    features = Sight(question).features(WITHOUT, explain(question, WITHOUT))
    assert features["unsaid|negation|where"] == 1.0


def test_an_aggregation_by_default_is_told_from_one_that_is_said() -> None:
    question = linked("sales North", WORDS, ENGLISH, FUNCTION)
    of_mean = Reading.model_validate({"measures": MEAN, "where": NORTH})
    features = Sight(question).features(of_mean, explain(question, of_mean))
    assert features["default|mean|amount"] == 1.0
    assert "said|agg|sum" in seen(ONLY)


def test_one_reading_of_two_sources_is_ranked_once() -> None:
    proposals = [
        Proposal(ONLY, "search", 2.0),
        Proposal(WITHOUT, "search", 1.0),
        Proposal(WITHOUT, "network", -0.1),
    ]
    ranked = rank(QUESTION, proposals, {"left|neg|sure": -3.0})
    assert [scored.reading for scored in ranked] == [WITHOUT, ONLY]
    assert ranked[0].sources == {"search", "network"}
    assert ranked[0].features["behind|search"] == 0.25
    assert ranked[1].features["absent|network"] == 1.0


def test_a_decisive_word_weighs_more() -> None:
    question = linked("total sales seasonally please", WORDS, ENGLISH, FUNCTION)
    total = Reading.model_validate({"measures": TOTAL})
    features = Sight(question, (0.0, 0.0, 0.9, 0.1)).features(total, explain(question, total))
    assert features["left|decisive"] == pytest.approx(1.0)
    assert features["left|decisive|surely"] == pytest.approx(0.4)


def test_the_head_of_decisive_words_is_a_logistic_of_vectors() -> None:
    asked: list[str] = []

    def embedding(words: object) -> np.ndarray:
        assert isinstance(words, list)
        asked.extend(words)
        return np.array([[float(len(word)), 0.0] for word in words], np.float32)

    head = Decisive(embedding, (1.0, 0.0, -5.0))
    judged = head.of(QUESTION)
    assert judged[0] == pytest.approx(0.5)
    assert judged[2] > 0.9
    head.of(QUESTION)
    assert sorted(asked) == ["excluding", "north", "sales", "total"]


def test_what_was_learned_is_read_as_it_was_written(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "learned.npz"
    learned = Learned(
        search={"skip": 0.5},
        score={"left": -1.5},
        trust={"bias": 2.0},
        trust_mean={"lead": 1.0},
        decisive=(0.5, -0.5),
    )
    first = save(learned, path)
    assert load(path) == learned
    assert save(learned, path) == first
