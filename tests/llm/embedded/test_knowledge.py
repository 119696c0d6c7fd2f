"""The trained part belongs to the texts beside it, and its heads know what they learned."""

import numpy as np
import pytest

from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.dialogue.follow_up import wish_of
from cherry_reflex.llm.embedded.encoder.embedding import DIMENSIONS, Embedding


def test_trained_part_is_of_these_texts(embedding: Embedding) -> None:
    with np.load(knowledge.TRAINED) as stored:
        assert str(stored["digest"]) == knowledge.digest(), (
            "run: python -m cherry_reflex.llm.embedded.encoder.training"
        )
    rows = knowledge.phrases()
    known = knowledge.load()
    assert len(rows) == len(known.phrases)
    sample = range(0, len(rows), 97)
    fresh = embedding([rows[n][2] for n in sample])
    assert (fresh * known.phrases[list(sample), :DIMENSIONS]).sum(axis=1).min() > 0.99


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("hello there!", "greeting"),
        ("정말 고맙습니다", "thanks"),
        ("너는 무슨 일을 할 수 있니?", "ability"),
        ("What should I look at first?", "suggest"),
        ("지금까지 나온 결과를 정리해줘", "recap"),
    ],
)
def test_small_talk(embedding: Embedding, text: str, kind: str) -> None:
    known = knowledge.load()
    assert known.talk_kinds[int(known.talk(embedding([text]))[0].argmax())] == kind


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("and only for 2022?", True),
        ("이번에는 대구만", True),
        ("do it per quarter instead", True),
        ("Which hospital has the most patients?", False),
        ("학교별 평균 점수를 구해줘", False),
    ],
)
def test_follow_ups(embedding: Embedding, text: str, follows: bool) -> None:
    assert (knowledge.load().follow(embedding.read([text]))[0, 0] >= 0.5) == follows


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("and for the premium group?", "keep"),
        ("부서별로는 어떤가요?", "keep"),
        ("without the trial users", "without"),
        ("환불은 빼고 보여줘", "without"),
        ("draw it as lines", "chart"),
        ("표로 만들어줘", "table"),
    ],
)
def test_wishes_of_follow_ups(embedding: Embedding, text: str, wish: str) -> None:
    assert wish_of(embedding, text) == wish


@pytest.mark.parametrize(
    ("text", "broad"),
    [
        ("데이터를 분석하고 시각화해주세요", True),
        ("Analyse my file and plot it", True),
        ("t-test of height by sex", False),
        ("월별 평균 기온", False),
    ],
)
def test_broad_requests(embedding: Embedding, text: str, broad: bool) -> None:
    assert (knowledge.load().wide(embedding([text]))[0, 1] >= 0.5) == broad
