"""Measures by name, as scikit-learn computes them."""

from collections.abc import Sequence
from typing import Any, Literal

from cherry_reflex.analysis.learning.target import Task
from cherry_reflex.core.errors import BadInput

MetricName = Literal[
    "mse", "rmse", "mae", "medae", "mape", "r2", "explained_variance", "max_error",
    "accuracy", "balanced_accuracy", "precision", "recall", "f1", "roc_auc", "log_loss", "mcc",
    "kappa",
]  # fmt: skip
Average = Literal["macro", "weighted", "micro", "binary"]

USUAL: dict[Task, tuple[MetricName, ...]] = {
    "regression": ("r2", "rmse", "mse", "mae"),
    "classification": ("accuracy", "precision", "recall", "f1", "roc_auc"),
}
_REGRESSION = {
    "mse": "mean_squared_error",
    "rmse": "root_mean_squared_error",
    "mae": "mean_absolute_error",
    "medae": "median_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "r2": "r2_score",
    "explained_variance": "explained_variance_score",
    "max_error": "max_error",
}
_LABELS = {
    "accuracy": "accuracy_score",
    "balanced_accuracy": "balanced_accuracy_score",
    "mcc": "matthews_corrcoef",
    "kappa": "cohen_kappa_score",
}
_AVERAGED = {"precision": "precision_score", "recall": "recall_score", "f1": "f1_score"}


def wanted(task: Task, names: Sequence[MetricName]) -> tuple[MetricName, ...]:
    """Return the metrics to compute. Raises BadInput `metric_task` for one of the other task."""
    for name in names:
        if (name in _REGRESSION) != (task == "regression"):
            raise BadInput("metric_task", metric=name, task=task)
    return tuple(dict.fromkeys(names)) or USUAL[task]


def measured(
    names: Sequence[MetricName],
    truth: Any,
    predicted: Any,
    chances: Any,
    classes: Sequence[str],
    *,
    average: Average,
    positive: str,
) -> dict[str, float]:
    """Return metric -> value; one that is undefined on these rows (a class that does not occur) is
    left out. `chances` has a column for each class, or is None."""
    found = {}
    for name in names:
        try:
            value = _value(name, truth, predicted, chances, classes, average, positive)
        except ValueError:
            continue
        if value is not None and value == value:
            found[str(name)] = float(value)
    return found


def _value(
    name: str,
    truth: Any,
    predicted: Any,
    chances: Any,
    classes: Sequence[str],
    average: Average,
    positive: str,
) -> float | None:
    from sklearn import metrics

    if name in _REGRESSION:
        return float(getattr(metrics, _REGRESSION[name])(truth, predicted))
    if name in _LABELS:
        return float(getattr(metrics, _LABELS[name])(truth, predicted))
    if name in _AVERAGED:
        more = {"pos_label": positive} if average == "binary" else {}
        call = getattr(metrics, _AVERAGED[name])
        return float(call(truth, predicted, average=average, zero_division=0, **more))
    if chances is None:
        return None
    if name == "log_loss":
        return float(metrics.log_loss(truth, chances, labels=list(classes)))
    if len(classes) == 2:
        return float(metrics.roc_auc_score(truth == classes[1], chances[:, 1]))
    return float(metrics.roc_auc_score(truth, chances, multi_class="ovr", labels=list(classes)))
