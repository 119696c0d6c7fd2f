"""Conditions, against pandas: what is unknown meets none, what is excluded keeps the unknown."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cherry_reflex.analysis.reading.compiler.spans import relative_span, span_of
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from tests.operations.reading.asked import Answer, ask, by, column, compare, measure, tables_of


def _rows(answer: Answer) -> int:
    return int(answer.table.iloc[0, 0])


def _count(where: Any, tables: Tables) -> int:
    return _rows(ask({"where": where}, tables))


def test_comparisons(sales: pd.DataFrame, opened_sales: Tables) -> None:
    day = pd.Timestamp("2023-05-01")
    cases = [
        (compare("sales", ">", 120), sales.sales > 120),
        (compare("sales", "<=", "1,20"), sales.sales <= 120),
        (compare("region", "=", "north "), sales.region == "North"),
        (compare("paid", "=", "Yes"), sales.paid),
        (compare("paid", "=", False), ~sales.paid),
        (compare("day", ">", "2023-04"), sales.day >= day),
        (compare("day", "=", 2024), sales.day.dt.year == 2024),
        (compare("day", "=", "2023-Q2"), (sales.day.dt.year == 2023) & (sales.day.dt.quarter == 2)),
        (compare(column("day", "weekday"), "=", "Sat"), sales.day.dt.day_of_week == 5),
        (compare(column("day", "weekday"), "=", "월요일"), sales.day.dt.day_of_week == 0),
        (compare(column("day", "month_of_year"), "<=", 3), sales.day.dt.month <= 3),
        (compare(column("day", "month"), "=", "2023-07"),
         sales.day.dt.strftime("%Y-%m") == "2023-07"),
        (compare("sales", ">", column("qty")), sales.sales > sales.qty),
    ]  # fmt: skip
    for where, wanted in cases:
        assert _count(where, opened_sales) == int(wanted.sum()), where


def test_negation_keeps_what_is_unknown_and_says_so(
    sales: pd.DataFrame, opened_sales: Tables
) -> None:
    wanted = int((sales.region != "North").sum())
    answer = ask({"where": compare("region", "!=", "North")}, opened_sales)
    assert _rows(answer) == wanted
    assert "31 rows without a value of “region” are kept" in answer.said
    part = {"kind": "membership", "of": column("region"), "values": ["North", "East"]}
    assert _count({"kind": "not", "part": part}, opened_sales) == int(
        (~sales.region.isin(["North", "East"])).sum()
    )
    # Nobody knows whether an unknown price is 100.
    other = ask({"where": compare("sales", "!=", 100)}, opened_sales)
    assert _rows(other) == int(sales.sales.notna().sum())
    assert "37 rows without a value of “sales” are left out by the condition" in other.said


def test_and_or_between_texts_and_missing(sales: pd.DataFrame, opened_sales: Tables) -> None:
    low = {"kind": "between", "of": column("qty"), "low": 3, "high": 5}
    text = {"kind": "text", "of": column("note"), "how": "ends", "text": "FRAGILE"}
    empty = {"kind": "presence", "of": column("sales")}
    both = {"kind": "all", "parts": [low, text]}
    any_of = {"kind": "any", "parts": [both, empty]}
    fragile = sales.note.str.endswith("fragile")
    wanted = (sales.qty.between(3, 5) & fragile) | sales.sales.isna()
    assert _count(any_of, opened_sales) == int(wanted.sum())
    days = {"kind": "between", "of": column("day"), "low": "2023-02", "high": "2023-03"}
    assert _count(days, opened_sales) == int(
        sales.day.between("2023-02-01", "2023-03-31 23:59:59").sum()
    )


def test_against_the_mean_and_top_share(sales: pd.DataFrame, opened_sales: Tables) -> None:
    above = {"kind": "against_mean", "of": column("sales")}
    paid = compare("paid", "=", True)
    part = sales[sales.paid]
    assert _count({"kind": "all", "parts": [above, paid]}, opened_sales) == int(
        (part.sales > part.sales.mean()).sum()
    )
    within = above | {"within": [column("product")]}
    means = sales.groupby("product").sales.transform("mean")
    assert _count(within, opened_sales) == int((sales.sales > means).sum())
    top = {"kind": "top_share", "of": column("sales"), "percent": 10}
    assert _count(top, opened_sales) == int((sales.sales >= sales.sales.quantile(0.9)).sum())


def test_having(sales: pd.DataFrame, opened_sales: Tables) -> None:
    having = {"kind": "comparison", "left": {"kind": "measure"}, "op": ">", "right": 100}
    counts = sales["product"].value_counts()
    answer = ask({"by": by("product"), "having": having}, opened_sales)
    assert set(answer.table["product"]) == set(counts[counts > 100].index)
    how = ask({"by": by("product"), "having": having, "how": "count_groups"}, opened_sales)
    assert how.value == int((counts > 100).sum())
    above = {"kind": "against_mean", "of": {"kind": "measure"}}
    answer = ask({"by": by("product"), "having": above}, opened_sales)
    assert set(answer.table["product"]) == set(counts[counts > counts.mean()].index)


def test_relative_periods_count_from_the_newest_date(
    sales: pd.DataFrame, opened_sales: Tables
) -> None:
    newest = sales.day.max()
    month = newest.to_period("M")
    of = {"kind": "relative", "of": column("day"), "unit": "month"}
    months = sales.day.dt.to_period("M")
    assert _count(of | {"which": "this"}, opened_sales) == int((months == month).sum())
    last = ask({"where": of | {"which": "last", "count": 2}}, opened_sales)
    assert _rows(last) == int(months.isin([month - 1, month - 2]).sum())
    assert f"{(month - 2).start_time:%Y-%m-%d} to {(month - 1).end_time:%Y-%m-%d}" in last.said
    rolling: dict[str, Any] = {
        "kind": "relative",
        "of": column("day"),
        "unit": "day",
        "which": "last",
    }
    rolling |= {"count": 30, "is_rolling": True}
    assert _count(rolling, opened_sales) == int((sales.day > newest - pd.Timedelta(days=30)).sum())


@pytest.mark.parametrize(
    ("which", "count", "unit", "start", "end"),
    [
        ("last", 1, "month", "2024-02-01", "2024-03-01"),
        ("this", 1, "quarter", "2024-01-01", "2024-04-01"),
        ("next", 2, "week", "2024-04-01", "2024-04-15"),
        ("last", 1, "year", "2023-01-01", "2024-01-01"),
    ],
)
def test_relative_span(which: str, count: int, unit: Any, start: str, end: str) -> None:
    span = relative_span(dt.datetime(2024, 3, 31), which, count, unit, is_rolling=False)
    assert (f"{span.start:%Y-%m-%d}", f"{span.end:%Y-%m-%d}") == (start, end)


@pytest.mark.parametrize(
    ("value", "label", "days"),
    [
        (2024, "2024", 366),
        ("2024-Q3", "2024-Q3", 92),
        ("2024년 2월", "2024-02", 29),
        ("2024-02-05", "2024-02-05", 1),
        ("2024.2.5", "2024-02-05", 1),
        ("20240205", "2024-02-05", 1),
    ],
)
def test_dates_are_spans(value: Any, label: str, days: int) -> None:
    span = span_of(value)
    assert span is not None
    assert span.label == label
    assert (span.end - span.start).days == days


def test_what_is_no_date_or_number_is_refused(opened_sales: Tables) -> None:
    assert span_of("soon") is None
    for where in (compare("day", "=", "soon"), compare("sales", ">", "much")):
        with pytest.raises(BadInput) as caught:
            ask({"where": where}, opened_sales)
        assert caught.value.code == "filter_value"


def test_a_value_that_does_not_occur_is_said(opened_sales: Tables) -> None:
    answer = ask({"where": compare("region", "=", "Mars")}, opened_sales)
    assert answer.first.startswith("0 of 400 rows")
    assert "No row has the value “Mars” in “region”" in answer.said
    with pytest.raises(BadInput) as caught:
        ask(
            {"measures": [measure("mean", "qty")], "where": compare("region", "=", "Mars")},
            opened_sales,
        )
    assert caught.value.code == "filter_empty"


def test_dates_written_as_texts_and_whole_numbers(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "said": ["2024-01-05", "2024-01-20", "2024-02-03", "later"],
            "number": [20240105, 20240120, 20240203, 20240301],
            "v": [1, 2, 3, 4],
        }
    )
    tables = tables_of(tmp_path, data=frame)
    for name, rest in (("said", 0), ("number", 4)):
        reading = {"measures": [measure("sum", "v")], "by": by(column(name, "month"))}
        found = ask(reading, tables).table
        wanted = [["2024-01", 3], ["2024-02", 3], *([["2024-03", rest]] if rest else [])]
        assert found.to_numpy().tolist() == wanted
        assert _count(compare(name, ">=", "2024-02"), tables) == (2 if rest else 1)
