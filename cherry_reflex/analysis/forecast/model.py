"""The forecasting models: naive ones as a measure, exponential smoothing, ARIMA.

Each is fitted on a plain array and forecasts `horizon` periods with an interval. Methods as in
Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd ed.).
"""

import warnings
from dataclasses import dataclass
from typing import Any, Protocol

Z95 = 1.959964
_SEASON_MAX = 24
"""Longer seasons make the state space of a seasonal ARIMA too large to fit in seconds."""


@dataclass(frozen=True)
class Ahead:
    """Point forecasts with the ends of their 95% prediction interval, as arrays."""

    mean: Any
    low: Any
    high: Any


class Model(Protocol):
    """A forecasting model with its form chosen; `ahead` estimates its parameters anew."""

    @property
    def name(self) -> str:
        """Return the method: a word of the catalogue."""
        ...

    @property
    def form(self) -> str:
        """Return its form in the usual notation."""
        ...

    def ahead(self, values: Any, horizon: int) -> Ahead:
        """Fit on `values` and forecast."""
        ...


@dataclass(frozen=True)
class Naive:
    """The last value, or that of a season ago. The interval grows with the square root of the
    seasons ahead, from the spread of past errors."""

    name: str
    season: int = 1

    @property
    def form(self) -> str:
        """Return what is repeated."""
        return "y[t-1]" if self.season == 1 else f"y[t-{self.season}]"

    def ahead(self, values: Any, horizon: int) -> Ahead:
        """Repeat what was."""
        import numpy as np

        steps = np.arange(horizon)
        mean = values[len(values) - self.season + steps % self.season]
        spread = float(np.sqrt(np.mean((values[self.season :] - values[: -self.season]) ** 2)))
        wide = Z95 * spread * np.sqrt(steps // self.season + 1)
        return Ahead(mean, mean - wide, mean + wide)


@dataclass(frozen=True)
class Ets:
    """Exponential smoothing in state space form."""

    trend: str | None
    damped: bool
    seasonal: str | None
    season: int
    name: str = "ets"

    @property
    def form(self) -> str:
        """Return the form in the usual letters: error, trend, season."""
        letters = {None: "N", "add": "A", "mul": "M"}
        damped = "d" if self.damped else ""
        return f"ETS(A,{letters[self.trend]}{damped},{letters[self.seasonal]})"

    def fitted(self, values: Any) -> Any:
        """Return the fitted statsmodels result."""
        import pandas as pd
        from statsmodels.tsa.exponential_smoothing.ets import ETSModel

        model = ETSModel(
            pd.Series(values),  # its intervals need an index
            error="add",
            trend=self.trend,
            damped_trend=self.damped,
            seasonal=self.seasonal,
            seasonal_periods=self.season if self.seasonal else None,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return model.fit(disp=False, maxiter=200)

    def ahead(self, values: Any, horizon: int) -> Ahead:
        """Fit and forecast; the interval is exact where the form allows, else simulated."""
        import numpy as np

        result, rows = self.fitted(values), len(values)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            kind = "simulated" if self.seasonal == "mul" else "exact"
            frame = result.get_prediction(
                start=rows, end=rows + horizon - 1, method=kind, simulate_repetitions=500,
                rng=np.random.default_rng(7),
            ).summary_frame(alpha=0.05)  # fmt: skip
        mean, low, high = (np.asarray(frame[c]) for c in ("mean", "pi_lower", "pi_upper"))
        return Ahead(mean, low, high)


@dataclass(frozen=True)
class Arima:
    """ARIMA, seasonal where a season is short enough."""

    order: tuple[int, int, int]
    seasonal: tuple[int, int, int, int] = (0, 0, 0, 0)
    name: str = "arima"

    @property
    def form(self) -> str:
        """Return the orders."""
        p, d, q, s = self.seasonal
        plain = f"ARIMA({self.order[0]},{self.order[1]},{self.order[2]})"
        return f"{plain}({p},{d},{q})[{s}]" if s else plain

    def fitted(self, values: Any) -> Any:
        """Return the fitted statsmodels result."""
        from statsmodels.tsa.statespace.sarimax import SARIMAX

        level = self.order[1] + self.seasonal[1] == 0
        model = SARIMAX(
            values,
            order=self.order,
            seasonal_order=self.seasonal,
            trend="c" if level else None,
            enforce_stationarity=False,
            enforce_invertibility=False,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return model.fit(disp=False, maxiter=60)

    def ahead(self, values: Any, horizon: int) -> Ahead:
        """Fit and forecast."""
        import numpy as np

        forecast = self.fitted(values).get_forecast(horizon)
        mean, ends = np.asarray(forecast.predicted_mean), np.asarray(forecast.conf_int(alpha=0.05))
        return Ahead(mean, ends[:, 0], ends[:, 1])


def naives(season: int) -> list[Model]:
    """Return the baselines."""
    found: list[Model] = [Naive("naive")]
    return [*found, Naive("seasonal_naive", season)] if season > 1 else found


def best_ets(values: Any, season: int) -> Model | None:
    """Return the form of exponential smoothing with the smallest AICc, or None when none fits."""
    seasonals: list[str | None] = [None]
    if season > 1 and len(values) >= 2 * season + 2:
        seasonals = ["add", "mul"] if float(values.min()) > 0 else ["add"]
        seasonals.append(None)
    forms = [
        Ets(trend, damped, seasonal, season)
        for seasonal in seasonals
        for trend, damped in ((None, False), ("add", False), ("add", True))
    ]
    return _least(forms, values)


def best_arima(values: Any, season: int) -> Model | None:
    """Return the ARIMA with the smallest AICc among small orders: differenced where KPSS says so,
    by season where the season is strong (F_s > 0.64)."""
    from cherry_reflex.analysis.forecast.parts import parts

    strong = 1 < season <= _SEASON_MAX and parts(values, season).season_strength > 0.64
    by_season = 1 if strong else 0
    left = values[season:] - values[:-season] if strong else values
    once = 0 if _level(left) else 1
    orders = [(1, once, 0), (0, once, 1), (1, once, 1), (2, once, 1), (2, once, 2)]
    seasonal = (0, by_season, 1, season) if strong else (0, 0, 0, 0)
    return _least([Arima(order, seasonal) for order in orders], values)


def _least(forms: list[Ets] | list[Arima], values: Any) -> Model | None:
    """Return the form with the smallest AICc; forms that cannot be fitted drop out."""
    import numpy as np

    found: Model | None = None
    least = float("inf")
    for form in forms:
        try:
            score = float(form.fitted(values).aicc)
        except (ValueError, IndexError, ZeroDivisionError, np.linalg.LinAlgError):
            continue
        if score < least:
            found, least = form, score
    return found


def _level(values: Any) -> bool:
    """Return whether KPSS finds the level stationary (p >= 0.05)."""
    from statsmodels.tsa.stattools import kpss

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(kpss(values, regression="c", nlags="auto")[1]) >= 0.05
