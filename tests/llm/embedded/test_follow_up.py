"""A follow-up changes what it says of the arguments before, and leaves the rest."""

from typing import Any

import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.planner import Question
from cherry_reflex.core.worker import Turn
from cherry_reflex.llm.embedded.dialogue.follow_up import FollowUp
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner

from .conftest import OPERATIONS, Picture, Total

TOTAL = {"measure": "revenue", "group_by": ["region"]}
PHONE = {"column": "product", "op": "=", "value": "Phone"}


@pytest.mark.parametrize(
    ("latest", "before", "after"),
    [
        ("and the average?", TOTAL, {**TOTAL, "how": "mean"}),
        ("by product instead", TOTAL, {**TOTAL, "group_by": ["product"]}),
        ("제품별로는?", TOTAL, {**TOTAL, "group_by": ["product"]}),
        ("only Phone", TOTAL, {**TOTAL, "filters": [PHONE]}),
        ("without Phone", TOTAL, {**TOTAL, "filters": [{**PHONE, "op": "!="}]}),
    ],
)
def test_changes(
    embedding: Embedding, sales: Dataset, latest: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    change = FollowUp(embedding, latest, ENGLISH, (sales,))
    assert change.of(before, Total.model_json_schema()) == after


async def test_a_chart_stays_the_chart(sales: Dataset) -> None:
    planner = EmbeddedPlanner()
    asked = "Pie chart of revenue by region\nby product instead"
    turn = Turn(question="Pie chart of revenue by region", steps=({"worker": "a2a:painter"},))
    question = Question(text=asked, datasets=(sales,), history=(turn,))
    (made,) = await planner.choose(question, OPERATIONS)
    assert isinstance(made, Picture)
    assert (made.kind, made.x) == ("pie", "product")
    await planner.close()
