"""A small team and small tables; the encoder is the real one, loaded once."""

from typing import Any, ClassVar, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import GROUPING, NUMERIC, Operation, column_field
from cherry_reflex.core.roster import AgentEntry, Roster, Skill, ToolEntry, ToolFunction
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.plan import PlanBuilder
from cherry_reflex.llm.embedded.reading.views import Views


class Filter(BaseModel):
    """Keeps rows."""

    model_config = ConfigDict(frozen=True)

    column: str = column_field("Column to compare.")
    op: Literal["=", "!=", ">", ">=", "<", "<=", "in", "between", "contains", "year", "month"] = "="
    value: str | int | float | tuple[str | int | float, ...]


class Total(Operation):
    """Totals and averages of a measure by groups."""

    name: ClassVar[str] = "total"
    examples: ClassVar[tuple[str, ...]] = (
        "지역별 매출 합계를 구해줘",
        "제품별 평균 가격을 알려주세요",
        "Total revenue by region",
        "Average price of each product",
        "Top 10 customers by revenue",
        "How many orders per month?",
    )
    measure: str = column_field("Numeric column; empty counts rows.", *NUMERIC, default="")
    how: Literal["sum", "mean", "median", "count"] = Field("sum", description="How to aggregate.")
    group_by: tuple[str, ...] = column_field("Groups.", *GROUPING, default=(), many=True)
    period: Literal["", "day", "month", "year"] = Field("", description="Length of periods.")
    filters: tuple[Filter, ...] = ()
    order: Literal["largest", "smallest"] = Field("largest", description="Which come first.")
    top: int = Field(0, ge=0, description="Number of groups to keep; 0 keeps all.")


class Picture(Operation):
    """Draws a chart."""

    name: ClassVar[str] = "picture"
    examples: ClassVar[tuple[str, ...]] = (
        "지역별 매출을 막대그래프로 그려줘",
        "추이를 선 그래프로 보여줘",
        "데이터를 시각화해줘",
        "Bar chart of revenue by region",
        "Plot the trend as a line",
        "Visualise the data",
    )
    kind: Literal["bar", "line", "scatter", "histogram", "pie"] = Field(description="Chart kind.")
    x: str = column_field("Horizontal axis: categories or dates.")
    y: str = column_field("Vertical axis: the measure.", *NUMERIC, default="")
    filters: tuple[Filter, ...] = ()


class Compare(Operation):
    """Tests whether a number differs significantly between groups."""

    name: ClassVar[str] = "compare"
    examples: ClassVar[tuple[str, ...]] = (
        "지역 간 차이가 유의한지 검정해줘",
        "두 그룹의 평균 차이를 t검정해줘",
        "Is the difference between the groups significant?",
        "t-test of price by gender",
        "ANOVA of revenue by region",
        "남녀의 급여가 유의하게 다른가요?",
    )
    measure: str = column_field("The number to compare.", *NUMERIC)
    group: str = column_field("Column with the groups.", "category", "boolean", "text")


class Impute(Operation):
    """Fills the missing values of columns and hands over a new dataset."""

    name: ClassVar[str] = "impute"
    examples: ClassVar[tuple[str, ...]] = (
        "결측치를 평균으로 채워줘",
        "빈 값을 중앙값으로 대체해줘",
        "누락된 값을 처리해주세요",
        "Fill the missing values with the mean",
        "Replace missing prices with the median",
        "Handle missing data",
    )
    columns: tuple[str, ...] = column_field("Columns to fill.", many=True, default=())
    how: Literal["mean", "median", "mode"] = Field("median", description="What to fill with.")


OPERATIONS = (Total, Picture, Compare, Impute)


def _function(kind: type[Operation]) -> ToolFunction:
    schema: dict[str, Any] = kind.model_json_schema() | {"examples": list(kind.examples)}
    return ToolFunction(name=kind.name, description=kind.__doc__ or "", input_schema=schema)


def _agent(name: str, title: str, description: str, *examples: str) -> AgentEntry:
    skill = Skill(id="main", name=title, description=description, examples=examples)
    return AgentEntry(
        name=name,
        title=title,
        description=description,
        url="http://127.0.0.1/",
        healthy=True,
        own=True,
        skills=(skill,),
    )


