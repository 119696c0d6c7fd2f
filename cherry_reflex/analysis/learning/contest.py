"""The contest of models: cross-validation on the training rows chooses, the test rows measure."""

import time
from dataclasses import dataclass, replace
from typing import Any

from cherry_reflex.analysis.learning.candidate import Candidate
from cherry_reflex.analysis.learning.metric import Measure, measures, primary, scorer
from cherry_reflex.analysis.learning.recipe import Recipe
from cherry_reflex.analysis.learning.split import Split, folds
from cherry_reflex.analysis.learning.target import Task
from cherry_reflex.analysis.progress import progress
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.i18n.catalogue import text

BUDGET_S = 12.0
"""After so many seconds no further model is begun; those left out are named."""


@dataclass(frozen=True)
class Entrant:
    """A model that took part. `folds` are the primary metric's values in the cross-validation."""

    candidate: Candidate
    pipeline: Any
    folds: tuple[float, ...]
    measures: tuple[Measure, ...]
    predicted: Any
    chances: Any
    seconds: float

    @property
    def mean(self) -> float:
        """Mean of the primary metric over the folds; NaN when no fold could be scored."""
        known = [value for value in self.folds if value == value]
        return sum(known) / len(known) if known else float("nan")

    @property
    def spread(self) -> float:
        """Standard deviation over the folds."""
        import statistics

        known = [value for value in self.folds if value == value]
        return statistics.stdev(known) if len(known) > 1 else float("nan")


@dataclass(frozen=True)
class Result:
    """`entrants` with the best first, and the baseline apart."""

    entrants: tuple[Entrant, ...]
    baseline: Entrant
    skipped: tuple[str, ...]

    @property
    def best(self) -> Entrant:
        """Return the winner of the cross-validation."""
        return self.entrants[0]


def held(
    design: Any,
    values: Any,
    task: Task,
    recipe: Recipe,
    parts: Split,
    models: list[Candidate],
    language: Language = ENGLISH,
) -> Result:
    """Let the models compete. The baseline is the first of `models`."""
    from threadpoolctl import threadpool_limits

    began = time.monotonic()
    done: list[Entrant] = []
    skipped = []
    # Threads that wait for each other cost more than they give on tables of this size.
    with threadpool_limits(1):
        for number, candidate in enumerate(models, 1):
            if len(done) >= 2 and time.monotonic() - began > BUDGET_S:
                skipped.append(candidate.name)
                continue
            told = {"model": candidate.name, "number": number, "count": len(models)}
            progress(text("agent.progress_training", language, **told))
            done.append(_entered(candidate, design, values, task, recipe, parts))
    sign = -1 if task == "regression" else 1
    rivals = [entrant for entrant in done if entrant.candidate.name != "baseline"]
    rivals.sort(key=lambda e: sign * e.mean if e.mean == e.mean else float("-inf"), reverse=True)
    rivals[0] = _measured(rivals[0], values, task, parts)
    return Result(tuple(rivals), done[0], tuple(skipped))


def _measured(best: Entrant, values: Any, task: Task, parts: Split) -> Entrant:
    """Return the winner with all metrics of its task."""
    truth = values.iloc[parts.test]
    classes = [str(c) for c in best.pipeline.classes_] if task == "classification" else None
    found = measures(task, truth, best.predicted, best.chances, classes)
    return replace(best, measures=tuple(found))


def _entered(
    candidate: Candidate, design: Any, values: Any, task: Task, recipe: Recipe, parts: Split
) -> Entrant:
    import numpy as np
    from sklearn.base import clone
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import Pipeline

    began = time.monotonic()
    truth = np.asarray(values)
    pipeline = Pipeline([("prepare", recipe.preparation()), ("model", candidate.estimator)])
    train, train_truth = design.iloc[parts.train], truth[parts.train]
    scores = cross_val_score(
        clone(pipeline),
        train,
        train_truth,
        cv=folds(train_truth, task, parts.how),
        scoring=scorer(task),
        error_score=np.nan,
    )
    if primary(task) == "rmse":
        scores = -scores
    pipeline.fit(train, train_truth)
    test = design.iloc[parts.test]
    predicted = pipeline.predict(test)
    chances, classes = None, None
    if task == "classification":
        chances, classes = pipeline.predict_proba(test), [str(c) for c in pipeline.classes_]
    found = measures(task, truth[parts.test], predicted, chances, classes, (primary(task),))
    return Entrant(
        candidate,
        pipeline,
        tuple(float(value) for value in scores),
        tuple(found),
        predicted,
        chances,
        time.monotonic() - began,
    )
