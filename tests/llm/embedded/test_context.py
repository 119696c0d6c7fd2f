"""What a request is without what is not part of it."""

import pytest

from cherry_reflex.core.planner import Question
from cherry_reflex.llm.embedded.dialogue.context import unnumbered


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("1. What is the mean of hits?", "What is the mean of hits?"),
        ("Question 12: total sales", "total sales"),
        ("문제 3) 지역별 매출", "지역별 매출"),
        ("2. 5 rows, please", "2. 5 rows, please"),
        ("2024 sales by month", "2024 sales by month"),
        ("3 largest orders", "3 largest orders"),
        ("12.5 % of what?", "12.5 % of what?"),
    ],
)
def test_the_place_in_a_list_is_none_of_the_data(text: str, left: str) -> None:
    assert unnumbered(Question(text=text)).text == left
