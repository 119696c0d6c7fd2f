"""Power from the noncentral distributions themselves, and published values; corrections by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cherry_reflex.analysis.statistics.corrections import CorrectPValues
from cherry_reflex.analysis.statistics.power import PowerAnalysis
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from tests.analysis.tables import first_frame, keys, params, run


def t_power(d: float, n: int, alpha: float = 0.05) -> float:
    """Two-sided power of the t test with n in each of two groups, from the noncentral t."""
    freedom, shift = 2 * n - 2, d * (n / 2) ** 0.5
    edge = stats.t.ppf(1 - alpha / 2, freedom)
    return float(stats.nct.sf(edge, freedom, shift) + stats.nct.cdf(-edge, freedom, shift))


@pytest.mark.parametrize(("d", "n"), [(0.2, 394), (0.5, 64), (0.8, 26)])
def test_sample_sizes_are_cohens(tmp_path: Path, d: float, n: int) -> None:
    """Cohen (1988), table 2.4.1: 393, 64, 26 for alpha .05, power .80 (393.4 rounded up here)."""
    outcome = run(PowerAnalysis(effect=d), tmp_path)
    told = params(outcome, "power_needed_groups")
    assert (told["n"], told["total"]) == (n, 2 * n)
    assert t_power(d, n) >= 0.8 > t_power(d, n - 1)


def test_power_of_given_rows(tmp_path: Path) -> None:
    outcome = run(PowerAnalysis(effect=0.5, n=50), tmp_path)
    assert params(outcome, "power_reached")["reached"] == pytest.approx(t_power(0.5, 50), abs=1e-6)
    assert "power_low" in keys(outcome)
    assert "power_low" not in keys(run(PowerAnalysis(effect=0.5, n=70), tmp_path))
    shown = first_frame(outcome)
    for _, row in shown.iterrows():
        assert row["Power"] == pytest.approx(t_power(0.5, int(row["Rows per group"])), abs=1e-6)


def test_anova_by_the_noncentral_f(tmp_path: Path) -> None:
    told = params(run(PowerAnalysis(test="anova", effect=0.25, groups=4), tmp_path),
                  "power_needed_groups")  # fmt: skip
    n = told["n"]

    def power(each: int) -> float:
        total = 4 * each
        edge = stats.f.ppf(0.95, 3, total - 4)
        return float(stats.ncf.sf(edge, 3, total - 4, 0.25**2 * total))

    assert power(n) >= 0.8 > power(n - 1)
    assert n == 45, "Cohen (1988), table 8.4.4"


def test_shares_by_the_arcsine(tmp_path: Path) -> None:
    operation = PowerAnalysis(test="two_shares", share=0.1, other_share=0.15)
    told = params(run(operation, tmp_path), "power_needed_groups")
    h = abs(2 * np.arcsin(0.1**0.5) - 2 * np.arcsin(0.15**0.5))
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert told["effect"] == pytest.approx(h)
    assert told["n"] == int(np.ceil(2 * (z / h) ** 2))


def test_correlation_by_fishers_z(tmp_path: Path) -> None:
    told = params(run(PowerAnalysis(test="correlation", effect=0.3), tmp_path), "power_needed")
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    assert told["n"] == int(np.ceil((z / np.arctanh(0.3)) ** 2 + 3)) == 85


def test_one_mean(tmp_path: Path) -> None:
    told = params(run(PowerAnalysis(test="one_mean", effect=0.5), tmp_path), "power_needed")
    assert told["n"] == 34, "Faul et al. (2007), G*Power: 34"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"test": "correlation", "effect": 1.0}, "power_effect"),
        ({"test": "two_shares", "share": 0.2, "other_share": 0.2}, "power_effect"),
        ({"effect": 0.0001}, "power_never"),
    ],
)
def test_what_cannot_be_planned_for(tmp_path: Path, more: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput) as caught:
        PowerAnalysis(**more).run(Tables(datasets=(), folder=tmp_path))
    assert caught.value.code == code


def test_corrections_by_hand(tmp_path: Path) -> None:
    values = (0.01, 0.04, 0.03, 0.005, 0.6)

    def corrected(method: str) -> list[float]:
        tables = Tables(datasets=(), folder=tmp_path)
        outcome = CorrectPValues(p_values=values, method=method).run(tables)  # type: ignore[arg-type]
        shown = first_frame(outcome)
        return [float(value) for value in shown["Corrected p value"]]

    assert corrected("bonferroni") == pytest.approx([0.05, 0.2, 0.15, 0.025, 1.0])
    # Holm: sorted times 5, 4, 3, 2, 1, never falling.
    assert corrected("holm") == pytest.approx([0.04, 0.09, 0.09, 0.025, 0.6])
    # Benjamini-Hochberg: sorted times 5/rank, never rising from the end.
    assert corrected("fdr_bh") == pytest.approx(
        list(stats.false_discovery_control(values, method="bh"))
    )
    assert corrected("fdr_by") == pytest.approx(
        list(stats.false_discovery_control(values, method="by"))
    )


def test_a_column_of_p_values_with_its_labels(tmp_path: Path) -> None:
    table = pd.DataFrame({"gene": ["a", "b", "c", None], "p": [0.001, 0.04, 0.2, 0.5]})
    outcome = run(CorrectPValues(column="p", labels="gene"), tmp_path, table)
    told = params(outcome, "corrected")
    assert (told["count"], told["before"], told["after"]) == (3, 2, 1)
    shown = first_frame(outcome)
    assert shown["Test"].to_list() == ["a", "b", "c"]
    wrong = pd.DataFrame({"p": [0.001, 4.0]})
    with pytest.raises(BadInput) as caught:
        run(CorrectPValues(column="p"), tmp_path, wrong)
    assert caught.value.code == "p_values_range"
    with pytest.raises(BadInput) as caught:
        run(CorrectPValues(), tmp_path, wrong)
    assert caught.value.code == "p_values_missing"
