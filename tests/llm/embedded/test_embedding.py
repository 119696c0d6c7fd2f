"""The encoder: unit vectors, two languages, pinned files."""

import numpy as np
import pytest

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.llm.embedded.encoder.embedding import DIMENSIONS, FILES, Embedding


def test_vectors_are_of_length_one(embedding: Embedding) -> None:
    vectors = embedding(["지역별 매출", "sales by region", "지역별 매출"])
    assert vectors.shape == (3, DIMENSIONS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-3)
    assert (vectors[0] == vectors[2]).all()


def test_same_meaning_in_two_languages_is_near(embedding: Embedding) -> None:
    chart, diagram, weather = embedding(
        ["막대그래프를 그려줘", "draw a bar chart", "it is raining"]
    )
    assert chart @ diagram > 0.5 > chart @ weather


def test_no_texts_no_rows(embedding: Embedding) -> None:
    assert embedding([]).shape == (0, DIMENSIONS)


def test_long_text_takes_bounded_time(embedding: Embedding) -> None:
    assert embedding(["word " * 100_000]).shape == (1, DIMENSIONS)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({**FILES, "sp.model": "0" * 64}, "embedding_changed"),
        ({"absent.model": "0" * 64}, "embedding_missing"),
    ],
)
def test_other_model_files_are_refused(files: dict[str, str], code: str) -> None:
    with pytest.raises(Unavailable) as raised:
        Embedding(files).load()
    assert raised.value.code == code
