"""Samples: the same rows every time, in order, and types as analyses want them."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cherry_reflex.analysis.frames.sample import read
from cherry_reflex.core.errors import BadInput
from tests.analysis.tables import dataset_of


def test_a_part_is_random_ordered_and_repeatable(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": np.arange(120_000), "x": np.arange(120_000) * 2.0})
    dataset = dataset_of(frame, tmp_path)
    part = read(dataset, ["n", "x"], rows_max=5_000)
    assert (part.used, part.total, part.is_part) == (5_000, 120_000, True)
    assert part.frame["n"].is_monotonic_increasing and part.frame["n"].is_unique
    assert (part.frame["x"] == part.frame["n"] * 2).all()
    assert part.frame["n"].mean() == pytest.approx(60_000, rel=0.03)
    assert read(dataset, ["n"], rows_max=5_000).frame["n"].equals(part.frame["n"])


def test_types_are_plain(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "price": [Decimal("1.5"), None],
            "day": [pd.Timestamp("2024-02-29").date(), None],
            "ratio": [np.inf, 1.0],
        }
    )
    part = read(dataset_of(frame, tmp_path), ["price", "day", "ratio", "price"])
    assert list(part.frame.columns) == ["price", "day", "ratio"]
    assert part.frame["price"].dtype == float and part.frame["price"][0] == 1.5
    assert part.frame["day"][0] == pd.Timestamp("2024-02-29")
    assert np.isnan(part.frame["ratio"][0])


def test_no_rows_are_refused(tmp_path: Path) -> None:
    dataset = dataset_of(pd.DataFrame({"a": [1.0]}).iloc[:0], tmp_path)
    with pytest.raises(BadInput) as caught:
        read(dataset, ["a"])
    assert caught.value.code == "table_no_rows"
