"""What a training with a named model found: measures, coefficients, predictions, in raw figures."""

from typing import Any

from cherry_reflex.analysis.learning.estimator import LINEAR
from cherry_reflex.analysis.learning.named import Fitted
from cherry_reflex.analysis.results.artifacts import heading, said, table
from cherry_reflex.analysis.results.versions import new_file, version
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Fact, Outcome, Tables

_LEFT_OUT_TOLD = 8


def outcome(fit: Fitted, tables: Tables) -> Outcome:
    """Return the outcome of a training."""
    artifacts = [_scores(fit, tables)]
    facts = [*_head(fit), *_measured(fit), *fit.sample.facts]
    if fit.operation.model == "ols":
        fact, coefficients = _ols(fit, tables)
        facts.append(fact)
        artifacts.append(coefficients)
    elif fit.operation.model in LINEAR:
        artifacts.append(_coefficients(fit, tables))
    if (weights := _importances(fit, tables)) is not None:
        artifacts.append(weights)
    if fit.task == "classification":
        artifacts += _classes(fit, tables)
    artifacts += [_predictions(fit, tables), _model(fit, tables)]
    facts.append(Fact(key="models.saved", params={"name": fit.card.name}, weight=1.1))
    return Outcome(
        facts=tuple(facts), artifacts=tuple(artifacts), code=_code(fit), code_language="python"
    )


def _head(fit: Fitted) -> list[Fact]:
    params = {
        "model": fit.operation.model,
        "target": fit.target,
        "task": fit.task,
        "train": fit.card.rows_train,
        "test": fit.card.rows_test,
        "features": len(fit.recipe.columns),
        "terms": len(fit.terms),
        "seed": fit.operation.seed,
    }
    facts = [Fact(key="models.named", params=params, weight=2.6)]
    if fit.dropped:
        told = {"rows": fit.dropped, "total": fit.sample.used}
        facts.append(Fact(key="models.incomplete", params=told, weight=2.4))
    if fit.sample.is_part:
        told = {"used": fit.sample.used, "total": fit.sample.total}
        facts.append(Fact(key="models.sample", params=told, weight=1.9))
    for item in fit.left[:_LEFT_OUT_TOLD]:
        reason = {"column": item.column, "reason": f"left_{item.reason}"}
        facts.append(Fact(key="models.left_out", params=reason, weight=1.2))
    return facts


def _measured(fit: Fitted) -> list[Fact]:
    import statistics

    facts = []
    folds = [name for name in fit.scores if name.startswith("fold")]
    metrics = list(dict.fromkeys(m for scores in fit.scores.values() for m in scores))
    for metric in metrics:
        if folds:
            values = [fit.scores[name][metric] for name in folds if metric in fit.scores[name]]
            params = {
                "metric": metric,
                "mean": statistics.fmean(values),
                "deviation": statistics.stdev(values) if len(values) > 1 else 0.0,
                "folds": len(values),
            }
            facts.append(Fact(key="models.named_folds", params=params, weight=3.0))
            continue
        for part, key in (("test", "models.named_test"), ("train", "models.named_train")):
            if metric in fit.scores.get(part, {}):
                params = {"metric": metric, "value": fit.scores[part][metric]}
                facts.append(Fact(key=key, params=params, weight=3.0 if part == "test" else 2.0))
    return facts


def _scores(fit: Fitted, tables: Tables) -> ArtifactContent:
    metrics = list(dict.fromkeys(m for scores in fit.scores.values() for m in scores))
    columns: list[tuple[str, list[Any]]] = [
        (heading("metric", tables), [said(f"word.{m}", tables) for m in metrics])
    ]
    for part in sorted(fit.scores, key=lambda name: (len(name), name)):
        number = part.removeprefix("fold ")
        named = "fold" if number != part else f"part_{part}"
        head = heading(named, tables, number=number)
        columns.append((head, [fit.scores[part].get(m) for m in metrics]))
    title = said("models.title.named", tables, model=_word(fit, tables), target=fit.target)
    chosen = {"target": fit.target, "features": list(fit.recipe.columns)[:40]}
    return table(tables, title, columns, chosen=chosen)


def _ols(fit: Fitted, tables: Tables) -> tuple[Fact, ArtifactContent]:
    import numpy as np
    import statsmodels.api as sm

    x = sm.add_constant(fit.prepared, has_constant="add")
    result = sm.OLS(fit.truth, x).fit()
    interval = np.asarray(result.conf_int())
    names = ["const", *fit.terms]
    params = {
        "target": fit.target, "n": int(result.nobs), "r2": float(result.rsquared),
        "r2_adjusted": float(result.rsquared_adj), "f": float(result.fvalue),
        "p": float(result.f_pvalue), "df": float(result.df_model),
        "df_residual": float(result.df_resid), "aic": float(result.aic),
        "bic": float(result.bic), "mse_residual": float(result.mse_resid),
    }  # fmt: skip
    columns = {
        heading("term", tables): names,
        heading("coefficient", tables): result.params.tolist(),
        heading("standard_error", tables): result.bse.tolist(),
        "t": result.tvalues.tolist(),
        heading("p", tables): result.pvalues.tolist(),
        heading("low", tables): interval[:, 0].tolist(),
        heading("high", tables): interval[:, 1].tolist(),
    }
    title = said("models.title.coefficients", tables, target=fit.target)
    known = {key: value for key, value in params.items() if value == value}
    key = "models.ols" if len(known) == len(params) else "models.ols_exact"
    return Fact(key=key, params=known, weight=2.9), table(tables, title, columns)


