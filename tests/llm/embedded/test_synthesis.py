"""What the head for gaps learns from: joined requests know where they were joined."""

import numpy as np

from cherry_reflex.llm.embedded.encoder.synthesis import joined
from cherry_reflex.llm.embedded.routing.gaps import PLACES, gaps_of


def test_joined_requests_know_their_parts() -> None:
    several, single = joined(np.random.default_rng(3))
    assert all(1 <= len(places) <= 3 for _, places in several)
    assert all(places == () for _, places in single)
    for text, places in several:
        words = text.split()
        assert all(0 < place < len(words) for place in places)
        assert list(places) == sorted(set(places))
        assert "{" not in text
    assert any(not text.isascii() for text, _ in several)
    assert any(text.isascii() for text, _ in several)


def test_gaps_are_rows_of_unit_length() -> None:
    rows = gaps_of(["Plot", "it,", "then", "test", "it"])
    assert rows.shape == (4, PLACES)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert gaps_of(["alone"]).shape == (0, PLACES)
