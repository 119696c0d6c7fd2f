"""Permutation importance on the test rows: how much worse the model gets when one column's values
are shuffled (Breiman 2001; Fisher, Rudin & Dominici 2019). All features made of a column are
shuffled together."""

from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.frames.sample import SEED
from cherry_reflex.analysis.learning.metric import SMALLER_IS_BETTER, primary, score
from cherry_reflex.analysis.learning.recipe import Recipe
from cherry_reflex.analysis.learning.target import Task

_REPEATS = 4
_ROWS_MAX = 2_000
_COLUMNS_MANY = 25
_REPEATS_MANY = 2


@dataclass(frozen=True)
class Weight:
    """`mean` is the loss of the primary metric (positive: the column helps), over repeats."""

    column: str
    mean: float
    spread: float


def permuted(pipeline: Any, design: Any, values: Any, task: Task, recipe: Recipe) -> list[Weight]:
    """Return the columns' weights, largest first."""
    import numpy as np

    generator = np.random.default_rng(SEED)
    truth = np.asarray(values)
    if task == "classification":
        truth = truth.astype(str)
    if len(design) > _ROWS_MAX:
        picked = generator.choice(len(design), _ROWS_MAX, replace=False)
        design, truth = design.iloc[picked], truth[picked]
    metric = primary(task)
    sign = -1.0 if metric in SMALLER_IS_BETTER else 1.0
    classes = [str(c) for c in pipeline.classes_] if task == "classification" else []

    def measured(frame: Any) -> float:
        chances = pipeline.predict_proba(frame) if classes else None
        predicted = None if classes else pipeline.predict(frame)
        try:
            return sign * score(metric, truth, predicted, chances, classes)
        except ValueError:
            return float("nan")

    whole = measured(design)
    repeats = _REPEATS if len(recipe.columns) <= _COLUMNS_MANY else _REPEATS_MANY
    found = []
    for column in recipe.columns:
        features = [f for f in design.columns if recipe.origin(f) == column]
        losses = []
        for _ in range(repeats):
            shuffled = design.copy()
            order = generator.permutation(len(design))
            shuffled[features] = design[features].to_numpy()[order]
            losses.append(whole - measured(shuffled))
        found.append(Weight(column, float(np.mean(losses)), float(np.std(losses))))
    return sorted(found, key=lambda weight: weight.mean, reverse=True)
