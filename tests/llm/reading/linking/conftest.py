"""Small tables in both languages; the encoder is the real one, loaded once."""

from collections.abc import Callable

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.linked import Candidate, Linked, Meaning, TableView
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.view import view_of

Ask = Callable[[str], Linked]

FLIGHTS = Dataset(
    id="flights",
    name="flights",
    rows=1000,
    columns=(
        Column(name="flight_id", type="integer", distinct=1000, minimum=1, maximum=1000),
        Column(name="depDelay", type="number", distinct=300, minimum=-20.0, maximum=600.0),
        Column(name="Fare (USD)", type="number", distinct=400, minimum=20.0, maximum=900.0),
        Column(
            name="carrier", type="category", distinct=3, examples=("Delta", "United", "JetBlue")
        ),
        Column(name="gate_cd", type="category", distinct=3, examples=("A", "OR", "B12")),
        Column(name="ticket_no", type="text", distinct=1000, examples=("TK-00412", "TK-98211")),
        Column(name="sex", type="category", distinct=2, examples=("F", "M")),
        Column(name="age", type="integer", distinct=70, minimum=1, maximum=90),
        Column(name="cancelled", type="boolean", dtype="BOOLEAN", distinct=2, examples=(True,)),
        Column(
            name="flown_on",
            type="date",
            distinct=300,
            minimum="2023-01-01",
            maximum="2024-06-30",
        ),
    ),
)
ORDERS = Dataset(
    id="orders",
    name="주문내역",
    rows=500,
    columns=(
        Column(name="주문번호", type="integer", distinct=500, minimum=1, maximum=500),
        Column(
            name="주문일자", type="date", distinct=200, minimum="2023-01-01", maximum="2024-12-31"
        ),
        Column(
            name="지역", type="category", distinct=3, examples=("서울특별시", "부산광역시", "대구")
        ),
        Column(name="매출액(원)", type="integer", distinct=400, minimum=1000, maximum=900000),
        Column(name="판매수량", type="integer", distinct=20, minimum=1, maximum=20),
        Column(name="반품여부", type="category", distinct=2, examples=("N", "Y")),
        Column(
            name="상품명", type="category", distinct=3, examples=("니트 가디건", "청바지", "코트")
        ),
    ),
)


@pytest.fixture(scope="session")
def embedding() -> Embedding:
    return Embedding()


@pytest.fixture(scope="session")
def linker(embedding: Embedding) -> Linker:
    return Linker(embedding)


@pytest.fixture(scope="session")
def flights(embedding: Embedding) -> TableView:
    return view_of(FLIGHTS, embedding)


@pytest.fixture(scope="session")
def orders(embedding: Embedding) -> TableView:
    return view_of(ORDERS, embedding)


@pytest.fixture
def about_flights(linker: Linker, flights: TableView) -> Ask:
    return lambda text: linker.link(text, Language("en"), flights)


@pytest.fixture
def about_orders(linker: Linker, orders: TableView) -> Ask:
    return lambda text: linker.link(text, Language("ko"), orders)


def over(linked: Linked, words: str) -> list[Candidate]:
    """Return the candidates over exactly these words of the question."""
    start = linked.text.index(words)
    end = start + len(words)
    return [
        candidate
        for candidate in linked.candidates
        if linked.segments[candidate.first].start == start
        and linked.segments[candidate.last - 1].end == end
    ]


def meanings(linked: Linked, words: str) -> list[Meaning]:
    """Return what exactly these words may mean, the surest first."""
    return [candidate.meaning for candidate in over(linked, words)]
