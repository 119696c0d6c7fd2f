"""The models that compete, and the baseline that each has to beat."""

from dataclasses import dataclass
from typing import Any, Literal

from cherry_reflex.analysis.frames.sample import SEED
from cherry_reflex.analysis.learning.target import Task

ModelName = Literal["linear", "random_forest", "gradient_boosting", "nearest_neighbours"]

_NEIGHBOUR_ROWS_MAX = 10_000
_FOREST_TREES = 100
_FOREST_ROWS_MAX = 4_000
"""Rows a tree is grown on; more rows cost time and hardly change a forest of 100 trees."""


@dataclass(frozen=True)
class Candidate:
    """An estimator to be put behind the preparation. `source` is how Python code makes it."""

    name: str
    estimator: Any
    source: str


def candidates(task: Task, rows: int, wanted: tuple[ModelName, ...] = ()) -> list[Candidate]:
    """Return the baseline (the most frequent class, or the mean) and the models that suit so many
    training rows."""
    found = [baseline(task)]
    for name in wanted or ("linear", "gradient_boosting", "random_forest", "nearest_neighbours"):
        if name == "nearest_neighbours" and rows > _NEIGHBOUR_ROWS_MAX and not wanted:
            continue
        found.append(_model(name, task, rows))
    return found


def baseline(task: Task) -> Candidate:
    """Return the model that ignores the features."""
    from sklearn.dummy import DummyClassifier, DummyRegressor

    if task == "classification":
        return Candidate("baseline", DummyClassifier(strategy="prior"), "DummyClassifier()")
    return Candidate("baseline", DummyRegressor(strategy="mean"), "DummyRegressor()")


def _model(name: str, task: Task, rows: int) -> Candidate:
    from sklearn import ensemble, linear_model, neighbors

    classify = task == "classification"
    if name == "linear":
        if classify:
            logistic = linear_model.LogisticRegression(max_iter=1000, random_state=SEED)
            return Candidate(name, logistic, "LogisticRegression(max_iter=1000)")
        return Candidate(name, linear_model.Ridge(alpha=1.0), "Ridge(alpha=1.0)")
    if name == "nearest_neighbours":
        kind = neighbors.KNeighborsClassifier if classify else neighbors.KNeighborsRegressor
        return Candidate(name, kind(n_neighbors=7), f"{kind.__name__}(n_neighbors=7)")
    if name == "gradient_boosting":
        boost = (
            ensemble.HistGradientBoostingClassifier
            if classify
            else ensemble.HistGradientBoostingRegressor
        )
        arguments: dict[str, Any] = {"max_iter": 150, "learning_rate": 0.08, "max_leaf_nodes": 15}
        return Candidate(name, boost(**arguments, random_state=SEED), _source(boost, arguments))
    forest = ensemble.RandomForestClassifier if classify else ensemble.RandomForestRegressor
    part = min(1.0, _FOREST_ROWS_MAX / rows)
    arguments = {"n_estimators": _FOREST_TREES, "min_samples_leaf": 2}
    if not classify:
        arguments["max_features"] = 0.33
    if part < 1:
        arguments["max_samples"] = round(part, 4)
    return Candidate(name, forest(**arguments, random_state=SEED), _source(forest, arguments))


def _source(kind: Any, arguments: dict[str, Any]) -> str:
    given = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
    return f"{kind.__name__}({given}, random_state={SEED})"
