"""Every test statistic against a second source, on the Palmer penguins."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from palmerpenguins import load_penguins
from scipy import stats

from cherry_reflex.analysis.sql.filters import Filter
from cherry_reflex.analysis.statistics.chi_square import TestIndependence as Independence
from cherry_reflex.analysis.statistics.correlate import CorrelateTwo
from cherry_reflex.analysis.statistics.describe import DescribeNumbers
from cherry_reflex.analysis.statistics.many_groups import CompareGroups
from cherry_reflex.analysis.statistics.normality import TestNormality as Normality
from cherry_reflex.analysis.statistics.regression import LinearRegression
from cherry_reflex.analysis.statistics.two_groups import CompareTwoGroups
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Operation
from tests.analysis.tables import frames_of, params, run

PENGUINS: pd.DataFrame = load_penguins()


def test_descriptives_by_group(tmp_path: Path) -> None:
    table = frames_of(
        run(DescribeNumbers(columns=("body_mass_g",), by="species"), tmp_path, PENGUINS)
    )[0]
    expected = PENGUINS.groupby("species")["body_mass_g"].describe()
    table = table.set_index("species")
    assert np.allclose(table["Average"], expected["mean"])
    assert np.allclose(table["Standard deviation"], expected["std"])
    assert np.allclose(table["First quartile"], expected["25%"])
    gentoo = PENGUINS.loc[PENGUINS["species"] == "Gentoo", "body_mass_g"].dropna()
    assert table.loc["Gentoo", "Skewness"] == pytest.approx(stats.skew(gentoo, bias=False))


def test_welch_against_the_formula(tmp_path: Path) -> None:
    outcome = run(CompareTwoGroups(measure="body_mass_g", group="sex"), tmp_path, PENGUINS)
    told = params(outcome, "stat_two_differ")
    a = PENGUINS.loc[PENGUINS.sex == "female", "body_mass_g"].dropna()
    b = PENGUINS.loc[PENGUINS.sex == "male", "body_mass_g"].dropna()
    va, vb = a.var() / len(a), b.var() / len(b)
    t = (a.mean() - b.mean()) / (va + vb) ** 0.5
    df = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    assert told["statistic"] == pytest.approx(t)
    assert told["p"] == pytest.approx(2 * stats.t.sf(abs(t), df))
    half = stats.t.ppf(0.975, df) * (va + vb) ** 0.5
    assert told["low"] == pytest.approx(a.mean() - b.mean() - half)
    pooled = (((len(a) - 1) * a.var() + (len(b) - 1) * b.var()) / (len(a) + len(b) - 2)) ** 0.5
    assert told["effect"] == pytest.approx((a.mean() - b.mean()) / pooled)


def test_mann_whitney_is_chosen_for_small_skewed_groups(tmp_path: Path) -> None:
    data = pd.DataFrame(
        {"v": [1, 1, 1, 1, 2, 2, 90, 5, 6, 7, 8, 9, 9, 300.0], "g": ["a"] * 7 + ["b"] * 7}
    )
    told = params(run(CompareTwoGroups(measure="v", group="g"), tmp_path, data), "stat_two_differ")
    wins = sum((x > y) + 0.5 * (x == y) for x in data.v[:7] for y in data.v[7:])
    assert told["test"] == "mann_whitney"
    assert told["statistic"] == pytest.approx(wins)
    assert told["effect"] == pytest.approx(2 * wins / 49 - 1)


def test_anova_against_the_linear_model(tmp_path: Path) -> None:
    outcome = run(
        CompareGroups(measure="flipper_length_mm", group="species", method="anova"),
        tmp_path,
        PENGUINS,
    )
    told = params(outcome, "stat_many_differ")
    model = smf.ols("flipper_length_mm ~ species", PENGUINS).fit()
    assert told["statistic"] == pytest.approx(model.fvalue)
    assert told["p"] == pytest.approx(model.f_pvalue, rel=1e-6)
    k, n, f = 3, int(model.nobs), model.fvalue
    assert told["effect"] == pytest.approx((k - 1) * (f - 1) / ((k - 1) * (f - 1) + n))
    assert told["best"] == "Gentoo"
    assert (frames_of(outcome)[1]["p value (Holm)"] < 0.001).all()


def test_holm_by_hand(tmp_path: Path) -> None:
    outcome = run(CompareGroups(measure="bill_depth_mm", group="species"), tmp_path, PENGUINS)
    pairs = frames_of(outcome)[1]
    raw = []
    for a, b in zip(pairs["First group"], pairs["Second group"], strict=True):
        x = PENGUINS.loc[PENGUINS.species == a, "bill_depth_mm"].dropna()
        y = PENGUINS.loc[PENGUINS.species == b, "bill_depth_mm"].dropna()
        raw.append(stats.ttest_ind(x, y, equal_var=False).pvalue)
    order = np.argsort(raw)
    expected = np.maximum.accumulate(np.array(raw)[order] * np.array([3, 2, 1])).clip(max=1)
    assert np.allclose(np.sort(pairs["p value (Holm)"]), np.sort(expected))


def test_no_pair_differs(tmp_path: Path) -> None:
    rows = {"group": ["a", "b", "c"] * 20, "value": [n // 3 % 7 for n in range(60)]}
    outcome = run(CompareGroups(measure="value", group="group"), tmp_path, pd.DataFrame(rows))
    assert params(outcome, "stat_no_pairs")["pairs"] == 3


def test_chi_square_against_the_formula(tmp_path: Path) -> None:
    outcome = run(Independence(first="species", second="island"), tmp_path, PENGUINS)
    told = params(outcome, "stat_related")
    counts = pd.crosstab(PENGUINS.species, PENGUINS.island).to_numpy()
    expected = counts.sum(1, keepdims=True) * counts.sum(0) / counts.sum()
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert told["statistic"] == pytest.approx(statistic)
    assert told["effect"] == pytest.approx((statistic / (counts.sum() * 2)) ** 0.5)


def test_fisher_for_low_counts(tmp_path: Path) -> None:
    data = pd.DataFrame(
        {"a": ["x"] * 10 + ["y"] * 10, "b": ["u"] * 9 + ["w"] + ["u"] * 2 + ["w"] * 8}
    )
    told = params(run(Independence(first="a", second="b"), tmp_path, data), "stat_related")
    hypergeometric = stats.hypergeom(20, 11, 10)
    likely = [hypergeometric.pmf(k) for k in range(1, 11)]
    expected = sum(p for p in likely if p <= hypergeometric.pmf(9) * (1 + 1e-7))
    assert told["test"] == "fisher"
    assert told["p"] == pytest.approx(expected)


@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_correlations_against_pandas(tmp_path: Path, method: Any) -> None:
    x, y = "bill_length_mm", "body_mass_g"
    told = params(run(CorrelateTwo(x=x, y=y, method=method), tmp_path, PENGUINS), "stat_correlated")
    assert told["r"] == pytest.approx(PENGUINS[[x, y]].dropna()[x].corr(PENGUINS[y], method=method))
    assert told["low"] < told["r"] < told["high"]
    if method == "pearson":
        pair = PENGUINS[[x, y]].dropna()
        interval = stats.pearsonr(pair[x], pair[y]).confidence_interval(0.95)
        assert told["low"] == pytest.approx(interval.low, abs=1e-6)


def test_regression_against_the_formula_interface(tmp_path: Path) -> None:
    operation = LinearRegression(target="body_mass_g", predictors=("flipper_length_mm", "species"))
    outcome = run(operation, tmp_path, PENGUINS)
    told = params(outcome, "stat_regression")
    model = smf.ols("body_mass_g ~ flipper_length_mm + C(species)", PENGUINS).fit()
    assert told["r2"] == pytest.approx(model.rsquared)
    table = frames_of(outcome)[0].set_index("Term")
    slope = table.loc["flipper_length_mm"]
    assert slope["Coefficient"] == pytest.approx(model.params["flipper_length_mm"])
    assert table.loc["species = Gentoo", "Coefficient"] == pytest.approx(
        model.params["C(species)[T.Gentoo]"]
    )


def test_normality_against_scipy(tmp_path: Path) -> None:
    told = params(
        run(Normality(columns=("body_mass_g",)), tmp_path, PENGUINS), "stat_normality_rejected"
    )
    assert told["p"] == pytest.approx(stats.shapiro(PENGUINS.body_mass_g.dropna()).pvalue)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (CompareTwoGroups(measure="v", group="three"), "groups_not_two"),
        (CompareTwoGroups(measure="v", group="three", first="a", second="z"), "group_unknown"),
        (CompareTwoGroups(measure="same", group="g"), "column_constant"),
        (CompareTwoGroups(measure="v", group="one"), "groups_one"),
        (CompareGroups(measure="v", group="each"), "groups_many"),
        (CompareGroups(measure="g", group="three"), "column_type"),
        (CompareGroups(measure="nothing", group="g"), "column_unknown"),
        (CorrelateTwo(x="v", y="v"), "column_twice"),
        (CorrelateTwo(x="v", y="none"), "rows_all_missing"),
        (LinearRegression(target="v", predictors=("same",)), "column_constant"),
        (Normality(columns=("same",)), "column_constant"),
    ],
)
def test_bad_input_says_why(tmp_path: Path, operation: Operation, code: str) -> None:
    data = pd.DataFrame(
        {
            "v": np.arange(60.0),
            "same": 1.0,
            "none": np.nan,
            "g": ["a", "b"] * 30,
            "three": ["a", "b", "c"] * 20,
            "one": "x",
            "each": [str(n) for n in range(60)],
        }
    )
    with pytest.raises(BadInput, match=code):
        run(operation, tmp_path, data)


def test_tiny_groups_are_said(tmp_path: Path) -> None:
    data = pd.DataFrame({"v": [1.0, 2, 3, 4, 9, 8], "g": list("aaabbb")})
    outcome = run(CompareTwoGroups(measure="v", group="g"), tmp_path, data)
    assert params(outcome, "stat_tiny")["groups"] == "a (3), b (3)"


def test_filters_are_honoured_and_said(tmp_path: Path) -> None:
    only = (Filter(column="species", op="=", value="Adelie"),)
    outcome = run(
        CompareTwoGroups(measure="body_mass_g", group="sex", filters=only), tmp_path, PENGUINS
    )
    told = params(outcome, "stat_two_differ")
    adelie = PENGUINS[(PENGUINS.species == "Adelie") & (PENGUINS.sex == "male")]
    assert told["n_b"] == adelie.body_mass_g.notna().sum()
    assert told["mean_b"] == pytest.approx(adelie.body_mass_g.mean())
    assert params(outcome, "filtered")["rows"] == (PENGUINS.species == "Adelie").sum()
    nobody = (Filter(column="species", op="=", value="Dodo"),)
    with pytest.raises(BadInput, match="filter_empty"):
        run(
            CompareTwoGroups(measure="body_mass_g", group="sex", filters=nobody), tmp_path, PENGUINS
        )
