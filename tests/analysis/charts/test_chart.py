"""Charts: the numbers in the figure are those of the data, and of the table beside it."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from palmerpenguins import load_penguins
from scipy import stats
from vega_datasets import data

from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Outcome, Tables
from tests.analysis.tables import figure_of, frames_of, params, run_over, uploaded

PENGUINS = load_penguins()
STOCKS = data.stocks()


def _drawn(chart: Chart, tables: Tables) -> tuple[dict[str, Any], Outcome]:
    outcome = run_over(chart, tables)
    content, table = outcome.artifacts
    assert (content.kind, table.kind) == ("chart", "table")
    assert content.meta["table"] == table.title
    assert content.meta["description"]
    assert content.meta["chosen"]["kind"] == chart.kind
    drawn = figure_of(outcome)
    assert drawn["layout"]["title"]["text"] == content.title
    assert "template" not in drawn["layout"]
    return drawn, outcome


@pytest.mark.parametrize("kind", ["bar", "line", "area", "pie", "donut", "treemap"])
def test_groups(penguins: Tables, kind: Any) -> None:
    figure, _ = _drawn(Chart(kind=kind, x="species", y="body_mass_g"), penguins)
    trace = figure["data"][0]
    names = trace.get("labels") or trace["x"]
    values = trace.get("values") or trace["y"]
    wanted = PENGUINS.groupby("species").body_mass_g.sum()
    assert dict(zip(names, values, strict=True)) == pytest.approx(dict(wanted), rel=1e-5)


@pytest.mark.parametrize(("kind", "mode"), [("stacked_bar", "stack"), ("grouped_bar", "group")])
def test_split_by_colour(penguins: Tables, kind: Any, mode: str) -> None:
    figure, outcome = _drawn(Chart(kind=kind, x="island", color="species"), penguins)
    assert figure["layout"]["barmode"] == mode
    wanted = pd.crosstab(PENGUINS.island, PENGUINS.species)
    for trace in figure["data"]:
        for island, count in zip(trace["x"], trace["y"], strict=True):
            assert wanted.loc[island, trace["name"]] == count
    assert frames_of(outcome)[0].Rows.sum() == len(PENGUINS)


def test_lines_have_dates_in_order(stocks: Tables) -> None:
    chart = Chart(kind="line", x="date", y="price", how="mean", color="symbol", period="month")
    figure, _ = _drawn(chart, stocks)
    assert len(figure["data"]) == STOCKS.symbol.nunique()
    for trace in figure["data"]:
        wanted = STOCKS[STOCKS.symbol == trace["name"]].sort_values("date")
        assert trace["x"] == wanted.date.dt.strftime("%Y-%m-%d").tolist()
        np.testing.assert_allclose(trace["y"], wanted.price, rtol=1e-5)


def test_others_are_put_together(tmp_path: Path) -> None:
    frame = pd.DataFrame({"g": [f"g{i % 15}" for i in range(300)], "x": ["a", "b"] * 150})
    figure, _ = _drawn(Chart(kind="stacked_bar", x="x", color="g"), uploaded(frame, tmp_path))
    assert len(figure["data"]) == 11
    assert sum(sum(trace["y"]) for trace in figure["data"]) == 300


def test_only_the_largest_are_drawn_and_said(tmp_path: Path) -> None:
    names = [f"g{i:02}" for i in range(60) for _ in range(i + 1)]
    figure, outcome = _drawn(
        Chart(kind="bar", x="g"), uploaded(pd.DataFrame({"g": names}), tmp_path)
    )
    assert figure["data"][0]["x"][:2] == ["g59", "g58"]
    told = params(outcome, "chart.only_largest")
    assert (told["shown"], told["groups"]) == (30, 60)
    assert not [f for f in outcome.facts if f.key == "chart.extremes"]


def test_scatter_and_its_line(penguins: Tables) -> None:
    figure, outcome = _drawn(
        Chart(kind="scatter", x="flipper_length_mm", y="body_mass_g", color="species"), penguins
    )
    both = PENGUINS.dropna(subset=["flipper_length_mm", "body_mass_g"])
    assert sum(len(t["x"]) for t in figure["data"] if t["mode"] == "markers") == len(both)
    fit = stats.linregress(both.flipper_length_mm, both.body_mass_g)
    line = figure["data"][-1]
    slope = (line["y"][1] - line["y"][0]) / (line["x"][1] - line["x"][0])
    assert slope == pytest.approx(fit.slope, rel=1e-4)
    assert params(outcome, "chart.together")["r"] == pytest.approx(fit.rvalue)


def test_many_points_are_sampled_and_said(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    frame = pd.DataFrame({"x": chance.normal(size=8000), "y": chance.normal(size=8000)})
    tables = uploaded(frame, tmp_path)
    figure, outcome = _drawn(Chart(kind="scatter", x="x", y="y"), tables)
    assert len(figure["data"][0]["x"]) == 5000
    assert "5,000" in outcome.artifacts[0].meta["sample"]
    assert "8,000" in outcome.artifacts[0].meta["sample"]
    again, _ = _drawn(Chart(kind="scatter", x="x", y="y"), tables)
    assert again == figure


def test_histogram_counts_every_value(penguins: Tables) -> None:
    figure, _ = _drawn(Chart(kind="histogram", x="body_mass_g"), penguins)
    trace = figure["data"][0]
    column = PENGUINS.body_mass_g.dropna()
    assert sum(trace["y"]) == len(column)
    for left, count in zip(trace["x"], trace["y"], strict=True):
        right = left + trace["width"]
        last = right >= column.max() - 0.02
        assert ((column >= left - 0.01) & ((column < right - 0.01) | last)).sum() == count


def test_histogram_is_split_by_a_second_column(penguins: Tables) -> None:
    figure, _ = _drawn(Chart(kind="histogram", x="body_mass_g", y="species"), penguins)
    counts = PENGUINS.dropna(subset="body_mass_g").species.value_counts()
    assert {trace["name"]: sum(trace["y"]) for trace in figure["data"]} == counts.to_dict()


def test_whole_numbers_get_a_bin_each(tmp_path: Path) -> None:
    tables = uploaded(pd.DataFrame({"v": [1, 1, 2, 3, 3, 3, 4, 5]}), tmp_path)
    figure, _ = _drawn(Chart(kind="histogram", x="v"), tables)
    assert figure["data"][0]["y"] == [2, 1, 3, 1, 1]


@pytest.mark.parametrize("kind", ["box", "violin"])
def test_boxes(penguins: Tables, kind: Any) -> None:
    figure, outcome = _drawn(Chart(kind=kind, x="species", y="body_mass_g"), penguins)
    wanted = PENGUINS.groupby("species").body_mass_g
    table = frames_of(outcome)[0].set_index("species")
    pd.testing.assert_series_equal(
        table["Median"].sort_index(), wanted.median(), check_names=False, check_dtype=False
    )
    for trace in figure["data"]:
        if kind == "box":
            assert trace["q1"][0] == pytest.approx(wanted.quantile(0.25)[trace["name"]])
            assert trace["q3"][0] == pytest.approx(wanted.quantile(0.75)[trace["name"]])
        else:
            assert len(trace["y"]) == wanted.count()[trace["name"]]


def test_heatmaps(penguins: Tables) -> None:
    figure, _ = _drawn(Chart(kind="heatmap", x="species", y="island"), penguins)
    trace = figure["data"][0]
    wanted = pd.crosstab(PENGUINS.island, PENGUINS.species)
    for y, line in zip(trace["y"], trace["z"], strict=True):
        for x, value in zip(trace["x"], line, strict=True):
            assert (value or 0) == wanted.loc[y, x]
    figure, _ = _drawn(Chart(kind="heatmap"), penguins)
    trace = figure["data"][0]
    matrix = PENGUINS[trace["x"]].corr()
    for y, line in zip(trace["y"], trace["z"], strict=True):
        np.testing.assert_allclose(line, matrix.loc[y, trace["x"]], rtol=1e-4, atol=1e-5)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"kind": "bar"}, "chart_column_needed"),
    ({"kind": "bar", "x": "species", "y": "island"}, "column_type"),
    ({"kind": "scatter", "x": "species", "y": "body_mass_g"}, "column_type"),
    ({"kind": "histogram", "x": "species"}, "column_type"),
    ({"kind": "box", "x": "species"}, "column_type"),
    ({"kind": "bar", "x": "species", "color": "species"}, "columns_repeated"),
    ({"kind": "pie", "x": "species", "y": "body_mass_g", "how": "mean"}, "chart_not_additive"),
    ({"kind": "heatmap", "x": "species"}, "chart_column_needed"),
    ({"kind": "line", "x": "nothing"}, "column_unknown"),
]


@pytest.mark.parametrize(("arguments", "code"), WRONG)
def test_columns_that_make_no_such_chart(
    penguins: Tables, arguments: dict[str, Any], code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        _drawn(Chart(**arguments), penguins)
    assert refused.value.code == code


def test_negative_shares_and_void_columns(tmp_path: Path) -> None:
    tables = uploaded(pd.DataFrame({"g": ["a", "b"], "v": [-1, 2], "n": [None, None]}), tmp_path)
    with pytest.raises(BadInput) as refused:
        _drawn(Chart(kind="pie", x="g", y="v"), tables)
    assert refused.value.code == "chart_negative"
    constant = uploaded(pd.DataFrame({"v": [3, 3, 3]}), tmp_path, "constant")
    figure, _ = _drawn(Chart(kind="histogram", x="v"), constant)
    assert figure["data"][0]["y"] == [3]


def test_lines_go_along_time(stocks: Tables) -> None:
    turned = Chart(
        kind="line", x="symbol", y="price", color="date", how="mean", period="year"
    )  # fmt: skip
    turned.check(stocks)
    outcome = turned.run(stocks)
    content, _ = outcome.artifacts
    assert (content.meta["chosen"]["x"], content.meta["chosen"]["color"]) == ("date", "symbol")
    wanted = STOCKS.groupby(["symbol", STOCKS.date.dt.year]).price.mean()
    for trace in figure_of(outcome)["data"]:
        years = [int(day[:4]) for day in trace["x"]]
        assert years == sorted(years)
        assert trace["y"] == pytest.approx(wanted[trace["name"]][years].to_list(), rel=1e-5)
    told = params(outcome, "chart.extremes")
    assert (told["high"], told["low"]) == pytest.approx((wanted.max(), wanted.min()))
    assert "GOOG" in told["best"]


def test_dates_as_colours_are_in_their_order(stocks: Tables) -> None:
    chart = Chart(kind="grouped_bar", x="symbol", y="price", color="date", how="mean")
    figure, _ = _drawn(chart, stocks)
    names = [trace["name"] for trace in figure["data"]]
    assert names[-1] == "Others"
    assert names[:-1] == sorted(names[:-1])
