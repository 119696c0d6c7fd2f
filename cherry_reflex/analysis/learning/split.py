"""Rows to learn from and rows to be measured on, never the same."""

from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.frames.sample import SEED
from cherry_reflex.analysis.learning.target import Task

FOLDS = 5
_MANY_ROWS = 20_000
_FOLDS_MANY = 3


@dataclass(frozen=True)
class Split:
    """Positions of the training and of the test rows. `how` is `stratified`, `random` or
    `latest` (the test rows are the latest in time)."""

    train: Any
    test: Any
    how: str


def split(values: Any, task: Task, when: Any = None, share: float = 0.2) -> Split:
    """Return the split of rows with target `values`; by time when `when` (dates) is given."""
    import numpy as np
    from sklearn.model_selection import train_test_split

    rows = len(values)
    if when is not None:
        order = np.argsort(np.asarray(when), kind="stable")
        cut = rows - max(2, round(share * rows))
        return Split(order[:cut], order[cut:], "latest")
    positions = np.arange(rows)
    classes = len(set(values)) if task == "classification" else 0
    stratify = np.asarray(values) if classes and round(share * rows) >= classes else None
    train, test = train_test_split(
        positions, test_size=max(share, (classes + 1) / rows), random_state=SEED, stratify=stratify
    )
    return Split(np.sort(train), np.sort(test), "random" if stratify is None else "stratified")


def folds(values: Any, task: Task, how: str) -> Any:
    """Return the cross-validation over the training rows: stratified, or forward in time."""
    import pandas as pd
    from sklearn.model_selection import KFold, StratifiedKFold, TimeSeriesSplit

    number = _FOLDS_MANY if len(values) > _MANY_ROWS else FOLDS
    if how == "latest":
        return TimeSeriesSplit(number)
    if task == "classification":
        smallest = int(pd.Series(list(values)).value_counts().min())
        if smallest >= 2:
            return StratifiedKFold(min(number, smallest), shuffle=True, random_state=SEED)
    return KFold(number, shuffle=True, random_state=SEED)
