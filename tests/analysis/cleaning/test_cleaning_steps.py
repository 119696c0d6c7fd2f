"""Cleaning against pandas, on real tables and on known damage done to them."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from palmerpenguins import load_penguins
from vega_datasets import local_data

from cherry_reflex.analysis.cleaning.categories import UnifyCategories, merges
from cherry_reflex.analysis.cleaning.dates import UnifyDates
from cherry_reflex.analysis.cleaning.duplicates import RemoveDuplicates
from cherry_reflex.analysis.cleaning.missing import FillMissing
from cherry_reflex.analysis.cleaning.numbers import FixTypes
from cherry_reflex.analysis.cleaning.outliers import HandleOutliers
from cherry_reflex.analysis.cleaning.tidy import TidyText
from cherry_reflex.core.errors import BadInput
from tests.analysis.tables import frame_of, keys, made, params, run

PENGUINS: pd.DataFrame = load_penguins()


@pytest.mark.parametrize("strategy", ["median", "mean"])
def test_numbers_are_filled_within_groups(strategy: str, tmp_path: Path) -> None:
    column = "bill_length_mm"
    operation = FillMissing(columns=(column,), strategy=strategy, by="species")  # type: ignore[arg-type]
    outcome = run(operation, tmp_path, PENGUINS)
    expected = PENGUINS[column].fillna(PENGUINS.groupby("species")[column].transform(strategy))
    np.testing.assert_allclose(made(outcome)[column], expected)
    assert params(outcome, "cleaning.filled_by")["cells"] == PENGUINS[column].isna().sum()


def test_auto_fills_medians_and_most_frequent_categories(tmp_path: Path) -> None:
    outcome = run(FillMissing(), tmp_path, PENGUINS)
    frame = made(outcome)
    expected = PENGUINS.copy()
    for column in ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"):
        expected[column] = expected[column].fillna(expected[column].median())
    expected["sex"] = expected["sex"].fillna(expected["sex"].mode()[0])
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)


def test_whole_numbers_stay_whole(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": pd.array([1, 2, None, 4], dtype="Int64")})
    outcome = run(FillMissing(columns=("n",), strategy="mean"), tmp_path, frame)
    assert made(outcome)["n"].tolist() == [1, 2, 2, 4]


@pytest.mark.parametrize(
    ("strategy", "way"),
    [
        ("forward", lambda s: s.ffill()),
        ("backward", lambda s: s.bfill()),
        ("interpolate", lambda s: s.interpolate(limit_area="inside")),
    ],
)
def test_neighbours_fill(strategy: str, way: Any, tmp_path: Path) -> None:
    weather = local_data.seattle_weather()
    gaps = np.random.default_rng(3).random(len(weather)) < 0.2
    weather.loc[gaps, "temp_max"] = np.nan
    weather.loc[0, "temp_max"] = weather.loc[len(weather) - 1, "temp_max"] = np.nan
    operation = FillMissing(columns=("temp_max",), strategy=strategy)  # type: ignore[arg-type]
    outcome = run(operation, tmp_path, weather)
    np.testing.assert_allclose(made(outcome)["temp_max"], way(weather["temp_max"]))
    assert (
        params(outcome, "cleaning.filled_neighbours")["left"]
        == way(weather["temp_max"]).isna().sum()
    )


def test_rows_and_columns_with_missing_values_are_dropped(tmp_path: Path) -> None:
    outcome = run(FillMissing(strategy="drop_rows"), tmp_path, PENGUINS)
    pd.testing.assert_frame_equal(
        made(outcome), PENGUINS.dropna().reset_index(drop=True), check_dtype=False
    )
    outcome = run(FillMissing(strategy="drop_columns", columns=("sex",)), tmp_path, PENGUINS)
    assert list(made(outcome).columns) == [c for c in PENGUINS if c != "sex"]


def test_columns_that_are_mostly_missing_are_left(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [1.0] + [None] * 9, "y": range(10)})
    outcome = run(FillMissing(), tmp_path, frame)
    assert {"cleaning.mostly_missing", "cleaning.nothing"} <= keys(outcome)
    assert not [a for a in outcome.artifacts if a.kind == "dataset"]


def test_constants_must_fit_the_column(tmp_path: Path) -> None:
    operation = FillMissing(columns=("sex",), strategy="constant", value="unknown")
    filled = made(run(operation, tmp_path, PENGUINS))["sex"]
    assert (filled == "unknown").sum() == PENGUINS["sex"].isna().sum()
    wrong = FillMissing(columns=("body_mass_g",), strategy="constant", value="heavy")
    with pytest.raises(BadInput, match="clean_constant_type"):
        run(wrong, tmp_path, PENGUINS)
    with pytest.raises(ValueError, match="needs a value"):
        FillMissing(strategy="constant")
    with pytest.raises(BadInput, match="clean_not_numeric"):
        run(FillMissing(columns=("sex",), strategy="mean"), tmp_path, PENGUINS)


def test_nothing_is_left_of_rows_without_values(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [1.0, None], "y": [None, 1.0]})
    with pytest.raises(BadInput, match="clean_no_complete_row"):
        run(FillMissing(strategy="drop_rows"), tmp_path, frame)
    with pytest.raises(BadInput, match="clean_all_columns_missing"):
        run(FillMissing(strategy="drop_columns"), tmp_path, frame)
    with pytest.raises(BadInput, match="table_empty_left"):
        run(FillMissing(), tmp_path, frame.head(0))


@pytest.mark.parametrize("keep", ["first", "last"])
def test_duplicates_are_removed(keep: str, tmp_path: Path) -> None:
    cars = local_data.cars()
    double = pd.concat([cars, cars.sample(40, random_state=1)], ignore_index=True)
    outcome = run(RemoveDuplicates(keep=keep), tmp_path, double)  # type: ignore[arg-type]
    expected = double.drop_duplicates(keep=keep).reset_index(drop=True)  # type: ignore[call-overload]
    pd.testing.assert_frame_equal(made(outcome), expected, check_dtype=False)
    assert params(outcome, "cleaning.duplicates")["rows"] == len(double) - len(expected)
    by_name = RemoveDuplicates(columns=("Name",), keep=keep)  # type: ignore[arg-type]
    expected = double.drop_duplicates(subset="Name", keep=keep)  # type: ignore[call-overload]
    assert made(run(by_name, tmp_path, double))["Year"].tolist() == expected["Year"].tolist()


def test_no_duplicates_are_said(tmp_path: Path) -> None:
    outcome = run(RemoveDuplicates(columns=("x",)), tmp_path, pd.DataFrame({"x": [1, 2]}))
    assert "cleaning.no_duplicates" in keys(outcome)
    spaced = pd.DataFrame({"x": ["A", " a", "b"]})
    outcome = run(RemoveDuplicates(ignore_case=True), tmp_path, spaced)
    assert made(outcome)["x"].tolist() == ["A", "b"]


def test_outliers_are_those_of_tukey(tmp_path: Path) -> None:
    cars = local_data.cars()
    values = cars["Horsepower"]
    q1, q3 = values.quantile([0.25, 0.75])
    low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
    outside = (values < low) | (values > high)
    assert outside.sum() > 3
    column = ("Horsepower",)
    pulled = made(run(HandleOutliers(columns=column), tmp_path, cars))["Horsepower"]
    np.testing.assert_allclose(pulled, values.clip(low, high))
    dropped = made(run(HandleOutliers(columns=column, action="drop"), tmp_path, cars))
    assert dropped["Name"].tolist() == cars[~outside]["Name"].tolist()
    flagged = made(run(HandleOutliers(columns=column, action="flag"), tmp_path, cars))
    assert flagged["Horsepower_outlier"].tolist() == outside.tolist()
    emptied = made(run(HandleOutliers(columns=column, action="missing"), tmp_path, cars))
    assert emptied["Horsepower"].isna().tolist() == (outside | values.isna()).tolist()
    outcome = run(HandleOutliers(columns=column, action="keep"), tmp_path, cars)
    assert params(outcome, "cleaning.outliers_keep")["cells"] == outside.sum()
    assert not [a for a in outcome.artifacts if a.kind == "dataset"]


def test_outliers_by_median_deviation(tmp_path: Path) -> None:
    values = local_data.cars()["Acceleration"]
    deviation = 1.4826 * (values - values.median()).abs().median()
    outside = (values - values.median()).abs() > 3.5 * deviation
    operation = HandleOutliers(columns=("Acceleration",), action="keep", method="mad")
    outcome = run(operation, tmp_path, local_data.cars())
    assert params(outcome, "cleaning.outliers_keep")["cells"] == outside.sum() > 0


def test_columns_without_outliers_say_why(tmp_path: Path) -> None:
    few = run(HandleOutliers(columns=("x",)), tmp_path, pd.DataFrame({"x": [1.0, 2, 300]}))
    assert "cleaning.outliers_few" in keys(few)
    flat = pd.DataFrame({"x": [1.0] * 20 + [2.0]})
    assert "cleaning.outliers_no_spread" in keys(
        run(HandleOutliers(columns=("x",)), tmp_path, flat)
    )
    even = pd.DataFrame({"x": np.linspace(0, 1, 50)})
    assert "cleaning.no_outliers" in keys(run(HandleOutliers(), tmp_path, even))


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        (lambda v: f"₩{v:,}", "₩"),
        (lambda v: f"{v:,}원", "원"),
        (lambda v: f"$ {v}.00", "$"),
        (lambda v: f"{v / 10_000}만원", "원"),
        (lambda v: f"{v / 1000}k", ""),
        (lambda v: f"{v} kg", "kg"),
        (lambda v: f"({v:,})", ""),
    ],
)
def test_written_numbers_are_read(written: Any, unit: str, tmp_path: Path) -> None:
    weights = local_data.cars()["Weight_in_lbs"]
    frame = pd.DataFrame({"w": [written(int(v)) for v in weights]})
    outcome = run(FixTypes(), tmp_path, frame)
    sign = -1 if written(1).startswith("(") else 1
    np.testing.assert_allclose(made(outcome)["w"], sign * weights)
    if unit:
        assert params(outcome, "cleaning.to_number_unit")["unit"] == unit


def test_codes_mixed_units_and_prose_stay_text(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "code": ["00501", "10001", "02139", "94105"],
            "size": ["1 kg", "500 g", "2 kg", "250 g"],
            "phone": ["010-1234-5678", "02-123-4567", "010-9999-0000", "031-1-2"],
            "ip": ["1.2.3.4", "1.2.3.5", "9.9.9.9", "8.8.8.8"],
        }
    )
    outcome = run(FixTypes(), tmp_path, frame)
    assert "cleaning.nothing" in keys(outcome)
    assert params(outcome, "cleaning.units_mixed")["column"] == "size"


def test_values_that_are_no_numbers_are_listed(tmp_path: Path) -> None:
    frame = pd.DataFrame({"n": [str(n) for n in range(19)] + ["many"], "b": ["예", "아니요"] * 10})
    outcome = run(FixTypes(), tmp_path, frame)
    fixed = made(outcome)
    assert fixed["n"].isna().sum() == 1 and fixed["n"].sum() == sum(range(19))
    assert fixed["b"].tolist() == [True, False] * 10
    listed = frame_of(outcome.artifacts[-1])
    assert listed.iloc[0]["Before"] == "many"


FORMS = (
    "%Y-%m-%d",
    "%Y.%m.%d",
    "%Y/%m/%d",
    "%Y년 %m월 %d일",
    "%b %d, %Y",
    "%d %B %Y",
    "%Y. %m. %d.",
)


def test_dates_of_many_forms_become_one(tmp_path: Path) -> None:
    days = local_data.seattle_weather()["date"]
    texts = [day.strftime(FORMS[n % len(FORMS)]) for n, day in enumerate(days)]
    outcome = run(UnifyDates(), tmp_path, pd.DataFrame({"d": texts}))
    assert pd.to_datetime(made(outcome)["d"]).tolist() == days.tolist()
    assert params(outcome, "cleaning.to_date")["failed"] == 0


def test_day_and_month_are_told_apart_by_the_values(tmp_path: Path) -> None:
    days = local_data.seattle_weather()["date"]
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        frame = pd.DataFrame({"d": days.dt.strftime(form)})
        outcome = run(UnifyDates(), tmp_path, frame)
        assert pd.to_datetime(made(outcome)["d"]).tolist() == days.tolist()
        assert "cleaning.to_date" in keys(outcome)
    unclear = pd.DataFrame({"d": ["03/04/2024", "05/06/2024"]})
    outcome = run(UnifyDates(), tmp_path, unclear)
    assert params(outcome, "cleaning.to_date_ambiguous")["ambiguous"] == 2
    read = made(run(UnifyDates(day_first="yes"), tmp_path, unclear))["d"]
    assert pd.to_datetime(read).dt.month.tolist() == [4, 6]


def test_times_and_zones(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"t": ["2024-03-05T10:20:30Z", "2024-03-05 19:20:30+09:00", "2024.3.5 오후 3:20"]}
    )
    read = made(run(UnifyDates(), tmp_path, frame))["t"]
    assert [str(t) for t in read] == [
        "2024-03-05 10:20:30",
        "2024-03-05 10:20:30",
        "2024-03-05 15:20:00",
    ]


def test_numbers_and_impossible_dates_are_no_dates(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": ["1.5", "2.5"], "b": ["2024-02-30", "2024-13-01"], "c": ["x", "y"]})
    assert "cleaning.nothing" in keys(run(UnifyDates(), tmp_path, frame))


def test_known_damage_of_categories_is_undone(tmp_path: Path) -> None:
    truth = PENGUINS["island"].tolist() * 3
    damage = {"Biscoe": "biscoe ", "Dream": "DREAM", "Torgersen": "Torgerson"}
    damaged = [damage[v] if n % 19 == 0 else v for n, v in enumerate(truth)]
    outcome = run(UnifyCategories(), tmp_path, pd.DataFrame({"island": damaged}))
    assert made(outcome)["island"].tolist() == truth
    fact = params(outcome, "cleaning.merged_similar")
    assert fact["cells"] == sum(a != b for a, b in zip(truth, damaged, strict=True))


def test_korean_slips_are_compared_by_letters() -> None:
    counts = {
        "서울특별시": 50,
        "서울특별씨": 1,
        "경상남도": 40,
        "경상북도": 3,
        "전라남도": 30,
        "전라북도": 2,
    }
    found = merges(counts, similar=True)
    assert [(m.before, m.after) for m in found] == [("서울특별씨", "서울특별시")]


def test_real_categories_are_not_merged() -> None:
    """Names of American states, of airports' cities, and numbered things are all different."""
    states = local_data.airports()["state"].value_counts().to_dict()
    assert merges(states, similar=True) == []
    assert merges({"Room 1": 50, "Room 2": 2, "Iran": 40, "Iraq": 3}, similar=True) == []
    assert merges({"Gambia": 90, "Zambia": 2, "Niger": 30, "Nigeria": 3}, similar=True) == []
    origins = local_data.cars()["Origin"].value_counts().to_dict()
    assert merges(origins, similar=True) == []


def test_text_is_tidied(tmp_path: Path) -> None:
    import unicodedata

    frame = pd.DataFrame(
        {
            "t": [
                "  a  b ",
                "x\u00a0y",
                "\u200bz",
                unicodedata.normalize("NFD", "한글"),
                "N/A",
                "?",
            ],
            "code": ["NA", "US", "KR", "JP", "US", "NA"],
            "kept": ["none", "some", "없음", "none", "some", "some"],
        }
    )
    outcome = run(TidyText(), tmp_path, frame)
    tidy = made(outcome)
    assert tidy["t"].tolist()[:4] == ["a b", "x y", "z", "한글"]
    assert tidy["t"].isna().sum() == 2
    assert tidy["code"].tolist() == frame["code"].tolist()
    assert tidy["kept"].tolist() == frame["kept"].tolist()
