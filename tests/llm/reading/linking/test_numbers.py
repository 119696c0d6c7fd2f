"""Numbers in digits and in words."""

import pytest

from cherry_reflex.llm.embedded.reading.linked import NumberMeaning
from cherry_reflex.llm.embedded.reading.patterns.number_words import number_words_in
from cherry_reflex.llm.embedded.reading.patterns.numbers import numbers_in


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("over 1,234.5 in all", "1,234.5", NumberMeaning(1234.5)),
        ("exactly 145,483 rows", "145,483", NumberMeaning(145483.0)),
        ("3만 5천 이상", "3만 5천", NumberMeaning(35000.0)),
        ("1억2천 넘는", "1억2천", NumberMeaning(120000000.0)),
        ("3천만원 이하", "3천만원", NumberMeaning(30000000.0, "원")),
        ("1천5백 미만", "1천5백", NumberMeaning(1500.0)),
        ("2.5k or more", "2.5k", NumberMeaning(2500.0)),
        ("above $30", "$30", NumberMeaning(30.0, "$")),
        ("more than 20%", "20%", NumberMeaning(20.0, "%", is_percent=True)),
        ("상위 5프로", "5프로", NumberMeaning(5.0, "%", is_percent=True)),
        ("the 3rd largest", "3rd", NumberMeaning(3.0, is_ordinal=True)),
        ("2번째로 큰", "2번째", NumberMeaning(2.0, is_ordinal=True)),
        ("20대 여성", "20대", NumberMeaning(20.0, is_decade=True)),
        ("in their 30s", "30s", NumberMeaning(30.0, is_decade=True)),
        ("p95 of latency", "p95", NumberMeaning(95.0)),
        ("상위5 지역", "5", NumberMeaning(5.0)),
        ("top10 players", "10", NumberMeaning(10.0)),
        ("between -3 and 5", "-3", NumberMeaning(-3.0)),
        ("longer than 30 days", "30 days", NumberMeaning(30.0, "days")),
        ("longer than 30 days", "30", NumberMeaning(30.0)),
        ("10명 이상", "10명", NumberMeaning(10.0, "명")),
    ],
)
def test_numbers_in_digits(text: str, words: str, meaning: NumberMeaning) -> None:
    found = [(text[m.start : m.end], m.meaning) for m in numbers_in(text)]
    assert (words, meaning) in found


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("the third largest", "third", NumberMeaning(3.0, is_ordinal=True)),
        ("twenty five orders", "twenty five", NumberMeaning(25.0)),
        ("two hundred thousand", "two hundred thousand", NumberMeaning(200000.0)),
        ("more than a dozen", "a dozen", NumberMeaning(12.0)),
        ("다섯 개만", "다섯 개", NumberMeaning(5.0, "개")),
        ("세 번째로 큰", "세 번째", NumberMeaning(3.0, is_ordinal=True)),
        ("백 명 넘는", "백 명", NumberMeaning(100.0, "명")),
        ("절반 이상", "절반", NumberMeaning(50.0, "%", is_percent=True)),
        ("longer than an hour", "an hour", NumberMeaning(1.0, "hour")),
        ("일주일 넘게", "일주일", NumberMeaning(7.0, "일")),
    ],
)
def test_numbers_in_words(text: str, words: str, meaning: NumberMeaning) -> None:
    found = [(text[m.start : m.end], m.meaning) for m in number_words_in(text)]
    assert (words, meaning) in found


@pytest.mark.parametrize(
    "text", ["서너 개만", "하나도 없는", "OD450 by well", "conv8 rate", "2. Who?", "문제 3) 평균"]
)
def test_what_is_no_number(text: str) -> None:
    assert not numbers_in(text)
    assert not number_words_in(text)
