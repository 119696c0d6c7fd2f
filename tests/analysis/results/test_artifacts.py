"""Tables of results: headings in the asker's language, none lost, columns of one type each."""

from pathlib import Path

import pandas as pd
import pytest

from cherry_reflex.analysis.results import artifacts
from cherry_reflex.analysis.statistics.describe import DescribeNumbers
from cherry_reflex.analysis.statistics.many_groups import CompareGroups
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Tables
from tests.analysis.tables import run


def read(content: ArtifactContent) -> pd.DataFrame:
    assert content.path is not None
    return pd.read_parquet(content.path)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ko", ["종", "행 수", "평균", "중앙값", "표준편차"]),
        ("en", ["종", "Rows", "Average", "Median", "Standard deviation"]),
    ],
)
def test_headings_are_in_the_language_of_the_question(
    language: str, expected: list[str], tmp_path: Path
) -> None:
    data = pd.DataFrame({"종": ["가", "나", "다"] * 10, "무게": [float(n) for n in range(30)]})
    outcome = run(CompareGroups(measure="무게", group="종"), tmp_path, data, language=language)
    assert list(read(outcome.artifacts[0])) == expected
    assert outcome.artifacts[0].meta["columns"] == expected


def test_a_column_of_the_data_that_is_named_like_a_heading_is_not_lost(tmp_path: Path) -> None:
    data = pd.DataFrame({"Average": ["a", "b"] * 10, "x": [float(n) for n in range(20)]})
    outcome = run(DescribeNumbers(columns=("x",), by="Average"), tmp_path, data)
    table = read(outcome.artifacts[0])
    assert table["Average"].to_list() == ["a", "b"]
    assert table["Average (2)"].to_list() == [9.0, 10.0]


def test_a_column_of_several_types_becomes_text(tmp_path: Path) -> None:
    tables = Tables(datasets=(), folder=tmp_path)
    content = artifacts.table(tables, "t", {"a": [1, "x", None], "b": [1.5, None, 2]})
    assert read(content)["a"].to_list()[:2] == ["1", "x"] and read(content)["a"].isna()[2]
    assert content.meta == {"rows": 3, "columns": ["a", "b"]}
    framed = artifacts.table(tables, "t", pd.DataFrame({"a": [1, "x", None], "b": [(1, 2), 3, 4]}))
    assert read(framed)["b"].to_list() == ["(1, 2)", "3", "4"]
