"""What goes back to whoever called is whole: no figure is rounded, and none is left out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from cherry_reflex.analysis.answers.describe_column import DescribeColumn
from cherry_reflex.analysis.charts.chart import Chart
from cherry_reflex.analysis.charts.pair_plot import PairPlot
from cherry_reflex.analysis.digests.digest import digest_of
from cherry_reflex.analysis.exploration.correlations import Correlations
from cherry_reflex.analysis.statistics.describe import DescribeNumbers
from cherry_reflex.analysis.statistics.regression import LinearRegression
from cherry_reflex.core.operation import Operation
from tests.analysis.tables import first_frame, frames_of, params, run

_RNG = np.random.default_rng(5)
X = _RNG.normal(3.0, 2.0, 80) / 7
FRAME = pd.DataFrame({"x": X, "y": 2 * X + _RNG.normal(0, 0.5, 80)})


def test_a_regression_has_errors_t_and_degrees_of_freedom(tmp_path: Path) -> None:
    outcome = run(LinearRegression(target="y", predictors=("x",)), tmp_path, FRAME)
    wanted = sm.OLS(FRAME["y"], sm.add_constant(FRAME[["x"]])).fit()
    row = first_frame(outcome).set_index("Term").loc["x"]
    assert row["Standard error"] == pytest.approx(wanted.bse["x"], rel=1e-10)
    assert row["t"] == pytest.approx(wanted.tvalues["x"], rel=1e-10)
    told = params(outcome, "stat_regression")
    assert (told["n"], told["df"], told["df_residual"]) == (80, 1, 78)
    assert told["residual_error"] == pytest.approx(wanted.mse_resid**0.5, rel=1e-10)


def test_a_correlation_has_its_p_and_its_rows(tmp_path: Path) -> None:
    outcome = run(Correlations(), tmp_path, FRAME)
    r, p = stats.pearsonr(FRAME["x"], FRAME["y"])
    (row,) = frames_of(outcome)[0].to_dict("records")
    assert row["p value"] == pytest.approx(p, rel=1e-6)
    told = params(outcome, "association.r_up")
    assert (told["rows"], told["value"]) == (80, pytest.approx(r, rel=1e-10))
    assert told["p"] == row["p value"]


@pytest.mark.parametrize("operation", [DescribeNumbers(columns=("x",)), DescribeColumn(column="x")])
def test_a_description_has_variance_skewness_and_kurtosis(
    tmp_path: Path, operation: Operation
) -> None:
    outcome = run(operation, tmp_path, FRAME)
    cells = {
        cell
        for table in digest_of(outcome).tables[:1]
        for row in table.head
        for cell in row
        if isinstance(cell, float)
    }
    for wanted in (FRAME["x"].var(), FRAME["x"].skew(), FRAME["x"].kurt(), FRAME["x"].std()):
        assert any(cell == pytest.approx(wanted, rel=1e-10) for cell in cells)


def test_tables_of_charts_have_all_digits(tmp_path: Path) -> None:
    (drawn,) = frames_of(run(PairPlot(columns=("x", "y")), tmp_path, FRAME))
    assert sorted(drawn["x"]) == sorted(FRAME["x"])
    heat = run(Chart(kind="heatmap"), tmp_path, FRAME)
    r = stats.pearsonr(FRAME["x"], FRAME["y"]).statistic
    assert frames_of(heat)[0]["y"][0] == pytest.approx(r, rel=1e-12)
