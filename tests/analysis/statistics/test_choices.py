"""Which test, level and definition: each argument against scipy, statsmodels and pandas."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from palmerpenguins import load_penguins
from scipy import stats
from statsmodels.stats.diagnostic import lilliefors, normal_ad
from statsmodels.stats.multicomp import pairwise_tukeyhsd

from cherry_reflex.analysis.exploration.outliers import Outliers
from cherry_reflex.analysis.statistics.chi_square import TestIndependence
from cherry_reflex.analysis.statistics.correlate import CorrelateTwo
from cherry_reflex.analysis.statistics.describe import DescribeNumbers
from cherry_reflex.analysis.statistics.many_groups import CompareGroups
from cherry_reflex.analysis.statistics.normality import TestNormality
from cherry_reflex.analysis.statistics.paired import ComparePaired
from cherry_reflex.analysis.statistics.regression import LinearRegression
from cherry_reflex.analysis.statistics.two_groups import CompareTwoGroups
from cherry_reflex.analysis.statistics.variances import CompareVariances
from cherry_reflex.core.errors import BadInput
from tests.analysis.tables import first_frame, frames_of, keys, params, run

PENGUINS = load_penguins()
MASS = PENGUINS.body_mass_g.dropna().to_numpy()


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("shapiro", stats.shapiro(MASS)),
        ("dagostino", stats.normaltest(MASS)),
        ("jarque_bera", stats.jarque_bera(MASS)),
        ("anderson", normal_ad(MASS)),
        ("ks", stats.kstest((MASS - MASS.mean()) / MASS.std(ddof=1), "norm")),
        ("lilliefors", lilliefors(MASS)),
    ],
)
def test_normality_by_the_test_that_is_named(tmp_path: Path, method: Any, expected: Any) -> None:
    outcome = run(TestNormality(columns=("body_mass_g",), method=method), tmp_path, PENGUINS)
    told = outcome.facts[0].params
    assert told["test"] == method
    assert (told["statistic"], told["p"]) == pytest.approx(tuple(expected), rel=1e-9)
    if method == "anderson":
        known = stats.anderson(MASS, method="interpolate")
        assert told["statistic"] == pytest.approx(known.statistic)


def test_the_level_decides(tmp_path: Path) -> None:
    p = float(stats.shapiro(PENGUINS.body_mass_g[:60].dropna()).pvalue)
    assert p < 0.9
    for alpha, key in ((p / 2, "stat_normality_kept"), (p * 1.1, "stat_normality_rejected")):
        operation = TestNormality(columns=("body_mass_g",), alpha=alpha)
        assert key in keys(run(operation, tmp_path, PENGUINS[:60]))


@pytest.mark.parametrize("alternative", ["less", "greater"])
@pytest.mark.parametrize("method", ["student", "welch", "mann_whitney"])
def test_two_groups_one_sided(tmp_path: Path, method: Any, alternative: Any) -> None:
    operation = CompareTwoGroups(
        measure="body_mass_g", group="sex", method=method, alternative=alternative
    )
    told = run(operation, tmp_path, PENGUINS).facts[0].params
    a, b = (PENGUINS[PENGUINS.sex == s].body_mass_g.dropna() for s in ("female", "male"))
    if method == "mann_whitney":
        expected = stats.mannwhitneyu(a, b, alternative=alternative)
    else:
        expected = stats.ttest_ind(a, b, equal_var=method == "student", alternative=alternative)
        assert told["df"] == pytest.approx(expected.df)
    assert told["p"] == pytest.approx(expected.pvalue, rel=1e-9)
    assert told["statistic"] == pytest.approx(expected.statistic)


def test_pairs_by_tukey(tmp_path: Path) -> None:
    operation = CompareGroups(
        measure="bill_depth_mm", group="species", method="anova", pairs="tukey"
    )
    outcome = run(operation, tmp_path, PENGUINS)
    rows = PENGUINS.dropna(subset=["bill_depth_mm"])
    known = pairwise_tukeyhsd(rows.bill_depth_mm, rows.species)
    pairs = frames_of(outcome)[1]
    found = dict(
        zip(
            map(frozenset, zip(pairs["First group"], pairs["Second group"], strict=True)),
            pairs["p value (Tukey)"],
            strict=True,
        )
    )
    names = list(known.groupsunique)
    listed = [(a, b) for n, a in enumerate(names) for b in names[n + 1 :]]
    for (a, b), p in zip(listed, known.pvalues, strict=True):
        assert found[frozenset((a, b))] == pytest.approx(p, abs=1e-6)
    told = outcome.facts[0].params
    assert (told["df"], told["df_within"], told["n"]) == (2, len(rows) - 3, len(rows))
    expected = stats.f_oneway(*(g.to_numpy() for _, g in rows.groupby("species").bill_depth_mm))
    assert told["statistic"] == pytest.approx(expected.statistic)


@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("levene", lambda *v: stats.levene(*v, center="mean")),
        ("brown_forsythe", stats.levene),
        ("bartlett", stats.bartlett),
        ("fligner", stats.fligner),
    ],
)
def test_variances(tmp_path: Path, method: Any, call: Any) -> None:
    operation = CompareVariances(measure="body_mass_g", group="species", method=method)
    outcome = run(operation, tmp_path, PENGUINS)
    groups = [g.dropna() for _, g in PENGUINS.groupby("species").body_mass_g]
    told = outcome.facts[0].params
    assert (told["statistic"], told["p"]) == pytest.approx(tuple(call(*groups)))
    shown = first_frame(outcome).set_index("species")["Variance"]
    assert shown["Gentoo"] == pytest.approx(groups[2].var())


def test_paired_and_one_sample(tmp_path: Path) -> None:
    dice = np.random.default_rng(5)
    before = dice.normal(50, 8, 40)
    frame = pd.DataFrame({"before": before, "after": before + dice.normal(2, 4, 40)})
    for method, call in (("t", stats.ttest_rel), ("wilcoxon", stats.wilcoxon)):
        operation = ComparePaired.model_validate({"x": "before", "y": "after", "method": method})
        told = run(operation, tmp_path, frame).facts[0].params
        expected = call(frame.before, frame.after)
        assert told["statistic"] == pytest.approx(expected.statistic)
        assert told["p"] == pytest.approx(expected.pvalue)
    one = ComparePaired(x="before", value=47.0, method="t", alternative="greater")
    told = run(one, tmp_path, frame).facts[0].params
    expected = stats.ttest_1samp(frame.before, 47.0, alternative="greater")
    assert (told["test"], told["df"]) == ("one_sample_t", 39)
    assert told["p"] == pytest.approx(expected.pvalue)


def test_independence_exact_or_with_yates(tmp_path: Path) -> None:
    frame = PENGUINS.dropna(subset=["sex"])
    frame = frame[frame.island != "Torgersen"]
    counts = pd.crosstab(frame.island, frame.sex)
    exact = run(TestIndependence(first="island", second="sex", method="fisher"), tmp_path, frame)
    odds, p = stats.fisher_exact(counts)
    assert exact.facts[0].params["p"] == pytest.approx(p)
    assert exact.facts[0].params["odds_ratio"] == pytest.approx(odds)
    operation = TestIndependence(first="island", second="sex", method="chi_square", yates=True)
    told = run(operation, tmp_path, frame).facts[0].params
    expected = stats.chi2_contingency(counts, correction=True)
    assert (told["statistic"], told["p"]) == pytest.approx((expected.statistic, expected.pvalue))
    with pytest.raises(BadInput) as caught:
        run(TestIndependence(first="species", second="sex", method="fisher"), tmp_path, PENGUINS)
    assert caught.value.code == "fisher_two_by_two"


def test_definitions_of_deviation_and_moments(tmp_path: Path) -> None:
    outcome = run(
        DescribeNumbers(columns=("body_mass_g",), ddof=0, moments="population"), tmp_path, PENGUINS
    )
    told = params(outcome, "stat_described")
    assert told["sd"] == pytest.approx(MASS.std())
    assert told["skew"] == pytest.approx(stats.skew(MASS))
    assert told["kurtosis"] == pytest.approx(stats.kurtosis(MASS))
    usual = params(run(DescribeNumbers(columns=("body_mass_g",)), tmp_path, PENGUINS),
                   "stat_described")  # fmt: skip
    assert usual["skew"] == pytest.approx(PENGUINS.body_mass_g.skew())
    assert usual["kurtosis"] == pytest.approx(PENGUINS.body_mass_g.kurt())


@pytest.mark.parametrize(("threshold", "ddof"), [(2.0, 0), (2.5, 1)])
def test_outliers_by_z(tmp_path: Path, threshold: float, ddof: Any) -> None:
    outcome = run(
        Outliers(columns=("body_mass_g",), method="z", threshold=threshold, ddof=ddof),
        tmp_path,
        PENGUINS,
    )
    far = np.abs(MASS - MASS.mean()) > threshold * MASS.std(ddof=ddof)
    if not far.any():
        assert keys(outcome) == {"outliers.z_none"}
        return
    assert params(outcome, "outliers.z_found")["count"] == far.sum()
    assert len(frames_of(outcome)[1]) == far.sum()


def test_expressions_stand_for_columns(tmp_path: Path) -> None:
    outcome = run(
        CorrelateTwo(x="ln(body_mass_g)", y="bill_length_mm / bill_depth_mm",
                     where="species <> 'Gentoo'"),
        tmp_path,
        PENGUINS,
    )  # fmt: skip
    rows = PENGUINS[PENGUINS.species != "Gentoo"].dropna(subset=["body_mass_g"])
    expected = stats.pearsonr(np.log(rows.body_mass_g), rows.bill_length_mm / rows.bill_depth_mm)
    assert outcome.facts[0].params["r"] == pytest.approx(expected.statistic)
    groups = run(
        CompareTwoGroups(measure="body_mass_g", group="species = 'Gentoo'"), tmp_path, PENGUINS
    )
    assert {groups.facts[0].params["a"], groups.facts[0].params["b"]} == {"False", "True"}


def test_a_regression_has_its_degrees_of_freedom(tmp_path: Path) -> None:
    operation = LinearRegression(target="body_mass_g", predictors=("ln(bill_length_mm)", "species"))
    told = run(operation, tmp_path, PENGUINS).facts[0].params
    fitted = smf.ols("body_mass_g ~ np.log(bill_length_mm) + species", PENGUINS).fit()
    assert (told["df"], told["df_residual"]) == (fitted.df_model, fitted.df_resid)
    assert (told["f"], told["r2"]) == pytest.approx((fitted.fvalue, fitted.rsquared))
