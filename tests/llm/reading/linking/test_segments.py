"""Questions cut into segments."""

import pytest

from tests.llm.reading.linking.conftest import Ask


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("지역별 매출액은?", ["지역", "별", "매출액", "은"]),
        ("청바지만 빼고", ["청바지", "만", "빼고"]),
        ("2024년 3월부터", ["2024년", "3월", "부터"]),
        ("매출액이 5만원 이상", ["매출액", "이", "5만원", "이상"]),
    ],
)
def test_korean_words_are_cut_at_stems_and_particles(
    about_orders: Ask, text: str, segments: list[str]
) -> None:
    assert [segment.text for segment in about_orders(text).segments] == segments


def test_particles_are_function_words(about_orders: Ask) -> None:
    linked = about_orders("지역별 매출액은?")
    assert [s.text for s in linked.segments if s.is_function] == ["별", "은"]


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("What's the fare?", ["What", "'s", "the", "fare"]),
        ("TK-00412's gate_cd", ["TK-00412", "'s", "gate_cd"]),
        ("age >= 40", ["age", ">=", "40"]),
        ("2. How many?", ["How", "many"]),
        ("Question 3: who?", ["who"]),
        ("2.5 is it?", ["2.5", "is", "it"]),
        ("Q1: how many?", ["Q1", "how", "many"]),
    ],
)
def test_english(about_flights: Ask, text: str, segments: list[str]) -> None:
    assert [segment.text for segment in about_flights(text).segments] == segments


def test_headers_in_brackets_are_quoted(about_flights: Ask) -> None:
    linked = about_flights("the gate (gate_cd) of (some) flights")
    assert [s.text for s in linked.segments if s.is_quoted] == ["gate_cd"]


def test_quotes_mark_segments(about_flights: Ask) -> None:
    linked = about_flights('mean of "Fare (USD)" by carrier')
    assert [s.text for s in linked.segments if s.is_quoted] == ["Fare", "USD"]


def test_segments_say_where_they_are(about_orders: Ask) -> None:
    linked = about_orders("부산 매출액은 작년보다?")
    assert all(linked.text[s.start : s.end] == s.text for s in linked.segments)
