"""Joins against pandas; keys that are proposed, warnings that are said."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from vega_datasets import local_data

from cherry_reflex.analysis.wrangling.joining import JoinTables, ProposeJoins
from cherry_reflex.analysis.wrangling.stacking import StackTables
from cherry_reflex.core.errors import BadInput, LimitExceeded
from tests.analysis.tables import frame_of, keys, made, params, run

AIRPORTS = local_data.airports()
CARS = local_data.cars()


def flights() -> pd.DataFrame:
    """Flights between real airports; a tenth goes to places that are in no table."""
    chance = np.random.default_rng(11)
    codes = AIRPORTS["iata"].to_numpy()[:300]
    goal = chance.choice(codes, 2000)
    goal[::10] = "???"
    return pd.DataFrame({"flight": range(2000), "destination": goal})


@pytest.mark.parametrize("how", ["left", "inner", "right", "outer"])
def test_joins_are_those_of_pandas(how: str, tmp_path: Path) -> None:
    ours: Any = "full" if how == "outer" else how
    operation = JoinTables(left_on=("destination",), right_on=("iata",), how=ours)
    outcome = run(operation, tmp_path, flights(), AIRPORTS)
    expected = flights().merge(AIRPORTS, left_on="destination", right_on="iata", how=how)  # type: ignore[arg-type]
    expected["destination"] = expected["destination"].fillna(expected["iata"])
    expected = expected.drop(columns="iata")
    order = ["flight", "destination"]
    frame = made(outcome).sort_values(order).reset_index(drop=True)
    expected = expected.sort_values(order).reset_index(drop=True)
    assert list(frame.columns) == list(expected.columns)
    for name in frame:
        assert frame[name].fillna("-").tolist() == expected[name].fillna("-").tolist()
    assert params(outcome, "wrangling.match")["matched"] == 1800


@pytest.mark.parametrize("how", ["matching", "missing"])
def test_rows_with_and_without_a_match(how: str, tmp_path: Path) -> None:
    operation = JoinTables(left_on=("destination",), right_on=("iata",), how=how)  # type: ignore[arg-type]
    frame = made(run(operation, tmp_path, flights(), AIRPORTS))
    known = flights()["destination"].isin(AIRPORTS["iata"])
    expected = flights()[known if how == "matching" else ~known]
    assert sorted(frame["flight"]) == expected["flight"].tolist()


def test_the_key_is_found_by_its_values(tmp_path: Path) -> None:
    outcome = run(JoinTables(), tmp_path, flights(), AIRPORTS)
    assert params(outcome, "wrangling.key_proposed")["left"] == "destination"
    assert params(outcome, "wrangling.key_proposed")["right"] == "iata"
    outcome = run(ProposeJoins(), tmp_path, flights(), AIRPORTS, CARS)
    (listed,) = outcome.artifacts
    best = frame_of(listed).iloc[0]
    assert best["Key of the first"] == "destination"
    assert best["Rows of a left join"] == 2000
    assert best["Rows of an inner join"] == 1800


def test_no_common_values_no_key(tmp_path: Path) -> None:
    left, right = pd.DataFrame({"a": ["x", "y"] * 5}), pd.DataFrame({"b": ["p", "q"] * 5})
    with pytest.raises(BadInput, match="wrangle_no_key"):
        run(JoinTables(), tmp_path, left, right)
    with pytest.raises(BadInput, match="wrangle_no_match"):
        run(JoinTables(left_on=("a",), right_on=("b",), how="inner"), tmp_path, left, right)
    assert "wrangling.key_none" in keys(run(ProposeJoins(), tmp_path, left, right))


def test_repeated_keys_are_said_and_explosions_refused(tmp_path: Path) -> None:
    counts = CARS["Origin"].value_counts()
    operation = JoinTables(left_on=("Origin",), how="inner")
    outcome = run(operation, tmp_path, CARS, CARS[["Origin", "Name"]])
    assert {"wrangling.many_to_many", "wrangling.exploded"} <= keys(outcome)
    assert params(outcome, "wrangling.exploded")["rows"] == (counts**2).sum()
    assert list(made(outcome).columns)[-1] == "Name_data1"
    many = pd.DataFrame({"k": ["a"] * 6000, "v": range(6000)})
    with pytest.raises(LimitExceeded, match="wrangle_join_explodes"):
        run(JoinTables(left_on=("k",)), tmp_path, many, many)


def test_keys_of_two_types_are_compared_as_text(tmp_path: Path) -> None:
    left = pd.DataFrame({"id": ["1", "2", "x"]})
    right = pd.DataFrame({"id": [1, 2, 3], "v": ["a", "b", "c"]})
    frame = made(run(JoinTables(left_on=("id",), how="full"), tmp_path, left, right))
    assert sorted(frame["id"]) == ["1", "2", "3", "x"]


def test_wrong_keys_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="wrangle_one_dataset"):
        run(JoinTables(), tmp_path, CARS)
    with pytest.raises(BadInput, match="column_unknown"):
        run(JoinTables(left_on=("Origin",), right_on=("none",)), tmp_path, CARS, AIRPORTS)
    with pytest.raises(BadInput, match="wrangle_keys_uneven"):
        run(JoinTables(left_on=("Origin",), right_on=("iata", "city")), tmp_path, CARS, AIRPORTS)


def test_tables_are_stacked(tmp_path: Path) -> None:
    parts = [part.drop(columns="Year") for _, part in CARS.groupby("Origin")]
    parts[0] = parts[0].drop(columns="Horsepower")
    outcome = run(StackTables(), tmp_path, *parts)
    frame = made(outcome)
    expected = pd.concat(parts, ignore_index=True)
    assert frame["Name"].tolist() == expected["Name"].tolist()
    assert frame["Horsepower"].isna().sum() == expected["Horsepower"].isna().sum()
    assert frame["source"].value_counts().tolist() == sorted(map(len, parts), reverse=True)
    assert params(outcome, "wrangling.partly_kept")["columns"] == ["Horsepower"]
    outcome = run(StackTables(columns="common"), tmp_path, *parts)
    assert "Horsepower" not in made(outcome)


def test_tables_with_nothing_in_common_are_not_stacked(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="wrangle_nothing_common"):
        run(StackTables(), tmp_path, pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}))
    mixed = run(StackTables(), tmp_path, pd.DataFrame({"a": [1]}), pd.DataFrame({"a": ["x"]}))
    assert "wrangling.stacked_text" in keys(mixed)
    assert made(mixed)["a"].tolist() == ["1", "x"]
