"""Models by name: scikit-learn's estimators with the hyperparameters that were asked for."""

from collections.abc import Mapping
from typing import Any, Literal

from cherry_reflex.analysis.learning.target import Task
from cherry_reflex.core.errors import BadInput

ModelChoice = Literal[
    "", "ols", "ridge", "lasso", "elastic_net", "logistic", "tree", "random_forest",
    "gradient_boosting", "svm", "naive_bayes", "knn",
]  # fmt: skip
Hyperparameter = str | int | float | bool | None | list[int] | list[float]

LINEAR = ("ols", "ridge", "lasso", "elastic_net", "logistic")
_CLASSES: dict[str, dict[Task, str]] = {
    "ols": {"regression": "linear_model.LinearRegression"},
    "ridge": {
        "regression": "linear_model.Ridge",
        "classification": "linear_model.RidgeClassifier",
    },
    "lasso": {"regression": "linear_model.Lasso"},
    "elastic_net": {"regression": "linear_model.ElasticNet"},
    "logistic": {"classification": "linear_model.LogisticRegression"},
    "tree": {
        "regression": "tree.DecisionTreeRegressor",
        "classification": "tree.DecisionTreeClassifier",
    },
    "random_forest": {
        "regression": "ensemble.RandomForestRegressor",
        "classification": "ensemble.RandomForestClassifier",
    },
    "gradient_boosting": {
        "regression": "ensemble.GradientBoostingRegressor",
        "classification": "ensemble.GradientBoostingClassifier",
    },
    "svm": {"regression": "svm.SVR", "classification": "svm.SVC"},
    "naive_bayes": {"classification": "naive_bayes.GaussianNB"},
    "knn": {
        "regression": "neighbors.KNeighborsRegressor",
        "classification": "neighbors.KNeighborsClassifier",
    },
}
_OWN = frozenset({"random_state", "n_jobs", "verbose", "warm_start", "copy_X", "cache_size"})
"""What is not for the caller to set: the seed has an argument of its own."""


def task_for(model: str, likely: Task, *, asked: bool) -> Task:
    """Return the task of a model: the likely one, or the only one that it can do.

    Raises BadInput `model_task` when it cannot do what was asked for.
    """
    able = _CLASSES[model]
    if likely in able:
        return likely
    if asked:
        raise BadInput("model_task", model=model, task=likely)
    return next(iter(able))


def estimator(model: str, task: Task, given: Mapping[str, Hyperparameter], seed: int) -> Any:
    """Return the estimator with scikit-learn's defaults for what is not given; a logistic
    regression may take 1,000 rounds.

    Raises BadInput `hyperparameter_unknown` with those that it has.
    """
    import importlib

    module, _, name = _CLASSES[model][task].partition(".")
    kind = getattr(importlib.import_module(f"sklearn.{module}"), name)
    known = sorted(set(kind().get_params()) - _OWN)
    for wrong in given:
        if wrong not in known:
            names = ", ".join(known)
            raise BadInput("hyperparameter_unknown", name=wrong, model=model, names=names)
    settings: dict[str, Any] = dict(given)
    if model == "logistic":
        settings.setdefault("max_iter", 1000)
    if "random_state" in kind().get_params():
        settings["random_state"] = seed
    return kind(**settings)


def source_of(made: Any, task: Task, model: str) -> str:
    """Return how Python makes the estimator."""
    changed = {
        key: value
        for key, value in made.get_params(deep=False).items()
        if value != type(made)().get_params(deep=False).get(key)
    }
    given = ", ".join(f"{key}={value!r}" for key, value in changed.items())
    return f"sklearn.{_CLASSES[model][task]}({given})"
