"""Prediction: a saved model on new rows."""

from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.exhibit import said
from cherry_reflex.analysis.models import shelf
from cherry_reflex.analysis.sample import read
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables

_CHUNK_ROWS = 50_000


class Predict(Operation):
    """Apply a model that was trained and saved before to the rows of a dataset: the result is a new
    dataset with the predictions, and the chances of the classes, added."""

    name: ClassVar[str] = "predict"
    examples: ClassVar[tuple[str, ...]] = (
        "저장한 모델로 새 데이터를 예측해줘",
        "방금 학습한 모델을 적용해서 예측값을 붙여줘",
        "새 고객이 이탈할지 예측해줘",
        "Predict the new rows with the saved model",
        "Apply the trained model to this table",
        "Use the model to predict these customers",
    )

    model: str = Field(
        default="", description="Name of the saved model; empty for the latest that fits the data."
    )

    def run(self, tables: Tables) -> Outcome:
        """Predict every row. Raises BadInput (`model_none`, `saved_model_unknown`, `model_columns`,
        `model_changed`)."""
        import numpy as np
        import pandas as pd

        dataset = tables.get(self.dataset)
        names = frozenset(column.name for column in dataset.columns)
        folder = shelf.place(tables)
        card = shelf.card_of(folder, self.model, names)
        if missing := [name for name in card.recipe.columns if name not in names]:
            raise BadInput("model_columns", name=card.name, columns=", ".join(missing[:20]))
        pipeline = shelf.opened(card, folder)
        part = read(dataset, [column.name for column in dataset.columns])
        design = card.recipe.design(part.frame)
        predicted, sure = [], []
        for start in range(0, len(design), _CHUNK_ROWS):
            rows = design.iloc[start : start + _CHUNK_ROWS]
            predicted.append(pipeline.predict(rows))
            if card.task == "classification":
                sure.append(pipeline.predict_proba(rows).max(axis=1))
        grown = part.frame.copy()
        head = _free(said("models.head.prediction", tables, target=card.target), grown)
        grown[head] = np.concatenate(predicted)
        if sure:
            grown[_free(said("models.head.chance", tables), grown)] = np.concatenate(sure)
        facts = [
            Fact(
                key="models.predicted",
                params={"rows": len(grown), "name": card.name, "target": card.target},
                weight=3.0,
            ),
            *_quality(card),
            *_spread(grown[head], card),
            *_seen(dataset, card),
        ]
        blank = int(part.frame[list(card.recipe.columns)].isna().any(axis=1).sum())
        if blank:
            facts.append(Fact(key="models.predicted_blank", params={"rows": blank}, weight=2.0))
        return Outcome(
            facts=tuple(facts),
            artifacts=(_made(dataset, card, pd.DataFrame(grown), tables),),
            code=_code(card, dataset),
            code_language="python",
        )


def _quality(card: shelf.ModelCard) -> list[Fact]:
    """Return how well the model did on its test rows: nothing says that it does as well here."""
    if not card.metrics:
        return []
    metric, (value, low, high) = next(iter(card.metrics.items()))
    params = {"metric": metric, "value": value, "low": low, "high": high, "rows": card.rows_test}
    return [Fact(key="models.quality", params=params, weight=2.2)] if low is not None else []


def _spread(values: Any, card: shelf.ModelCard) -> list[Fact]:
    if card.task == "classification":
        shares = values.value_counts(normalize=True)
        return [
            Fact(
                key="models.predicted_class",
                params={"value": str(value), "share": float(share)},
                weight=1.8 - 0.05 * place,
            )
            for place, (value, share) in enumerate(list(shares.items())[:5])
        ]
    params = {
        "mean": float(values.mean()),
        "low": float(values.min()),
        "high": float(values.max()),
    }
    return [Fact(key="models.predicted_range", params=params, weight=1.8)]


def _seen(dataset: Dataset, card: shelf.ModelCard) -> list[Fact]:
    """Warn when these rows are those that the model learned from."""
    if card.dataset_id and dataset.id == card.dataset_id:
        return [Fact(key="models.predicted_seen", weight=2.5)]
    return []


def _made(dataset: Dataset, card: shelf.ModelCard, frame: Any, tables: Tables) -> ArtifactContent:
    path = tables.folder / f"{new_id()}.parquet"
    frame.to_parquet(path, index=False)
    title = said("models.title.predicted", tables, dataset=dataset.name, target=card.target)
    return ArtifactContent(
        kind="dataset",
        title=title,
        path=path,
        filename=f"{dataset.name}.parquet",
        meta={
            "rows": len(frame),
            "columns": [str(name) for name in frame.columns],
            "parent": dataset.id,
            "steps": [f"predict: {card.name}"],
            "chosen": {"model": card.name},
        },
    )


def _free(name: str, frame: Any) -> str:
    free, number = name, 2
    while free in frame.columns:
        free, number = f"{name} {number}", number + 1
    return free


def _code(card: shelf.ModelCard, dataset: Dataset) -> str:
    return f"""import pandas as pd
from skops import io

file = {f"{card.id}.skops"!r}
model = io.load(file, trusted=io.get_untrusted_types(file=file))
data = pd.read_parquet({f"{dataset.name}.parquet"!r})
data["prediction"] = model.predict(data[{list(card.recipe.columns)!r}])
"""
