"""The forecasting server, used by a stranger over stdio."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from tests.tools.stdio_client import client, text_of


def _json(path: str) -> dict[str, Any]:
    return json.loads(Path(path).read_bytes())  # type: ignore[no-any-return]


async def test_a_stranger_forecasts_the_co2_and_takes_it_apart(tmp_path: Path) -> None:
    weekly = sm.datasets.co2.load_pandas().data["co2"]
    monthly = weekly.resample("MS").mean().interpolate().loc["1985":"1994"]
    path = tmp_path / "co2.parquet"
    frame = pd.DataFrame({"month": monthly.index, "ppm": monthly.to_numpy()})
    frame.to_parquet(path, index=False)
    given = {"dataset": str(path), "value": "ppm", "aggregate": "mean"}
    async with client("time_series_forecasting") as session:
        ahead = await session.call_tool("forecast", {**given, "horizon": 6, "language": "ko"})
        parts = await session.call_tool("decompose", given)
        short = await session.call_tool("forecast", {**given, "horizon": 300})
    assert not ahead.is_error, ahead.content
    assert "예측" in text_of(ahead)
    made = {a["kind"]: a for a in ahead.structured_content["artifacts"]}
    table = pd.read_parquet(
        next(a["path"] for a in ahead.structured_content["artifacts"] if a["kind"] == "table")
    )
    truth = weekly.resample("MS").mean().loc["1995-01":"1995-06"].to_numpy()
    assert np.abs(table["예측"].to_numpy() - truth).mean() < 0.8
    figure = _json(made["chart"]["path"])
    assert figure["data"][0]["type"] == "scatter"
    assert made["chart"]["meta"]["code"].startswith("import pandas")
    assert not parts.is_error and "strength" in text_of(parts)
    assert short.is_error
    assert short.structured_content["failure"]["code"] == "horizon_long"
