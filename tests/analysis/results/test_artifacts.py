"""Tables of results: headings in the asker's language, none lost, columns of one type each."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cherry_reflex.analysis.results import artifacts
from cherry_reflex.analysis.statistics.describe import DescribeNumbers
from cherry_reflex.analysis.statistics.many_groups import CompareGroups
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Tables
from tests.analysis.tables import first_frame, frame_of, run


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ko", ["종", "행 수", "평균", "중앙값", "표준편차"]),
        ("en", ["종", "Rows", "Average", "Median", "Standard deviation"]),
    ],
)
def test_headings_are_in_the_language_of_the_question(
    language: Language, expected: list[str], tmp_path: Path
) -> None:
    data = pd.DataFrame({"종": ["가", "나", "다"] * 10, "무게": [float(n) for n in range(30)]})
    outcome = run(CompareGroups(measure="무게", group="종"), tmp_path, data, language=language)
    assert list(first_frame(outcome)) == expected
    assert outcome.artifacts[0].meta["columns"] == expected


def test_a_column_of_the_data_that_is_named_like_a_heading_is_not_lost(tmp_path: Path) -> None:
    data = pd.DataFrame({"Average": ["a", "b"] * 10, "x": [float(n) for n in range(20)]})
    outcome = run(DescribeNumbers(columns=("x",), by="Average"), tmp_path, data)
    table = first_frame(outcome)
    assert table["Average"].to_list() == ["a", "b"]
    assert table["Average (2)"].to_list() == [9.0, 10.0]


def test_a_column_of_several_types_becomes_text(tmp_path: Path) -> None:
    tables = Tables(datasets=(), folder=tmp_path)
    content = artifacts.table(tables, "t", {"a": [1, "x", None], "b": [1.5, None, 2]})
    assert frame_of(content)["a"].to_list()[:2] == ["1", "x"] and frame_of(content)["a"].isna()[2]
    assert content.meta == {"rows": 3, "columns": ["a", "b"]}
    framed = artifacts.table(tables, "t", pd.DataFrame({"a": [1, "x", None], "b": [(1, 2), 3, 4]}))
    assert frame_of(framed)["b"].to_list() == ["(1, 2)", "3", "4"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1234567.89, 1_234_570.0),
        (np.float32(0.5), 0.5),
        (np.int64(2**60), 2**60),
        (Decimal("1234567.89"), 1_234_567.89),
        (True, True),
        (datetime(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 13, 5), "2024-02-29T13:05:00"),
        (date(2024, 2, 29), "2024-02-29"),
        (float("nan"), None),
        (float("-inf"), None),
        (Decimal("nan"), None),
        (pd.NaT, None),
        (None, None),
        ((1, 2), "(1, 2)"),
    ],
)
def test_values_are_as_json_has_them(value: object, expected: object) -> None:
    (found,) = artifacts.plain([value])
    assert found == expected and type(found) is type(expected)
    json.dumps(found, allow_nan=False)
