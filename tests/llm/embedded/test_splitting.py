"""Requests for several things are cut into them, requests for one are not."""

import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.roster import Roster
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.routing.router import Router
from cherry_reflex.llm.embedded.routing.workers import workers_of


@pytest.fixture(scope="module")
def router(embedding: Embedding, roster: Roster) -> Router:
    return Router(embedding, workers_of(roster))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Fill the empty prices, draw a histogram of price, and test whether it differs by sex",
            ["mcp:preparation/impute", "a2a:painter", "mcp:statistics/compare"],
        ),
        (
            "빈 가격을 채우고 가격 히스토그램을 그린 다음 성별로 다른지 검정해줘",
            ["mcp:preparation/impute", "a2a:painter", "mcp:statistics/compare"],
        ),
        ("Total revenue by region and product", ["a2a:analyst"]),
        ("지역과 제품별 매출 합계를 구해줘", ["a2a:analyst"]),
    ],
)
def test_parts(router: Router, sales: Dataset, text: str, parts: list[str]) -> None:
    choices = router.choose(text, (sales,))
    best = {choice.part: choice.worker.ref for choice in reversed(choices)}
    assert [best[part] for part in sorted(best)] == parts


def test_names_of_columns_do_not_cut(router: Router, sales: Dataset) -> None:
    other = sales.columns[4].model_copy(update={"name": "그리고"})
    data = sales.model_copy(update={"columns": (*sales.columns, other)})
    choices = router.choose("그리고 price 산점도를 그려줘", (data,))
    assert {choice.part for choice in choices} == {0}
