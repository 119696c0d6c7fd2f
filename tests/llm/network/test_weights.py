"""The weights in the repository: small, whole, and able to read plain questions."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.core.reading.condition import Comparison, Condition
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure, Order, Reading
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.network.weights import FILE, read
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.view import view_of

SIZE_MAX = 10_000_000
FOUND_MIN = 9
"""Of the questions below, found among the proposals."""

SALES, REGION = ColumnRef(name="sales"), ColumnRef(name="region")
TOTAL = Measure(agg="sum", of=SALES)
NORTH: Condition = Comparison(left=REGION, op="=", right="North")
SEOUL: Condition = Comparison(left=REGION, op="=", right="서울")
MANY: Condition = Comparison(left=SALES, op=">", right=100)

COUNT, MEAN = Measure(agg="count"), Measure(agg="mean", of=SALES)
MEDIAN = Measure(agg="median", of=SALES)
BY = (Group(of=REGION),)
NOT_NORTH: Condition = Comparison(left=REGION, op="!=", right="North")
NOT_SEOUL: Condition = Comparison(left=REGION, op="!=", right="서울")

PLAIN: tuple[tuple[str, Language, Reading], ...] = (
    ("total sales by region", ENGLISH, Reading(measures=(TOTAL,), by=BY)),
    ("average sales in North", ENGLISH, Reading(measures=(MEAN,), where=NORTH)),
    ("median sales", ENGLISH, Reading(measures=(MEDIAN,))),
    ("how many rows have sales above 100", ENGLISH, Reading(measures=(COUNT,), where=MANY)),
    ("total sales excluding North", ENGLISH, Reading(measures=(TOTAL,), where=NOT_NORTH)),
    (
        "which region has the highest sales",
        ENGLISH,
        Reading(measures=(TOTAL,), by=BY, order=Order(), top=1),
    ),
    ("지역별 매출 합계", KOREAN, Reading(measures=(TOTAL,), by=BY)),
    ("서울 평균 매출", KOREAN, Reading(measures=(MEAN,), where=SEOUL)),
    ("매출 중앙값 알려줘", KOREAN, Reading(measures=(MEDIAN,))),
    ("매출 100 초과인 건수", KOREAN, Reading(measures=(COUNT,), where=MANY)),
    ("서울 제외하고 매출 합계", KOREAN, Reading(measures=(TOTAL,), where=NOT_SEOUL)),
    (
        "매출이 가장 많은 지역 3개",
        KOREAN,
        Reading(measures=(TOTAL,), by=BY, order=Order(), top=3),
    ),
)


def test_weights_are_small_and_whole() -> None:
    assert FILE.stat().st_size < SIZE_MAX
    weights = read()
    assert weights.numbers["words"].shape[0] == len(weights.lexicon)
    assert weights.numbers["concepts"].shape[0] == len(weights.concepts)


@pytest.fixture(scope="module")
def found() -> dict[str, int | None]:
    """Return the place of the right reading among the proposals of each question."""
    places_said = ("North", "South", "서울", "부산")
    columns = (
        Column(name="region", type="category", distinct=4, examples=places_said),
        Column(name="sales", type="number", distinct=90, minimum=0, maximum=900),
    )
    embedding = Embedding()
    linker, network = Linker(None), Network(embedding)
    view = view_of(Dataset(id="s", name="sales", rows=100, columns=columns), None)
    places: dict[str, int | None] = {}
    for text, language, right in PLAIN:
        proposals = network.propose(linker.link(text, language, view))
        readings = [proposal.reading for proposal in proposals]
        places[text] = readings.index(right) if right in readings else None
    return places


def test_plain_questions_are_read(found: dict[str, int | None]) -> None:
    assert sum(place is not None for place in found.values()) >= FOUND_MIN, found
