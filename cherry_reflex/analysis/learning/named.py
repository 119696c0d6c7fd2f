"""A training with one named model: fitted as it was asked for, measured, its predictions kept."""

import warnings
from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.frames.sample import Sample, read_part
from cherry_reflex.analysis.learning import model_store, named_metric
from cherry_reflex.analysis.learning.estimator import estimator, source_of, task_for
from cherry_reflex.analysis.learning.named_arguments import NamedModelArguments
from cherry_reflex.analysis.learning.recipe import (
    CATEGORIES_MAX,
    DATE_PARTS,
    LeftOut,
    Recipe,
    screened,
)
from cherry_reflex.analysis.learning.target import ROWS_MIN, Task, label_of, task_of
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Tables

ROWS_MAX = 200_000


@dataclass(frozen=True)
class Fitted:
    """A named model that was fitted. `part` says of each row of `frame` where it was used (`train`,
    `test`, `fold 1` …), `predicted` and `chances` belong to the same rows: those of folds come from
    the model that had not seen them. `scores` are metric -> value by part, those of folds one a
    fold. `prepared` is what the final model was fitted on, `terms` names its columns."""

    operation: NamedModelArguments
    target: str
    dataset: Dataset
    task: Task
    frame: Any
    sample: Sample
    dropped: int
    recipe: Recipe
    left: tuple[LeftOut, ...]
    pipeline: Any
    part: Any
    predicted: Any
    chances: Any
    classes: tuple[str, ...]
    scores: dict[str, dict[str, float]]
    prepared: Any
    truth: Any
    terms: tuple[str, ...]
    card: model_store.ModelCard
    path: Any
    source: str

    @property
    def train(self) -> Any:
        """Which rows the final model was fitted on."""
        return self.part != "test"


