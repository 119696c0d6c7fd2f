"""Direct answers, against pandas on real data sets."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from palmerpenguins import load_penguins
from vega_datasets import data

from cherry_reflex.analysis.answers.aggregate import Aggregate
from cherry_reflex.analysis.answers.describe_column import DescribeColumn
from cherry_reflex.analysis.answers.periods import ComparePeriods
from cherry_reflex.analysis.answers.pivot import Pivot
from cherry_reflex.analysis.answers.show_rows import ShowRows
from cherry_reflex.analysis.sql.filters import Filter
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from tests.analysis.tables import frames_of, params, run_over, uploaded

PENGUINS = load_penguins()
STOCKS = data.stocks()


HOWS = {
    "sum": "sum",
    "mean": "mean",
    "median": "median",
    "count": "count",
    "distinct": "nunique",
    "min": "min",
    "max": "max",
    "std": "std",
}


@pytest.mark.parametrize("how", HOWS)
def test_measures_by_group(penguins: Tables, how: Any) -> None:
    operation = Aggregate(measure="body_mass_g", how=how, group_by=("species", "island"))
    outcome = run_over(operation, penguins)
    (table,) = frames_of(outcome)
    wanted = PENGUINS.groupby(["species", "island"]).body_mass_g.agg(HOWS[how])
    found = table.set_index(["species", "island"]).iloc[:, 0]
    pd.testing.assert_series_equal(
        found.sort_index(), wanted.sort_index(), check_names=False, check_dtype=False
    )
    highest = "aggregate.highest_share" if how in ("sum", "count") else "aggregate.highest"
    assert params(outcome, highest)["value"] == pytest.approx(wanted.max())


def test_best_within_each(penguins: Tables) -> None:
    outcome = run_over(Aggregate(group_by=("island", "species"), within="island", top=1), penguins)
    (table,) = frames_of(outcome)
    wanted = PENGUINS.groupby("island").species.agg(lambda s: s.value_counts().index[0])
    assert dict(zip(table.island, table.species, strict=True)) == dict(wanted)
    assert (
        table.Rows.tolist()
        == PENGUINS.groupby("island").species.agg(lambda s: s.value_counts().iloc[0]).tolist()
    )
    assert sum(f.key == "aggregate.best_within" for f in outcome.facts) == 3


def test_what_is_told_of_a_top_is_true_of_all(penguins: Tables) -> None:
    outcome = run_over(Aggregate(group_by=("species",), top=1), penguins)
    assert len(frames_of(outcome)[0]) == 1
    assert params(outcome, "aggregate.lowest")["group"] == "Chinstrap"
    assert params(outcome, "aggregate.highest_share")["share"] == pytest.approx(152 / 344)


def test_one_number_over_all_rows(penguins: Tables) -> None:
    outcome = run_over(Aggregate(measure="body_mass_g", how="mean"), penguins)
    assert params(outcome, "aggregate.total")["value"] == pytest.approx(PENGUINS.body_mass_g.mean())
    assert params(outcome, "missing_left_out")["missing"] == 2


def test_the_shown_sql_makes_the_table(penguins: Tables) -> None:
    outcome = run_over(
        Aggregate(
            measure="bill_length_mm",
            how="mean",
            group_by=("species",),
            filters=(Filter(column="sex", op="=", value="female"),),
        ),
        penguins,
    )
    connection = duckdb.connect()
    path = Tables.path(penguins.datasets[0])
    connection.execute(f"CREATE VIEW penguins AS SELECT * FROM '{path}'")
    again = connection.execute(outcome.code).df()
    pd.testing.assert_frame_equal(again, frames_of(outcome)[0])


CONDITIONS: list[tuple[Filter, Any]] = [
    (Filter(column="date", op="year", value=2004), lambda d: d.date.dt.year == 2004),
    (Filter(column="date", op="year", value="2004"), lambda d: d.date.dt.year == 2004),
    (Filter(column="date", op="month", value=3), lambda d: d.date.dt.month == 3),
    (Filter(column="date", op="=", value="2004"), lambda d: d.date.dt.year == 2004),
    (Filter(column="date", op="=", value="2004-03"), lambda d: d.date == "2004-03-01"),
    (Filter(column="date", op="=", value="2004년 3월"), lambda d: d.date == "2004-03-01"),
    (Filter(column="date", op=">=", value="2008-06"), lambda d: d.date >= "2008-06-01"),
    (Filter(column="date", op="<=", value="2004"), lambda d: d.date < "2005-01-01"),
    (Filter(column="date", op=">", value=2008), lambda d: d.date >= "2009-01-01"),
    (
        Filter(column="date", op="between", value=("2004-02-01", "2004-04-01")),
        lambda d: d.date.between("2004-02-01", "2004-04-01"),
    ),
    (Filter(column="symbol", op="=", value="AAPL"), lambda d: d.symbol == "AAPL"),
    (Filter(column="symbol", op="!=", value="AAPL"), lambda d: d.symbol != "AAPL"),
    (
        Filter(column="symbol", op="in", value=("IBM", "GOOG")),
        lambda d: d.symbol.isin(["IBM", "GOOG"]),
    ),
    (Filter(column="symbol", op="contains", value="mz"), lambda d: d.symbol == "AMZN"),
    (Filter(column="price", op=">", value="1,00"), lambda d: d.price > 100),
    (Filter(column="price", op="between", value=(50, 60.5)), lambda d: d.price.between(50, 60.5)),
]


@pytest.mark.parametrize(("condition", "mask"), CONDITIONS, ids=lambda c: getattr(c, "shown", ""))
def test_filters(stocks: Tables, condition: Filter, mask: Any) -> None:
    outcome = run_over(ShowRows(filters=(condition,)), stocks)
    wanted = STOCKS[mask(STOCKS)]
    assert 0 < len(wanted) < len(STOCKS)
    (table,) = frames_of(outcome)
    assert len(table) == len(wanted)
    assert table.price.sum() == pytest.approx(wanted.price.sum())
    assert params(outcome, "filtered")["rows"] == len(wanted)


def test_values_of_filters_cannot_leave_their_quotes(stocks: Tables) -> None:
    with pytest.raises(BadInput) as refused:
        run_over(ShowRows(filters=(Filter(column="symbol", value="x' OR '1'='1"),)), stocks)
    assert refused.value.code == "filter_empty"


def test_rows_sorted_and_cut(stocks: Tables) -> None:
    outcome = run_over(ShowRows(columns=("symbol", "price"), sort_by="price", limit=3), stocks)
    (table,) = frames_of(outcome)
    assert table.price.tolist() == STOCKS.price.nlargest(3).tolist()
    assert table.columns.tolist() == ["symbol", "price"]


def test_periods(stocks: Tables) -> None:
    outcome = run_over(
        ComparePeriods(date="date", measure="price", how="mean", period="month"), stocks
    )
    (table,) = frames_of(outcome)
    wanted = STOCKS.groupby("date").price.mean()
    np.testing.assert_allclose(table.iloc[:, 1], wanted)
    np.testing.assert_allclose(table.iloc[1:, 2], wanted.pct_change()[1:])
    np.testing.assert_allclose(table.iloc[12:, 3], wanted.pct_change(12)[12:])


def test_an_unfinished_period_is_not_compared(stocks: Tables) -> None:
    outcome = run_over(ComparePeriods(date="date", measure="price", period="year"), stocks)
    assert params(outcome, "periods.unfinished")["last"] == "2010"
    totals = STOCKS.groupby(STOCKS.date.dt.year).price.sum()
    told = next(f for f in outcome.facts if f.key in ("periods.rose", "periods.fell"))
    assert (told.params["before"], told.params["now"]) == ("2008", "2009")
    assert told.params["change"] == pytest.approx(totals[2009] / totals[2008] - 1)


def test_groups_that_drove_a_change(stocks: Tables) -> None:
    outcome = run_over(
        ComparePeriods(date="date", measure="price", period="year", group_by="symbol"), stocks
    )
    years = STOCKS.assign(year=STOCKS.date.dt.year).pivot_table(
        index="symbol", columns="year", values="price", aggfunc="sum"
    )
    change = (years[2009] - years[2008]).abs().sort_values(ascending=False)
    told = [f.params["group"] for f in outcome.facts if f.key.startswith("periods.group_")]
    assert told == change.index[:3].tolist()


def test_pivot(penguins: Tables) -> None:
    outcome = run_over(
        Pivot(down="species", across="island", measure="body_mass_g", how="mean"), penguins
    )
    (table,) = frames_of(outcome)
    wanted = PENGUINS.pivot_table(index="species", columns="island", values="body_mass_g")
    found = table.set_index("species")[wanted.columns.tolist()].sort_index()
    pd.testing.assert_frame_equal(found, wanted, check_names=False)


def test_describe_each_kind(penguins: Tables, tmp_path: Path) -> None:
    outcome = run_over(DescribeColumn(column="body_mass_g"), penguins)
    told, column = params(outcome, "column.number"), PENGUINS.body_mass_g
    assert told["mean"] == pytest.approx(column.mean())
    assert told["std"] == pytest.approx(column.std())
    assert told["quartile_1"] == pytest.approx(column.quantile(0.25))
    outcome = run_over(DescribeColumn(column="species"), penguins)
    assert params(outcome, "column.frequent") == {
        "column": "species",
        "value": "Adelie",
        "rows": 152,
        "share": pytest.approx(152 / 344),
    }
    tables = uploaded(
        pd.DataFrame({"d": ["2024-01-01", "2024-03-01", "2024-03-01"]}), tmp_path, "d"
    )
    told = params(run_over(DescribeColumn(column="d"), tables), "column.dates")
    assert (told["first"], told["last"], told["days"]) == ("2024-01-01", "2024-03-01", 2)


WRONG: list[tuple[Any, str]] = [
    (Aggregate(measure="species", how="mean", group_by=("island",)), "column_type"),
    (Aggregate(measure="nothing"), "column_unknown"),
    (Aggregate(group_by=("species",), within="island"), "within_not_grouped"),
    (Aggregate(group_by=("species", "species")), "columns_repeated"),
    (ShowRows(filters=(Filter(column="species", op="year", value=2024),)), "filter_type"),
    (ShowRows(filters=(Filter(column="body_mass_g", op=">", value="heavy"),)), "filter_value"),
    (ShowRows(filters=(Filter(column="body_mass_g", op="between", value=(1,)),)), "filter_value"),
    (ShowRows(filters=(Filter(column="body_mass_g", op=">", value=10**9),)), "filter_empty"),
    (ComparePeriods(date="species"), "column_type"),
    (Pivot(down="species", across="species"), "columns_repeated"),
    (Pivot(down="species", across="body_mass_g"), "pivot_wide"),
    (DescribeColumn(column="없음"), "column_unknown"),
    (Aggregate(dataset="other"), "dataset_unknown"),
]


@pytest.mark.parametrize(("operation", "code"), WRONG)
def test_wrong_arguments_are_named(penguins: Tables, operation: Any, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        run_over(operation, penguins)
    assert refused.value.code == code


def test_small_and_odd_tables(tmp_path: Path) -> None:
    one = uploaded(pd.DataFrame({"g": ["a"], "v": [1.5], "d": ["2024-01-01"]}), tmp_path, "one")
    alone = run_over(Aggregate(measure="v", group_by=("g",)), one)
    assert params(alone, "aggregate.highest")["value"]
    run_over(DescribeColumn(column="v"), one)
    with pytest.raises(BadInput) as refused:
        run_over(ComparePeriods(date="d", measure="v"), one)
    assert refused.value.code == "periods_few"
    void = uploaded(pd.DataFrame({"g": ["a", "b"], "v": [None, None]}), tmp_path, "void")
    with pytest.raises(BadInput):
        run_over(DescribeColumn(column="v"), void)


def test_dates_are_cut_by_their_range(stocks: Tables) -> None:
    outcome = run_over(Aggregate(measure="price", how="mean", group_by=("date",)), stocks)
    (table,) = frames_of(outcome)
    assert table.date.tolist() == [str(year) for year in range(2000, 2011)]
    by_quarter = run_over(Aggregate(measure="price", group_by=("date",), period="quarter"), stocks)
    assert frames_of(by_quarter)[0].date.tolist()[:2] == ["2000-Q1", "2000-Q2"]
    one_year = Filter(column="date", op="year", value=2004)
    by_range = run_over(Aggregate(measure="price", group_by=("date",), filters=(one_year,)), stocks)
    assert frames_of(by_range)[0].date.tolist()[0] == "2004-01"


def test_a_year_that_one_date_stands_for_is_whole(tmp_path: Path) -> None:
    tables = uploaded(data.iowa_electricity(), tmp_path, "iowa")
    operation = ComparePeriods(date="year", measure="net_generation", period="year")
    outcome = run_over(operation, tables)
    assert "periods.unfinished" not in {one.key for one in outcome.facts}
    rose = params(outcome, "periods.rose")
    assert (rose["before"], rose["now"]) == ("2016", "2017")
    assert rose["change"] == pytest.approx(56476 / 54381 - 1)


def test_nobody_is_ahead_of_an_equal(tmp_path: Path) -> None:
    tables = uploaded(pd.DataFrame({"g": ["a", "b", "c"], "v": [5, 5, 2]}), tmp_path, "even")
    outcome = run_over(Aggregate(measure="v", how="sum", group_by=("g",)), tables)
    assert "aggregate.ahead" not in {one.key for one in outcome.facts}
