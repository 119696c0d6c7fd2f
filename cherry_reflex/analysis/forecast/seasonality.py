"""Which rhythm a series has, and how its seasons differ."""

from typing import Any, ClassVar

from cherry_reflex.analysis.forecast import lines
from cherry_reflex.analysis.forecast.parts import parts
from cherry_reflex.analysis.forecast.series import Series, SeriesOperation
from cherry_reflex.analysis.results.artifacts import axis, chart, heading, plain, said, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Tables

_LEVEL = 0.05
_WEAK = 0.3


class Seasonality(SeriesOperation):
    """Find the rhythm of a time series: how strong its season is, whether the positions of the
    season (months, weekdays, hours) differ, and at which lags it repeats itself."""

    name: ClassVar[str] = "seasonality"
    examples: ClassVar[tuple[str, ...]] = (
        "매출에 계절성이 있는지 분석해줘",
        "어느 달에 판매가 많은지 계절 패턴을 알려줘",
        "요일별로 반복되는 패턴이 있나요?",
        "Is there seasonality in sales?",
        "Which months are usually strong?",
        "Is there a weekly pattern?",
    )

    def run(self, tables: Tables) -> Outcome:
        """Analyse. Raises BadInput as `series` does; `season_none` without two whole seasons."""
        import numpy as np
        import pandas as pd
        from scipy.stats import kruskal

        series = self.series(tables, 8)
        if series.season < 2:
            raise BadInput(
                "season_none", periods=len(series.values), frequency=f"per_{series.frequency}"
            )
        values = series.values.to_numpy()
        found = parts(values, series.season)
        rest = pd.Series(values - found.trend)
        position = pd.Series(_positions(series))
        groups = [rest[position == place].to_numpy() for place in sorted(set(position))]
        alike = all(float(np.ptp(g)) == 0 for g in groups) and float(np.ptp(rest)) == 0
        p = 1.0 if alike else float(kruskal(*groups).pvalue)
        means = rest.groupby(position).mean()
        high, low = int(means.idxmax()), int(means.idxmin())
        there = p < _LEVEL and found.season_strength >= _WEAK
        facts = [
            Fact(
                key="forecast.seasonal" if there else "forecast.not_seasonal",
                params={
                    "name": series.name,
                    "season": series.season,
                    "frequency": f"per_{series.frequency}",
                    "strength": found.season_strength,
                    "p": p,
                },
                weight=3.0,
            )
        ]
        if there:
            for key, place in (("high", high), ("low", low)):
                params = {
                    "place": _label(series.frequency, place, tables),
                    "value": float(means[place]),
                }
                facts.append(Fact(key=f"forecast.season_{key}", params=params, weight=2.5))
        facts += series.facts()
        return Outcome(
            facts=tuple(facts),
            artifacts=(*_profile(series, means, tables), *_lags(series, tables)),
            code="from statsmodels.tsa.seasonal import STL\n"
            f"parts = STL(y, period={series.season}).fit()\n"
            "print((y - parts.trend).groupby(position).mean())",
            code_language="python",
        )


def _positions(series: Series) -> Any:
    """Return each period's place in its season, as people count: month 1-12, weekday 0-6."""
    index = series.values.index
    match series.frequency:
        case "hour":
            return index.hour
        case "day":
            return index.day_of_week
        case "week":
            return index.isocalendar().week.to_numpy()
        case "quarter":
            return index.quarter
    return index.month


def _label(frequency: str, place: int, tables: Tables) -> str:
    if frequency == "day":
        return said(f"forecast.weekday.{place}", tables)
    return said(f"forecast.place.{frequency}", tables, place=place)


def _profile(series: Series, means: Any, tables: Tables) -> list[ArtifactContent]:
    import pandas as pd

    title = said("forecast.title.profile", tables, name=series.name)
    labels = [_label(series.frequency, int(place), tables) for place in means.index]
    above = said("forecast.above", tables)
    place = heading("season_place", tables)
    layout = {"xaxis": axis(place, type="category"), "yaxis": axis(above), "showlegend": False}
    described = said(
        "forecast.alt.profile",
        tables,
        name=series.name,
        high=labels[int(means.argmax())],
        low=labels[int(means.argmin())],
    )
    bars = {"type": "bar", "name": series.name, "x": labels, "y": plain(means)}
    return [
        chart(
            title, [bars], layout, description=described, table=title, chosen=lines.chosen(series)
        ),
        table(tables, title, pd.DataFrame({place: labels, above: means.to_numpy()})),
    ]


def _lags(series: Series, tables: Tables) -> list[ArtifactContent]:
    """Return the autocorrelation of the series without its trend, with Bartlett's 95% bound for
    white noise."""
    import numpy as np
    import pandas as pd
    from statsmodels.tsa.stattools import acf

    values = series.values.to_numpy()
    count = min(len(values) // 2 - 1, 2 * series.season + 2, 120)
    found = acf(values - parts(values, series.season).trend, nlags=count, fft=True)[1:]
    bound = 1.959964 / float(np.sqrt(len(values)))
    title = said("forecast.title.acf", tables, name=series.name)
    lag, value = heading("lag", tables), heading("autocorrelation", tables)
    numbers = list(range(1, len(found) + 1))
    edge = {
        "type": "scatter",
        "mode": "lines",
        "name": said("forecast.bound", tables),
        "x": [1, numbers[-1], None, 1, numbers[-1]],
        "y": plain([bound, bound, None, -bound, -bound]),
        "line": {"dash": "dot"},
    }
    bars = {"type": "bar", "name": value, "x": numbers, "y": plain(found)}
    layout = {"xaxis": axis(lag), "yaxis": axis(value, range=[-1, 1]), "showlegend": True}
    best = int(np.argmax(found)) + 1
    described = said("forecast.alt.acf", tables, lag=best, value=float(found[best - 1]))
    return [
        chart(title, [bars, edge], layout, description=described, table=title),
        table(tables, title, pd.DataFrame({lag: numbers, value: found})),
    ]
