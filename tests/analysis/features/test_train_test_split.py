"""Splits keep every row once, and what they promise."""

from pathlib import Path

import pandas as pd
import pytest

from cherry_reflex.analysis.features.train_test_split import SplitRows
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Outcome
from tests.analysis.tables import frame_of, run

DATA = pd.DataFrame(
    {
        "id": range(100),
        "g": ["a"] * 80 + ["b"] * 20,
        "day": pd.date_range("2024-01-01", periods=100)[::-1],
        "rare": ["x"] * 99 + ["y"],
    }
)


def parts(outcome: Outcome) -> tuple[pd.DataFrame, pd.DataFrame]:
    train, test = (frame_of(a) for a in outcome.artifacts)
    assert sorted([*train.id, *test.id]) == list(range(100))
    return train, test


def test_at_random_and_again_the_same(tmp_path: Path) -> None:
    _, test = parts(run(SplitRows(test_share=0.25), tmp_path, DATA))
    _, again = parts(run(SplitRows(test_share=0.25), tmp_path, DATA))
    assert len(test) == 25
    assert list(test.id) == list(again.id)


def test_stratified(tmp_path: Path) -> None:
    train, test = parts(run(SplitRows(stratify="g"), tmp_path, DATA))
    assert (test.g == "b").sum() == 4
    assert (train.g == "b").sum() == 16


def test_by_time(tmp_path: Path) -> None:
    train, test = parts(run(SplitRows(time="day"), tmp_path, DATA))
    assert train.day.max() < test.day.min()


def test_lineage(tmp_path: Path) -> None:
    outcome = run(SplitRows(), tmp_path, DATA)
    assert [a.title for a in outcome.artifacts] == ["data_train", "data_test"]
    assert all(a.meta["parent"] == "data" for a in outcome.artifacts)


@pytest.mark.parametrize(
    ("operation", "rows", "code"),
    [
        (SplitRows(stratify="g", time="day"), 100, "split_two_ways"),
        (SplitRows(stratify="rare"), 100, "split_group_single"),
        (SplitRows(), 3, "rows_few"),
    ],
)
def test_bad_input(tmp_path: Path, operation: SplitRows, rows: int, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        run(operation, tmp_path, DATA.head(rows))
