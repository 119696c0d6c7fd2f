"""The parts of a series: trend, season, rest."""

from typing import ClassVar

from cherry_reflex.analysis.forecast import lines
from cherry_reflex.analysis.forecast.parts import Parts, parts
from cherry_reflex.analysis.forecast.series import LONGER, Series, SeriesOperation
from cherry_reflex.analysis.results.artifacts import said
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Tables

_STRONG, _WEAK = 0.6, 0.3
_CHANGING = 7
"""Seasons from which their change can be told."""


class Decompose(SeriesOperation):
    """Take a time series apart into trend, season and rest (STL), and say how strong each is."""

    name: ClassVar[str] = "decompose"
    examples: ClassVar[tuple[str, ...]] = (
        "매출을 추세와 계절성으로 분해해줘",
        "시계열 분해를 해주세요",
        "추세가 오르고 있는지 계절 요인을 빼고 보여줘",
        "Decompose sales into trend and season",
        "Show the trend without the seasonal effect",
        "STL decomposition of the series",
    )

    def run(self, tables: Tables) -> Outcome:
        """Decompose. Raises BadInput as `series` does; `season_none` without two whole seasons."""
        series = self.series(tables, 8)
        if series.season < 2:
            raise BadInput(
                "season_none", periods=len(series.values), frequency=f"per_{series.frequency}"
            )
        season, found = _parted(series)
        start, end = float(found.trend[0]), float(found.trend[-1])
        params = {
            "name": series.name,
            "start": start,
            "end": end,
            "strength": found.trend_strength,
        }
        direction = "up" if end > start else "down"
        facts = [
            Fact(key=f"forecast.trend_{direction}", params=params, weight=3.0),
            Fact(
                key=f"forecast.season_{_grade(found.season_strength)}",
                params={
                    "season": season,
                    "frequency": f"per_{series.frequency}",
                    "strength": found.season_strength,
                },
                weight=2.6,
            ),
            Fact(
                key="forecast.swing",
                params={
                    "low": float(found.season.min()),
                    "high": float(found.season.max()),
                    "rest": float(found.rest.std()),
                },
                weight=2.0,
            ),
            *series.facts(),
        ]
        title = said("forecast.title.parts", tables, name=series.name)
        named = [
            (series.name, series.values.to_numpy()),
            (said("forecast.trend", tables), found.trend),
            (said("forecast.season", tables), found.season),
            (said("forecast.rest", tables), found.rest),
        ]
        described = said(
            "forecast.alt.parts",
            tables,
            name=series.name,
            start=start,
            end=end,
            strength=found.season_strength,
        )
        few = len(series.values) < _CHANGING * season
        how = "seasonal=10 * len(y) + 1, seasonal_deg=0" if few else "robust=True"
        code = (
            "from statsmodels.tsa.seasonal import STL\n"
            f"parts = STL(y, period={season}, {how}).fit()\nparts.plot()"
        )
        artifacts = lines.panels(title, series, named, described, tables)
        return Outcome(
            facts=tuple(facts), artifacts=tuple(artifacts), code=code, code_language="python"
        )


def _parted(series: Series) -> tuple[int, Parts]:
    """Return the season that is the stronger one, of the two that such periods have (a week's and a
    year's of days) when the series holds two of the longer, and the parts by it."""
    values = series.values.to_numpy()
    longer = LONGER.get(series.frequency, 0)
    seasons = [series.season] + ([longer] if longer and len(values) >= 2 * longer else [])
    every = []
    for season in seasons:
        # With few seasons one that may change, or leave out years, would take up all of the rest.
        few = len(values) < _CHANGING * season
        every.append((season, parts(values, season, robust=not few, periodic=few)))
    return max(every, key=lambda one: one[1].season_strength)


def _grade(strength: float) -> str:
    return "strong" if strength >= _STRONG else "fair" if strength >= _WEAK else "weak"
