"""Several steps in one call, against pandas."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cherry_reflex.analysis.wrangling.transform import Transform
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Outcome
from tests.analysis.tables import first_frame, run


@pytest.fixture
def sales() -> pd.DataFrame:
    """Return 200 rows with missing values, repeated rows and values far out."""
    dice = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "region": dice.choice(["north", "south", "east"], 200),
            "price": dice.normal(50, 10, 200).round(2),
            "quantity": dice.integers(1, 9, 200),
        }
    )
    frame.loc[::17, "price"] = np.nan
    frame.loc[5, "price"] = 900.0
    return pd.concat([frame, frame.head(10)], ignore_index=True)


def transformed(folder: Path, *steps: dict[str, Any], frames: list[pd.DataFrame]) -> Any:
    """Return the frame that the steps leave."""
    return first_frame(_run(folder, *steps, frames=frames))


def _run(folder: Path, *steps: dict[str, Any], frames: list[pd.DataFrame], **more: Any) -> Outcome:
    return run(Transform.model_validate({"steps": steps, **more}), folder, *frames)


def test_steps_are_done_in_order_and_say_their_rows(tmp_path: Path, sales: pd.DataFrame) -> None:
    outcome = _run(
        tmp_path,
        {"do": "drop_duplicates"},
        {"do": "drop_missing", "columns": ["price"]},
        {"do": "filter", "expression": "quantity > 2 AND region <> 'east'"},
        {"do": "derive", "to": "revenue", "expression": "price * quantity"},
        {"do": "group", "columns": ["region"],
         "measures": {"total": "sum(revenue)", "p90": "quantile_cont(price, 0.9)"}},
        {"do": "sort", "columns": ["total"], "descending": True},
        frames=[sales],
    )  # fmt: skip
    kept = sales.drop_duplicates().dropna(subset=["price"])
    some = kept[(kept.quantity > 2) & (kept.region != "east")]
    some = some.assign(revenue=some.price * some.quantity)
    expected = some.groupby("region").agg(
        total=("revenue", "sum"), p90=("price", lambda v: v.quantile(0.9))
    )
    expected = expected.sort_values("total", ascending=False).reset_index()
    pd.testing.assert_frame_equal(first_frame(outcome), expected, check_dtype=False)
    rows = [fact.params["rows"] for fact in outcome.facts]
    unique = len(sales.drop_duplicates())
    assert rows == [unique, len(kept), len(some), len(some), 2, 2]
    assert outcome.artifacts[0].kind == "table"
    assert outcome.code.startswith("WITH step_0")


def test_missing_values_are_filled(tmp_path: Path, sales: pd.DataFrame) -> None:
    def filled(**step: Any) -> pd.Series:
        made = transformed(tmp_path, {"do": "fill", "columns": ["price"], **step}, frames=[sales])
        return made.price  # type: ignore[no-any-return]

    price, groups = sales.price, sales.groupby("region").price
    for given, expected in (
        ({"method": "mean"}, price.fillna(price.mean())),
        ({"method": "median"}, price.fillna(price.median())),
        ({"method": "mean", "by": ["region"]}, price.fillna(groups.transform("mean"))),
        ({"value": 7.5}, price.fillna(7.5)),
        ({"method": "ffill"}, price.ffill()),
        ({"method": "bfill"}, price.bfill()),
        ({"method": "mode"}, price.fillna(price.mode()[0])),
    ):
        if given == {"method": "mode"} and len(price.mode()) > 1:
            continue
        pd.testing.assert_series_equal(filled(**given), expected, check_names=False)


def test_scaling_has_the_deviation_that_is_asked_for(tmp_path: Path, sales: pd.DataFrame) -> None:
    def scaled(**step: Any) -> pd.Series:
        made = transformed(tmp_path, {"do": "scale", "columns": ["price"], **step}, frames=[sales])
        return made.price  # type: ignore[no-any-return]

    price = sales.price
    whole = (price - price.mean()) / price.std(ddof=0)
    sample = (price - price.mean()) / price.std()
    least = (price - price.min()) / (price.max() - price.min())
    pd.testing.assert_series_equal(scaled(method="zscore"), whole)
    pd.testing.assert_series_equal(scaled(method="zscore", ddof=1), sample)
    pd.testing.assert_series_equal(scaled(method="minmax"), least)


@pytest.mark.parametrize("action", ["drop", "clip", "missing", "mean", "median"])
@pytest.mark.parametrize("method", ["iqr", "z"])
def test_outliers_are_treated(
    tmp_path: Path, sales: pd.DataFrame, method: str, action: str
) -> None:
    price = sales.price
    if method == "iqr":
        first, third = price.quantile(0.25), price.quantile(0.75)
        low, high = first - 1.5 * (third - first), third + 1.5 * (third - first)
    else:
        low, high = price.mean() - 3 * price.std(ddof=0), price.mean() + 3 * price.std(ddof=0)
    far = (price < low) | (price > high)
    assert far.sum() >= 1
    step = {"do": "outliers", "columns": ["price"], "method": method, "action": action}
    made = transformed(tmp_path, step, frames=[sales]).price
    expected = {
        "drop": price[~far].reset_index(drop=True),
        "clip": price.clip(low, high),
        "missing": price.where(~far),
        "mean": price.where(~far, price.mean()),
        "median": price.where(~far, price.median()),
    }[action]
    pd.testing.assert_series_equal(made, expected, check_names=False)


def test_bins_are_those_of_pandas(tmp_path: Path, sales: pd.DataFrame) -> None:
    step = {"do": "bin", "columns": ["price"], "to": "bin"}
    labels = ["a", "b", "c", "d"]
    cut = transformed(
        tmp_path, {**step, "edges": [0, 40, 50, 60, 1000], "labels": labels}, frames=[sales]
    )
    expected = pd.cut(sales.price, [0, 40, 50, 60, 1000], labels=labels, include_lowest=True)
    assert cut.bin.fillna("-").tolist() == expected.astype(object).fillna("-").tolist()
    quarters = transformed(
        tmp_path, {**step, "number": 4, "method": "quantile", "labels": labels}, frames=[sales]
    )
    expected = pd.qcut(sales.price, 4, labels=labels)
    assert quarters.bin.fillna("-").tolist() == expected.astype(object).fillna("-").tolist()


def test_one_hot_limit_select_rename_drop(tmp_path: Path, sales: pd.DataFrame) -> None:
    made = transformed(
        tmp_path,
        {"do": "sort", "columns": ["price"], "descending": True},
        {"do": "limit", "number": 3, "by": ["region"]},
        {"do": "one_hot", "columns": ["region"]},
        {"do": "rename", "names": {"price": "cost"}},
        {"do": "drop", "columns": ["quantity"]},
        frames=[sales],
    )
    top = sales.sort_values("price", ascending=False, kind="stable").groupby("region").head(3)
    dummies = pd.get_dummies(top[["region"]], dtype=int).reset_index(drop=True)
    assert made.cost.tolist() == top.price.tolist()
    pd.testing.assert_frame_equal(made.drop(columns="cost"), dummies, check_dtype=False)


@pytest.mark.parametrize("method", ["inner", "left", "right", "outer"])
def test_another_dataset_is_joined(tmp_path: Path, sales: pd.DataFrame, method: str) -> None:
    heads = pd.DataFrame({"region": ["north", "south", "west"], "price": [1.0, 2.0, 3.0]})
    step = {"do": "join", "dataset": "data1", "columns": ["region"], "method": method}
    made = transformed(tmp_path, step, frames=[sales, heads])
    expected = sales.merge(heads, on="region", how=method, suffixes=("", "_2"))  # type: ignore[call-overload]
    order = ["region", "price", "quantity", "price_2"]
    pd.testing.assert_frame_equal(
        made[order].sort_values(order).reset_index(drop=True),
        expected[order].sort_values(order).reset_index(drop=True),
        check_dtype=False,
    )


def test_a_dataset_is_made_when_it_gets_a_name(tmp_path: Path, sales: pd.DataFrame) -> None:
    outcome = _run(tmp_path, {"do": "limit", "number": 5}, frames=[sales], save_as="first five")
    (made,) = outcome.artifacts
    assert (made.kind, made.title, made.meta["rows"]) == ("dataset", "first five", 5)
    assert made.meta["parent"] == "data"


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"do": "filter", "expression": "cost > 3"}, "cost"),
        ({"do": "filter", "expression": "price IN (SELECT 1)"}, "subquery"),
        ({"do": "derive", "to": "x", "expression": "getenv('HOME')"}, "getenv"),
        ({"do": "derive", "to": "x", "expression": "sum(price)"}, "each row"),
        ({"do": "group", "columns": ["region"], "measures": {"x": "price"}}, "aggregate"),
        ({"do": "derive", "to": "x", "expression": "region * 2"}, "region"),
        ({"do": "scale", "columns": ["region"]}, "region"),
        ({"do": "fill", "columns": ["price"]}, "value"),
    ],
)
def test_what_is_wrong_with_a_step_is_said(
    tmp_path: Path, sales: pd.DataFrame, step: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadInput) as caught:
        transformed(tmp_path, {"do": "limit", "number": 9}, step, frames=[sales])
    assert caught.value.code == "step_failed"
    assert caught.value.params["place"] == 2
    assert reason in caught.value.params["reason"]