def _coefficients(fit: Fitted, tables: Tables) -> ArtifactContent:
    import numpy as np

    model = fit.pipeline[-1]
    found = np.atleast_2d(model.coef_)
    constants = np.atleast_1d(model.intercept_)
    columns: list[tuple[str, list[Any]]] = [(heading("term", tables), ["const", *fit.terms])]
    for place, row in enumerate(found):
        # Two classes have one row: it speaks for the second.
        label = fit.classes[place if len(found) > 1 else -1] if fit.classes else ""
        head = heading("coefficient", tables) + (f" ({label})" if label else "")
        columns.append((head, [float(constants[place]), *map(float, row)]))
    title = said("models.title.coefficients", tables, target=fit.target)
    return table(tables, title, columns)


def _importances(fit: Fitted, tables: Tables) -> ArtifactContent | None:
    weights = getattr(fit.pipeline[-1], "feature_importances_", None)
    if weights is None:
        return None
    ranked = sorted(zip(fit.terms, map(float, weights), strict=True), key=lambda pair: -pair[1])
    columns = {
        heading("feature", tables): [name for name, _ in ranked],
        heading("importance", tables): [weight for _, weight in ranked],
    }
    return table(tables, said("models.title.impurity", tables, target=fit.target), columns)


def _classes(fit: Fitted, tables: Tables) -> list[ArtifactContent]:
    """Return the confusion matrix and the measures of each class, of the rows not trained on where
    there are some."""
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    labels = list(fit.classes)
    rows = fit.part == "test" if (fit.part == "test").any() else fit.part == fit.part
    truth = _truth(fit)[rows]
    matrix = confusion_matrix(truth, fit.predicted[rows], labels=labels)
    first = heading("actual", tables)
    crossed: list[tuple[str, list[Any]]] = [(first, labels)]
    crossed += [(label, matrix[:, n].tolist()) for n, label in enumerate(labels)]
    found = precision_recall_fscore_support(
        truth, fit.predicted[rows], labels=labels, zero_division=0
    )
    heads = [said("word.precision", tables), said("word.recall", tables), "F1"]
    each: list[tuple[str, list[Any]]] = [(heading("class", tables), labels)]
    each += [(head, values.tolist()) for head, values in zip(heads, found, strict=False)]
    each.append((heading("rows", tables), [int(v) for v in found[3]]))
    return [
        table(tables, said("models.title.matrix", tables, target=fit.target), crossed),
        table(tables, said("models.title.classes", tables, target=fit.target), each),
    ]


def _truth(fit: Fitted) -> Any:
    import numpy as np

    from cherry_reflex.analysis.learning.target import label_of

    return np.asarray([label_of(value) for value in fit.frame[fit.target]], dtype=object)


def _predictions(fit: Fitted, tables: Tables) -> ArtifactContent:
    """Return all rows that were used, each with its prediction and where it was used."""
    grown = fit.frame.copy()
    taken = set(grown.columns)

    def put(wanted: str, values: Any) -> None:
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted} {number}", number + 1
        taken.add(name)
        grown[name] = values

    put(heading("prediction", tables, target=fit.target), fit.predicted)
    if fit.chances is not None:
        for place, label in enumerate(fit.classes):
            put(heading("chance_of", tables, value=label), fit.chances[:, place])
    if fit.task == "regression":
        put(heading("residual", tables), fit.frame[fit.target].astype(float) - fit.predicted)
    put(heading("part", tables), fit.part)
    path = new_file(tables)
    grown.to_parquet(path, index=False)
    title = said("models.title.predicted", tables, dataset=fit.dataset.name, target=fit.target)
    step = {"name": "train", "arguments": {"model": fit.operation.model}}
    return version(path, title, [fit.dataset], steps=[step])


def _model(fit: Fitted, tables: Tables) -> ArtifactContent:
    card = fit.card
    scores = {said(f"word.{name}", tables): value for name, (value, _, _) in card.metrics.items()}
    return ArtifactContent(
        kind="model",
        title=card.name,
        path=fit.path,
        filename=f"{card.id}.skops",
        meta={
            "model": _word(fit, tables),
            "target": card.target,
            "task": said(f"word.{card.task}", tables),
            "features": len(card.recipe.columns),
            "rows_train": card.rows_train,
            "rows_test": card.rows_test,
            "metrics": scores,
            "sha256": card.sha256,
            "columns": list(card.recipe.columns)[:200],
            "chosen": {"target": card.target, "features": list(card.recipe.columns)[:40]},
            "description": said("models.note.model", tables),
            "card": card.id,
        },
    )


def _word(fit: Fitted, tables: Tables) -> str:
    return said(f"word.{fit.operation.model}", tables)


def _code(fit: Fitted) -> str:
    """Return Python that repeats the training."""
    features = list(fit.recipe.columns)
    reads = fit.sample.code(fit.dataset)
    first = "import duckdb\n" if fit.sample.where else ""
    drop = ", drop_first=True" if fit.operation.model == "ols" else ""
    share = round(fit.card.rows_test / len(fit.frame), 6)
    split = {
        "test": f"X, X_test, y, y_test = train_test_split(X, y, test_size={share}, "
        f"random_state={fit.operation.seed})\n",
        "folds": f"# measured by KFold({fit.operation.folds}, shuffle=True, "
        f"random_state={fit.operation.seed})\n",
    }.get(fit.operation.split, "")
    return f"""{first}import pandas as pd
import sklearn.ensemble, sklearn.linear_model, sklearn.naive_bayes, sklearn.neighbors
import sklearn.svm, sklearn.tree
from sklearn.model_selection import train_test_split

data = {reads}.dropna(subset={[fit.target, *features]!r})
X, y = pd.get_dummies(data[{features!r}]{drop}), data[{fit.target!r}]
{split}model = {fit.source}
model.fit(X, y)
"""
