"""The forecast: several models in a backtest, the best one continued with its interval."""

from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.forecast import lines
from cherry_reflex.analysis.forecast.backtest import ORIGINS, Trial, origins, tried
from cherry_reflex.analysis.forecast.model import Ahead, best_arima, best_ets, naives
from cherry_reflex.analysis.forecast.series import Series, SeriesOperation
from cherry_reflex.analysis.progress import hand_over, progress
from cherry_reflex.analysis.results.artifacts import axis, chart, heading, plain, said, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Outcome, Tables
from cherry_reflex.i18n import number as numbers
from cherry_reflex.i18n.catalogue import text

LEAST = 12
_FIT_MAX = 600
"""Periods that models are fitted on: older ones hardly matter and cost much time."""
_SHOWN = 300
_LISTED = 6
"""So many periods ahead are told in one sentence."""
_SEASON_LEAST = 2
_COVERAGE_MIN = 0.88
_NAIVE = ("naive", "seasonal_naive")
_HORIZONS = {"hour": 24, "day": 14, "week": 12, "month": 12, "quarter": 4, "year": 3}


class Forecast(SeriesOperation):
    """Forecast a value over the coming periods: naive, seasonal naive, exponential smoothing and
    ARIMA compete in a backtest with a rolling origin; the best continues, with 95% intervals."""

    name: ClassVar[str] = "forecast"
    examples: ClassVar[tuple[str, ...]] = (
        "다음 6개월 매출을 예측해줘",
        "앞으로 30일 동안의 방문자 수를 예측해주세요",
        "ARIMA로 수요를 예측해줘",
        "내년 판매량은 어떻게 될까?",
        "과거 추이로 미래 값을 전망해줘",
        "Forecast revenue for the next 6 months",
        "Predict the visitors of the next 30 days",
        "Forecast demand with ARIMA",
        "What will sales be next year?",
        "Project the series into the future",
    )

    horizon: int = Field(
        default=0, ge=0, le=365, description="How many periods to forecast; 0 takes a usual number."
    )

    def run(self, tables: Tables) -> Outcome:
        """Forecast. Raises BadInput as `series` does, `horizon_long` when the history is too short
        for it, `series_constant` when nothing changes."""
        import numpy as np

        series = self.series(tables, LEAST)
        values = series.values.to_numpy()[-_FIT_MAX:]
        if float(np.ptp(values)) == 0:
            raise BadInput("series_constant", name=series.name)
        season = series.season if len(values) >= 2 * series.season else 0
        horizon = self._horizon(series.frequency, len(values))
        lengths = origins(len(values), horizon, season)
        if not lengths and season:
            # Too short to be tested with its season: without one it can be.
            season, lengths = 0, origins(len(values), horizon, 0)
        if not lengths:
            raise BadInput("horizon_long", horizon=horizon, periods=len(values))
        first = values[: lengths[0]]
        progress(text("agent.progress_fitting", tables.language))
        rivals = [*naives(season), best_ets(first, season), best_arima(first, season)]
        trials = []
        for number, model in enumerate(rivals, 1):
            if model is None:
                continue
            told = {"number": number, "count": len(rivals)}
            progress(text("agent.progress_backtest", tables.language, **told))
            if (trial := tried(model, values, season, horizon, lengths)) is not None:
                trials.append(trial)
        trials.sort(key=lambda t: t.mae)
        ahead = _ahead(trials[0], values, horizon)
        index = _following(series, horizon)
        code = _code(series, trials[0], horizon)
        drawn = _picture(series, trials[0], ahead, index, tables)
        drawn = [*hand_over(*drawn, code=code, language="python")]
        return Outcome(
            facts=(
                *_facts(series, trials, ahead, index, horizon),
                *_seasonless(series, season),
                *series.facts(),
            ),
            artifacts=(*drawn, _comparison(trials, horizon, tables)),
            code=code,
            code_language="python",
        )

    def _horizon(self, frequency: str, rows: int) -> int:
        if self.horizon:
            return self.horizon
        return max(1, min(_HORIZONS[frequency], rows // 4))


def _ahead(best: Trial, values: Any, horizon: int) -> Ahead:
    """Continue the series; intervals that were too narrow in the backtest are widened to what
    would have held 95% of its values."""
    ahead = best.model.ahead(values, horizon)
    if best.coverage >= _COVERAGE_MIN:
        return ahead
    down, up = ahead.mean - ahead.low, ahead.high - ahead.mean
    return Ahead(ahead.mean, ahead.mean - best.stretch * down, ahead.mean + best.stretch * up)


def _following(series: Series, horizon: int) -> Any:
    import pandas as pd

    last, rule = series.values.index[-1], series.values.index.freq
    if rule is None:
        rule = pd.infer_freq(series.values.index)
    return pd.date_range(last, periods=horizon + 1, freq=rule)[1:]


def _facts(
    series: Series, trials: list[Trial], ahead: Ahead, index: Any, horizon: int
) -> list[Fact]:
    best = trials[0]
    facts = [
        Fact(
            key="forecast.model",
            params={
                "model": best.model.name,
                "form": best.model.form,
                "mae": best.mae,
                "rmse": best.rmse,
                "origins": best.origins,
                "horizon": horizon,
            },
            weight=2.4,
        )
    ]
    if 1 < horizon <= _LISTED:
        listed = ", ".join(
            f"{series.period(when)} {numbers.number(float(value))}"
            for when, value in zip(index, ahead.mean, strict=False)
        )
        params = {"name": series.name, "listed": listed}
        facts.append(Fact(key="forecast.values", params=params, weight=3.1))
    for place, weight in ((0, 3.0), (horizon - 1, 2.9)):
        told = {
            "name": series.name,
            "date": series.period(index[place]),
            "value": float(ahead.mean[place]),
            "low": float(ahead.low[place]),
            "high": float(ahead.high[place]),
        }
        facts.append(Fact(key="forecast.value", params=told, weight=weight))
        if horizon == 1:
            break
    before = series.values.to_numpy()[-horizon:]
    if horizon > 1 and len(before) == horizon and before.mean() != 0:
        change = float(ahead.mean.mean() / before.mean() - 1)
        told = {"horizon": horizon, "change": change, "mean": float(ahead.mean.mean())}
        facts.append(Fact(key="forecast.change", params=told, weight=2.6))
    naive = min((t for t in trials if t.model.name in _NAIVE), key=lambda t: t.mae)
    if best is naive:
        facts.append(Fact(key="forecast.naive_best", params={"mae": best.mae}, weight=2.7))
    else:
        told = {"mae": naive.mae, "model": naive.model.name, "share": 1 - best.mae / naive.mae}
        facts.append(Fact(key="forecast.beats", params=told, weight=2.3))
    if best.mase == best.mase:
        facts.append(Fact(key="forecast.mase", params={"mase": best.mase}, weight=1.6))
    told = {"coverage": best.coverage, "points": best.points}
    weak = best.coverage < _COVERAGE_MIN
    key = "forecast.coverage_low" if weak else "forecast.coverage"
    if weak:
        told["stretch"] = best.stretch
    facts.append(Fact(key=key, params=told, weight=2.5 if weak else 1.7))
    if best.origins < ORIGINS or len(series.values) < 30:
        told = {"origins": best.origins, "count": len(series.values)}
        facts.append(Fact(key="forecast.short", params=told, weight=2.2))
    return facts


def _seasonless(series: Series, season: int) -> list[Fact]:
    """Say that the usual season was left out, where it was."""
    if season or series.season < _SEASON_LEAST:
        return []
    told = {"season": series.season, "count": len(series.values)}
    return [Fact(key="forecast.seasonless", params=told, weight=2.1)]


def _picture(
    series: Series, best: Trial, ahead: Ahead, index: Any, tables: Tables
) -> list[ArtifactContent]:
    import numpy as np
    import pandas as pd

    title = said("forecast.title.forecast", tables, name=series.name)
    history = series.values.iloc[-_SHOWN:]
    band = {
        "type": "scatter",
        "mode": "lines",
        "name": said("forecast.interval", tables),
        "x": [*lines.dates(index), *lines.dates(index)[::-1]],
        "y": plain(np.concatenate([ahead.high, ahead.low[::-1]])),
        "fill": "toself",
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    joined = index.insert(0, history.index[-1])
    onward = np.concatenate([[history.iloc[-1]], ahead.mean])
    actual, predicted = said("forecast.actual", tables), said("forecast.forecast", tables)
    data = [
        lines.line(actual, history.index, history.to_numpy()),
        lines.line(predicted, joined, onward, line={"dash": "dash"}),
        band,
    ]
    head = heading("date", tables)
    layout = {"xaxis": axis(head), "yaxis": axis(series.name), "showlegend": True}
    described = said(
        "forecast.alt.forecast",
        tables,
        name=series.name,
        horizon=len(index),
        first=float(ahead.mean[0]),
        last=float(ahead.mean[-1]),
        model=said(f"word.{best.model.name}", tables),
    )
    frame = pd.DataFrame(
        {
            head: index,
            predicted: ahead.mean,
            heading("low", tables): ahead.low,
            heading("high", tables): ahead.high,
        }
    )
    return [
        chart(title, data, layout, description=described, table=title, chosen=lines.chosen(series)),
        table(tables, title, frame),
    ]


def _comparison(trials: list[Trial], horizon: int, tables: Tables) -> ArtifactContent:
    import pandas as pd

    rows = [
        {
            heading("model", tables): said(f"word.{t.model.name}", tables),
            heading("form", tables): t.model.form,
            "MAE": t.mae,
            "RMSE": t.rmse,
            "MASE": t.mase,
            heading("coverage", tables): t.coverage,
            heading("backtests", tables): t.origins,
        }
        for t in trials
    ]
    title = said("forecast.title.backtest", tables, horizon=horizon)
    note = said("forecast.note.backtest", tables)
    return table(tables, title, pd.DataFrame(rows), description=note)


def _code(series: Series, best: Trial, horizon: int) -> str:
    rule = series.values.index.freqstr or "D"
    column = f"[{series.name!r}]" if series.aggregate != "count" else ""
    how = {"sum": "sum()", "mean": "mean()", "count": "size()"}[series.aggregate]
    return f"""import pandas as pd

data = pd.read_parquet("data.parquet")
data[{series.date!r}] = pd.to_datetime(data[{series.date!r}])
y = data.set_index({series.date!r}){column}.resample({rule!r}).{how}.astype(float).interpolate()
# {best.model.form}, the smallest mean absolute error in the backtest
{_fit(best.model.form, best.model, horizon)}
"""


def _fit(form: str, model: Any, horizon: int) -> str:
    if model.name == "arima":
        return (
            "from statsmodels.tsa.statespace.sarimax import SARIMAX\n"
            f"fit = SARIMAX(y, order={model.order}, seasonal_order={model.seasonal}).fit()\n"
            f"print(fit.get_forecast({horizon}).summary_frame())"
        )
    if model.name == "ets":
        season = model.season if model.seasonal else None
        return (
            "from statsmodels.tsa.exponential_smoothing.ets import ETSModel\n"
            f"fit = ETSModel(y, trend={model.trend!r}, damped_trend={model.damped}, "
            f"seasonal={model.seasonal!r}, seasonal_periods={season}).fit()\n"
            f"print(fit.forecast({horizon}))"
        )
    return f"print(y.iloc[-{model.season}:])  # repeated: {form}"
