"""Operations run in the sandbox: what comes back is what they made, as files."""

import json
from pathlib import Path

import duckdb
import pytest

from cherry_reflex.analysis.answers.aggregate import Aggregate
from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.analysis.operations import run_operation
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from cherry_reflex.datasets.ingest import ingest
from cherry_reflex.datasets.samples import samples
from cherry_reflex.processes.sandbox import Sandbox


@pytest.fixture
async def sales(sandbox: Sandbox, tmp_path: Path) -> Tables:
    one = samples()[0]
    found = await ingest(one.path, one.filename, folder=tmp_path, sandbox=sandbox)
    return Tables(datasets=tuple(found), folder=tmp_path / "work", language="ko")


async def test_outcome_and_files(sandbox: Sandbox, sales: Tables) -> None:
    chart = Chart(kind="bar", x="지역", y="매출")
    outcome = await run_operation(sandbox, chart, sales)
    drawn, table = outcome.artifacts
    assert drawn.data is None
    assert drawn.path is not None
    assert table.path is not None
    assert {drawn.path.parent, table.path.parent} == {sales.folder}
    trace = json.loads(read_bytes(drawn))["data"][0]
    path = Tables.path(sales.datasets[0])
    wanted = (
        duckdb.default_connection()
        .sql(f'SELECT "지역", sum("매출") FROM \'{path}\' GROUP BY 1')
        .fetchall()
    )
    assert dict(zip(trace["x"], trace["y"], strict=True)) == pytest.approx(dict(wanted), rel=1e-5)


async def test_bad_arguments_come_back_as_themselves(sandbox: Sandbox, sales: Tables) -> None:
    with pytest.raises(BadInput) as refused:
        await run_operation(sandbox, Aggregate(measure="없는 열"), sales)
    assert refused.value.code == "column_unknown"
    pie = Chart(kind="pie", x="지역", y="매출", how="mean")
    with pytest.raises(BadInput) as refused:
        await run_operation(sandbox, pie, sales)
    assert refused.value.code == "chart_not_additive"


async def test_operations_that_share_a_folder_keep_their_charts(
    sandbox: Sandbox, sales: Tables
) -> None:
    first = await run_operation(sandbox, Chart(kind="bar", x="지역", y="매출"), sales)
    second = await run_operation(sandbox, Chart(kind="bar", x="제품", y="매출"), sales)
    places = [json.loads(read_bytes(one.artifacts[0]))["data"][0]["x"] for one in (first, second)]
    assert set(places[0]) != set(places[1])
