"""Plain questions are read rightly, or not told as answered: by what was learned."""

from collections.abc import Sequence

import pytest

from benchmarks.reading.agreement import agree
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.reading.condition import All, Comparison, Not
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Group, Measure, Reading
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.network.network import Network
from cherry_reflex.llm.embedded.reading.answers import GUESSED
from cherry_reflex.llm.embedded.reading.edit.edits import Edits
from cherry_reflex.llm.embedded.reading.proposal import Judged
from cherry_reflex.llm.embedded.reading.reader import Reader
from cherry_reflex.llm.embedded.reading.score.weights import load
from cherry_reflex.llm.embedded.reading.search.search import Search
from cherry_reflex.llm.embedded.reading.views import Views


def number(name: str, low: float, high: float, distinct: int = 300) -> Column:
    return Column(name=name, type="number", dtype="DOUBLE", minimum=low, maximum=high,
                  distinct=distinct, examples=(low, high))  # fmt: skip


SALES = Dataset(
    id="sales", name="orders", rows=400,
    columns=(
        Column(name="region", type="category", dtype="VARCHAR", distinct=4,
               examples=("North", "South", "East", "West")),
        number("sales", 1.5, 990.5), number("month", 1, 12, 12),
        Column(name="status", type="category", dtype="VARCHAR", distinct=3,
               examples=("open", "a", "closed")),
        number("hits", 0, 4000),
    ),
)  # fmt: skip
FARES = Dataset(
    id="fares", name="passengers", rows=891,
    columns=(number("fare", 0, 512.3), number("age", 0.4, 80), Column(
        name="sex", type="category", dtype="VARCHAR", distinct=2, examples=("male", "female"))),
)  # fmt: skip
KOREAN_SALES = Dataset(
    id="ko", name="매출", rows=400,
    columns=(
        Column(name="지역", type="category", dtype="VARCHAR", distinct=3,
               examples=("서울", "부산", "대구")),
        number("매출", 10, 90_000), number("나이", 18, 80),
    ),
)  # fmt: skip


def col(name: str) -> ColumnRef:
    return ColumnRef(name=name)


def of(agg: str, name: str = "", **more: object) -> Reading:
    measure = {"agg": agg, "of": col(name) if name else None, **more}
    return Reading(measures=(Measure.model_validate(measure),))


def where(reading: Reading, condition: object) -> Reading:
    return Reading.model_validate({**reading.model_dump(), "where": condition})


def by(reading: Reading, name: str) -> Reading:
    return reading.model_copy(update={"by": (Group(of=col(name)),)})


NORTH = Comparison(left=col("region"), op="=", right="North")
ABOVE = Comparison(left=col("sales"), op=">", right=40)
EARLY = Comparison(left=col("month"), op="<", right=3)

PLAIN = [
    ('Calculate the mean of the "sales" column', SALES, of("mean", "sales")),
    ("total sales excluding North", SALES, where(of("sum", "sales"), Not(part=NORTH))),
    ("What is the total of hits?", SALES, of("sum", "hits")),
    ("95th percentile of sales", SALES, of("percentile", "sales", p=95)),
    ("how many rows have sales above 40 and month below 3", SALES,
     where(of("count"), All(parts=(ABOVE, EARLY)))),
    ("mean fare paid", FARES, of("mean", "fare")),
    ("average age by sex", FARES, by(of("mean", "age"), "sex")),
    ("지역별 매출 합계", KOREAN_SALES, by(of("sum", "매출"), "지역")),
    ("평균 나이는?", KOREAN_SALES, of("mean", "나이")),
    ("서울 매출 총합", KOREAN_SALES,
     where(of("sum", "매출"), Comparison(left=col("지역"), op="=", right="서울"))),
]  # fmt: skip
IMPOSSIBLE = [
    ("average salary by department", FARES),
    ("what will the weather be tomorrow", SALES),
    ("total sales in Atlantis", SALES),
    ("직원별 연차 사용일수", KOREAN_SALES),
]


@pytest.fixture(scope="module")
def reader(embedding: Embedding) -> Reader:
    learned, network = load(), Network(embedding)
    proposers = (Search(learned.search), Edits(learned.search), network)
    return Reader(Views(embedding), proposers, learned, weigher=network)


@pytest.fixture(scope="module")
def embedding() -> Embedding:
    return Embedding()


def read(reader: Reader, text: str, dataset: Dataset) -> Sequence[Judged]:
    language = KOREAN if any("가" <= c <= "힣" for c in text) else ENGLISH
    return reader.read(text, language, (dataset,)).best


@pytest.mark.parametrize(("text", "dataset", "right"), PLAIN)
def test_plain_questions(reader: Reader, text: str, dataset: Dataset, right: Reading) -> None:
    best = read(reader, text, dataset)
    assert agree(best[0].reading, right), best[0].reading
    assert best[0].probability >= GUESSED


@pytest.mark.parametrize(("text", "dataset"), IMPOSSIBLE)
def test_what_the_table_has_not_is_not_told_as_sure(
    reader: Reader, text: str, dataset: Dataset
) -> None:
    best = read(reader, text, dataset)
    assert not best or best[0].probability < 0.8, best[0]


def test_a_follow_up_changes_the_confirmed_reading(reader: Reader) -> None:
    before = of("sum", "sales").model_copy(update={"dataset": SALES.name})
    best = reader.read("and by region?", ENGLISH, (SALES,), before).best
    assert agree(best[0].reading, by(of("sum", "sales"), "region")), best[0].reading
