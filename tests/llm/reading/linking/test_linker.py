"""What the words of a question may mean in a table."""

import pytest

from cherry_reflex.core.language import Language
from cherry_reflex.llm.embedded.reading.linked import (
    AliasMeaning,
    ColumnMeaning,
    ConceptMeaning,
    Meaning,
    NumberMeaning,
    ValueMeaning,
)
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.view import view_of
from tests.llm.reading.linking.conftest import FLIGHTS, Ask, meanings, over

DELAY, FARE, AGE = ColumnMeaning("depDelay"), ColumnMeaning("Fare (USD)"), ColumnMeaning("age")


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("average departure delay", "departure delay", DELAY),
        ("mean depDelay", "depDelay", DELAY),
        ("total fares", "fares", FARE),
        ("fare by airline", "airline", ColumnMeaning("carrier")),
        ("flights of delta", "delta", ValueMeaning("carrier", "Delta")),
        ("how many women flew", "women", ValueMeaning("sex", "F")),
        ("only JetBleu", "JetBleu", ValueMeaning("carrier", "JetBlue")),
        ("the meidan fare", "meidan", ConceptMeaning("agg:median")),
        ("fares above 40", "above", ConceptMeaning("op:>")),
        ("excluding United", "excluding", ConceptMeaning("neg")),
        ("how many flights", "flights", ConceptMeaning("noun")),
        ("how many flights", "how many", ConceptMeaning("agg:count")),
        ("fare per month", "month", ConceptMeaning("grain:month")),
        ("cancellation share", "cancellation", ColumnMeaning("cancelled")),
        ("who has TK-55555", "TK-55555", ValueMeaning("ticket_no", "TK-55555")),
        ("who is the oldest", "oldest", AGE),
        ("who is the oldest", "oldest", ConceptMeaning("top")),
        ("what % of flights", "what % of", ConceptMeaning("agg:share")),
        ("older than 40", "older than", ConceptMeaning("op:>")),
        ("평균 출발 지연", "출발 지연", DELAY),
        ("여성 승객 수", "여성", ValueMeaning("sex", "F")),
    ],
)
def test_candidates_of_an_english_table(
    about_flights: Ask, text: str, words: str, meaning: Meaning
) -> None:
    assert meaning in meanings(about_flights(text), words)


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("지역별 매출", "매출", ColumnMeaning("매출액(원)")),
        ("지역별 매출", "별", ConceptMeaning("by")),
        ("서울 매출", "서울", ValueMeaning("지역", "서울특별시")),
        ("sales in Busan", "Busan", ValueMeaning("지역", "부산광역시")),
        ("가디건만 빼고", "가디건", ValueMeaning("상품명", "니트 가디건")),
        ("가디건만 빼고", "빼고", ConceptMeaning("neg")),
        ("젤 많이 팔린 상품", "젤 많이", ConceptMeaning("top")),
        ("반품된 주문 몇 건", "몇 건", ConceptMeaning("agg:count")),
        ("반품된 주문 몇 건", "반품", ColumnMeaning("반품여부")),
        ("5만원 넘는 주문", "5만원", NumberMeaning(50000.0, "원")),
        ("5만원 넘는 주문", "5만원", ColumnMeaning("매출액(원)")),
        ("total revenue by region", "revenue", ColumnMeaning("매출액(원)")),
        ("매출 막대그래프", "막대그래프", ConceptMeaning("chart:bar")),
    ],
)
def test_candidates_of_a_korean_table(
    about_orders: Ask, text: str, words: str, meaning: Meaning
) -> None:
    assert meaning in meanings(about_orders(text), words)


def test_a_quoted_header_means_its_column_alone(about_flights: Ask) -> None:
    linked = about_flights('the mean of "age" please')
    assert meanings(linked, "age") == [AGE]


def test_other_quoted_words_are_names(about_flights: Ask) -> None:
    linked = about_flights("a new column called 'FamilySize'")
    assert meanings(linked, "FamilySize")[0] == AliasMeaning("FamilySize")


@pytest.mark.parametrize("text", ["a flight or two", "fare for a flight"])
def test_capital_codes_and_letters_must_be_written_as_they_are(
    about_flights: Ask, text: str
) -> None:
    linked = about_flights(text)
    assert not any(
        isinstance(c.meaning, ValueMeaning) and c.meaning.column == "gate_cd"
        for c in linked.candidates
    )


def test_a_code_as_written_is_found(about_flights: Ask) -> None:
    assert ValueMeaning("gate_cd", "OR") in meanings(about_flights("flights at gate OR"), "OR")


def test_remembered_words_come_first(linker: Linker) -> None:
    view = view_of(FLIGHTS, None, remembered=[("lateness", "age")])
    linked = linker.link("average lateness", Language("en"), view)
    best = over(linked, "lateness")[0]
    assert (best.meaning, best.how) == (AGE, "remembered")


def test_closeness_tells_words_of_analysis_from_others(about_flights: Ask) -> None:
    linked = about_flights("the median fare of JetBlue")
    closeness = dict(zip((s.text for s in linked.segments), linked.operator_closeness, strict=True))
    assert closeness["median"] == 1.0
    assert closeness["the"] == 0.0
    assert 0.0 <= closeness["JetBlue"] < 0.95


def test_without_an_encoder_spelling_alone_links() -> None:
    view = view_of(FLIGHTS, None)
    linked = Linker(None).link("average departure delay by carrier", Language("en"), view)
    assert DELAY in meanings(linked, "departure delay")
    assert linked.operator_closeness == ()


@pytest.mark.parametrize("text", ["", "???", "   ", "ㅋㅋㅋ", "a" * 5000, "1" * 400])
def test_odd_questions_do_no_harm(about_flights: Ask, text: str) -> None:
    linked = about_flights(text)
    size = len(linked.segments)
    assert all(0 <= c.first < c.last <= size for c in linked.candidates)
