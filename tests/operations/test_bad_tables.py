"""Every operation over tables that it was not made for."""

from pathlib import Path

import pytest

from cherry_reflex.core.operation import Tables
from tests.operations.bad_tables import TABLES, arguments, profiled
from tests.operations.everyone import OPERATIONS, problem_of


def test_the_whole_team_is_asked() -> None:
    assert len(OPERATIONS) >= 85


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", OPERATIONS)
def test_bad_tables_are_answered_clearly(name: str, tmp_path: Path) -> None:
    kind, problems = OPERATIONS[name], []
    for title, make in TABLES.items():
        folder = tmp_path / title
        folder.mkdir()
        dataset = profiled(make(), folder)
        tables = Tables(datasets=(dataset,), folder=folder, conversation_files=folder)
        problems += [
            f"{title}: {given}: {problem}"
            for given in arguments(kind, dataset)
            if (problem := problem_of(kind, given, tables))
        ]
    assert not problems, "\n".join(problems)
