"""Relations, tests, outliers, normality, descriptions, periods: against scipy and pandas."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from tests.operations.reading.asked import ask, by, column, compare, measure, tables_of


def _param(answer: Any, name: str) -> Any:
    return answer.outcome.facts[0].params[name]


def test_relation_of_two_numbers(sales: pd.DataFrame, opened_sales: Tables) -> None:
    reading = {"task": "relation", "columns": [column("sales"), column("qty")]}
    both = sales[["sales", "qty"]].dropna()
    r, p = stats.pearsonr(both.sales, both.qty)
    answer = ask(reading, opened_sales)
    assert _param(answer, "value") == pytest.approx(r)
    assert _param(answer, "p") == pytest.approx(p)
    assert answer.kinds == ["table", "chart"]
    ranks = ask(reading | {"method": "spearman"}, opened_sales)
    assert _param(ranks, "value") == pytest.approx(stats.spearmanr(both.sales, both.qty).statistic)


def test_spearman_is_said_where_it_differs(tmp_path: Path) -> None:
    x = np.arange(1.0, 60)
    tables = tables_of(tmp_path, data=pd.DataFrame({"x": x, "y": np.exp(x / 4)}))
    answer = ask({"task": "relation", "columns": [column("x"), column("y")]}, tables)
    assert _param(answer, "other") == pytest.approx(1.0)
    assert "By ranks (Spearman) it is 1" in answer.said


def test_relations_of_other_columns(sales: pd.DataFrame, opened_sales: Tables) -> None:
    eta = ask({"task": "relation", "columns": [column("sales"), column("product")]}, opened_sales)
    groups = [part.sales.dropna() for _, part in sales.groupby("product")]
    known = pd.concat(groups)
    between = sum(len(g) * (g.mean() - known.mean()) ** 2 for g in groups)
    assert _param(eta, "value") == pytest.approx(
        (between / ((known - known.mean()) ** 2).sum()) ** 0.5
    )
    every = ask({"task": "relation"}, opened_sales)
    assert every.table.shape[0] == 1  # sales and qty; the number of an order measures nothing
    v = ask({"task": "relation", "columns": [column("region"), column("product")]}, opened_sales)
    assert _param(v, "kind") == "v"


def test_relation_of_the_figures_of_groups(sales: pd.DataFrame, opened_sales: Tables) -> None:
    reading = {
        "task": "relation",
        "measures": [measure("sum", "sales"), measure("count")],
        "by": by(column("day", "month")),
    }
    months = sales.groupby(sales.day.dt.strftime("%Y-%m")).agg(v=("sales", "sum"), n=("id", "size"))
    assert _param(ask(reading, opened_sales), "value") == pytest.approx(
        stats.pearsonr(months.v, months.n).statistic
    )


def test_a_method_that_is_not_there_is_said(opened_sales: Tables) -> None:
    for task, method in (("outliers", "grubbs"), ("normality", "kolmogorov")):
        with pytest.raises(BadInput) as caught:
            ask({"task": task, "columns": [column("sales")], "method": method}, opened_sales)
        assert caught.value.code == "reading_method"


def test_two_groups(sales: pd.DataFrame, opened_sales: Tables) -> None:
    reading = {"task": "test", "columns": [column("sales"), column("paid")]}
    a, b = (sales[sales.paid == flag].sales.dropna() for flag in (False, True))
    answer = ask(reading, opened_sales)
    assert _param(answer, "p") == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue)
    assert answer.first.startswith("No, not significant")
    ranks = ask(reading | {"method": "mann-whitney"}, opened_sales)
    assert _param(ranks, "p") == pytest.approx(stats.mannwhitneyu(a, b).pvalue)


def test_several_groups_and_categories(sales: pd.DataFrame, opened_sales: Tables) -> None:
    groups = [part.sales.dropna() for _, part in sales.groupby("product")]
    reading = {"task": "test", "measures": [measure("mean", "sales")], "by": by("product")}
    assert _param(ask(reading, opened_sales), "p") == pytest.approx(stats.f_oneway(*groups).pvalue)
    kruskal = ask(reading | {"method": "kruskal-wallis"}, opened_sales)
    assert _param(kruskal, "p") == pytest.approx(stats.kruskal(*groups).pvalue)
    chi = ask({"task": "test", "columns": [column("region"), column("product")]}, opened_sales)
    counts = pd.crosstab(sales.region, sales["product"])
    wanted = stats.chi2_contingency(counts, correction=False)
    assert _param(chi, "p") == pytest.approx(wanted.pvalue)
    assert _param(chi, "statistic") == pytest.approx(wanted.statistic)
    when = compare("sales", ">", 100)
    rate = ask(
        {"task": "test", "measures": [measure("rate", when=when)], "by": by("paid")}, opened_sales
    )
    table = pd.crosstab(sales.sales > 100, sales.paid)
    assert _param(rate, "p") == pytest.approx(stats.chi2_contingency(table, correction=False)[1])


def test_of_two_numbers_the_second_holds_the_groups(tmp_path: Path) -> None:
    dice = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"qty": dice.integers(1, 5, 300), "off": dice.choice([0.0, 0.1, 0.2], 300)}
    )
    tables = tables_of(tmp_path, data=frame)
    for number, group in (("qty", "off"), ("off", "qty")):
        answer = ask({"task": "test", "columns": [column(number), column(group)]}, tables)
        assert f"difference of “{number}” between the groups of “{group}”" in answer.first


def test_a_clear_difference_is_said_first(tmp_path: Path) -> None:
    frame = pd.DataFrame({"g": ["a", "b"] * 40, "v": [1.0, 5.0] * 40})
    frame["v"] += np.random.default_rng(1).normal(0, 0.5, 80)
    answer = ask(
        {"task": "test", "columns": [column("v"), column("g")]}, tables_of(tmp_path, data=frame)
    )
    assert answer.first.startswith("Yes, significant: “v” differs")
    assert "n = 40" in answer.said


def test_outliers(tmp_path: Path) -> None:
    values = pd.Series([*np.random.default_rng(2).normal(50, 5, 200), 120.0, 130.0, -40.0])
    tables = tables_of(tmp_path, data=pd.DataFrame({"v": values}))
    reading = {"task": "outliers", "columns": [column("v")]}
    q1, q3 = values.quantile([0.25, 0.75])
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    answer = ask(reading, tables)
    assert _param(answer, "count") == int(((values < low) | (values > high)).sum())
    assert _param(answer, "low") == pytest.approx(low)
    z = ask(reading | {"method": "z-score"}, tables)
    assert _param(z, "count") == int(((values - values.mean()).abs() > 3 * values.std()).sum())
    above = ask(reading | {"how": "high"}, tables)
    assert _param(above, "count") == int((values > high).sum())


def test_normality(sales: pd.DataFrame, opened_sales: Tables) -> None:
    answer = ask({"task": "normality", "columns": [column("sales")]}, opened_sales)
    assert _param(answer, "p") == pytest.approx(stats.shapiro(sales.sales.dropna()).pvalue)
    assert answer.first.startswith("Yes, “sales” may be normally distributed")
    qty = ask({"task": "normality", "columns": [column("qty")]}, opened_sales)
    assert qty.first.startswith("No, “qty” is not normally distributed")
    groups = ask(
        {"task": "normality", "columns": [column("sales")], "by": by("product")}, opened_sales
    )
    assert len(groups.table) == 4


def test_describe_schema_missing(sales: pd.DataFrame, opened_sales: Tables) -> None:
    answer = ask({"task": "describe", "columns": [column("sales")]}, opened_sales)
    row = answer.table.iloc[0]
    wanted = sales.sales.describe()
    assert row["Average"] == pytest.approx(wanted["mean"])
    assert row["Standard deviation"] == pytest.approx(wanted["std"])
    assert row["First quartile"] == pytest.approx(wanted["25%"])
    grouped = ask({"task": "describe", "columns": [column("sales")], "by": by("product")},
                  opened_sales)  # fmt: skip
    assert grouped.table["Average"].tolist() == pytest.approx(
        sales.groupby("product").sales.mean().tolist()
    )
    schema = ask({"task": "schema"}, opened_sales)
    assert schema.first.startswith("“data” has 400 rows and 8 columns: id, region, ")
    missing = ask({"task": "missing"}, opened_sales)
    assert missing.first.startswith(f"{37 + 31} cells are empty")
    one = ask({"task": "missing", "columns": [column("sales")]}, opened_sales)
    assert one.first == "“sales”: 37 of 400 rows have no value (9.25%)."
    by_group = ask({"task": "missing", "columns": [column("sales")], "by": by("product")},
                   opened_sales)  # fmt: skip
    counts = sales.sales.isna().groupby(sales["product"]).sum()
    assert by_group.table.set_index("product")["sales missing"].to_dict() == counts.to_dict()


def test_missing_cells_are_told_by_their_columns(sales: pd.DataFrame, opened_sales: Tables) -> None:
    counts = sales.isna().sum()
    first = ask({"task": "missing"}, opened_sales).first
    assert f"sales {counts['sales']}" in first and f"region {counts['region']}" in first
    assert f"{counts.sum()} cells are empty" in first


def test_distribution(sales: pd.DataFrame, opened_sales: Tables) -> None:
    numbers = ask({"task": "distribution", "columns": [column("sales")]}, opened_sales)
    assert numbers.table.iloc[:, 1].sum() == sales.sales.notna().sum()
    assert numbers.kinds == ["table", "chart"]
    words = ask({"task": "distribution", "columns": [column("region")]}, opened_sales)
    assert words.table.set_index("region").iloc[:, 0].to_dict() == (
        sales.region.value_counts().to_dict()
    )
    boxes = ask({"task": "distribution", "columns": [column("sales")], "by": by("product")},
                opened_sales)  # fmt: skip
    assert "chart" in boxes.kinds


def test_two_named_spans(sales: pd.DataFrame, opened_sales: Tables) -> None:
    months = sales.groupby(sales.day.dt.strftime("%Y-%m")).sales.sum()
    period = {"of": column("day"), "unit": "month", "before": "2023-02", "after": "2023-03"}
    answer = ask(
        {"task": "compare_periods", "measures": [measure("sum", "sales")], "period": period},
        opened_sales,
    )
    change = months["2023-03"] / months["2023-02"] - 1
    assert _param(answer, "change") == pytest.approx(change)
    assert f"({change:+.2%})" in answer.first or f"{change:+.2%}" in answer.first
    grouped = ask({"task": "compare_periods", "by": by("product"), "period": period}, opened_sales)
    part = sales[sales.day.dt.strftime("%Y-%m") == "2023-03"]
    wanted = part["product"].value_counts().to_dict()
    assert grouped.table.set_index("product")["2023-03"].to_dict() == wanted
    assert all(f"{name} " in grouped.first for name in wanted), "every group, in one sentence"


def test_a_year_that_is_not_over_is_compared_over_the_same_months(
    sales: pd.DataFrame, opened_sales: Tables
) -> None:
    last = sales.day.max()
    assert last.year == 2024
    same = sales[(sales.day.dt.year == 2023) & (sales.day <= last - pd.DateOffset(years=1))]
    reading = {"task": "compare_periods", "measures": [measure("sum", "qty")]}
    answer = ask(reading | {"period": {"of": column("day"), "unit": "year"}}, opened_sales)
    now = sales[sales.day.dt.year == 2024].qty.sum()
    assert answer.table.iloc[0, 1:3].tolist() == [same.qty.sum(), now]
    assert "so both years are compared up to that day" in answer.said
    named = {"of": column("day"), "unit": "year", "before": 2023, "after": 2024}
    full = ask(reading | {"period": named}, opened_sales)
    assert full.table.iloc[0, 1:3].tolist() == [sales[sales.day.dt.year == 2023].qty.sum(), now]
    assert f"from {same.qty.sum():,} (2023-01-01" in full.said


def test_growth(tmp_path: Path) -> None:
    days = pd.date_range("2022-01-01", "2024-03-10", freq="D")
    frame = pd.DataFrame({"day": days, "v": np.arange(len(days), dtype=float)})
    tables = tables_of(tmp_path, data=frame)
    reading = {
        "task": "growth",
        "measures": [measure("sum", "v")],
        "by": by(column("day", "month")),
    }
    answer = ask(reading, tables)
    months = frame.groupby(days.strftime("%Y-%m")).v.sum()
    change = months.pct_change()
    assert _param(answer, "after") == "2024-02"
    assert _param(answer, "change") == pytest.approx(change["2024-02"])
    assert "2024-03 is not compared" in answer.said
    table = answer.table.set_index(answer.table.columns[0])
    assert table["Change (%)"].iloc[1:-1].tolist() == pytest.approx((100 * change)[1:-1].tolist())
    assert pd.isna(table["Change (%)"].iloc[-1])
    year = months["2024-02"] / months["2023-02"] - 1
    assert table["Change from a year ago (%)"]["2024-02"] == pytest.approx(100 * year)


def test_an_unfinished_month_is_said(tmp_path: Path) -> None:
    days = pd.date_range("2024-01-01", "2024-03-10", freq="D")
    tables = tables_of(tmp_path, data=pd.DataFrame({"day": days, "v": 1.0}))
    reading = {"measures": [measure("sum", "v")], "by": by(column("day", "month"))}
    assert "2024-03 is not over: its data end on 2024-03-10" in ask(reading, tables).said


def test_no_dates_no_periods(tmp_path: Path) -> None:
    tables = tables_of(tmp_path, data=pd.DataFrame({"v": [1, 2], "w": ["a", "b"]}))
    with pytest.raises(BadInput) as caught:
        ask({"task": "growth", "measures": [measure("sum", "v")]}, tables)
    assert caught.value.code == "reading_no_dates"
