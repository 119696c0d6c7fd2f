"""Backtests on a rolling origin: forecasts from the past alone, measured on what came then."""

import time
from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.forecast.model import Model

ORIGINS = 5
BUDGET_S = 18.0
"""After so many seconds a model's further origins are left out."""


@dataclass(frozen=True)
class Trial:
    """A model's errors over all origins. MASE divides the absolute error by that of the
    (seasonal) naive method inside the training rows (Hyndman & Koehler 2006): below 1 is better
    than that. `coverage` is the share of values inside the 95% interval; `stretch` the factor by
    which intervals must be widened to hold 95% of the values (1 when they do)."""

    model: Model
    mae: float
    rmse: float
    mase: float
    coverage: float
    stretch: float
    origins: int
    points: int


def origins(rows: int, horizon: int, season: int) -> list[int]:
    """Return the training lengths, latest last: the last ends `horizon` before the end, earlier
    ones go back, while enough is left to train on."""
    least = max(2 * season + 3, 10, rows // 3)
    step = max(1, horizon // 2)
    found = [rows - horizon - step * back for back in range(ORIGINS)]
    return sorted(length for length in found if length >= least)


def tried(model: Model, values: Any, season: int, horizon: int, lengths: list[int]) -> Trial | None:
    """Measure a model; None when it cannot be fitted."""
    import numpy as np

    began = time.monotonic()
    errors, scaled, inside, shares, done = [], [], [], [], 0
    for length in reversed(lengths):
        if done and time.monotonic() - began > BUDGET_S:
            break
        past, future = values[:length], values[length : length + horizon]
        try:
            ahead = model.ahead(past, horizon)
        except (ValueError, IndexError, np.linalg.LinAlgError):
            return None
        if not np.isfinite(ahead.mean).all():
            return None
        error = future - ahead.mean
        lag = season if season > 1 else 1
        scale = float(np.mean(np.abs(past[lag:] - past[:-lag])))
        errors.append(error)
        scaled.append(np.abs(error) / scale if scale > 0 else np.full(horizon, np.nan))
        inside.append((ahead.low <= future) & (future <= ahead.high))
        half = np.maximum((ahead.high - ahead.low) / 2, np.finfo(float).tiny)
        shares.append(np.abs(error) / half)
        done += 1
    flat = np.concatenate(errors)
    return Trial(
        model,
        mae=float(np.mean(np.abs(flat))),
        rmse=float(np.sqrt(np.mean(flat**2))),
        mase=float(np.mean(np.concatenate(scaled))),
        coverage=float(np.mean(np.concatenate(inside))),
        stretch=max(1.0, float(np.quantile(np.concatenate(shares), 0.95))),
        origins=done,
        points=len(flat),
    )