@pytest.fixture(scope="session")
def embedding() -> Embedding:
    return Embedding()


def builder_of(embedding: Embedding) -> PlanBuilder:
    """Return a builder of plans that reads no questions."""
    return PlanBuilder(Views(embedding))


@pytest.fixture(scope="session")
def roster() -> Roster:
    return Roster(
        agents=(
            _agent(
                "analyst",
                "Analyst",
                "Computes totals, averages and rankings by group.",
                *Total.examples,
                "Which product sells best in each region?",
                "2024년 데이터만 보여줘",
            ),
            _agent(
                "painter",
                "Painter",
                "Draws interactive charts of a table.",
                *Picture.examples,
                "Histogram of the prices",
                "산점도를 그려줘",
            ),
        ),
        tools=(
            ToolEntry(name="statistics", healthy=True, own=True, tools=(_function(Compare),)),
            ToolEntry(name="preparation", healthy=True, own=True, tools=(_function(Impute),)),
        ),
    )


@pytest.fixture(scope="session")
def weather() -> AgentEntry:
    """An outsider without example requests."""
    return AgentEntry(
        name="weather",
        url="http://weather.example/",
        healthy=True,
        description="Tells the weather forecast of any city.",
        skills=(Skill(id="w", name="Weather", description="Forecast of rain and temperature"),),
    )


@pytest.fixture(scope="session")
def sales() -> Dataset:
    cities = ("서울", "부산", "대구", "제주")
    return Dataset(
        id="d1",
        name="sales",
        uri="file:///data/d1.parquet",
        rows=1000,
        columns=(
            Column(name="order_id", type="integer", distinct=1000, minimum=1, maximum=1000),
            Column(
                name="order_date",
                type="date",
                distinct=700,
                minimum="2022-01-03",
                maximum="2024-12-30",
            ),
            Column(name="region", type="category", distinct=4, examples=cities),
            Column(
                name="product", type="category", distinct=3, examples=("Laptop", "Phone", "Mouse")
            ),
            Column(name="quantity", type="integer", distinct=20, minimum=1, maximum=20),
            Column(name="price", type="number", distinct=300, minimum=10, maximum=3000, missing=12),
            Column(name="revenue", type="number", distinct=900, minimum=10, maximum=60000),
            Column(name="gender", type="category", distinct=2, examples=("F", "M")),
        ),
    )


@pytest.fixture(scope="session")
def cafe() -> Dataset:
    """Has quantities and unit prices, and no revenue."""
    return Dataset(
        id="d3",
        name="카페",
        uri="file:///data/d3.parquet",
        rows=3000,
        columns=(
            Column(name="일자", type="date", minimum="2023-01-01", maximum="2024-12-30"),
            Column(name="지점", type="category", distinct=2, examples=("강남점", "홍대점")),
            Column(name="메뉴", type="category", distinct=3, examples=("녹차", "라떼", "빵")),
            Column(name="수량", type="integer", distinct=9, minimum=1, maximum=9),
            Column(name="단가", type="integer", distinct=6, minimum=3900, maximum=6800),
            Column(name="결제수단", type="category", distinct=2, examples=("카드", "현금")),
        ),
    )


@pytest.fixture(scope="session")
def wrangler() -> AgentEntry:
    """One who prepares data."""
    return _agent(
        "wrangler",
        "Wrangler",
        "Reshapes tables and derives new columns; hands over a new dataset.",
        "수량과 단가를 곱해서 매출 열을 만들어줘",
        "Add a column: quantity times price",
        "두 열을 나눠서 새 열을 만들어줘",
    )


@pytest.fixture(scope="session")
def orders() -> Dataset:
    return Dataset(
        id="d2",
        name="주문",
        uri="file:///data/d2.parquet",
        rows=1000,
        columns=(
            Column(name="주문일자", type="date", minimum="2022-01-03", maximum="2024-12-30"),
            Column(name="지역", type="category", distinct=3, examples=("서울", "부산", "제주")),
            Column(name="상품명", type="category", distinct=2, examples=("노트북", "휴대폰")),
            Column(name="매출액", type="number", distinct=900, minimum=10, maximum=60000),
        ),
    )
