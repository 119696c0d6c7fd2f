"""Exploration, against pandas, scipy and statsmodels on real data sets."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from palmerpenguins import load_penguins
from scipy import stats
from vega_datasets import data

from cherry_reflex.analysis.exploration.association import corrected_v
from cherry_reflex.analysis.exploration.correlations import Correlations
from cherry_reflex.analysis.exploration.distribution import Distribution
from cherry_reflex.analysis.exploration.findings import Findings
from cherry_reflex.analysis.exploration.missing_patterns import MissingPatterns
from cherry_reflex.analysis.exploration.outliers import Outliers
from cherry_reflex.analysis.exploration.profile import Profile
from cherry_reflex.analysis.exploration.target_relations import TargetRelations
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from tests.analysis.tables import frames_of, params, run_over, uploaded

PENGUINS = load_penguins()
CARS = data.cars()


def test_profile(cars: Tables) -> None:
    outcome = run_over(Profile(), cars)
    table = frames_of(outcome)[0].set_index("Column")
    for name in CARS.select_dtypes("number"):
        column = CARS[name]
        row = table.loc[name]
        assert row["Missing"] == column.isna().sum()
        assert row["Distinct"] == column.nunique()
        assert row["Average"] == pytest.approx(column.mean())
        assert row["Median"] == pytest.approx(column.median())
        assert row["Standard deviation"] == pytest.approx(column.std())
        assert row["Skewness"] == pytest.approx(column.skew())
        assert float(row["Smallest"]) == column.min()
    size = params(outcome, "profile.size")
    assert (size["rows"], size["columns"], size["dates"]) == (406, 9, 1)
    assert params(outcome, "profile.missing")["cells"] == CARS.isna().sum().sum()


def test_profile_counts_duplicates_and_says_what_is_odd(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"id": range(30), "same": ["x"] * 30, "empty": [None] * 30, "v": [1, 2, 3] * 10}
    )
    tables = uploaded(pd.concat([frame, frame.head(4)]), tmp_path)
    outcome = run_over(Profile(), tables)
    assert params(outcome, "profile.duplicates")["duplicates"] == 4
    assert params(outcome, "profile.constant")["column"] == "same"
    assert params(outcome, "profile.void")["column"] == "empty"
    once = run_over(Profile(), uploaded(frame, tmp_path, "f"))
    assert params(once, "profile.unique")["columns"] == ["id"]


def test_correlations_of_mixed_types(penguins: Tables) -> None:
    table = frames_of(run_over(Correlations(), penguins))[0]
    found = {(row[0], row[1]): row[3] for row in table.itertuples(index=False)}
    r = PENGUINS.flipper_length_mm.corr(PENGUINS.body_mass_g)
    assert found["flipper_length_mm", "body_mass_g"] == pytest.approx(r)
    both = PENGUINS.dropna(subset=["body_mass_g"])
    groups = [g.body_mass_g.to_numpy() for _, g in both.groupby("species")]
    f = stats.f_oneway(*groups).statistic
    eta = np.sqrt(f * 2 / (f * 2 + len(both) - 3))
    assert found["species", "body_mass_g"] == pytest.approx(eta)
    cross = pd.crosstab(PENGUINS.species, PENGUINS.island)
    phi = stats.chi2_contingency(cross, correction=False).statistic / len(PENGUINS)
    assert found["species", "island"] == pytest.approx(corrected_v(phi, len(PENGUINS), 3, 3))


def test_corrected_v_of_unrelated_columns_is_near_zero() -> None:
    chance = np.random.default_rng(1)
    cross = pd.crosstab(chance.integers(0, 6, 60), chance.integers(0, 6, 60))
    plain = stats.contingency.association(cross, method="cramer")
    phi = stats.chi2_contingency(cross, correction=False).statistic / 60
    corrected = corrected_v(phi, 60, 6, 6)
    assert corrected < plain / 2
    assert corrected_v(1.0, 1000, 2, 2) == pytest.approx(1.0, abs=0.01)


def test_unrelated_columns_are_said_to_be_so(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    frame = pd.DataFrame({"a": chance.normal(size=4000), "b": chance.normal(size=4000)})
    outcome = run_over(Correlations(), uploaded(frame, tmp_path))
    assert [f.key for f in outcome.facts] == ["association.none"]


def test_target_relations(penguins: Tables) -> None:
    outcome = run_over(TargetRelations(target="body_mass_g"), penguins)
    numeric = PENGUINS.select_dtypes("number").corr().body_mass_g.drop("body_mass_g").abs()
    table = frames_of(outcome)[0].set_index("Column")
    for name, wanted in numeric.items():
        if name in table.index:
            assert table.loc[name].iloc[1] == pytest.approx(wanted)
    assert params(outcome, "target.best")["best"] == "flipper_length_mm"
    means = PENGUINS.groupby("species").body_mass_g.mean()
    told = params(outcome, "target.groups")
    assert (told["best"], told["high"]) == ("Gentoo", pytest.approx(means.max()))


def test_missing_patterns(penguins: Tables) -> None:
    outcome = run_over(MissingPatterns(), penguins)
    complete = params(outcome, "missing.complete_rows")["complete"]
    assert complete == len(PENGUINS.dropna())
    together = (PENGUINS.isna().sum(axis=1) >= 2).sum()
    assert params(outcome, "missing.together")["together"] == together
    patterns = frames_of(outcome)[1]
    assert patterns.Rows.sum() == len(PENGUINS)
    assert dict(patterns.to_numpy())["(nothing missing)"] == complete


def test_outliers(cars: Tables) -> None:
    outcome = run_over(Outliers(), cars)
    table = frames_of(outcome)[0].set_index("Column")
    column = CARS.Horsepower.dropna()
    first, third = column.quantile([0.25, 0.75])
    high = third + 1.5 * (third - first)
    assert table.loc["Horsepower", "Upper fence"] == pytest.approx(high)
    assert table.loc["Horsepower", "Above"] == (column > high).sum()
    assert table.loc["Horsepower", "Most extreme"] == column.max()
    rows = frames_of(outcome)[1]
    assert (rows.iloc[:, 0] >= 1).all()


def test_distribution_bins_hold_every_value(penguins: Tables) -> None:
    outcome = run_over(Distribution(columns=("body_mass_g", "bill_length_mm")), penguins)
    for table, name in zip(frames_of(outcome), ("body_mass_g", "bill_length_mm"), strict=True):
        column = PENGUINS[name].dropna()
        assert table.Rows.sum() == len(column)
        for row in table.itertuples(index=False):
            last = row.To >= column.max() - 1e-6
            right = np.inf if last else row.To - 1e-6
            inside = column.between(row.From - 1e-6, right)
            assert inside.sum() == row.Rows


def test_findings_rank_and_draw(cars: Tables) -> None:
    outcome = run_over(Findings(), cars)
    weights = [found.weight for found in outcome.facts]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) >= 6
    assert {content.kind for content in outcome.artifacts} == {"table", "chart"}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [1.0]}),
        pd.DataFrame({"a": ["x", "y", "z"]}),
        pd.DataFrame({"a": [1, 1, 1], "b": ["x", "x", "x"]}),
        pd.DataFrame({"a": [None, None], "b": [1, 2]}),
        pd.DataFrame({"a": [1, 2, None, 4, 5, 6], "b": ["p", "q", "p", "q", "p", None]}),
        pd.DataFrame({'we"ird ; col': [1, 2, 3], "한글 'x'": ["a", "b", "a"]}),
    ],
)
@pytest.mark.parametrize(
    "operation",
    [Profile(), Findings(), Correlations(), MissingPatterns(), Outliers(), Distribution()],
)
def test_odd_tables_give_facts_or_a_clear_refusal(
    tmp_path: Path, frame: pd.DataFrame, operation: Any
) -> None:
    tables = uploaded(frame, tmp_path)
    refusals = ("columns_unrelatable", "numbers_few", "outliers_undefined")
    try:
        ended = bool(run_over(operation, tables).facts)
    except BadInput as refused:
        ended = refused.code in refusals
    assert ended


@pytest.mark.parametrize(
    ("target", "code"), [("same", "target_single"), ("name", "target_unusable")]
)
def test_targets_that_cannot_be_explained(tmp_path: Path, target: str, code: str) -> None:
    names = [f"name {i}" for i in range(80)]
    tables = uploaded(pd.DataFrame({"same": [1] * 80, "name": names, "v": range(80)}), tmp_path)
    with pytest.raises(BadInput) as refused:
        run_over(TargetRelations(target=target), tables)
    assert refused.value.code == code
