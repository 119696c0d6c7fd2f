"""Unusual periods of a series."""

from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.forecast import lines
from cherry_reflex.analysis.forecast.parts import parts
from cherry_reflex.analysis.forecast.series import SeriesOperation
from cherry_reflex.analysis.results.artifacts import axis, chart, heading, plain, said, table
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Tables

_TOLD = 5


class Anomalies(SeriesOperation):
    """Find unusual periods of a time series: those far from what trend and season (STL, robust)
    lead to expect, by the modified z-score of Iglewicz and Hoaglin."""

    name: ClassVar[str] = "anomalies"
    examples: ClassVar[tuple[str, ...]] = (
        "매출이 이상하게 튄 날을 찾아줘",
        "시계열에서 이상치를 탐지해주세요",
        "평소와 다른 시점이 언제야?",
        "Find unusual days in the series",
        "Detect anomalies over time",
        "When did the value behave strangely?",
        "판매량의 이상치 시점을 찾아줘",
        "기온이 비정상적으로 높았던 때를 알려줘",
        "Which days of the series are outliers?",
    )

    threshold: float = Field(
        default=3.5,
        ge=1,
        le=20,
        description="Modified z-score beyond which a period is unusual.",
    )

    def run(self, tables: Tables) -> Outcome:
        """Find them. Raises BadInput as `series` does; `series_constant` when nothing changes."""
        import numpy as np
        import pandas as pd

        series = self.series(tables, 12)
        values = series.values.to_numpy()
        found = parts(values, series.season, robust=True, periodic=True)
        middle = float(np.median(found.rest))
        spread = float(np.median(np.abs(found.rest - middle)))
        # More than half of the rests may be zero; then their mean deviation stands in, as
        # Iglewicz and Hoaglin advise.
        scale = spread / 0.6745 if spread > 0 else 1.253314 * float(np.abs(found.rest).mean())
        if scale == 0:
            raise BadInput("series_constant", name=series.name)
        score = (found.rest - middle) / scale
        odd = np.abs(score) > self.threshold
        expected = found.trend + found.season
        order = np.flatnonzero(odd)[np.argsort(-np.abs(score[odd]))]
        index = series.values.index
        facts = [
            Fact(
                key="forecast.anomalies" if len(order) else "forecast.no_anomalies",
                params={"count": len(order), "total": len(values), "threshold": self.threshold},
                weight=3.0,
            )
        ]
        for rank, place in enumerate(order[:_TOLD]):
            params = {
                "date": index[place].date(),
                "value": float(values[place]),
                "expected": float(expected[place]),
                "score": float(score[place]),
            }
            key = "forecast.anomaly_high" if score[place] > 0 else "forecast.anomaly_low"
            facts.append(Fact(key=key, params=params, weight=2.5 - 0.1 * rank))
        facts += series.facts()
        title = said("forecast.title.anomalies", tables, name=series.name)
        head, usual = heading("date", tables), said("forecast.expected", tables)
        unusual = said("forecast.unusual", tables)
        marks = np.sort(order)
        data = [
            lines.line(series.name, index, values),
            lines.line(usual, index, expected, line={"dash": "dot"}),
            {
                "type": "scatter",
                "mode": "markers",
                "name": unusual,
                "x": lines.dates(index[marks]),
                "y": plain(values[marks]),
                "marker": {"size": 10, "symbol": "x"},
            },
        ]
        layout = {"xaxis": axis(head), "yaxis": axis(series.name), "showlegend": True}
        described = said("forecast.alt.anomalies", tables, name=series.name, count=len(order))
        frame = pd.DataFrame(
            {
                head: index[order],
                series.name: values[order],
                usual: expected[order],
                heading("score", tables): score[order],
            }
        )
        return Outcome(
            facts=tuple(facts),
            artifacts=(
                chart(
                    title,
                    data,
                    layout,
                    description=described,
                    table=title,
                    chosen=lines.chosen(series),
                ),
                table(tables, title, frame),
            ),
            code="from statsmodels.tsa.seasonal import STL\n"
            f"stl = STL(y, period={max(series.season, 2)}, "
            f"seasonal={10 * len(values) + 1}, seasonal_deg=0, robust=True)\n"
            "rest = stl.fit().resid\n"
            "z = 0.6745 * (rest - rest.median()) / (rest - rest.median()).abs().median()\n"
            f"print(y[z.abs() > {self.threshold}])",
            code_language="python",
        )