def fitted(
    operation: NamedModelArguments,
    target: str,
    features: tuple[str, ...],
    asked: str,
    share: float,
    tables: Tables,
) -> Fitted:
    """Fit the model of `operation` to predict `target` from `features` (all others when empty).

    Raises BadInput (`model_task`, `hyperparameter_unknown`, `hyperparameter_value`, `metric_task`,
    `features_none`, `training_rows_few`, `target_constant`, `class_unknown`).
    """
    dataset = tables.get(operation.dataset)
    every = [column.name for column in dataset.columns]
    sample = read_part(operation, tables, every, rows_max=ROWS_MAX)
    names = list(features) or [name for name in every if name != target]
    frame = sample.frame[sample.frame[target].notna()]
    recipe, left = _recipe(frame, dataset, names, chosen=bool(features))
    if not recipe.columns:
        raise BadInput("features_none", column=target, columns=", ".join(i.column for i in left))
    frame = frame.dropna(subset=list(recipe.columns)).reset_index(drop=True)
    if len(frame) < ROWS_MIN // 2:
        raise BadInput("training_rows_few", rows=len(frame), needed=ROWS_MIN // 2, column=target)
    task = _task(operation.model, dataset, target, frame, asked)
    truth, classes = _truth(frame[target], task, target)
    metrics = named_metric.wanted(task, operation.metrics)
    if operation.average == "binary" and operation.positive not in classes:
        known = ", ".join(classes)
        raise BadInput("class_unknown", value=operation.positive, target=target, names=known)
    made = estimator(operation.model, task, operation.hyperparameters, operation.seed)
    design = recipe.design(frame)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline, part, predicted, chances = _fit(operation, made, design, truth, recipe, share)
        prepared = pipeline[:-1].transform(design[part != "test"])
    scores = {}
    for name in dict.fromkeys(part):
        mine = part == name
        scores[str(name)] = named_metric.measured(
            metrics, truth[mine], predicted[mine], None if chances is None else chances[mine],
            classes, average=operation.average, positive=operation.positive,
        )  # fmt: skip
    train = part != "test"
    source = source_of(made, task, operation.model)
    identity = model_store.fresh_id()
    last = scores.get("test") or scores.get("train") or {}
    card = model_store.ModelCard(
        id=identity,
        name=f"{target} · {operation.model} · {identity[:4]}",
        task=task,
        target=target,
        model=operation.model,
        recipe=recipe,
        classes=classes,
        dataset=dataset.name,
        dataset_id=dataset.id,
        rows_train=int(train.sum()),
        rows_test=int((~train).sum()),
        split=operation.split,
        metrics={name: (value, None, None) for name, value in last.items()},
        params={"estimator": source, "seed": operation.seed, **operation.hyperparameters},
        left_out={item.column: item.reason for item in left},
    )
    path, card = model_store.saved(pipeline, card, model_store.place(tables))
    return Fitted(
        operation, target, dataset, task, frame, sample, sample.used - len(frame), recipe, left,
        pipeline, part, predicted, chances, classes, scores, prepared, truth[train],
        tuple(str(n) for n in pipeline[:-1].get_feature_names_out()), card, path, source,
    )  # fmt: skip


def _recipe(
    frame: Any, dataset: Dataset, names: list[str], *, chosen: bool
) -> tuple[Recipe, tuple[LeftOut, ...]]:
    """Return what the model reads: all that was chosen, or what can help."""
    if not chosen:
        recipe, left = screened(frame, dataset, names)
        kinds = {column.name: column.type for column in dataset.columns}
        flags = tuple(name for name in recipe.categorical if kinds[name] == "boolean")
        rest = tuple(name for name in recipe.categorical if name not in flags)
        grown = recipe.model_copy(update={"numeric": recipe.numeric + flags, "categorical": rest})
        return grown, left
    found: dict[str, list[str]] = {"numeric": [], "categorical": [], "dates": []}
    for name in names:
        column = dataset.column(name)
        kind = column.type if column is not None else "other"
        if kind == "other":
            raise BadInput("features_none", column=name, columns=name)
        if kind in (*NUMERIC, "boolean"):
            found["numeric"].append(name)
        elif kind in TEMPORAL:
            found["dates"].append(name)
        else:
            if (count := frame[name].nunique()) > CATEGORIES_MAX:
                raise BadInput("groups_many", column=name, count=count, limit=CATEGORIES_MAX)
            found["categorical"].append(name)
    return Recipe(**{key: tuple(value) for key, value in found.items()}), ()


def _task(model: str, dataset: Dataset, target: str, frame: Any, asked: str) -> Task:
    column = dataset.column(target)
    if column is None or column.type in (*TEMPORAL, "other"):
        raise BadInput("target_date", column=target)
    likely, why = task_of(column, int(frame[target].nunique()), asked)
    task = task_for(model, likely, asked=why == "asked")
    if task == "regression" and column.type not in (*NUMERIC, "boolean"):
        raise BadInput("target_not_number", column=target)
    return task


def _truth(values: Any, task: Task, target: str) -> tuple[Any, tuple[str, ...]]:
    import numpy as np

    if values.nunique() < 2:
        raise BadInput("target_constant", column=target, value=label_of(values.iloc[0]))
    if task == "regression":
        return values.to_numpy(dtype=float), ()
    labels = np.asarray([label_of(value) for value in values], dtype=object).astype(str)
    return labels, tuple(sorted(set(labels)))


def _fit(
    operation: NamedModelArguments, made: Any, design: Any, truth: Any, recipe: Recipe, share: float
) -> tuple[Any, Any, Any, Any]:
    """Return the fitted pipeline, and of every row its part, prediction and chances.

    Raises BadInput `hyperparameter_value`.
    """
    import numpy as np
    from sklearn.base import clone
    from sklearn.model_selection import KFold, StratifiedKFold, train_test_split
    from sklearn.pipeline import Pipeline

    pipeline = Pipeline([("prepare", _preparation(operation, recipe)), ("model", made)])
    part = np.full(len(design), "train", dtype=object)
    rows = np.arange(len(design))
    try:
        if operation.split == "test":
            train, test = train_test_split(
                rows, test_size=share, random_state=operation.seed,
                stratify=truth if operation.stratify else None,
            )  # fmt: skip
            part[test] = "test"
            # In the order of the split, as anybody fits who splits frames.
            pipeline.fit(design.iloc[train], truth[train])
            return pipeline, part, pipeline.predict(design), _chances(pipeline, design)
        pipeline.fit(design, truth)
        if operation.split == "none":
            return pipeline, part, pipeline.predict(design), _chances(pipeline, design)
        kind = StratifiedKFold if operation.stratify else KFold
        parts = kind(operation.folds, shuffle=True, random_state=operation.seed)
        predicted: Any = np.empty_like(truth)
        chances = _chances(pipeline, design)
        for number, (train, test) in enumerate(parts.split(design, truth), 1):
            one = clone(pipeline).fit(design.iloc[train], truth[train])
            part[test] = f"fold {number}"
            predicted[test] = one.predict(design.iloc[test])
            if chances is not None:
                places = np.searchsorted(pipeline.classes_, one.classes_)
                chances[np.ix_(test, range(chances.shape[1]))] = 0.0
                chances[np.ix_(test, places)] = one.predict_proba(design.iloc[test])
        return pipeline, part, predicted, chances
    except (ValueError, TypeError) as error:
        reason = str(error).strip().splitlines()[0][:300]
        raise BadInput("hyperparameter_value", model=operation.model, reason=reason) from error


def _chances(pipeline: Any, design: Any) -> Any:
    return pipeline.predict_proba(design) if hasattr(pipeline, "predict_proba") else None


def _preparation(operation: NamedModelArguments, recipe: Recipe) -> Any:
    """Return the transformer: categories one-hot (of OLS without the first, the reference),
    numbers as they are unless they are to be scaled. New rows may miss values."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [*recipe.numeric, *(f"{d} ({part})" for d in recipe.dates for part in DATE_PARTS)]
    steps: list[tuple[str, Any]] = [("fill", SimpleImputer(strategy="median"))]
    if operation.scale:
        steps.append(("scale", StandardScaler()))
    one_hot = OneHotEncoder(
        handle_unknown="ignore",
        drop="first" if operation.model == "ols" else None,
        sparse_output=False,
    )
    texts = Pipeline([("fill", SimpleImputer(strategy="most_frequent")), ("encode", one_hot)])
    parts = [("numbers", Pipeline(steps), numbers), ("texts", texts, list(recipe.categorical))]
    return ColumnTransformer([p for p in parts if p[2]], verbose_feature_names_out=False)
