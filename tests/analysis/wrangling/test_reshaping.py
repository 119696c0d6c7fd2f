"""Reshaping against pandas, on real tables."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from palmerpenguins import load_penguins
from vega_datasets import local_data

from cherry_reflex.analysis.sql.filters import Filter
from cherry_reflex.analysis.wrangling.deriving import DeriveColumn
from cherry_reflex.analysis.wrangling.filtering import FilterRows
from cherry_reflex.analysis.wrangling.grouping import GroupRows
from cherry_reflex.analysis.wrangling.pivoting import MeltTable, PivotTable
from cherry_reflex.analysis.wrangling.resampling import Resample
from cherry_reflex.analysis.wrangling.selecting import Rename, SelectColumns
from cherry_reflex.analysis.wrangling.sorting import SortRows
from cherry_reflex.analysis.wrangling.windows import AddWindow
from cherry_reflex.core.errors import BadInput
from tests.analysis.tables import keys, made, params, run

CARS = local_data.cars()
STOCKS = local_data.stocks()
WEATHER = local_data.seattle_weather()


def test_the_code_makes_the_same_table(tmp_path: Path) -> None:
    outcome = run(GroupRows(by=("Origin",), measures=("Horsepower",)), tmp_path, CARS)
    connection = duckdb.connect()
    connection.register("data", CARS)
    assert connection.sql(outcome.code).df().equals(made(outcome))


def test_rows_are_filtered(tmp_path: Path) -> None:
    filters = (
        Filter(column="Origin", op="=", value="Japan"),
        Filter(column="Year", op="year", value=1980),
    )
    frame = made(run(FilterRows(filters=filters), tmp_path, CARS))
    both = CARS[(CARS["Origin"] == "Japan") & (CARS["Year"].dt.year == 1980)]
    assert frame["Name"].tolist() == both["Name"].tolist()
    frame = made(run(FilterRows(filters=filters, match="any"), tmp_path, CARS))
    either = CARS[(CARS["Origin"] == "Japan") | (CARS["Year"].dt.year == 1980)]
    assert frame["Name"].tolist() == either["Name"].tolist()
    with pytest.raises(BadInput, match="wrangle_no_filter"):
        run(FilterRows(), tmp_path, CARS)
    nothing = FilterRows(filters=(Filter(column="Origin", op="=", value="Mars"),))
    with pytest.raises(BadInput, match="filter_empty"):
        run(nothing, tmp_path, CARS)


def test_rows_are_grouped(tmp_path: Path) -> None:
    operation = GroupRows(
        by=("Origin", "Cylinders"), measures=("Horsepower",), how=("mean", "median", "count")
    )
    frame = made(run(operation, tmp_path, CARS))
    expected = (
        CARS.groupby(["Origin", "Cylinders"])["Horsepower"]
        .agg(["mean", "median", "count"])
        .reset_index()
    )
    np.testing.assert_allclose(frame["Horsepower_mean"], expected["mean"])
    np.testing.assert_allclose(frame["Horsepower_median"], expected["median"])
    assert frame["Horsepower_count"].tolist() == expected["count"].tolist()
    monthly = made(
        run(GroupRows(by=("date",), measures=("wind",), period="month"), tmp_path, WEATHER)
    )
    expected = WEATHER.groupby(WEATHER["date"].dt.to_period("M"))["wind"].sum()
    np.testing.assert_allclose(monthly["wind_sum"], expected.to_numpy())
    counted = made(run(GroupRows(by=("weather",)), tmp_path, WEATHER))
    assert counted["count"].tolist() == WEATHER.groupby("weather").size().tolist()


def test_long_to_wide_and_back(tmp_path: Path) -> None:
    pivot = PivotTable(rows=("date",), columns="symbol", measure="price", how="mean")
    wide = made(run(pivot, tmp_path, STOCKS))
    expected = STOCKS.pivot_table(index="date", columns="symbol", values="price").reset_index()
    assert list(wide.columns) == list(expected.columns)
    for symbol in STOCKS["symbol"].unique():
        np.testing.assert_allclose(wide[symbol], expected[symbol])
    melt = MeltTable(keep=("date",), name_column="symbol", value_column="price")
    long = made(run(melt, tmp_path, wide))
    back = long.dropna().sort_values(["symbol", "date"]).reset_index(drop=True)
    truth = STOCKS.sort_values(["symbol", "date"]).reset_index(drop=True)
    assert back["symbol"].tolist() == truth["symbol"].tolist()
    np.testing.assert_allclose(back["price"], truth["price"])


def test_mixed_columns_melt_to_text_and_say_so(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": [1, 2], "a": ["x", "y"], "b": [1.5, 2.5]})
    outcome = run(MeltTable(columns=("a", "b")), tmp_path, frame)
    assert "wrangling.melted_text" in keys(outcome)
    assert made(outcome)["value"].tolist() == ["x", "1.5", "y", "2.5"]
    with pytest.raises(BadInput, match="wrangle_nothing_to_melt"):
        run(MeltTable(), tmp_path, frame[["a"]])
    with pytest.raises(BadInput, match="wrangle_name_taken"):
        run(MeltTable(columns=("b",), value_column="ID"), tmp_path, frame)


def test_too_many_values_are_no_columns(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="wrangle_too_wide"):
        run(PivotTable(rows=("Origin",), columns="Name"), tmp_path, CARS)
    with pytest.raises(BadInput, match="wrangle_same_column"):
        run(PivotTable(rows=("Origin",), columns="Origin"), tmp_path, CARS)


def test_columns_are_chosen_and_renamed(tmp_path: Path) -> None:
    operation = SelectColumns(keep=("Name", "Origin"), rename=(Rename(column="Name", to="이름"),))
    frame = made(run(operation, tmp_path, CARS))
    assert list(frame.columns) == ["이름", "Origin"]
    frame = made(run(SelectColumns(drop=("Name",)), tmp_path, CARS))
    assert list(frame.columns) == [c for c in CARS if c != "Name"]
    taken = SelectColumns(rename=(Rename(column="Name", to="origin"),))
    with pytest.raises(BadInput, match="wrangle_name_taken"):
        run(taken, tmp_path, CARS)
    with pytest.raises(BadInput, match="wrangle_no_columns"):
        run(SelectColumns(), tmp_path, CARS)


def test_rows_are_sorted(tmp_path: Path) -> None:
    operation = SortRows(by=("Horsepower", "Name"), descending=True, top=25)
    frame = made(run(operation, tmp_path, CARS))
    expected = CARS.sort_values(["Horsepower", "Name"], ascending=False).head(25)
    assert frame["Name"].tolist() == expected["Name"].tolist()


@pytest.mark.parametrize(
    ("how", "size", "way"),
    [
        ("lag", 2, lambda g: g.shift(2)),
        ("lead", 1, lambda g: g.shift(-1)),
        ("difference", 1, lambda g: g.diff()),
        ("percent_change", 1, lambda g: g.pct_change() * 100),
        ("moving_average", 7, lambda g: g.rolling(7).mean().reset_index(level=0, drop=True)),
        ("moving_sum", 3, lambda g: g.rolling(3).sum().reset_index(level=0, drop=True)),
        ("running_total", 1, lambda g: g.cumsum()),
        ("running_average", 1, lambda g: g.expanding().mean().reset_index(level=0, drop=True)),
        ("share", 1, lambda g: g.transform(lambda s: s / s.sum())),
        ("group_mean", 1, lambda g: g.transform("mean")),
        ("group_total", 1, lambda g: g.transform("sum")),
        ("rank", 1, lambda g: g.rank(method="min", ascending=False)),
        ("dense_rank", 1, lambda g: g.rank(method="dense", ascending=False)),
    ],
)
def test_windows(how: str, size: int, way: Any, tmp_path: Path) -> None:
    shuffled = STOCKS.sample(frac=1, random_state=5).reset_index(drop=True)
    order = "" if how in ("rank", "dense_rank") else "date"
    operation = AddWindow(
        how=how,  # type: ignore[arg-type]
        measure="price",
        order_by=order,
        by=("symbol",),
        size=size,
        to="w",
    )
    frame = made(run(operation, tmp_path, shuffled))
    ordered = shuffled.sort_values("date", kind="stable")
    expected = way(ordered.groupby("symbol")["price"]).reindex(shuffled.index)
    np.testing.assert_allclose(frame["w"].astype(float), expected.to_numpy(float))
    assert frame["price"].tolist() == shuffled["price"].tolist()


def test_windows_need_an_order_and_tell_of_ties(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="wrangle_no_order"):
        run(AddWindow(how="lag", measure="price"), tmp_path, STOCKS)
    with pytest.raises(ValueError, match="size of 2"):
        AddWindow(how="moving_average", measure="price", order_by="date")
    outcome = run(AddWindow(how="lag", measure="price", order_by="date"), tmp_path, STOCKS)
    repeated = STOCKS["date"].duplicated(keep=False).sum()
    assert params(outcome, "wrangling.ties")["count"] == repeated
    assert params(outcome, "wrangling.window_empty")["count"] == 1


def test_series_get_even_periods(tmp_path: Path) -> None:
    operation = Resample(date="date", every="month", measures=("precipitation",), how="sum")
    frame = made(run(operation, tmp_path, WEATHER))
    expected = WEATHER.set_index("date")["precipitation"].resample("MS").sum()
    np.testing.assert_allclose(frame["precipitation"], expected.to_numpy())
    assert pd.to_datetime(frame["date"]).tolist() == expected.index.tolist()


@pytest.mark.parametrize("gaps", ["leave", "zero", "previous", "interpolate", "skip"])
def test_gaps_are_treated_and_said(gaps: str, tmp_path: Path) -> None:
    holes = WEATHER.drop(index=range(40, 60)).drop(index=[100, 101])
    operation = Resample(
        date="date",
        every="day",
        measures=("wind",),
        how="mean",
        gaps=gaps,  # type: ignore[arg-type]
    )
    outcome = run(operation, tmp_path, holes)
    daily = holes.set_index("date")["wind"].resample("D").mean()
    expected = {
        "leave": daily,
        "zero": daily.fillna(0),
        "previous": daily.ffill(),
        "interpolate": daily.interpolate(),
        "skip": daily.dropna(),
    }[gaps]
    np.testing.assert_allclose(made(outcome)["wind"], expected.to_numpy())
    if gaps != "skip":
        assert params(outcome, "wrangling.gaps")["count"] == 22


def test_each_series_has_its_own_calendar(tmp_path: Path) -> None:
    operation = Resample(date="date", every="quarter", measures=("price",), how="mean", by="symbol")
    frame = made(run(operation, tmp_path, STOCKS))
    expected = STOCKS.groupby(["symbol", pd.Grouper(key="date", freq="QS")])["price"].mean()
    assert len(frame) == len(expected)
    np.testing.assert_allclose(frame["price"], expected.to_numpy())


def test_far_off_dates_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"t": pd.to_datetime(["1700-01-01", "2200-01-01"]), "x": [1, 2]})
    with pytest.raises(BadInput, match="wrangle_many_periods"):
        run(Resample(date="t", every="hour"), tmp_path, frame)
    empty = pd.DataFrame({"t": pd.to_datetime([None, None]), "x": [1, 2]})
    with pytest.raises(BadInput, match="wrangle_no_dates"):
        run(Resample(date="t"), tmp_path, empty)


PENGUINS = load_penguins()


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (
            DeriveColumn(how="divide", column="bill_length_mm", other="bill_depth_mm", to="n"),
            PENGUINS["bill_length_mm"] / PENGUINS["bill_depth_mm"],
        ),
        (
            DeriveColumn(how="multiply", column="body_mass_g", number=0.001, to="n"),
            PENGUINS["body_mass_g"] / 1000,
        ),
        (
            DeriveColumn(how="percent_of", column="body_mass_g", other="flipper_length_mm", to="n"),
            PENGUINS["body_mass_g"] / PENGUINS["flipper_length_mm"] * 100,
        ),
        (DeriveColumn(how="log", column="body_mass_g", to="n"), np.log(PENGUINS["body_mass_g"])),
        (
            DeriveColumn(how="round", column="bill_depth_mm", number=0, to="n"),
            PENGUINS["bill_depth_mm"].apply(lambda v: np.floor(v + 0.5)),
        ),
        (
            DeriveColumn(how="length", column="species", to="n"),
            PENGUINS["species"].str.len(),
        ),
        (DeriveColumn(how="is_missing", column="sex", to="n"), PENGUINS["sex"].isna()),
        (
            DeriveColumn(
                how="condition",
                conditions=(Filter(column="body_mass_g", op=">", value=4000),),
                to="n",
            ),
            PENGUINS["body_mass_g"] > 4000,
        ),
    ],
    ids=lambda value: getattr(value, "how", ""),
)
def test_columns_are_derived(operation: DeriveColumn, expected: Any, tmp_path: Path) -> None:
    frame = made(run(operation, tmp_path, PENGUINS))
    np.testing.assert_allclose(
        frame["n"].astype(float), expected.astype(float), rtol=1e-12, equal_nan=True
    )


def test_bins_are_those_of_pandas(tmp_path: Path) -> None:
    operation = DeriveColumn(how="bins", column="body_mass_g", number=500, to="bin")
    frame = made(run(operation, tmp_path, PENGUINS))
    edges = np.arange(2500, 7000, 500)
    labels = [f"{a:g} – {a + 500:g}" for a in edges[:-1]]
    expected = pd.cut(PENGUINS["body_mass_g"], edges, right=False, labels=labels)
    assert frame["bin"].dropna().tolist() == expected.dropna().astype(str).tolist()
    assert frame["bin"].isna().sum() == PENGUINS["body_mass_g"].isna().sum()


def test_whole_numbers_do_not_overflow(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [2**40, 3], "b": [2**40, 5]})
    big = made(run(DeriveColumn(how="multiply", column="a", other="b", to="p"), tmp_path, frame))
    assert big["p"].tolist() == [2.0**80, 15.0]
    small = made(
        run(DeriveColumn(how="multiply", column="a", other="b", to="p"), tmp_path, frame.tail(1))
    )
    assert small["p"].dtype == np.int64


def test_dates_and_text_are_derived(tmp_path: Path) -> None:
    part = DeriveColumn(how="date_part", column="Year", part="quarter", to="q")
    assert made(run(part, tmp_path, CARS))["q"].tolist() == CARS["Year"].dt.quarter.tolist()
    joined = DeriveColumn(how="join_text", column="Origin", other="Name", separator=": ", to="t")
    expected = (CARS["Origin"] + ": " + CARS["Name"]).tolist()
    assert made(run(joined, tmp_path, CARS))["t"].tolist() == expected


def test_wrong_parts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="column_type"):
        run(DeriveColumn(how="multiply", column="Name", number=2), tmp_path, CARS)
    with pytest.raises(BadInput, match="wrangle_name_taken"):
        run(DeriveColumn(how="length", column="Name", to="origin"), tmp_path, CARS)
    with pytest.raises(ValueError, match="needs an `other`"):
        DeriveColumn(how="divide", column="Horsepower")
    zero = pd.DataFrame({"a": [1.0, 2.0], "b": [0, 2]})
    outcome = run(DeriveColumn(how="divide", column="a", other="b", to="r"), tmp_path, zero)
    assert params(outcome, "wrangling.derived_empty")["count"] == 1
