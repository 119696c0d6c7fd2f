"""Pearson's and Spearman's correlation, where they tell different stories."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cherry_reflex.analysis.exploration.correlations import Correlations
from cherry_reflex.analysis.statistics.correlate import CorrelateTwo
from tests.analysis.tables import keys, params, run

DICE = np.random.default_rng(6)
X = DICE.integers(1, 40, 200).astype(float)
CURVED = pd.DataFrame({"광고비": X, "매출": np.exp(X / 4), "말": ["a", "b"] * 100})
STRAIGHT = pd.DataFrame({"광고비": X, "매출": 3 * X + DICE.normal(0, 2, 200)})


def test_a_curve_is_told_by_both(tmp_path: Path) -> None:
    r, rank = stats.pearsonr(X, CURVED["매출"])[0], stats.spearmanr(X, CURVED["매출"])[0]
    assert rank - r > 0.1
    two = run(CorrelateTwo(x="광고비", y="매출"), tmp_path, CURVED)
    told = params(two, "stat_spearman_differs")
    assert (told["r"], told["rank"]) == (pytest.approx(r), pytest.approx(rank))
    whole = params(run(Correlations(), tmp_path, CURVED), "association.rank_differs")
    assert (whole["value"], whole["rank"]) == (pytest.approx(r), pytest.approx(rank))


def test_a_line_is_told_once(tmp_path: Path) -> None:
    assert "stat_spearman_differs" not in keys(
        run(CorrelateTwo(x="광고비", y="매출"), tmp_path, STRAIGHT)
    )
    assert "association.rank_differs" not in keys(run(Correlations(), tmp_path, STRAIGHT))
    asked = CorrelateTwo(x="광고비", y="매출", method="spearman")
    assert "stat_spearman_differs" not in keys(run(asked, tmp_path, CURVED))
