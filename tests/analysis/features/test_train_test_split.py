"""Splits keep every row once, and what they promise."""

from pathlib import Path

import pandas as pd
import pytest

from cherry_reflex.analysis.features.train_test_split import SplitRows
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Outcome, Tables

DATA = pd.DataFrame(
    {
        "id": range(100),
        "g": ["a"] * 80 + ["b"] * 20,
        "day": pd.date_range("2024-01-01", periods=100)[::-1],
        "rare": ["x"] * 99 + ["y"],
    }
)


def run(operation: SplitRows, folder: Path, data: pd.DataFrame = DATA) -> Outcome:
    path = folder / "data.parquet"
    data.to_parquet(path)
    columns = tuple(
        Column(name=n, type="datetime" if n == "day" else "integer" if n == "id" else "category")
        for n in data.columns
    )
    dataset = Dataset(id="d", name="shop", uri=f"file://{path}", rows=len(data), columns=columns)
    tables = Tables(datasets=(dataset,), folder=folder)
    operation.check(tables)
    return operation.run(tables)


def parts(outcome: Outcome) -> tuple[pd.DataFrame, pd.DataFrame]:
    train, test = (pd.read_parquet(a.path) for a in outcome.artifacts)
    assert sorted([*train.id, *test.id]) == list(range(100))
    return train, test


def test_at_random_and_again_the_same(tmp_path: Path) -> None:
    _, test = parts(run(SplitRows(test_share=0.25), tmp_path))
    _, again = parts(run(SplitRows(test_share=0.25), tmp_path))
    assert len(test) == 25
    assert list(test.id) == list(again.id)


def test_stratified(tmp_path: Path) -> None:
    train, test = parts(run(SplitRows(stratify="g"), tmp_path))
    assert (test.g == "b").sum() == 4
    assert (train.g == "b").sum() == 16


def test_by_time(tmp_path: Path) -> None:
    train, test = parts(run(SplitRows(time="day"), tmp_path))
    assert train.day.max() < test.day.min()


def test_lineage(tmp_path: Path) -> None:
    outcome = run(SplitRows(), tmp_path)
    assert [a.title for a in outcome.artifacts] == ["shop_train", "shop_test"]
    assert all(a.meta["parent"] == "d" for a in outcome.artifacts)


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
