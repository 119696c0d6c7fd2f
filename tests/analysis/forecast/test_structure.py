"""Parts, tests, rhythm and anomalies of real series against other computations."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.tsa.seasonal import seasonal_decompose
from vega_datasets import data

from cherry_reflex.analysis.forecast.anomalies import Anomalies
from cherry_reflex.analysis.forecast.decompose import Decompose
from cherry_reflex.analysis.forecast.forecast import Forecast
from cherry_reflex.analysis.forecast.seasonality import Seasonality
from cherry_reflex.analysis.forecast.stationarity import Stationarity
from cherry_reflex.core.errors import BadInput
from tests.analysis.forecast.test_forecast import co2
from tests.analysis.tables import figure_of, keys, params, run, table_of


def yearly(column: str, values: object, first: int) -> pd.DataFrame:
    data = np.asarray(values, dtype=float)
    dates = pd.date_range(f"{first}-01-01", periods=len(data), freq="YS")
    return pd.DataFrame({"year": dates, column: data})


def test_parts_of_co2_agree_with_the_classical_decomposition(tmp_path: Path) -> None:
    frame = co2()
    outcome = run(Decompose(value="co2", aggregate="mean"), tmp_path, frame)
    rows = table_of(outcome, "Parts").set_index("Date")
    total = rows["Trend"] + rows["Season"] + rows["Rest"]
    assert total.to_numpy() == pytest.approx(frame["co2"].to_numpy())
    classical = seasonal_decompose(frame.set_index("month")["co2"], period=12)
    known = classical.trend.notna()
    assert np.abs(rows["Trend"][known] - classical.trend[known]).max() < 0.4
    assert np.corrcoef(rows["Season"], classical.seasonal)[0, 1] > 0.99
    assert {"forecast.trend_up", "forecast.season_strong"} <= keys(outcome)
    assert len(figure_of(outcome, "Parts")["data"]) == 4


def test_season_of_co2_peaks_in_may(tmp_path: Path) -> None:
    outcome = run(Seasonality(value="co2", aggregate="mean"), tmp_path, co2())
    assert params(outcome, "forecast.season_high")["place"] == "month 5"
    assert params(outcome, "forecast.season_low")["place"] in ("month 9", "month 10")
    lags = table_of(outcome, "Autocorrelation").set_index("Lag")["Autocorrelation"]
    assert lags[12] > 0.7 > 0 > lags[6]


def test_noise_has_no_season(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    days = pd.date_range("2024-01-01", periods=200)
    frame = pd.DataFrame({"day": days, "x": generator.normal(size=200)})
    assert "forecast.not_seasonal" in keys(run(Seasonality(value="x"), tmp_path, frame))


def test_stationarity_of_known_series(tmp_path: Path) -> None:
    sun = sm.datasets.sunspots.load_pandas().data["SUNACTIVITY"]
    outcome = run(Stationarity(value="x"), tmp_path, yearly("x", sun, 1700))
    rows = table_of(outcome, "Stationarity")
    # statsmodels' documentation gives ADF -2.837781, p 0.053076 for the sunspots.
    assert rows["Statistic"].iloc[0] == pytest.approx(-2.837781, abs=1e-5)
    assert rows["p value"].iloc[0] == pytest.approx(0.053076, abs=1e-5)
    # and KPSS 0.669866, p 0.016285, seven lags.
    assert rows["Statistic"].iloc[1] == pytest.approx(0.669866, abs=1e-4)
    assert rows["p value"].iloc[1] == pytest.approx(0.016285, abs=1e-4)
    assert rows["Lags"].iloc[1] == 7
    assert {"forecast.not_stationary", "forecast.difference_once"} <= keys(outcome)


def test_planted_anomalies_are_found_and_no_others(tmp_path: Path) -> None:
    generator = np.random.default_rng(8)
    days = pd.date_range("2024-01-01", periods=210)
    week = np.tile([0, 1, 2, 3, 4, 9, 8], 30)
    values = 50 + 0.1 * np.arange(210) + week + generator.normal(scale=0.5, size=210)
    values[[33, 120]] += [12, -9]
    frame = pd.DataFrame({"day": days, "visits": values})
    outcome = run(Anomalies(value="visits", threshold=6), tmp_path, frame)
    rows = table_of(outcome, "Unusual")
    assert list(rows["Date"]) == [days[33], days[120]]
    assert {"forecast.anomaly_high", "forecast.anomaly_low"} <= keys(outcome)


def test_a_year_is_no_season(tmp_path: Path) -> None:
    nile = sm.datasets.nile.load_pandas().data["volume"]
    with pytest.raises(BadInput) as caught:
        run(Decompose(value="flow"), tmp_path, yearly("flow", nile, 1871))
    assert caught.value.code == "season_none"
    outcome = run(Anomalies(value="flow"), tmp_path, yearly("flow", nile, 1871))
    assert keys(outcome) & {"forecast.anomalies", "forecast.no_anomalies"}


def test_days_are_parted_by_the_year_where_it_is_the_stronger_season(tmp_path: Path) -> None:
    weather = data.seattle_weather()[["date", "temp_max"]]
    outcome = run(Decompose(value="temp_max", aggregate="mean"), tmp_path, weather)
    assert params(outcome, "forecast.season_strong")["season"] == 365
    rows = table_of(outcome, "Parts").set_index("Date")
    season = rows["Season"].groupby(rows.index.month).mean()
    monthly = weather.groupby(weather.date.dt.month).temp_max.mean()
    assert np.corrcoef(season, monthly)[0, 1] > 0.99
    assert rows["Trend"].max() - rows["Trend"].min() < 5, "the year's course is no trend"
    spread = rows["Rest"].groupby(rows.index.year).std()
    assert spread.max() < 1.5 * spread.min(), "no year is taken up by the season"


def test_periods_have_the_names_that_people_use(tmp_path: Path) -> None:
    years = yearly("x", np.arange(20.0), 2000)
    told = params(run(Forecast(value="x"), tmp_path, years), "forecast.series")
    assert (told["first"], told["last"]) == ("2000", "2019")
    told = params(run(Decompose(value="co2", aggregate="mean"), tmp_path, co2()), "forecast.series")
    assert told["first"] == f"{co2()['month'].iloc[0]:%Y-%m}"
