"""Measures of a model on rows that it has not seen, with bootstrap intervals.

Definitions are scikit-learn's: balanced accuracy is the mean recall of the classes, F1 the macro
mean, ROC AUC one-vs-rest macro for several classes, R² the coefficient of determination.
"""

from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.frames.sample import SEED
from cherry_reflex.analysis.learning.target import Task

SMALLER_IS_BETTER = frozenset({"rmse", "mae", "log_loss"})
CLASSIFICATION = ("roc_auc", "balanced_accuracy", "accuracy", "f1", "log_loss")
REGRESSION = ("rmse", "mae", "r2")
CONFIDENCE = 0.95
RESAMPLES = 600
RESAMPLES_MANY = 200
_FEW_ROWS = 2_000


@dataclass(frozen=True)
class Measure:
    """A metric's value with its 95% percentile bootstrap interval (None where it cannot be had)."""

    metric: str
    value: float
    low: float | None
    high: float | None


def primary(task: Task) -> str:
    """Return the metric that models are chosen by."""
    return "roc_auc" if task == "classification" else "rmse"


def scorer(task: Task) -> str:
    """Return scikit-learn's name of the primary metric (larger is better)."""
    return "roc_auc_ovr" if task == "classification" else "neg_root_mean_squared_error"


def score(metric: str, truth: Any, predicted: Any, chances: Any, classes: list[str]) -> float:
    """Return one metric. `chances` has a column for each of `classes`.

    Written in numpy: scikit-learn's functions check their input at length, and the bootstrap calls
    this thousands of times. Raises ValueError when the metric is undefined on these rows.
    """
    import numpy as np

    if metric in REGRESSION:
        errors = truth - predicted
        if metric == "rmse":
            return float(np.sqrt(np.mean(errors**2)))
        if metric == "mae":
            return float(np.mean(np.abs(errors)))
        around = float(np.sum((truth - truth.mean()) ** 2))
        if around == 0:
            raise ValueError("the target is constant")
        return 1 - float(np.sum(errors**2)) / around
    if metric == "accuracy":
        return float(np.mean(truth == predicted))
    if metric == "log_loss":
        return _log_loss(truth, chances, classes)
    if metric == "roc_auc":
        return _auc(truth, chances, classes)
    recalls, scores = [], []
    for value in np.unique(np.concatenate([truth, predicted])):
        mine, said = truth == value, predicted == value
        both, real, guessed = int((mine & said).sum()), int(mine.sum()), int(said.sum())
        if real:
            recalls.append(both / real)
        scores.append(2 * both / (real + guessed))
    return float(np.mean(recalls if metric == "balanced_accuracy" else scores))


def _log_loss(truth: Any, chances: Any, classes: list[str]) -> float:
    import numpy as np

    places = np.searchsorted(classes, truth)
    known = np.asarray([*classes, ""], dtype=object)[places] == truth
    if not known.all():
        raise ValueError("a class was not learned")
    mine = chances[np.arange(len(truth)), places]
    return float(-np.mean(np.log(np.clip(mine, np.finfo(float).eps, 1))))


def measures(
    task: Task,
    truth: Any,
    predicted: Any,
    chances: Any = None,
    classes: list[str] | None = None,
    names: tuple[str, ...] = (),
) -> list[Measure]:
    """Return the metrics named, or all of the task, the primary one first. One that is undefined
    on these rows (a class that does not occur) is left out. `classes` are sorted, as scikit-learn
    has them."""
    import numpy as np

    names = names or (CLASSIFICATION if task == "classification" else REGRESSION)
    known, rows = classes or [], len(truth)
    kind = object if task == "classification" else float
    truth, predicted = np.asarray(truth, dtype=kind), np.asarray(predicted, dtype=kind)
    if task == "classification":
        truth, predicted = truth.astype(str), predicted.astype(str)
    generator = np.random.default_rng(SEED)
    count = RESAMPLES if rows < _FEW_ROWS else RESAMPLES_MANY
    resamples = [generator.integers(0, rows, rows) for _ in range(count)]
    found = []
    for name in names:
        value = _tried(name, truth, predicted, chances, known)
        if value is None:
            continue
        spread = [
            again
            for rows_ in resamples
            if (again := _tried(
                name, truth[rows_], predicted[rows_],
                None if chances is None else chances[rows_], known,
            )) is not None
        ]  # fmt: skip
        low = high = None
        if len(spread) >= len(resamples) // 2:
            edge = 100 * (1 - CONFIDENCE) / 2
            low, high = (float(v) for v in np.percentile(spread, [edge, 100 - edge]))
        if low == high:
            # Without a single error the bootstrap knows no spread, which is no certainty.
            low, high = _wilson(value, rows) if name == "accuracy" else (None, None)
        found.append(Measure(name, value, low, high))
    return found


def _wilson(share: float, rows: int) -> tuple[float, float]:
    """Return Wilson's 95% score interval of a share (Wilson 1927)."""
    z = 1.959964
    middle = share + z * z / (2 * rows)
    half = z * ((share * (1 - share) + z * z / (4 * rows)) / rows) ** 0.5
    return (
        max(0.0, (middle - half) / (1 + z * z / rows)),
        min(1.0, (middle + half) / (1 + z * z / rows)),
    )


def _tried(name: str, truth: Any, predicted: Any, chances: Any, classes: list[str]) -> float | None:
    try:
        value = score(name, truth, predicted, chances, classes)
    except ValueError:
        return None
    return value if value == value else None


def _auc(truth: Any, chances: Any, classes: list[str]) -> float:
    """Return the area under the ROC curve by ranks (Mann-Whitney), the mean over the classes; for
    two classes that of the second one. Much faster than building the curve 1,000 times."""
    import numpy as np
    from scipy.stats import rankdata

    wanted = [1] if len(classes) == 2 else range(len(classes))
    areas = []
    for place in wanted:
        positive = truth == classes[place]
        ones = int(positive.sum())
        zeros = len(truth) - ones
        if not ones or not zeros:
            raise ValueError("a class does not occur")
        ranks = rankdata(chances[:, place])
        areas.append((ranks[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))
    return float(np.mean(areas))
