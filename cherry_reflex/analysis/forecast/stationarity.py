"""Is the series stationary? Two tests with opposite null hypotheses."""

import warnings
from typing import ClassVar

from cherry_reflex.analysis.forecast.series import SeriesOperation
from cherry_reflex.analysis.results.artifacts import heading, said, table
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Tables

LEVEL = 0.05


class Stationarity(SeriesOperation):
    """Test whether a time series is stationary: augmented Dickey-Fuller and KPSS, also of its
    differences."""

    name: ClassVar[str] = "stationarity"
    examples: ClassVar[tuple[str, ...]] = (
        "이 시계열이 정상성을 가지는지 검정해줘",
        "ADF 검정을 해주세요",
        "차분이 필요한지 알려줘",
        "Is the series stationary?",
        "Run the ADF and KPSS tests",
        "Does the series need differencing?",
        "Is the price stationary?",
        "매출이 정상 시계열인지 확인해줘",
    )

    def run(self, tables: Tables) -> Outcome:
        """Test. Raises BadInput as `series` does, `series_constant` when nothing changes."""
        import numpy as np
        import pandas as pd

        series = self.series(tables, 20)
        values = series.values.to_numpy()
        if float(np.ptp(values)) == 0:
            raise BadInput("series_constant", name=series.name)
        rows = []
        verdicts = []
        for times in (0, 1):
            numbers = np.diff(values, times) if times else values
            if float(np.ptp(numbers)) == 0:
                continue
            adf, kpss = _tests(numbers)
            verdicts.append((adf[1] < LEVEL, kpss[1] >= LEVEL, adf, kpss))
            for name, found in (("ADF", adf), ("KPSS", kpss)):
                rows.append([name, times, found[0], found[1], found[2]])
        root_rejected, level, adf, kpss = verdicts[0]
        verdict = {
            (True, True): "stationary",
            (False, False): "not_stationary",
            (True, False): "difference_stationary",
            (False, True): "undecided",
        }[root_rejected, level]
        facts = [
            Fact(
                key=f"forecast.{verdict}",
                params={"name": series.name, "adf": adf[1], "kpss": kpss[1]},
                weight=3.0,
            )
        ]
        if verdict != "stationary" and len(verdicts) > 1 and all(verdicts[1][:2]):
            facts.append(Fact(key="forecast.difference_once", weight=2.5))
        if kpss[1] in (0.01, 0.1):
            facts.append(Fact(key="forecast.kpss_bound", weight=0.8))
        if len(values) < 50:
            facts.append(Fact(key="forecast.few", params={"count": len(values)}, weight=2.2))
        facts += series.facts()
        heads = [heading(h, tables) for h in ("test", "differences", "statistic", "p", "lags")]
        title = said("forecast.title.stationarity", tables, name=series.name)
        code = (
            "from statsmodels.tsa.stattools import adfuller, kpss\n"
            'print(adfuller(y, autolag="AIC"))\nprint(kpss(y, regression="c", nlags="auto"))'
        )
        return Outcome(
            facts=tuple(facts),
            artifacts=(table(tables, title, pd.DataFrame(rows, columns=heads)),),
            code=code,
            code_language="python",
        )


def _tests(values: object) -> tuple[tuple[float, float, int], tuple[float, float, int]]:
    """Return (statistic, p, lags) of ADF (null: unit root) and KPSS (null: stationary; its p lies
    between 0.01 and 0.1, where its published table ends)."""
    from statsmodels.tsa.stattools import adfuller, kpss

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adf = adfuller(values, autolag="AIC")
        level = kpss(values, regression="c", nlags="auto")
    return (float(adf[0]), float(adf[1]), int(adf[2])), (
        float(level[0]), float(level[1]), int(level[2]),
    )  # fmt: skip
