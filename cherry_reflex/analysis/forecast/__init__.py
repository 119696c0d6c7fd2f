"""Time series: their parts, their tests, and forecasts that are measured by backtests."""
