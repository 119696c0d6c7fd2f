"""Every measure, against pandas."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Tables
from tests.operations.reading.asked import ask, by, column, compare, measure, tables_of

AGGREGATIONS: dict[str, Callable[[pd.Series], Any]] = {
    "sum": lambda s: s.sum(),
    "mean": lambda s: s.mean(),
    "median": lambda s: s.median(),
    "min": lambda s: s.min(),
    "max": lambda s: s.max(),
    "count": lambda s: s.count(),
    "count_distinct": lambda s: s.nunique(),
    "std": lambda s: s.std(),
    "var": lambda s: s.var(),
    "skew": lambda s: s.skew(),
    "kurtosis": lambda s: s.kurt(),
    "range": lambda s: s.max() - s.min(),
    "iqr": lambda s: s.quantile(0.75) - s.quantile(0.25),
    "mode": lambda s: s.mode()[0],
}


@pytest.mark.parametrize("agg", AGGREGATIONS)
def test_figure(agg: str, sales: pd.DataFrame, opened_sales: Tables) -> None:
    answer = ask({"measures": [measure(agg, "sales")]}, opened_sales)
    assert answer.value == pytest.approx(AGGREGATIONS[agg](sales.sales), rel=1e-11)
    if not agg.startswith("count"):
        assert "37 rows without a value of “sales” are left out" in answer.said


@pytest.mark.parametrize("agg", AGGREGATIONS)
def test_figure_by_group(agg: str, sales: pd.DataFrame, opened_sales: Tables) -> None:
    answer = ask({"measures": [measure(agg, "sales")], "by": by("region")}, opened_sales)
    wanted = sales.groupby("region").sales.agg(AGGREGATIONS[agg])
    found = answer.table.set_index("region").iloc[:, 0]
    assert found.to_dict() == pytest.approx(wanted.to_dict(), rel=1e-11)
    assert "rows without a value of “region” belong to no group" in answer.said
    assert answer.kinds == ["table", "chart"]


def test_percentile_is_linear(sales: pd.DataFrame, opened_sales: Tables) -> None:
    answer = ask({"measures": [measure("percentile", "sales", p=95)]}, opened_sales)
    assert answer.value == pytest.approx(sales.sales.quantile(0.95), rel=1e-11)
    assert answer.first.startswith("The 95th percentile of sales is ")


def test_first_sentence_has_the_figure_with_six_digits(
    sales: pd.DataFrame, opened_sales: Tables
) -> None:
    answer = ask({"measures": [measure("mean", "sales")]}, opened_sales)
    assert answer.first == f"The mean of sales is {round(sales.sales.mean(), 4)} (363 rows)."
    assert answer.outcome.facts[0].params["value"] == pytest.approx(sales.sales.mean())


def test_rows_are_counted(sales: pd.DataFrame, opened_sales: Tables) -> None:
    assert ask({}, opened_sales).first == "There are 400 rows."
    answer = ask({"where": compare("qty", ">", 5)}, opened_sales)
    count = int((sales.qty > 5).sum())
    assert answer.first == f"{count} of 400 rows meet the condition ({count / 400:.1%})."
    none = ask({"where": compare("qty", ">", 500)}, opened_sales)
    assert none.first.startswith("0 of 400 rows")


def test_rate_and_share(sales: pd.DataFrame, opened_sales: Tables) -> None:
    high = compare("sales", ">", 100)
    rate = ask({"measures": [measure("rate", when=high)]}, opened_sales)
    wanted = 100 * (sales.sales > 100).mean()
    assert rate.value == pytest.approx(wanted)
    assert f"{wanted:.6g}%" in rate.first
    assert "37 rows without a value of “sales” count as not meeting it" in rate.said
    paid = ask({"measures": [measure("rate", "paid")], "by": by("product")}, opened_sales)
    found = paid.table.set_index("product").iloc[:, 0].to_dict()
    assert found == pytest.approx((100 * sales.groupby("product").paid.mean()).to_dict())
    share = ask({"measures": [measure("share", "sales")], "by": by("region")}, opened_sales)
    total = sales.groupby("region").sales.sum()
    found = share.table.set_index("region").iloc[:, 0].to_dict()
    assert found == pytest.approx((100 * total / total.sum()).to_dict())
    part = ask(
        {"measures": [measure("share", "sales")], "where": compare("region", "=", "North")},
        opened_sales,
    )
    assert part.value == pytest.approx(100 * total["North"] / sales.sales.sum())
    when = compare("paid", "=", True)
    of_rows = ask({"measures": [measure("share", when=when)]}, opened_sales)
    assert of_rows.value == pytest.approx(100 * sales.paid.mean())


def test_growth_running_total_and_rank(sales: pd.DataFrame, opened_sales: Tables) -> None:
    months = by(column("day", "month"))
    wanted = sales.groupby(sales.day.dt.strftime("%Y-%m")).sales.sum()
    growth = ask({"measures": [measure("growth", "sales")], "by": months}, opened_sales)
    assert growth.table.iloc[:, 0].tolist() == wanted.index.tolist()
    assert growth.table.iloc[1:, 1].tolist() == pytest.approx(
        (100 * wanted.pct_change())[1:].tolist()
    )
    running = ask({"measures": [measure("cumulative_sum", "sales")], "by": months}, opened_sales)
    assert running.table.iloc[:, 1].tolist() == pytest.approx(wanted.cumsum().tolist())
    ranked = ask({"measures": [measure("rank", "sales")], "by": by("product")}, opened_sales)
    places = sales.groupby("product").sales.sum().rank(ascending=False)
    assert ranked.table.set_index("product").iloc[:, 0].to_dict() == places.to_dict()


def test_expressions_and_ratio_of_totals(sales: pd.DataFrame, opened_sales: Tables) -> None:
    product = {"kind": "arithmetic", "op": "*", "left": column("sales"), "right": column("qty")}
    total = ask({"measures": [measure("sum", product)]}, opened_sales)
    assert total.value == pytest.approx((sales.sales * sales.qty).sum())
    ratio = product | {"op": "ratio_of_sums"}
    answer = ask({"measures": [measure("sum", ratio)], "by": by("region")}, opened_sales)
    sums = sales.groupby("region")[["sales", "qty"]].sum()
    found = answer.table.set_index("region").iloc[:, 0].to_dict()
    assert found == pytest.approx((sums.sales / sums.qty).to_dict())


def test_mean_of_the_totals_of_entities(sales: pd.DataFrame, opened_sales: Tables) -> None:
    totals = sales.groupby("product").sales.sum()
    mean = ask({"measures": [measure("mean", "sales", per=column("product"))]}, opened_sales)
    assert mean.value == pytest.approx(totals.mean())
    deviation = ask({"measures": [measure("std", "sales", per=column("product"))]}, opened_sales)
    assert deviation.value == pytest.approx(totals.std())
    grouped = ask(
        {"measures": [measure("median", "sales", per=column("product"))], "by": by("region")},
        opened_sales,
    )
    wanted = sales.groupby(["region", "product"]).sales.sum().groupby("region").median()
    assert grouped.table.set_index("region").iloc[:, 0].to_dict() == pytest.approx(wanted.to_dict())


def test_measure_of_a_part_of_the_rows(sales: pd.DataFrame, opened_sales: Tables) -> None:
    when = compare("region", "=", "East")
    answer = ask({"measures": [measure("sum", "sales", when=when), measure("count")]}, opened_sales)
    east = sales[sales.region == "East"].sales.sum()
    assert answer.table.iloc[0].tolist() == pytest.approx([east, 400])
    assert "total of sales where region is East" in answer.first


def test_last_goes_by_time(sales: pd.DataFrame, opened_sales: Tables) -> None:
    answer = ask({"measures": [measure("last", "qty")], "by": by("product")}, opened_sales)
    for product, value in answer.table.itertuples(index=False):
        part = sales[sales["product"] == product]
        assert value in part[part.day == part.day.max()].qty.tolist()


def test_texts_that_mostly_are_numbers(tmp_path: Path) -> None:
    tables = tables_of(tmp_path, data=pd.DataFrame({"hits": ["12", "5", "1,000", "a", None, "7"]}))
    answer = ask({"measures": [measure("sum", "hits")]}, tables)
    assert answer.value == 1024
    assert "cells of “hits” hold no number" in answer.said


def test_sum_of_a_text_is_refused(opened_sales: Tables) -> None:
    with pytest.raises(BadInput) as caught:
        ask({"measures": [measure("sum", "region")]}, opened_sales)
    assert caught.value.code == "column_type"
    with pytest.raises(BadInput) as caught:
        ask({"measures": [measure("sum", "revenue")]}, opened_sales)
    assert caught.value.code == "column_unknown"


def test_korean_names_and_units(people: pd.DataFrame, tmp_path: Path) -> None:
    tables = tables_of(tmp_path, KOREAN, data=people)
    columns = tuple(
        one.model_copy(update={"unit": "만원"}) if one.name == "연봉(만원)" else one
        for one in tables.datasets[0].columns
    )
    tables = tables.model_copy(
        update={"datasets": (tables.datasets[0].model_copy(update={"columns": columns}),)}
    )
    reading = {
        "measures": [measure("mean", "연봉(만원)")],
        "by": by("부서"),
        "order": {"direction": "descending"},
        "top": 1,
    }
    means = people.groupby("부서")["연봉(만원)"].mean()
    answer = ask(reading, tables)
    best = means.idxmax()
    number = f"{means.max():,.2f}".rstrip("0").rstrip(".")
    assert answer.first == f"연봉(만원) 평균이 가장 큰 것은 {best}({number}만원)입니다."
    assert answer.table.columns.tolist() == ["부서", "연봉(만원) 평균"]


def test_difference_of_dates_in_days(people: pd.DataFrame, tmp_path: Path) -> None:
    tables = tables_of(tmp_path, data=people)
    stay = {"kind": "arithmetic", "op": "-", "left": column("퇴사일"), "right": column("입사일")}
    answer = ask({"measures": [measure("mean", stay)]}, tables)
    assert answer.value == 200
    assert "200 days" in answer.first
    over = ask({"where": compare(stay, ">", 100)}, tables)
    assert over.first.startswith("40 of 120 rows")
    assert np.isclose(answer.outcome.facts[0].params["rows"], 40)
