"""Every advanced chart over real data: the numbers drawn are those of pandas and scipy."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from sklearn import datasets
from vega_datasets import data

from cherry_reflex.analysis.charts.animation import Motion
from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.analysis.charts.correlation_map import CorrelationMap
from cherry_reflex.analysis.charts.distributions import Spread
from cherry_reflex.analysis.charts.facets import Facets
from cherry_reflex.analysis.charts.pair_plot import PairPlot
from cherry_reflex.analysis.charts.point_map import PlaceMap
from cherry_reflex.analysis.charts.region_map import RegionMap
from cherry_reflex.analysis.charts.sankey import Sankey
from cherry_reflex.analysis.charts.three_d import Space
from cherry_reflex.analysis.charts.tree_map import TreeMap
from cherry_reflex.analysis.exploration.distribution import Distribution
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Operation, Outcome
from tests.analysis.tables import figure_of, frames_of, params, run


def iris() -> Any:
    loaded = datasets.load_iris(as_frame=True)
    frame = loaded.data.rename(columns=lambda name: name.removesuffix(" (cm)"))
    return frame.assign(species=np.asarray(loaded.target_names)[loaded.target])


def grunfeld() -> Any:
    """Investment of eleven firms over twenty years (Grunfeld 1958)."""
    frame = sm.datasets.grunfeld.load_pandas().data
    return frame.assign(year=frame["year"].astype(int), firm=frame["firm"].astype(str))


def airports() -> Any:
    """American airports (vega_datasets), those of the contiguous states."""
    from vega_datasets import local_data

    frame = local_data.airports()
    near = frame["latitude"].between(25, 49) & frame["longitude"].between(-125, -66)
    return frame[near].assign(runway=np.arange(near.sum()) % 9 + 1)


def drawn(outcome: Outcome) -> dict[str, Any]:
    """Return the figure; it has a text alternative, a table that exists and no colours."""
    (chart,) = [a for a in outcome.artifacts if a.kind == "chart"]
    tables = [a for a in outcome.artifacts if a.kind == "table"]
    assert chart.meta["description"] and chart.meta["chosen"]
    assert chart.meta["table"] in [t.title for t in tables]
    assert all(len(frame) for frame in frames_of(outcome))
    figure = figure_of(outcome)
    assert figure["layout"]["title"]["text"] == chart.title
    assert "#" not in json.dumps(figure) and "rgb" not in json.dumps(figure)
    return figure


def test_facets_draw_what_pandas_sums(tmp_path: Path) -> None:
    frame = grunfeld()
    figure = drawn(run(Facets(facet="firm", x="year", y="invest", kind="line"), tmp_path, frame))
    assert len(figure["data"]) == 11
    for trace in figure["data"]:
        mine = frame[frame["firm"] == trace["name"]].sort_values("year")
        assert [int(x) for x in trace["x"]] == list(mine["year"])
        assert trace["y"] == pytest.approx(list(mine["invest"]), rel=1e-5)
    layout = figure["layout"]
    assert layout["yaxis5"]["matches"] == "y" and layout["xaxis5"]["matches"] == "x"
    assert [note["text"] for note in layout["annotations"]] == [t["name"] for t in figure["data"]]


def test_ridges_are_scipys_densities(tmp_path: Path) -> None:
    from scipy.stats import gaussian_kde

    frame = iris()
    outcome = run(Spread(value="petal length", group="species"), tmp_path, frame)
    for trace in drawn(outcome)["data"]:
        half = len(trace["x"]) // 2
        base = trace["y"][-1]
        density = gaussian_kde(frame[frame["species"] == trace["name"]]["petal length"])
        expected = density(trace["x"][:half]) + base
        assert trace["y"][:half] == pytest.approx(list(expected), abs=1e-4)
    told = params(outcome, "charts.medians")
    medians = frame.groupby("species")["petal length"].median()
    assert told["high"] == medians.idxmax() and told["lowest"] == pytest.approx(medians.min())


def test_cumulative_shares_and_violins(tmp_path: Path) -> None:
    frame = iris()
    share = drawn(run(Spread(value="sepal width", kind="ecdf"), tmp_path, frame))["data"][0]
    at = len(share["x"]) // 2
    below = (frame["sepal width"] <= share["x"][at]).mean()
    assert share["y"][-1] == 1
    assert share["y"][at] <= below + 1e-9
    violins = Spread(value="sepal width", group="species", kind="violin")
    data = drawn(run(violins, tmp_path, frame, language=KOREAN))["data"]
    assert {t["name"]: sorted(t["y"]) for t in data} == {
        name: pytest.approx(sorted(part["sepal width"])) for name, part in frame.groupby("species")
    }


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_correlations_are_scipys(method: Any, tmp_path: Path) -> None:
    from scipy import stats

    frame = datasets.load_wine(as_frame=True).data
    frame.loc[::7, "ash"] = np.nan
    outcome = run(CorrelationMap(method=method), tmp_path, frame)
    trace = drawn(outcome)["data"][0]
    compute = {"pearson": stats.pearsonr, "spearman": stats.spearmanr}[method]
    for row, first in enumerate(trace["y"]):
        for column, second in enumerate(trace["x"]):
            both = frame[[first, second]].dropna() if first != second else None
            expected = 1.0 if both is None else compute(both[first], both[second]).statistic
            assert trace["z"][row][column] == pytest.approx(expected, abs=6e-4)
    strongest = params(outcome, "charts.correlated_up")
    if method == "pearson":
        assert {strongest["first"], strongest["second"]} == {"flavanoids", "total_phenols"}


def test_pairs_hold_every_row_by_species(tmp_path: Path) -> None:
    data = drawn(run(PairPlot(color="species"), tmp_path, iris()))["data"]
    assert len(data) == 3
    setosa = next(t for t in data if t["name"] == "setosa")
    values = next(d for d in setosa["dimensions"] if d["label"] == "petal width")["values"]
    mine = iris()[iris()["species"] == "setosa"]["petal width"]
    assert sorted(values) == pytest.approx(sorted(mine))


def test_tree_adds_up_at_every_level(tmp_path: Path) -> None:
    frame = grunfeld()
    frame["decade"] = (frame["year"] // 10 * 10).astype(str)
    outcome = run(TreeMap(levels=("firm", "decade"), value="invest", most=15), tmp_path, frame)
    tree = drawn(outcome)["data"][0]
    totals = dict(zip(tree["ids"], tree["values"], strict=True))
    firms = frame.groupby("firm")["invest"].sum()
    for firm, total in firms.items():
        assert totals[firm] == pytest.approx(total)
        inner = sum(v for v, p in zip(tree["values"], tree["parents"], strict=True) if p == firm)
        assert inner == pytest.approx(total)
    assert params(outcome, "charts.largest")["share"] == pytest.approx(firms.max() / firms.sum())


def test_flows_are_the_crosstab(tmp_path: Path) -> None:
    frame = sm.datasets.fair.load_pandas().data
    frame = frame.assign(
        happy=frame["rate_marriage"].astype(int).astype(str),
        devout=frame["religious"].astype(int).astype(str),
        affair=np.where(frame["affairs"] > 0, "yes", "no"),
    )
    figure = drawn(run(Sankey(stages=("happy", "devout", "affair")), tmp_path, frame))
    node, link = figure["data"][0]["node"], figure["data"][0]["link"]
    crossed = pd.crosstab(frame["happy"], frame["devout"])
    found = 0
    for start, end, value in zip(link["source"], link["target"], link["value"], strict=True):
        if node["customdata"][start] == "happy":
            assert value == crossed.loc[node["label"][start], node["label"][end]]
            found += 1
    assert found == (crossed > 0).to_numpy().sum()
    assert sum(link["value"]) == 2 * len(frame)


def test_map_has_every_place_on_outlines(tmp_path: Path) -> None:
    frame = airports()
    places = {"latitude": "latitude", "longitude": "longitude"}
    operation = PlaceMap(**places, size="runway", color="state")
    outcome = run(operation, tmp_path, frame)
    figure = drawn(outcome)
    stateless = int(frame["state"].isna().sum())
    assert stateless and params(outcome, "charts.blank")["count"] == stateless
    assert {t["type"] for t in figure["data"]} == {"scattergeo"}
    assert sum(len(t["lat"]) for t in figure["data"]) == len(frame) - stateless
    texas = next(t for t in figure["data"] if t["name"] == "TX")
    mine = frame[frame["state"] == "TX"][["latitude", "longitude"]]
    assert sorted(zip(texas["lat"], texas["lon"], strict=True)) == [
        pytest.approx(place, rel=1e-5) for place in sorted(mine.itertuples(index=False, name=None))
    ]
    geo = figure["layout"]["geo"]
    assert (geo["scope"], geo["showcountries"], geo["showcoastlines"]) == ("world", True, True)


@pytest.mark.parametrize(
    ("north", "east", "projection", "fitted"),
    [
        ((33.0, 38.5), (126.0, 129.5), "mercator", True),
        ((-40, 60), (-120, 140), "equal earth", False),
        ((70.0, 82.0), (10.0, 30.0), "equal earth", True),
    ],
)
def test_maps_choose_a_projection_by_their_extent(
    north: tuple[float, float],
    east: tuple[float, float],
    projection: str,
    fitted: bool,
    tmp_path: Path,
) -> None:
    frame = pd.DataFrame({"lat": [float(n) for n in north], "lon": [float(e) for e in east]})
    geo = drawn(run(PlaceMap(latitude="lat", longitude="lon"), tmp_path, frame))["layout"]["geo"]
    assert geo["projection"]["type"] == projection
    assert (geo.get("fitbounds") == "locations") is fitted


def test_a_small_place_is_true_to_scale_without_outlines(tmp_path: Path) -> None:
    frame = pd.DataFrame({"lat": [37.45, 37.55, 37.65], "lon": [126.9, 127.0, 127.1]})
    figure = drawn(run(PlaceMap(latitude="lat", longitude="lon"), tmp_path, frame))
    assert "geo" not in figure["layout"]
    expected = 1 / np.cos(np.radians(37.55))
    assert figure["layout"]["yaxis"]["scaleratio"] == pytest.approx(expected, rel=1e-4)


def test_latitude_and_longitude_the_wrong_way_round(tmp_path: Path) -> None:
    outcome = run(PlaceMap(latitude="longitude", longitude="latitude"), tmp_path, airports())
    figure = drawn(outcome)
    assert max(figure["data"][0]["lon"]) < 0 < min(figure["data"][0]["lat"])
    assert params(outcome, "charts.swapped")["latitude"] == "latitude"


def test_space_and_surface(tmp_path: Path) -> None:
    frame = iris()
    cloud = Space(x="sepal length", y="sepal width", z="petal length", color="species")
    data = drawn(run(cloud, tmp_path, frame))["data"]
    assert {t["type"] for t in data} == {"scatter3d"} and sum(len(t["z"]) for t in data) == 150
    diabetes = datasets.load_diabetes(as_frame=True).frame
    surface = drawn(run(Space(x="bmi", y="bp", z="target", kind="surface"), tmp_path, diabetes))
    grid = surface["data"][0]
    from scipy.stats import binned_statistic_2d

    expected = binned_statistic_2d(
        diabetes["bmi"], diabetes["bp"], diabetes["target"], bins=24
    ).statistic.T
    mine = np.array([[np.nan if v is None else v for v in row] for row in grid["z"]])
    assert np.array_equal(np.isnan(mine), np.isnan(expected))
    assert np.nanmax(np.abs(mine - expected)) < 1e-3


def test_motion_has_a_frame_a_year(tmp_path: Path) -> None:
    frame = grunfeld()
    outcome = run(Motion(frame="year", group="firm", y="invest"), tmp_path, frame)
    figure = drawn(outcome)
    assert [f["name"] for f in figure["frames"]] == [str(y) for y in range(1935, 1955)]
    last = figure["frames"][-1]["data"][0]
    expected = frame[frame["year"] == 1954].set_index("firm")["invest"]
    assert dict(zip(last["x"], last["y"], strict=True)) == pytest.approx(dict(expected), rel=1e-5)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low <= 0 and high >= frame["invest"].max()
    moving = Motion(frame="year", group="firm", x="value", y="invest", how="mean")
    first = drawn(run(moving, tmp_path, frame))["data"][0]
    assert first["mode"] == "markers+text" and len(first["x"]) == 11


def test_many_rows_are_sampled_and_said(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(60_000, 3)), columns=list("abc"))
    operation = Space(x="a", y="b", z="c")
    outcome = run(operation, tmp_path, frame)
    figure = drawn(outcome)
    assert len(figure["data"][0]["x"]) == 2_500
    assert params(outcome, "charts.sample") == {"used": 2_500, "total": 60_000}
    again = drawn(run(operation, tmp_path, frame))
    assert again["data"] == figure["data"], "the same question gives the same picture"


BLANK = pd.DataFrame({"a": [np.nan, 1.0] * 9, "b": [1.0, np.nan] * 9, "g": ["x", "y"] * 9})
SAME = pd.DataFrame({"a": [1.0] * 20, "b": [2.0] * 20, "g": ["x"] * 20, "d": [2024] * 20})
CASES: dict[str, tuple[Operation, Any, str]] = {
    "nothing complete": (PairPlot(columns=("a", "b")), BLANK, "chart_empty"),
    "one number": (PairPlot(), SAME[["a", "g"]], "chart_numbers"),
    "constants": (CorrelationMap(), SAME, "chart_numbers"),
    "no spread": (Spread(value="a"), SAME, "chart_constant"),
    "flat": (Space(x="a", y="b", z="d", kind="surface"), SAME, "chart_constant"),
    "one stage": (Sankey(stages=("g",)), SAME, "chart_levels"),
    "no degrees": (
        PlaceMap(latitude="a", longitude="b"),
        SAME.assign(a=1000.0),
        "chart_degrees",
    ),
    "one frame": (Motion(frame="d", group="g", y="a"), SAME, "chart_frames"),
    "itself": (Facets(facet="g", x="g"), SAME, "chart_same"),
    "below zero": (TreeMap(levels=("g",), value="a"), SAME.assign(a=-1.0), "chart_size_negative"),
}


@pytest.mark.parametrize(("operation", "frame", "code"), CASES.values(), ids=CASES)
def test_impossible_charts_are_refused_with_a_reason(
    operation: Operation, frame: Any, code: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as caught:
        run(operation, tmp_path, frame)
    assert caught.value.code == code


def test_regions_are_found_by_name_and_code_in_both_languages(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "country": ["South Korea", "대한민국", "DEU", "us", "호주", "Narnia"],
            "year": [2024] * 6,
            "people": [51.7, 51.7, 83.5, 340.1, 68.4, 1.0],
        }
    )
    once = run(RegionMap(region="country", value="people"), tmp_path, frame.drop(index=1))
    (trace,) = drawn(once)["data"]
    assert dict(zip(trace["locations"], trace["z"], strict=True)) == {
        "USA": 340.1, "DEU": 83.5, "AUS": 68.4, "KOR": 51.7,
    }  # fmt: skip
    assert params(once, "charts.regions_unknown")["names"] == "Narnia"
    assert params(once, "charts.regions")["best"] == "us"
    with pytest.raises(BadInput, match="chart_regions_twice"):
        run(RegionMap(region="country", value="people"), tmp_path, frame)


def test_states_of_airports_are_coloured_by_their_number(tmp_path: Path) -> None:
    frame = data.airports()
    figure = drawn(run(RegionMap(region="state"), tmp_path, frame))
    (trace,) = figure["data"]
    counted = frame["state"].value_counts()
    shown = dict(zip(trace["locations"], trace["z"], strict=True))
    assert shown == {state: counted[state] for state in shown}
    assert len(shown) == 51, "with the District of Columbia"
    assert figure["layout"]["geo"]["scope"] == "usa"


def test_words_that_are_no_regions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="chart_regions"):
        run(RegionMap(region="Name"), tmp_path, data.cars())


def test_decimals_are_drawn_as_numbers(tmp_path: Path) -> None:
    prices = [Decimal(n * n) / 4 for n in range(40)]
    frame = pd.DataFrame({"price": prices, "n": range(40), "m": range(40, 0, -1)})
    frame["group"] = ["a", "b"] * 20
    wanted = frame.astype({"price": float}).groupby("group")["price"]
    boxes = figure_of(run(Chart(kind="box", x="group", y="price"), tmp_path, frame))["data"]
    assert {box["name"]: box["median"] for box in boxes} == {
        name: [part.median()] for name, part in wanted
    }
    points = run(Space(x="n", y="m", z="price"), tmp_path, frame)
    assert sorted(drawn(points)["data"][0]["z"]) == sorted(map(float, prices))
    (table,) = frames_of(points)
    assert table["price"].dtype == float
    shape = run(Distribution(columns=("price",)), tmp_path, frame)
    assert params(shape, "chart.spread")["median"] == pytest.approx(
        np.median([float(p) for p in prices])
    )
