"""The labelled questions: every one that is ours runs over a table made as its file says."""

from pathlib import Path

import pytest

from benchmarks.reading.datasets import dataset_of
from benchmarks.reading.labels import Labelled, every
from cherry_reflex.analysis.reading.query import Query
from cherry_reflex.analysis.reading.run import TASKS
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from tests.operations.everyone import whole

_EACH = 12
"""One question in so many is run each time, all of them with `-m slow`."""
_SHARE = 0.97


def _ours() -> list[Labelled]:
    return [one for one in every() if one.readings and one.readings[0].task in TASKS]


def _run(questions: list[Labelled], folder: Path) -> list[str]:
    """Return the questions whose readings do not run; anything but a refusal is an error."""
    known: dict[str, Dataset] = {}
    failed = []
    for one in questions:
        if one.table not in known:
            known[one.table] = dataset_of(one.table, folder)
        tables = Tables(datasets=(known[one.table],), folder=folder, language=one.language)
        query = Query(reading=one.readings[0])
        try:
            query.check(tables)
            whole(query.run(tables))
        except BadInput as error:
            failed.append(f"{one.id}: {error.code} {error.params}")
    return failed


@pytest.mark.filterwarnings("ignore")
def test_some_labelled_readings_run(tmp_path: Path) -> None:
    questions = _ours()[::_EACH]
    failed = _run(questions, tmp_path)
    assert len(failed) <= (1 - _SHARE) * len(questions), "\n".join(failed)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore")
def test_labelled_readings_run(tmp_path: Path) -> None:
    questions = _ours()
    assert len(questions) > 900
    failed = _run(questions, tmp_path)
    assert len(failed) <= (1 - _SHARE) * len(questions), "\n".join(failed)
