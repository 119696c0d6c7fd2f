"""Trend, season and rest of a series by STL (Cleveland et al. 1990), with their strengths."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parts:
    """The parts add up to the series. Strengths are between 0 and 1: one minus the share of the
    rest's variance in that of rest and part together (Wang, Smith & Hyndman 2006)."""

    trend: Any
    season: Any
    rest: Any

    @property
    def trend_strength(self) -> float:
        """Return the strength of the trend."""
        return _strength(self.trend, self.rest)

    @property
    def season_strength(self) -> float:
        """Return the strength of the season."""
        return _strength(self.season, self.rest)


def parts(values: Any, season: int, *, robust: bool = False, periodic: bool = False) -> Parts:
    """Take an array apart; `robust` keeps outliers in the rest, `periodic` the season the same all
    along (a changing one may follow the outliers). Without a season the trend is a
    centred median of seven values."""
    import numpy as np
    import pandas as pd

    numbers = np.asarray(values, dtype=float)
    if season > 1:
        from statsmodels.tsa.seasonal import STL

        # Periodic as in R's stl: the mean of each place in the season, without a trend of its own.
        window, degree = (10 * len(numbers) + 1, 0) if periodic else (7, 1)
        whole = STL(numbers, period=season, seasonal=window, seasonal_deg=degree, robust=robust)
        found = whole.fit()
        return Parts(found.trend, found.seasonal, found.resid)
    trend = pd.Series(numbers).rolling(7, center=True, min_periods=1).median().to_numpy()
    return Parts(trend, np.zeros(len(numbers)), numbers - trend)


def _strength(part: Any, rest: Any) -> float:
    import numpy as np

    whole = float(np.var(part + rest))
    return max(0.0, 1 - float(np.var(rest)) / whole) if whole > 0 else 0.0
