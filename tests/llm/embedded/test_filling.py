"""Arguments from requests."""

from typing import Any

import pytest

from cherry_reflex.analysis.features.dates import DateParts
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.operation import Operation
from cherry_reflex.llm.embedded.arguments.filling import Filler
from cherry_reflex.llm.embedded.encoder.embedding import Embedding

from .conftest import Compare, Picture, Total


@pytest.mark.parametrize(
    ("text", "kind", "arguments"),
    [
        (
            "average price by gender",
            Total,
            {"measure": "price", "group_by": ["gender"], "how": "mean"},
        ),
        (
            "지역별 매출 합계를 구해줘",
            Total,
            {"measure": "revenue", "group_by": ["region"], "how": "sum"},
        ),
        (
            "Top 5 products by revenue",
            Total,
            {"measure": "revenue", "group_by": ["product"], "top": 5},
        ),
        (
            "월별 매출 추이를 그려줘",
            Picture,
            {"kind": "line", "x": "order_date", "y": "revenue"},
        ),
        (
            "monthly revenue in 2024",
            Total,
            {
                "measure": "revenue",
                "group_by": ["order_date"],
                "period": "month",
                "filters": [{"column": "order_date", "op": "year", "value": 2024}],
            },
        ),
        ("How many people by region?", Total, {"measure": None, "group_by": ["region"]}),
        ("Count the orders of each product", Total, {"measure": None, "how": "count"}),
        ("Does price differ by gender?", Compare, {"measure": "price", "group": "gender"}),
        ("수량과 가격의 산점도", Picture, {"kind": "scatter"}),
        ("Histogram of price", Picture, {"kind": "histogram"}),
    ],
)
def test_arguments(
    embedding: Embedding,
    sales: Dataset,
    text: str,
    kind: type[Operation],
    arguments: dict[str, Any],
) -> None:
    filled = Filler(embedding, text, ENGLISH, (sales,)).fill(kind.model_json_schema())
    kind.model_validate(filled)
    assert {name: filled.get(name) for name in arguments} == arguments


def test_numbers_that_stand_for_things_are_groups_and_never_added_up(
    embedding: Embedding, sales: Dataset
) -> None:
    numbered = Column(name="CustomerID", type="integer", distinct=354, minimum=1, maximum=900)
    known = sales.model_copy(update={"columns": (*sales.columns, numbered)})
    filler = Filler(embedding, "Which customers bring the most revenue?", ENGLISH, (known,))
    filled = filler.fill(Total.model_json_schema())
    assert (filled["measure"], filled["group_by"]) == ("revenue", ["CustomerID"])


def test_dates_that_are_limited_are_shown_where_periods_are_wanted(
    embedding: Embedding, sales: Dataset
) -> None:
    filler = Filler(embedding, "Monthly revenue since March 2023", ENGLISH, (sales,))
    filled = filler.fill(Total.model_json_schema())
    assert (filled["group_by"], filled["period"]) == (["order_date"], "month")
    assert filled["filters"] == [{"column": "order_date", "op": ">=", "value": "2023-03"}]


def test_open_request_gets_telling_columns_and_never_a_key(
    embedding: Embedding, sales: Dataset
) -> None:
    filler = Filler(embedding, "데이터를 분석해줘", KOREAN, (sales,))
    filled = filler.fill(Compare.model_json_schema())
    assert filled["measure"] in ("price", "revenue", "quantity")
    assert filled["group"] in ("region", "product", "gender")


def test_missing_kind_of_column_is_said(embedding: Embedding, sales: Dataset) -> None:
    words = sales.model_copy(
        update={"columns": tuple(c for c in sales.columns if c.type == "category")}
    )
    with pytest.raises(BadInput) as raised:
        Filler(embedding, "compare", ENGLISH, (words,)).fill(Compare.model_json_schema())
    assert raised.value.code == "arguments_missing"
    assert raised.value.params["name"] == "measure"


def test_the_dataset_that_fits_is_named(
    embedding: Embedding, sales: Dataset, orders: Dataset
) -> None:
    schema = Total.model_json_schema()
    filler = Filler(embedding, "노트북의 매출액", KOREAN, (sales, orders))
    assert filler.fill(schema)["dataset"] == "주문"
    assert filler.fill(schema, by_uri=True)["dataset"] == "dataset:주문"


def test_strangers_schema(embedding: Embedding) -> None:
    schema = {
        "type": "object",
        "properties": {
            "query": {"type": "string"},
            "units": {"type": "string", "enum": ["metric", "imperial"], "default": "metric"},
            "days": {"type": "integer"},
        },
        "required": ["query"],
    }
    filled = Filler(embedding, "rain in Busan", ENGLISH, ()).fill(schema)
    assert filled == {"query": "rain in Busan"}


def test_reference_and_optional_are_resolved(embedding: Embedding, sales: Dataset) -> None:
    schema = {
        "$defs": {"How": {"enum": ["sum", "mean"], "type": "string"}},
        "type": "object",
        "properties": {
            "how": {"anyOf": [{"$ref": "#/$defs/How"}, {"type": "null"}], "default": None}
        },
    }
    assert Filler(embedding, "평균 가격", KOREAN, (sales,)).fill(schema) == {"how": "mean"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("다음 12개월 매출을 예측해줘", "periods"),
        ("predict revenue for the next 8 weeks", "periods"),
        ("고객을 4개 군집으로 나눠줘", "groups"),
        ("histogram with 30 bins", "bins"),
    ],
)
def test_what_a_number_counts(embedding: Embedding, text: str, kind: str, sales: Dataset) -> None:
    found = Filler(embedding, text, ENGLISH, (sales,)).links.numbers
    assert [amount.kind for amount in found] == [kind]


def test_several_parts_of_a_date(embedding: Embedding, sales: Dataset) -> None:
    asked = "pull year, month and weekday out of the order date"
    filled = Filler(embedding, asked, ENGLISH, (sales,)).fill(DateParts.model_json_schema())
    made = DateParts.model_validate(filled)
    assert made.columns == ("order_date",)
    assert set(made.parts) == {"year", "month", "weekday"}
    plain = Filler(embedding, "make calendar features", ENGLISH, (sales,))
    assert "parts" not in plain.fill(DateParts.model_json_schema())
