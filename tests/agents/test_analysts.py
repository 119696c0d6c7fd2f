"""The analysts with their real operations: what a model calls is computed, shown and worded."""

import json
from typing import Any

import pandas as pd

from cherry_reflex.agents import eda, pandas, visualization
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import Tables
from tests.agents.conftest import Recorder, ServicesOf
from tests.doubles.competent_llm import results_of
from tests.doubles.scripted_llm import Calls, Says, scripted_llm
from tests.doubles.worker_request import worker_request


def frame(dataset: Dataset) -> pd.DataFrame:
    return pd.read_parquet(Tables.path(dataset))


def call(operation: str, **arguments: Any) -> Calls:
    return Calls((("call", {"name": operation, "arguments": arguments}),))


async def test_pandas_totals_by_group(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    chosen = call("aggregate", measure="price", how="mean", group_by=["region"])
    async with scripted_llm(chosen, Says("Read the table.")) as llm, services_of(llm) as services:
        await pandas.create(services).run(worker_request("a2a:pandas", datasets=(sales,)), context)
        (result,) = results_of(llm.requests[1])
    (table,) = [content for content in context.shown() if content.kind == "table"]
    assert table.path is not None
    found = pd.read_parquet(table.path).set_index("region").iloc[:, 0]
    expected = frame(sales).groupby("region")["price"].mean()
    pd.testing.assert_series_equal(
        found.sort_index(), expected.sort_index(), check_names=False, check_exact=False
    )
    assert all(name in result for name in ("Seoul", "Busan"))
    assert all(f"{mean:.6g}" in result for mean in expected), "with more digits than are shown"
    assert "sql" in table.meta["language"]


async def test_visualization_draws_what_pandas_computes(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    chosen = call("chart", kind="bar", x="product", y="quantity")
    async with scripted_llm(chosen, Says("Look.")) as llm, services_of(llm) as services:
        asked = worker_request("a2a:visualization", "제품별 수량", datasets=(sales,), language="ko")
        await visualization.create(services).run(asked, context)
    (chart,) = [content for content in context.shown() if content.kind == "chart"]
    (trace,) = json.loads(read_bytes(chart))["data"]
    drawn = dict(zip(trace["x"], trace["y"], strict=True))
    if set(drawn) - {"tea", "rice", "salt"}:  # a horizontal bar has its groups on y
        drawn = dict(zip(trace["y"], trace["x"], strict=True))
    assert drawn == frame(sales).groupby("product")["quantity"].sum().to_dict()
    assert chart.meta["description"]
    assert chart.meta["chosen"]["x"] == "product"
    assert any(c.kind == "table" and c.title == chart.meta["table"] for c in context.shown())


async def test_eda_profiles_every_column(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    async with (
        scripted_llm(call("profile"), Says("Known now.")) as llm,
        services_of(llm) as services,
    ):
        await eda.create(services).run(worker_request("a2a:eda", datasets=(sales,)), context)
    tables = [content for content in context.shown() if content.kind == "table"]
    listed = pd.read_parquet(tables[0].path).astype(str)
    assert set(frame(sales).columns) <= set(listed.to_numpy().ravel())


async def test_impossible_chart_goes_back_to_the_model(
    services_of: ServicesOf, context: Recorder, sales: Dataset
) -> None:
    impossible = call("chart", kind="scatter", x="region", y="price")
    possible = call("chart", kind="box", x="region", y="price")
    async with scripted_llm(impossible, possible, Says("Boxes.")) as llm:
        async with services_of(llm) as services:
            await visualization.create(services).run(
                worker_request("a2a:visualization", datasets=(sales,)), context
            )
        told, drawn = results_of(llm.requests[2])
    assert told.startswith("ERROR: ") and "region" in told
    assert '"error"' not in drawn
    assert context.shown()[0].kind == "chart"
    assert context.said() == "Boxes."
