"""Operations are chosen with arguments that pass their own check."""

from pathlib import Path

import pytest

from cherry_reflex.analysis.features.scaling import ScaleNumbers
from cherry_reflex.analysis.learning.cluster import Cluster
from cherry_reflex.analysis.learning.train import Train
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.planner import Question
from cherry_reflex.core.worker import Turn
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner

from .conftest import OPERATIONS, Compare, Picture, Total


@pytest.fixture
async def planner() -> EmbeddedPlanner:
    return EmbeddedPlanner()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("제품별 평균 매출을 알려줘", Total),
        ("Pie chart of revenue by region", Picture),
        ("남녀의 매출 차이가 유의한가요?", Compare),
    ],
)
async def test_one_for_a_plain_request(
    planner: EmbeddedPlanner, sales: Dataset, text: str, kind: type
) -> None:
    chosen = await planner.choose(Question(text=text, language="ko", datasets=(sales,)), OPERATIONS)
    assert [type(operation) for operation in chosen] == [kind]
    chosen[0].check(Tables(datasets=(sales,), folder=Path()))


async def test_several_views_for_an_open_request(planner: EmbeddedPlanner, sales: Dataset) -> None:
    asked = Question(text="데이터를 분석하고 시각화해주세요", language="ko", datasets=(sales,))
    chosen = await planner.choose(asked, [Picture], 3)
    assert len(chosen) == 3
    assert len({operation.model_dump_json() for operation in chosen}) == 3


async def test_what_failed_is_not_chosen_again(planner: EmbeddedPlanner, sales: Dataset) -> None:
    asked = Question(text="Bar chart of revenue by region", datasets=(sales,))
    (first,) = await planner.choose(asked, [Picture])
    problem = f"{first.name} {first.model_dump(exclude_defaults=True)}: too many bars"
    (second,) = await planner.choose(asked.model_copy(update={"problems": (problem,)}), [Picture])
    assert second != first


async def test_nothing_fits(planner: EmbeddedPlanner, sales: Dataset) -> None:
    words = sales.model_copy(
        update={"columns": tuple(c for c in sales.columns if c.type == "category")}
    )
    with pytest.raises(BadInput):
        await planner.choose(Question(text="t-test of price", datasets=(words,)), [Compare])


async def test_follow_up_keeps_what_was_asked(planner: EmbeddedPlanner, sales: Dataset) -> None:
    history = (Turn(question="지역별 매출 합계를 구해줘", steps=({"worker": "a2a:analyst"},)),)
    asked = Question(text="이번엔 2024년만", language="ko", datasets=(sales,), history=history)
    (chosen,) = await planner.choose(asked, [Total])
    assert isinstance(chosen, Total)
    assert (chosen.measure, chosen.group_by) == ("revenue", ("region",))
    assert [(f.column, f.op, f.value) for f in chosen.filters] == [("order_date", "year", 2024)]


async def test_what_must_be_named_is_not_guessed(planner: EmbeddedPlanner, sales: Dataset) -> None:
    asked = Question(text="Train a model", datasets=(sales,))
    with pytest.raises(BadInput, match="arguments_missing") as caught:
        await planner.choose(asked, [Train, Cluster])  # not groups in its place
    assert caught.value.params["name"] == "target"
    named = Question(text="Train a model that predicts the revenue", datasets=(sales,))
    (made,) = await planner.choose(named, [Train, Cluster])
    assert isinstance(made, Train) and made.target == "revenue"


async def test_a_condition_is_kept(planner: EmbeddedPlanner, sales: Dataset) -> None:
    asked = Question(text="Train a model that predicts the revenue for Busan", datasets=(sales,))
    (made,) = await planner.choose(asked, [Train])
    assert isinstance(made, Train) and made.target == "revenue"
    assert [(f.column, f.op, f.value) for f in made.filters] == [("region", "=", "부산")]


async def test_the_value_that_is_predicted_is_no_condition(
    planner: EmbeddedPlanner, sales: Dataset
) -> None:
    asked = Question(text="Train a model that predicts region Busan", datasets=(sales,))
    (made,) = await planner.choose(asked, [Train])
    assert isinstance(made, Train) and made.target == "region" and not made.filters


async def test_a_condition_that_would_be_lost_is_refused(
    planner: EmbeddedPlanner, sales: Dataset
) -> None:
    asked = Question(text="Scale the revenue for Busan only", datasets=(sales,))
    with pytest.raises(BadInput, match="condition_lost") as caught:
        await planner.choose(asked, [ScaleNumbers])
    assert caught.value.params == {"column": "region", "value": "부산"}


async def test_a_value_within_another_word_does_not_hide_a_lost_condition(
    planner: EmbeddedPlanner, sales: Dataset
) -> None:
    """`F` of the gender is a letter of other arguments too."""
    asked = Question(text="Scale the revenue for women only", datasets=(sales,))
    with pytest.raises(BadInput, match="condition_lost"):
        await planner.choose(asked, [ScaleNumbers])
