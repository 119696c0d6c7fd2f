"""Fits logistic regressions in numpy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize


def fit_vectors(vectors: Any, targets: Sequence[bool], penalty: float = 1.0) -> tuple[float, ...]:
    """Return weights for the columns of `vectors`, and the bias as the last one."""
    matrix = np.hstack([np.asarray(vectors, float), np.ones((len(targets), 1))])
    wanted = np.asarray(targets, float)
    free = np.ones(matrix.shape[1])
    free[-1] = 0.0

    def loss(weights: Any) -> tuple[float, Any]:
        totals = matrix @ weights
        value = float(np.logaddexp(0.0, totals).sum() - wanted @ totals)
        value += 0.5 * penalty * float(free @ (weights * weights))
        slope = matrix.T @ (1 / (1 + np.exp(-totals)) - wanted) + penalty * free * weights
        return value, slope

    start = np.zeros(matrix.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return tuple(float(w) for w in found.x)


def fit_signs(
    signs: Sequence[Mapping[str, float]], targets: Sequence[bool], penalty: float = 3.0
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Return the weights of named signs (and of `bias`), and the means and the scales by which
    they are standardised first."""
    names = sorted({name for one in signs for name in one})
    matrix = np.array([[one.get(name, 0.0) for name in names] for one in signs])
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0)
    scale[scale < 1e-6] = 1.0
    *weights, bias = fit_vectors((matrix - mean) / scale, targets, penalty)
    found = dict(zip(names, weights, strict=True)) | {"bias": bias}
    means = dict(zip(names, mean.tolist(), strict=True))
    scales = dict(zip(names, scale.tolist(), strict=True))
    return found, means, scales
