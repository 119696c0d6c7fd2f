"""The words of analysis: both languages, known ids, nothing empty."""

from typing import get_args

import pytest

from cherry_reflex.core.reading.expression import Grain
from cherry_reflex.core.reading.reading import Aggregation, ChartKind, Task
from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.folding import phrase_key

ELSEWHERE = {"aggregate"}
"""Tasks that no word names."""


@pytest.mark.parametrize("aggregation", get_args(Aggregation))
def test_every_aggregation_has_words(aggregation: str) -> None:
    assert analysis_words.concepts()[f"agg:{aggregation}"]


@pytest.mark.parametrize("task", sorted(set(get_args(Task)) - ELSEWHERE))
def test_every_task_has_words(task: str) -> None:
    assert analysis_words.concepts()[f"task:{task}"]


@pytest.mark.parametrize("grain", [grain for grain in get_args(Grain) if grain])
def test_every_grain_has_words(grain: str) -> None:
    assert analysis_words.concepts()[f"grain:{grain}"]


@pytest.mark.parametrize("kind", [kind for kind in get_args(ChartKind) if kind])
def test_every_chart_has_words(kind: str) -> None:
    assert analysis_words.concepts()[f"chart:{kind}"]


def test_every_concept_has_words_in_both_languages() -> None:
    for concept, phrases in analysis_words.concepts().items():
        assert any(phrase.isascii() for phrase in phrases), concept
        assert any(not phrase.isascii() for phrase in phrases) or concept == "method:mad", concept
        assert all(phrase_key(phrase) for phrase in phrases), concept


def test_every_id_is_documented() -> None:
    documented = analysis_words.__doc__ or ""
    for concept in analysis_words.concepts():
        kind, _, name = concept.partition(":")
        assert (
            f"`{concept}`" in documented
            or f"`{kind}:<" in documented
            or (name and f"`{kind}:" in documented and name in documented)
        ), concept


def test_abbreviations_are_written_out_in_full_words() -> None:
    for short, known in analysis_words.abbreviations().items():
        assert short not in known
        assert all(len(word) >= 2 for word in known)
