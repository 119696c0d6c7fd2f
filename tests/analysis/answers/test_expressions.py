"""SQL expressions as measures, groups and conditions; every comparison; every way to put a measure
into one number: against pandas."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from cherry_reflex.analysis.answers.aggregate import Aggregate
from cherry_reflex.analysis.answers.pivot import Pivot
from cherry_reflex.analysis.answers.show_rows import ShowRows
from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.analysis.charts.facets import Facets
from cherry_reflex.analysis.forecast.stationarity import Stationarity
from cherry_reflex.analysis.learning.cluster import Cluster
from cherry_reflex.analysis.sql.expression import expression
from cherry_reflex.analysis.sql.source import open_source
from cherry_reflex.analysis.wrangling.filtering import FilterRows
from cherry_reflex.analysis.wrangling.grouping import GroupRows
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from tests.analysis.tables import dataset_of, first_frame, made, params, run


def sales() -> pd.DataFrame:
    """Return 120 days of sales in three regions."""
    dice = np.random.default_rng(11)
    frame = pd.DataFrame(
        {
            "day": pd.date_range("2024-01-01", periods=120, freq="D"),
            "region": dice.choice(["north", "south", "east"], 120),
            "price": dice.gamma(2.0, 20.0, 120),
            "quantity": dice.integers(1, 9, 120),
            "code": [f"A-{n:03}" for n in range(120)],
        }
    )
    frame.loc[::9, "price"] = np.nan
    return frame


SALES = sales()


def grouped(folder: Path, **given: Any) -> pd.Series:
    """Return the measure by the first group, in order."""
    table = first_frame(run(Aggregate.model_validate(given), folder, SALES))
    return table.set_index(table.columns[0]).iloc[:, 0].sort_index()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("given", "how"),
    [
        ({"how": "quantile", "p": 0.9}, lambda g: g.price.quantile(0.9)),
        ({"how": "quantile", "p": 0.123}, lambda g: g.price.quantile(0.123)),
        ({"how": "var"}, lambda g: g.price.var()),
        ({"how": "std"}, lambda g: g.price.std()),
        ({"how": "skew"}, lambda g: g.price.skew()),
        ({"how": "kurtosis"}, lambda g: g.price.kurt()),
        ({"how": "mode", "measure": "quantity"}, lambda g: g.quantity.mode()),
        ({"how": "first", "other": "day"}, lambda g: g.dropna().sort_values("day").price.iloc[0]),
        ({"how": "last", "other": "day"}, lambda g: g.dropna().sort_values("day").price.iloc[-1]),
        ({"how": "share"}, lambda g: g.price.sum() / SALES.price.sum()),
        ({"how": "weighted_mean", "other": "quantity"},
         lambda g: np.average(g.dropna().price, weights=g.dropna().quantity)),
        ({"how": "corr", "other": "quantity"}, lambda g: g.price.corr(g.quantity)),
        ({"how": "distinct", "measure": "quantity"}, lambda g: g.quantity.nunique()),
        ({"measure": "sum(price * quantity) / sum(quantity)"},
         lambda g: (g.price * g.quantity).sum() / g.quantity.sum()),
    ],
)  # fmt: skip
def test_measures_are_those_of_pandas(tmp_path: Path, given: dict[str, Any], how: Any) -> None:
    found = grouped(tmp_path, **{"measure": "price", "group_by": ["region"], **given})
    whole = first_frame(
        run(Aggregate.model_validate({"measure": "price", **given}), tmp_path, SALES)
    )
    for name, group in [*SALES.groupby("region"), ("", SALES)]:
        expected = how(group)
        value = found[name] if name else whole.iloc[0, 0]
        if isinstance(expected, pd.Series):
            assert value in expected.tolist()
        else:
            assert value == pytest.approx(expected, rel=1e-9), name


def test_expressions_are_measures_groups_and_conditions(tmp_path: Path) -> None:
    found = grouped(
        tmp_path,
        measure="price * quantity",
        group_by=["date_trunc('month', day)"],
        where="quantity > 2 AND region <> 'east'",
    )
    rows = SALES[(SALES.quantity > 2) & (SALES.region != "east")]
    expected = (rows.price * rows.quantity).groupby(rows.day.dt.to_period("M")).sum()
    assert found.tolist() == pytest.approx(expected.tolist())
    cased = grouped(
        tmp_path, group_by=["CASE WHEN quantity >= 5 THEN 'many' ELSE 'few' END"], measure="price",
        how="mean",
    )  # fmt: skip
    expected = SALES.price.groupby(np.where(SALES.quantity >= 5, "many", "few")).mean()
    assert cased.to_dict() == pytest.approx(expected.to_dict())


def test_expressions_in_a_cross_table_a_list_and_a_chart(tmp_path: Path) -> None:
    operation = Pivot(
        down="region", across="month(day)", measure="price * quantity", how="quantile", p=0.75
    )
    table = first_frame(run(operation, tmp_path, SALES)).set_index("region")
    value = SALES.price * SALES.quantity
    expected = value.groupby([SALES.region, SALES.day.dt.month]).quantile(0.75)
    assert table.loc["north", "3"] == pytest.approx(expected["north", 3])
    rows = ShowRows(
        columns=("code", "price / quantity"), where="regexp_matches(code, '7$')",
        sort_by="price / quantity", limit=3,
    )  # fmt: skip
    shown = first_frame(run(rows, tmp_path, SALES))
    part = SALES[SALES.code.str.endswith("7")]
    ranked = (part.price / part.quantity).sort_values(ascending=False).head(3)
    assert shown["price / quantity"].tolist() == pytest.approx(ranked.tolist())
    assert "price / quantity" in run(rows, tmp_path, SALES).code
    drawn = run(
        Chart(kind="bar", x="upper(region)", y="price * quantity", how="mean"), tmp_path, SALES
    )
    bars = drawn.artifacts[1]
    assert bars.path is not None
    found = pd.read_parquet(bars.path).set_index("upper(region)").iloc[:, 0]
    assert found["EAST"] == pytest.approx(value[SALES.region == "east"].mean())


@pytest.mark.parametrize(
    ("op", "value", "kept"),
    [
        ("is missing", None, SALES.price.isna()),
        ("is not missing", None, SALES.price.notna()),
        ("not in", [3, 4], ~SALES.quantity.isin([3, 4])),
        ("!=", 3, SALES.quantity != 3),
        ("between", [2, 4], SALES.quantity.between(2, 4)),
        ("regex", "^A-0[0-4]", SALES.code.str.match("^A-0[0-4]")),
        ("contains", "a-01", SALES.code.str.contains("A-01")),
    ],
)
def test_every_comparison(tmp_path: Path, op: str, value: Any, kept: pd.Series) -> None:
    column = {"is missing": "price", "is not missing": "price", "regex": "code"}
    column["contains"] = "code"
    given = {"column": column.get(op, "quantity"), "op": op}
    if value is not None:
        given["value"] = value
    shown = first_frame(run(ShowRows.model_validate({"filters": [given]}), tmp_path, SALES))
    assert shown.code.tolist() == SALES.code[kept].tolist()


def test_a_comparison_without_its_value_is_refused(tmp_path: Path) -> None:
    operation = ShowRows.model_validate({"filters": [{"column": "quantity", "op": "not in"}]})
    with pytest.raises(BadInput) as caught:
        run(operation, tmp_path, SALES)
    assert caught.value.code == "filter_value"


def test_a_condition_is_never_left_out(tmp_path: Path) -> None:
    """Operations read rows in several ways: each of them keeps to the condition."""
    where, rows = "quantity > 4", int((SALES.quantity > 4).sum())
    assert len(made(run(FilterRows(where=where), tmp_path, SALES))) == rows
    counted = made(run(GroupRows(by=("region",), where=where), tmp_path, SALES))
    assert counted["count"].sum() == rows
    clustered = run(Cluster(columns=("price", "quantity"), groups=2, where=where), tmp_path, SALES)
    assert params(clustered, "models.clusters_asked")["rows"] == rows
    early = "day < DATE '2024-03-01'"
    series = run(Stationarity(date="day", value="quantity", where=early), tmp_path, SALES)
    assert params(series, "filtered")["rows"] == 60
    faceted = run(Facets(facet="region", x="day", where=where), tmp_path, SALES)
    assert params(faceted, "filtered")["rows"] == rows


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("price > (SELECT max(price) FROM data)", "a subquery is not allowed"),
        ("price > 1) OR (SELECT true", "not allowed"),
        ("price > 1; DROP TABLE data", "syntax error"),
        ("1), (2", "not a single expression"),
        ("1) FROM read_csv('/etc/passwd') x, (SELECT 1", "not a single expression"),
        ("read_text('/etc/passwd') IS NULL", "the function read_text is not allowed"),
        ("getenv('HOME') = ''", "the function getenv is not allowed"),
        ("current_setting('threads') = 1", "the function current_setting is not allowed"),
        ("sleep_ms(5000) IS NULL", "the function sleep_ms is not allowed"),
        ("query('SELECT 1') IS NULL", "the function query is not allowed"),
        ("price > ?", "a parameter is not allowed"),
        ("COLUMNS('price') > 1", "* is not allowed"),
        ("sum(price) > 3", "cannot aggregate"),
        ("price >", "syntax error"),
        ("region + 1 > 3", "north|south|east|match"),
        ("region::INTEGER > 3", "north|south|east"),
    ],
)
def test_what_is_no_condition_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        run(ShowRows(where=text), tmp_path, SALES)
    assert caught.value.code == "expression_invalid"
    assert any(part in caught.value.params["reason"] for part in reason.split("|"))
    assert "quantity" in caught.value.params["columns"]


def test_the_database_of_an_expression_sees_the_dataset_alone(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "secret.csv").write_text("a\n1\n")
    dataset = dataset_of(SALES, tmp_path)
    tables = Tables(datasets=(dataset,), folder=tmp_path / "own")
    with open_source(ShowRows(where="quantity > 0"), tables) as source:
        assert source.rows == len(SALES)
        for hostile in (
            f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                source.connection.execute(hostile)


@pytest.mark.parametrize("text", ["prize * quantity", "sum(prize)", "'x' || regions"])
def test_an_unknown_column_is_said_with_those_that_there_are(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        run(Aggregate(measure=text), tmp_path, SALES)
    assert caught.value.code == "column_unknown"
    assert "quantity" in caught.value.params["columns"]


def test_an_expression_of_the_wrong_type_is_refused_as_a_column_is(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        run(Aggregate(measure="upper(region)", how="mean"), tmp_path, SALES)
    assert caught.value.code == "column_type"


def test_division_by_zero_is_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [0, 1, 2]})
    outcome = run(Aggregate(measure="a / b", how="mean"), tmp_path, frame)
    assert first_frame(outcome).iloc[0, 0] == pytest.approx((2.0 + 1.5) / 2)


def test_only_what_was_parsed_is_run() -> None:
    found = expression('price /* x */ * "Unit" -- y', ["price", "unit", "Unit 2"])
    assert (found.sql, found.columns) == ("(price * Unit)", ("price", "unit"))
    bound = expression("list_filter([1, 2], lambda n: n > quantity)", ["quantity"])
    assert bound.columns == ("quantity",)
    ranked = expression("rank() OVER (ORDER BY quantity)", ["quantity"])
    assert not ranked.is_aggregate
