"""What a request mentions of the data."""

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.llm.embedded.arguments.linking import link
from cherry_reflex.llm.embedded.encoder.embedding import Embedding


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("average price by gender", {"price", "gender"}),
        ("지역별 매출 합계를 구해줘", {"region", "revenue"}),
        ("월별 매출 추이를 그려줘", {"order_date", "revenue"}),
        ("Total quantity of each product", {"quantity", "product"}),
        ("데이터를 분석하고 시각화해주세요", set()),
        ("this is only the one for the", set()),
    ],
)
def test_columns_by_meaning_in_both_languages(
    embedding: Embedding, sales: Dataset, text: str, columns: set[str]
) -> None:
    assert {m.column.name for m in link(embedding, text, sales).mentions} == columns


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("now only for 2024", {("order_date", "year", 2024)}),
        ("이번엔 서울만", {("region", "=", "서울")}),
        ("laptops and phones", {("product", "in", ("Laptop", "Phone"))}),
        (
            "2023년과 2024년 서울 매출",
            {("order_date", "year", (2023, 2024)), ("region", "=", "서울")},
        ),
        ("3월 매출", {("order_date", "month", 3)}),
        ("orders with a price over 500", {("price", ">", 500)}),
        ("가격이 1만 이상인 주문", {("price", ">=", 10_000)}),
        ("revenue in 1999", {("order_date", "year", 1999)}),
        ("Seoul", {("region", "=", "서울")}),
        ("revenue after 2022", {("order_date", ">", "2022")}),
        ("revenue since 2023 by region", {("order_date", ">=", "2023")}),
        ("2023년 이전 매출", {("order_date", "<", "2023")}),
        (
            "revenue between 2022 and 2023",
            {("order_date", ">=", "2022"), ("order_date", "<=", "2023")},
        ),
        (
            "2022년부터 2023년까지의 매출",
            {("order_date", ">=", "2022"), ("order_date", "<=", "2023")},
        ),
        ("2024년 3월 이후 매출", {("order_date", ">=", "2024-03")}),
        ("revenue since March 2024", {("order_date", ">=", "2024-03")}),
        ("2024-03-15 이후 매출", {("order_date", ">=", "2024-03-15")}),
        ("revenue in March", {("order_date", "month", 3)}),
        ("March 2024 revenue", {("order_date", "year", 2024), ("order_date", "month", 3)}),
        ("May I see the revenue?", set()),
        ("revenue of women", {("gender", "=", "F")}),
        ("남성의 매출", {("gender", "=", "M")}),
    ],
)
def test_conditions(
    embedding: Embedding, sales: Dataset, text: str, conditions: set[tuple[object, ...]]
) -> None:
    found = {
        (c.column.name, c.op, tuple(c.value) if isinstance(c.value, list) else c.value)
        for c in link(embedding, text, sales).conditions
    }
    assert found == conditions


def test_dates_of_a_later_line_replace_any_before(embedding: Embedding, sales: Dataset) -> None:
    links = link(embedding, "Total revenue by region in 2023\n이번엔 2024년부터", sales)
    assert [(c.op, c.value) for c in links.conditions] == [(">=", "2024")]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        # A measure that is not there is not taken for what merely sounds like it.
        ("지점별 매출을 비교해줘", {"지점"}),
        ("어떤 메뉴가 가장 많이 팔렸어?", {"메뉴", "수량"}),
        ("지점별 판매량", {"지점", "수량"}),
        ("결제 방법 비율", {"결제수단"}),
    ],
)
def test_words_for_one_concept_are_the_same(
    embedding: Embedding, cafe: Dataset, text: str, columns: set[str]
) -> None:
    assert {m.column.name for m in link(embedding, text, cafe).mentions} == columns


def test_a_later_line_replaces_the_condition_on_the_same_column(
    embedding: Embedding, sales: Dataset
) -> None:
    links = link(embedding, "Total revenue by region in 2023\nnow only for 2024", sales)
    assert [(c.op, c.value) for c in links.conditions] == [("year", 2024)]
    assert {"region", "revenue"} <= {m.column.name for m in links.mentions}


@pytest.mark.parametrize(("text", "top"), [("Top 5 products", 5), ("매출 상위 3개 제품", 3)])
def test_how_many_are_wanted(embedding: Embedding, sales: Dataset, text: str, top: int) -> None:
    assert link(embedding, text, sales).top == top


def test_korean_columns(embedding: Embedding, orders: Dataset) -> None:
    links = link(embedding, "서울의 상품명별 매출액을 보여줘", orders)
    assert [m.column.name for m in links.mentions] == ["상품명", "매출액"]
    assert [(c.column.name, c.value) for c in links.conditions] == [("지역", "서울")]


def test_two_thousand_columns_are_linked(embedding: Embedding, sales: Dataset) -> None:
    column = sales.columns[5]
    wide = sales.model_copy(
        update={"columns": tuple(column.model_copy(update={"name": f"c{n}"}) for n in range(2000))}
    )
    links = link(embedding, "mean of c1999", wide)
    assert "c1999" in {m.column.name for m in links.mentions}


@pytest.mark.parametrize(
    ("text", "meant"),
    [("Is it normally distributed?", []), ("at what time?", []), ("the mean of AT", ["AT"])],
)
def test_a_short_name_is_meant_where_it_is_spelled(
    embedding: Embedding, sales: Dataset, text: str, meant: list[str]
) -> None:
    short = Column(name="AT", type="number", dtype="DOUBLE", distinct=500)
    dataset = sales.model_copy(update={"columns": (*sales.columns, short)})
    found = [mention.column.name for mention in link(embedding, text, dataset).mentions]
    assert [name for name in found if name == "AT"] == meant
