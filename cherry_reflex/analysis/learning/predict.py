"""Prediction: a saved model on new rows."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.frames.sample import framed
from cherry_reflex.analysis.learning import model_store
from cherry_reflex.analysis.results.artifacts import heading, said
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
        "저장한 모델로 예측해줘",
        "Predict with the saved model",
    )

    model: str = Field(
        default="", description="Name of the saved model; empty for the latest that fits the data."
    )

    def saves_in(self, tables: Tables) -> tuple[Path, ...]:
        """Models lie with the conversation."""
        return tuple(filter(None, [tables.conversation_files]))

    def run(self, tables: Tables) -> Outcome:
        """Predict every row. Raises BadInput (`model_none`, `saved_model_unknown`, `model_columns`,
        `model_changed`)."""
        dataset = tables.get(self.dataset)
        names = frozenset(column.name for column in dataset.columns)
        folder = model_store.place(tables)
        card = model_store.card_of(folder, self.model, names)
        if missing := [name for name in card.recipe.columns if name not in names]:
            raise BadInput("model_columns", name=card.name, columns=", ".join(missing[:20]))
        pipeline = model_store.load_pipeline(card, folder)
        head = _free(heading("prediction", tables, target=card.target), names)
        sure = _free(heading("chance", tables), names)
        path = tables.folder / f"{new_id()}.parquet"
        counted = _predicted(dataset, card, pipeline, path, head, sure)
        facts = [
            Fact(
                key="models.predicted",
                params={"rows": counted.rows, "name": card.name, "target": card.target},
                weight=3.0,
            ),
            *_quality(card),
            *_spread(counted, card),
            *_seen(dataset, card),
        ]
        if counted.blank:
            params = {"rows": counted.blank}
            facts.append(Fact(key="models.predicted_blank", params=params, weight=2.0))
        added = (head, sure) if hasattr(pipeline, "predict_proba") else (head,)
        return Outcome(
            facts=tuple(facts),
            artifacts=(_made(dataset, card, path, counted.rows, added, tables),),
            code=_code(card, dataset),
            code_language="python",
        )


@dataclass
class _Counted:
    """What was predicted, counted while the rows go by."""

    rows: int = 0
    blank: int = 0
    total: float = 0.0
    low: float = float("inf")
    high: float = float("-inf")
    classes: Counter[str] = field(default_factory=Counter)

    def add(self, values: Any, task: str) -> None:
        """Count one part."""
        self.rows += len(values)
        if task == "classification":
            self.classes.update(str(value) for value in values)
        else:
            self.total += float(values.sum())
            self.low, self.high = min(self.low, values.min()), max(self.high, values.max())


def _predicted(
    dataset: Dataset, card: model_store.ModelCard, pipeline: Any, path: Path, head: str, sure: str
) -> _Counted:
    """Write the rows with their predictions, part by part, so that memory stays flat."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    counted = _Counted()
    source = pq.ParquetFile(Tables.path(dataset))
    if source.metadata.num_rows == 0:
        raise BadInput("table_no_rows", dataset=dataset.name)
    writer: Any = None
    try:
        for batch in source.iter_batches(_CHUNK_ROWS):
            part = pa.Table.from_batches([batch])
            frame = framed(part.select(list(card.recipe.columns)))
            design = card.recipe.design(frame)
            values = pipeline.predict(design)
            counted.add(values, card.task)
            counted.blank += int(frame.isna().any(axis=1).sum())
            part = part.append_column(head, pa.array(values))
            if hasattr(pipeline, "predict_proba"):
                part = part.append_column(
                    sure, pa.array(pipeline.predict_proba(design).max(axis=1))
                )
            writer = writer or pq.ParquetWriter(path, part.schema)
            writer.write_table(part)
    finally:
        if writer is not None:
            writer.close()
    return counted


def _quality(card: model_store.ModelCard) -> list[Fact]:
    """Return how well the model did on its test rows: nothing says that it does as well here."""
    if not card.metrics:
        return []
    metric, (value, low, high) = next(iter(card.metrics.items()))
    params = {"metric": metric, "value": value, "low": low, "high": high, "rows": card.rows_test}
    return [Fact(key="models.quality", params=params, weight=2.2)] if low is not None else []


def _spread(counted: _Counted, card: model_store.ModelCard) -> list[Fact]:
    if card.task == "classification":
        return [
            Fact(
                key="models.predicted_class",
                params={"value": value, "share": number / counted.rows},
                weight=1.8 - 0.05 * place,
            )
            for place, (value, number) in enumerate(counted.classes.most_common(5))
        ]
    params = {
        "mean": counted.total / counted.rows,
        "low": float(counted.low),
        "high": float(counted.high),
    }
    return [Fact(key="models.predicted_range", params=params, weight=1.8)]


def _seen(dataset: Dataset, card: model_store.ModelCard) -> list[Fact]:
    """Warn when these rows are those that the model learned from."""
    if card.dataset_id and dataset.id == card.dataset_id:
        return [Fact(key="models.predicted_seen", weight=2.5)]
    return []


def _made(
    dataset: Dataset,
    card: model_store.ModelCard,
    path: Path,
    rows: int,
    added: tuple[str, ...],
    tables: Tables,
) -> ArtifactContent:
    title = said("models.title.predicted", tables, dataset=dataset.name, target=card.target)
    return ArtifactContent(
        kind="dataset",
        title=title,
        path=path,
        filename=f"{dataset.name}.parquet",
        meta={
            "rows": rows,
            "columns": [*(column.name for column in dataset.columns), *added],
            "parent": dataset.id,
            "steps": [f"predict: {card.name}"],
            "chosen": {"model": card.name},
        },
    )


def _free(name: str, taken: frozenset[str]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free


def _code(card: model_store.ModelCard, dataset: Dataset) -> str:
    return f"""import pandas as pd
from skops import io

file = {f"{card.id}.skops"!r}
model = io.load(file, trusted=io.get_untrusted_types(file=file))
data = pd.read_parquet({f"{dataset.name}.parquet"!r})
data["prediction"] = model.predict(data[{list(card.recipe.columns)!r}])
"""
