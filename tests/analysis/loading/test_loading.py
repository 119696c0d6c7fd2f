"""What the loader says of files, and columns read as another type."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from palmerpenguins import load_penguins
from vega_datasets import local_data

from cherry_reflex.analysis.loading.explain import ExplainData, OverviewData
from cherry_reflex.analysis.loading.retype import RetypeColumns
from cherry_reflex.analysis.loading.unit import unit_of
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from tests.analysis.tables import keys, made, params, run, table_of

PENGUINS = load_penguins()
CARS = local_data.cars()


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("bill_length_mm", "mm"),
        ("body_mass_g", "g"),
        ("매출(원)", "원"),
        ("Speed [km/h]", "km/h"),
        ("Weight_in_lbs", "lbs"),
        ("price", ""),
        ("plan_b", ""),
        ("year", ""),
    ],
)
def test_units_are_read_from_names(name: str, unit: str) -> None:
    assert unit_of(name) == unit


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_file_is_explained(language: Language, tmp_path: Path) -> None:
    frame = PENGUINS.assign(
        price=[f"₩{n:,}" for n in range(1000, 1344)],
        seen=CARS["Year"].dt.strftime("%d %B %Y").head(344).tolist(),
        code=[f"{n:05d}" for n in range(344)],
    )
    outcome = run(ExplainData(), tmp_path, frame, language=language)
    suspects = {
        fact.params["column"]: fact.params["kind"]
        for fact in outcome.facts
        if fact.key == "loading.suspect"
    }
    assert suspects == {"price": "loading.as_number", "seen": "loading.as_date"}
    assert params(outcome, "loading.numbers")["count"] == 5
    assert "bill_length_mm: mm" in params(outcome, "loading.units")["units"]


def test_several_files_side_by_side(tmp_path: Path) -> None:
    surrogates = (CARS.head(100), CARS.tail(50))
    outcome = run(OverviewData(), tmp_path, *surrogates, PENGUINS)
    overview = table_of(outcome, "Datasets")
    assert overview["Rows"].tolist() == [100, 50, 344]
    assert params(outcome, "loading.same_columns")["one"] == "data"
    assert "loading.shared_columns" not in keys(outcome)


@pytest.mark.parametrize(
    ("values", "to", "expected"),
    [
        ([501, 10001], "text", ["501", "10001"]),
        ([1.0, 2.5], "text", ["1", "2.5"]),
        (["1,200원", "3만"], "number", [1200.0, 30000.0]),
        (["7", "8.5"], "integer", [7, None]),
        ([20240305, 20241231], "date", ["2024-03-05", "2024-12-31"]),
        (["5 March 2024", "nonsense"], "date", ["2024-03-05", None]),
        (["예", "아니오"], "boolean", [True, False]),
        ([1, 0], "boolean", [True, False]),
    ],
)
def test_columns_are_retyped(values: Any, to: Any, expected: Any, tmp_path: Path) -> None:
    outcome = run(RetypeColumns(columns=("x",), to=to), tmp_path, pd.DataFrame({"x": values}))
    got = [None if pd.isna(v) else str(v)[:10] if to == "date" else v for v in made(outcome)["x"]]
    assert got == expected
    assert params(outcome, "loading.retyped")["failed"] == expected.count(None)


def test_day_first_counts(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": ["03/04/2024"]})
    first = made(run(RetypeColumns(columns=("x",), to="date", day_first=True), tmp_path, frame))
    assert str(first["x"][0])[:10] == "2024-04-03"


def test_impossible_types_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="load_not_convertible"):
        run(RetypeColumns(columns=("species",), to="number"), tmp_path, PENGUINS)
    with pytest.raises(BadInput, match="load_no_columns"):
        run(RetypeColumns(columns=(), to="number"), tmp_path, PENGUINS)
    same = run(RetypeColumns(columns=("species",), to="text"), tmp_path, PENGUINS)
    assert "loading.already" in keys(same)
