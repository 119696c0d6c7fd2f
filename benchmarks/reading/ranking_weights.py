"""Fits the weights of the score: the right readings of a question before all others."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

SEEN_MIN = 3
"""In how many questions a feature has to tell candidates apart to get a weight."""


@dataclass(frozen=True)
class Choice:
    """A question's candidates by their features, and which of them are right; `weight` is how much
    it counts."""

    features: Sequence[Mapping[str, float]]
    right: Sequence[bool]
    weight: float = 1.0


def fit(
    choices: Sequence[Choice],
    penalty: float = 1.0,
    steps: int = 150,
    centre: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Return weights that make the right candidates likely among those of each question (those
    without a right one teach nothing). The likelihood is of any of the right ones: `penalty`
    times half the square of their distance to `centre` (else 0) is added to its negative
    logarithm."""
    taught = [c for c in choices if any(c.right) and not all(c.right)]
    names = sorted({*_names(taught), *(centre or {})})
    middle = np.array([(centre or {}).get(name, 0.0) for name in names])
    places = {name: place for place, name in enumerate(names)}
    matrix, starts, right = _arranged(taught, places)
    counts = np.array([choice.weight for choice in taught])
    each = np.repeat(counts, np.diff(np.append(starts, matrix.shape[0])))

    def loss(weights: Any) -> tuple[float, Any]:
        scores = matrix @ weights
        every, every_share = _shares(scores, starts)
        among, among_share = _shares(np.where(right, scores, -np.inf), starts)
        away = weights - middle
        value = float(counts @ (every - among) + 0.5 * penalty * (away @ away))
        return value, matrix.T @ (each * (every_share - among_share)) + penalty * away

    found = minimize(loss, middle, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    return {name: float(w) for name, w in zip(names, found.x, strict=True) if abs(w) > 1e-3}


def _names(choices: Sequence[Choice]) -> list[str]:
    """The features that differ within enough questions."""
    telling: Counter[str] = Counter()
    for choice in choices:
        seen: Counter[str] = Counter(name for f in choice.features for name in f)
        count = len(choice.features)
        values: dict[str, set[float]] = {}
        for features in choice.features:
            for name, value in features.items():
                values.setdefault(name, set()).add(value)
        telling.update(n for n, k in seen.items() if k < count or len(values[n]) > 1)
    return sorted(name for name, count in telling.items() if count >= SEEN_MIN)


def _arranged(choices: Sequence[Choice], places: Mapping[str, int]) -> tuple[Any, Any, Any]:
    rows, columns, values, starts, right = [], [], [], [0], []
    row = 0
    for choice in choices:
        for features, is_right in zip(choice.features, choice.right, strict=True):
            for name, value in features.items():
                place = places.get(name)
                if place is not None:
                    rows.append(row)
                    columns.append(place)
                    values.append(value)
            right.append(is_right)
            row += 1
        starts.append(row)
    matrix = csr_matrix((values, (rows, columns)), shape=(row, len(places)))
    return matrix, np.array(starts[:-1]), np.array(right)


def _shares(scores: Any, starts: Any) -> tuple[Any, Any]:
    """For each question the logarithm of the sum of its candidates' exponentials, and for each
    candidate its share in it."""
    lengths = np.diff(np.append(starts, len(scores)))
    top = np.maximum.reduceat(scores, starts)
    exponentials = np.exp(scores - np.repeat(top, lengths))
    totals = np.add.reduceat(exponentials, starts)
    return top + np.log(totals), exponentials / np.repeat(totals, lengths)
