"""Operations that look at all columns, over 2,000 of them. Minutes together: run with `-m slow`."""

from pathlib import Path

import pytest

from cherry_reflex.core.operation import Tables
from tests.operations.bad_tables import _wide, arguments, profiled
from tests.operations.everyone import OPERATIONS, problem_of

pytestmark = pytest.mark.slow

WIDE = (
    "aggregate",
    "bin_numbers",
    "chart",
    "check_leakage",
    "clean",
    "convert_file",
    "correlation_map",
    "correlations",
    "describe_numbers",
    "explain_data",
    "fill_missing",
    "findings",
    "group_rows",
    "handle_outliers",
    "pair_plot",
    "profile",
    "show_rows",
    "target_relations",
    "train",
)
"""Of those that look at all columns: the ones that are asked first."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WIDE)
def test_two_thousand_columns_are_answered_clearly(name: str, tmp_path: Path) -> None:
    dataset = profiled(_wide(), tmp_path)
    given = next(arguments(OPERATIONS[name], dataset))
    tables = Tables(datasets=(dataset,), folder=tmp_path, conversation_files=tmp_path)
    assert not problem_of(OPERATIONS[name], given, tables)
