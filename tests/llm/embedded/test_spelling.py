"""Spelling as numbers: the same in every process, alike for what shares words."""

import numpy as np

from cherry_reflex.llm.embedded.encoder.spelling import PLACES, spelled


def test_shared_words_are_alike_and_lengths_are_one() -> None:
    rows = spelled(("지역별 매출을 그려줘", "제품별 매출을 그려주세요", "run a t-test", ""))
    assert rows.shape == (4, PLACES)
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 1, 0])
    assert rows[0] @ rows[1] > 0.3 > rows[0] @ rows[2]


def test_case_is_no_difference() -> None:
    one, other = spelled(("Bar Chart", "bar chart"))
    assert np.array_equal(one, other)
