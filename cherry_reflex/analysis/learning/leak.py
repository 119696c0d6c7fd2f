"""Features that give the target away: each alone predicts it almost perfectly.

Such a column is usually a copy of the target, a code of it, or known only after the fact. A model
with it looks excellent and fails on new rows.
"""

from typing import Any

from cherry_reflex.analysis.frames.sample import SEED
from cherry_reflex.analysis.learning.recipe import Recipe
from cherry_reflex.analysis.learning.target import Task

PERFECT = 0.999
_ROWS_MAX = 5_000
_ROWS_MIN = 50


def leaks(design: Any, values: Any, recipe: Recipe, task: Task) -> tuple[str, ...]:
    """Return the columns that predict `values` almost perfectly on the training rows: balanced
    accuracy (3-fold, one decision tree) or squared rank correlation of at least 0.999."""
    import numpy as np

    if len(design) < _ROWS_MIN:
        return ()
    picked = np.arange(len(design))
    if len(picked) > _ROWS_MAX:
        picked = np.random.default_rng(SEED).choice(picked, _ROWS_MAX, replace=False)
    frame, truth = design.iloc[picked], np.asarray(values)[picked]
    found = []
    for feature in frame.columns:
        column = frame[feature]
        alone = _classified(column, truth) if task == "classification" else _ranked(column, truth)
        if alone >= PERFECT:
            found.append(recipe.origin(feature))
    return tuple(dict.fromkeys(found))


def _classified(column: Any, truth: Any) -> float:
    import numpy as np
    import pandas as pd
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.tree import DecisionTreeClassifier

    codes = column if column.dtype != object else pd.Series(pd.factorize(column)[0])
    feature = np.nan_to_num(np.asarray(codes, dtype=float), nan=-1e308).reshape(-1, 1)
    smallest = int(pd.Series(truth).value_counts().min())
    if smallest < 3 or len(np.unique(feature)) < len(set(truth)):
        return 0.0
    scores = cross_val_score(
        DecisionTreeClassifier(random_state=SEED),
        np.clip(feature, -1e30, 1e30),
        truth,
        cv=StratifiedKFold(3, shuffle=True, random_state=SEED),
        scoring="balanced_accuracy",
    )
    return float(scores.mean())


def _ranked(column: Any, truth: Any) -> float:
    from scipy.stats import spearmanr

    if column.dtype == object:
        return 0.0
    present = column.notna().to_numpy()
    if present.sum() < _ROWS_MIN or column[present].nunique() < 10:
        return 0.0
    rank = float(spearmanr(column[present], truth[present]).statistic)
    return rank * rank
