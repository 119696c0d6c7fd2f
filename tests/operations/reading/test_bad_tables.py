"""Readings over tables that no analysis is made for: a clear refusal or a sensible result."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.analysis.reading.query import Query
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Tables
from tests.operations.bad_tables import TABLES, profiled
from tests.operations.everyone import problem_of
from tests.operations.reading.asked import by, column, compare, measure

AGGREGATIONS = (
    "sum", "mean", "median", "min", "max", "count", "count_distinct", "std", "var", "percentile",
    "skew", "kurtosis", "mode", "range", "iqr", "first", "last", "share", "rate", "growth",
    "cumulative_sum", "rank",
)  # fmt: skip
TASKS = (
    "rows", "lookup", "describe", "distribution", "schema", "missing", "relation", "test",
    "outliers", "normality", "compare_periods", "growth", "pivot", "export",
)  # fmt: skip


def _readings(dataset: Dataset) -> Iterator[dict[str, Any]]:
    names = [one.name for one in dataset.columns]
    for n, name in enumerate(names):
        other = names[(n + 1) % len(names)]
        yield from ({"measures": [measure(agg, name)]} for agg in AGGREGATIONS)
        yield from ({"measures": [measure(agg, name)], "by": by(other)} for agg in AGGREGATIONS[:1])
        yield {"by": [{"of": column(name), "bins": 5}]}
        yield {"by": by(column(name, "month"))}
        yield {"where": compare(name, ">", "5")}
        yield {"where": compare(name, "!=", "2024-01-02")}
        part = {"kind": "against_mean", "of": column(name), "within": [column(other)]}
        yield {"where": part}
    for task in TASKS:
        yield {"task": task}
        yield {"task": task, "columns": [column(name) for name in names[:2]]}
        yield {"task": task, "columns": [column(names[0])], "by": by(names[-1])}
        yield {"task": task, "by": by(*names[:2])}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("title", TABLES)
def test_readings_over_bad_tables(title: str, tmp_path: Path) -> None:
    dataset = profiled(TABLES[title](), tmp_path)
    tables = Tables(datasets=(dataset,), folder=tmp_path, language=KOREAN)
    problems = [
        f"{reading}: {problem}"
        for reading in _readings(dataset)
        if (problem := problem_of(Query, {"reading": reading}, tables))
    ]
    assert not problems, "\n".join(problems)
