"""Frequent words, counted by hand."""

from pathlib import Path

import pandas as pd
import pytest

from cherry_reflex.analysis.texts.korean import stems
from cherry_reflex.analysis.texts.top_words import TopWords
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.i18n.catalogue import sentence
from tests.analysis.tables import figure_of, first_frame, params, run

REVIEWS = [
    "배송이 빠르고 포장이 좋아요",
    "배송은 늦었지만 품질은 정말 좋아요!",
    "포장을 뜯었더니 배송 상자가 젖어 있었어요",
    "품질을 믿고 삽니다. 고양이 그림이 귀여워요",
    None,
    "   ",
]
PARTICLES = ("이", "은", "을", "가", "에서", "에서는", "으로")


def test_particles_are_cut_where_the_text_shows_them(tmp_path: Path) -> None:
    frame = pd.DataFrame({"리뷰": REVIEWS})
    outcome = run(TopWords(column="리뷰"), tmp_path, frame, language=KOREAN)
    table = first_frame(outcome).set_index("단어")
    assert table.loc["배송", "횟수"] == 3
    assert (table.loc["품질", "횟수"], table.loc["포장", "횟수"]) == (2, 2)
    assert "고양이" in table.index and "정말" not in table.index
    told = params(outcome, "words.most")
    assert (told["word"], told["texts"], told["count"]) == ("배송", 3, 4)
    first = max(outcome.facts, key=lambda fact: fact.weight)
    assert sentence(first, KOREAN) == (
        "‘리뷰’에 가장 자주 나오는 단어는 ‘배송’입니다: 3회, 글 4개 중 3개(75.0%)."
    )
    assert figure_of(outcome)["data"][0]["y"][-1] == "배송"


def test_english_words_without_case_and_stop_words(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"text": ["The delivery was LATE, late, late!", "Don't like the delivery", "Late again 42"]}
    )
    table = first_frame(run(TopWords(column="text", top=2), tmp_path, frame))
    assert table.iloc[:, 0].tolist() == ["late", "delivery"]
    assert table["Times"].tolist() == [4, 2]
    assert table["Share of texts"].tolist() == pytest.approx([2 / 3, 2 / 3])


@pytest.mark.parametrize("texts", [["", None], ["the of and", "1 2 3"]])
def test_no_words(texts: list[str | None], tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        run(TopWords(column="t"), tmp_path, pd.DataFrame({"t": [*texts, " "]}))
    assert caught.value.code in ("words_none", "rows_none")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["학교", "학교에서는"], {"학교에서는": "학교"}),
        (["서울이", "서울은"], {"서울이": "서울", "서울은": "서울"}),
        (["고양이", "어린이"], {"고양이": "고양이", "어린이": "어린이"}),
        (["집", "집이"], {"집이": "집"}),
        (["late", "이"], {"late": "late", "이": "이"}),
    ],
)
def test_stems(words: list[str], wanted: dict[str, str]) -> None:
    found = stems(words, PARTICLES)
    assert {word: found[word] for word in wanted} == wanted
