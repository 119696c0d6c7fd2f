"""MCP server: time series - parts, tests, rhythm, forecasts, anomalies."""

from cherry_reflex.analysis.forecast.anomalies import Anomalies
from cherry_reflex.analysis.forecast.decompose import Decompose
from cherry_reflex.analysis.forecast.forecast import Forecast
from cherry_reflex.analysis.forecast.seasonality import Seasonality
from cherry_reflex.analysis.forecast.stationarity import Stationarity
from cherry_reflex.mcp.server.tool_server import tool_server

server = tool_server(
    "time_series_forecasting",
    "Time series: decomposition into trend and season, stationarity tests, seasonality, forecasts "
    "by naive methods, exponential smoothing and ARIMA chosen in a backtest, and anomalies.",
    (Forecast, Decompose, Seasonality, Stationarity, Anomalies),
)

if __name__ == "__main__":
    server.run()
