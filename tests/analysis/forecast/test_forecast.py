"""Forecasts of real series, their backtests computed again by an independent path."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from cherry_reflex.analysis.forecast.backtest import tried
from cherry_reflex.analysis.forecast.forecast import Forecast
from cherry_reflex.analysis.forecast.model import Arima, Ets, Naive, best_arima
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from tests.analysis.tables import figure_of, keys, params, run, table_of


def co2() -> Any:
    """Monthly carbon dioxide at Mauna Loa, 1959-2001 (statsmodels' data set), gaps in it filled."""
    weekly = sm.datasets.co2.load_pandas().data["co2"]
    monthly = weekly.resample("MS").mean().interpolate().loc["1990":"1999"]
    return pd.DataFrame({"month": monthly.index, "co2": monthly.to_numpy()})


def test_co2_is_forecast_better_than_by_the_naive_methods(tmp_path: Path) -> None:
    frame = co2()
    outcome = run(Forecast(value="co2", aggregate="mean", horizon=12), tmp_path, frame)
    trials = table_of(outcome, "backtest").set_index("Model")
    assert {"ARIMA", "exponential smoothing"} <= set(trials.index)
    seasonal = trials.loc["seasonal naive (value of a season ago)", "MAE"]
    assert trials["MAE"].iloc[0] < 0.6 * seasonal
    ahead = table_of(outcome, "Forecast of")
    assert ahead["Date"].iloc[0] == pd.Timestamp("2000-01-01") and len(ahead) == 12
    weekly = sm.datasets.co2.load_pandas().data["co2"]
    truth = weekly.resample("MS").mean().loc["2000"].to_numpy()
    assert np.abs(ahead["Forecast"].to_numpy() - truth).mean() < 0.8
    inside = (ahead["95% from"].to_numpy() <= truth) & (truth <= ahead["95% to"].to_numpy())
    assert inside.mean() >= 0.9, "widened, as the backtest asks"
    assert {"forecast.beats", "forecast.coverage_low", "forecast.series"} <= keys(outcome)
    drawn = figure_of(outcome, "Forecast of")["data"]
    assert drawn[0]["x"][0] == "1990-01-01" and len(drawn[2]["x"]) == 24


def test_backtest_of_the_seasonal_naive_by_hand() -> None:
    values = co2()["co2"].to_numpy()
    lengths = [96, 102, 108]
    trial = tried(Naive("seasonal_naive", 12), values, 12, 12, lengths)
    assert trial is not None
    errors = np.concatenate([values[n : n + 12] - values[n - 12 : n] for n in lengths])
    assert trial.mae == pytest.approx(np.abs(errors).mean())
    assert trial.rmse == pytest.approx(np.sqrt((errors**2).mean()))
    scales = np.repeat([np.abs(values[12:n] - values[: n - 12]).mean() for n in lengths], 12)
    assert trial.mase == pytest.approx((np.abs(errors) / scales).mean())
    assert trial.points == 36
    ahead = [Naive("seasonal_naive", 12).ahead(values[:n], 12) for n in lengths]
    low, high = (np.concatenate([getattr(a, end) for a in ahead]) for end in ("low", "high"))
    truth = np.concatenate([values[n : n + 12] for n in lengths])
    assert trial.coverage == pytest.approx(((low <= truth) & (truth <= high)).mean())
    middle, half = (low + high) / 2, (high - low) / 2 * trial.stretch
    held = np.abs(truth - middle) <= half * (1 + 1e-9)
    assert held.mean() >= 0.94


def test_naive_interval_covers_a_random_walk() -> None:
    generator = np.random.default_rng(5)
    hits = []
    for _ in range(400):
        walk = generator.normal(size=120).cumsum()
        ahead = Naive("naive").ahead(walk[:110], 10)
        hits.append((ahead.low <= walk[110:]) & (walk[110:] <= ahead.high))
    assert np.mean(hits) == pytest.approx(0.95, abs=0.025)


def test_arima_agrees_with_statsmodels_own_class() -> None:
    from statsmodels.tsa.arima.model import ARIMA

    nile = sm.datasets.nile.load_pandas().data["volume"].to_numpy(dtype=float)
    own = Arima((0, 1, 1)).ahead(nile, 5)
    theirs = ARIMA(nile, order=(0, 1, 1)).fit().get_forecast(5)
    assert own.mean == pytest.approx(theirs.predicted_mean, rel=0.01)
    assert own.low == pytest.approx(theirs.conf_int()[:, 0], rel=0.02)


def test_ets_agrees_with_holt_winters() -> None:
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    nile = sm.datasets.nile.load_pandas().data["volume"].to_numpy(dtype=float)
    own = Ets(None, False, None, 0).ahead(nile, 3)
    theirs = SimpleExpSmoothing(nile, initialization_method="estimated").fit().forecast(3)
    assert own.mean == pytest.approx(theirs, rel=0.01)


def test_differencing_follows_kpss() -> None:
    generator = np.random.default_rng(1)
    walk = best_arima(generator.normal(size=200).cumsum(), 0)
    noise = best_arima(generator.normal(size=200), 0)
    assert isinstance(walk, Arima) and walk.order[1] == 1
    assert isinstance(noise, Arima) and noise.order[1] == 0


def test_rows_are_brought_together_and_what_was_done_is_said(tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    days = pd.date_range("2024-01-01", "2024-06-10")
    frame = pd.DataFrame({"sold": np.repeat(days, 3), "pieces": generator.integers(1, 9, 486)})
    frame.loc[5, "pieces"] = None
    holes = frame[~frame["sold"].isin(days[40:45])]
    outcome = run(Forecast(value="pieces", horizon=7), tmp_path, holes)
    told = params(outcome, "forecast.series")
    assert told["frequency"] == "per_day" and told["count"] == len(days)
    assert params(outcome, "forecast.gaps")["count"] == 5
    assert params(outcome, "forecast.missing")["count"] == 1
    monthly = run(Forecast(value="pieces", frequency="week", horizon=3), tmp_path, holes)
    assert params(monthly, "forecast.partial")["count"] == 1
    expected = frame[frame["sold"] < "2024-01-08"]["pieces"].sum()
    assert figure_of(monthly, "Forecast of")["data"][0]["y"][0] == pytest.approx(expected)


def test_rows_are_counted_without_a_value(tmp_path: Path) -> None:
    days = pd.DatetimeIndex(np.repeat(pd.date_range("2024-01-01", periods=40), 2))
    jitter = pd.to_timedelta(np.arange(80) % 5, unit="min")
    frame = pd.DataFrame({"at": days + jitter, "city": "Seoul"})
    frame = pd.concat([frame, frame.iloc[:10]])
    outcome = run(Forecast(frequency="day", horizon=3), tmp_path, frame, language=KOREAN)
    history = figure_of(outcome, "예측")["data"][0]["y"]
    assert history[:6] == [4, 4, 4, 4, 4, 2]


def test_two_years_of_months_are_enough_without_their_season(tmp_path: Path) -> None:
    generator = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "d": pd.date_range("2023-01-01", periods=24, freq="MS"),
            "x": 100 + generator.normal(0, 5, 24),
        }
    )
    outcome = run(Forecast(value="x", horizon=3), tmp_path, frame)
    assert params(outcome, "forecast.seasonless") == {"season": 12, "count": 24}
    assert params(outcome, "forecast.model")["horizon"] == 3


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "no date": ({"x": [1.0] * 50}, {"value": "x"}, "date_missing"),
    "two dates": (
        {"a": pd.date_range("2024", periods=30), "b": pd.date_range("2024", periods=30)},
        {},
        "date_choice",
    ),
    "short": (
        {"d": pd.date_range("2024-01-01", periods=5), "x": range(5)},
        {"value": "x"},
        "series_short",
    ),
    "constant": (
        {"d": pd.date_range("2024-01-01", periods=50), "x": [2.0] * 50},
        {"value": "x"},
        "series_constant",
    ),
    "all missing": (
        {"d": pd.date_range("2024-01-01", periods=50), "x": [np.nan] * 50},
        {"value": "x"},
        "value_empty",
    ),
    "too far": (
        {"d": pd.date_range("2024-01-01", periods=40), "x": range(40)},
        {"value": "x", "horizon": 100},
        "horizon_long",
    ),
}


@pytest.mark.parametrize(("columns", "arguments", "code"), CASES.values(), ids=CASES)
def test_bad_series_are_refused_with_a_reason(
    columns: dict[str, Any], arguments: dict[str, Any], code: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as caught:
        run(Forecast(**arguments), tmp_path, pd.DataFrame(columns))
    assert caught.value.code == code
