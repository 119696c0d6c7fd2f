"""The MLflow store of trainings: one SQLite file beside the conversations' models, one experiment
a conversation. Any MLflow client can open it: `mlflow ui --backend-store-uri sqlite:///mlflow.db`.
"""

import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cherry_reflex.analysis.learning import model_store
from cherry_reflex.analysis.learning.model_store import ModelCard
from cherry_reflex.core.errors import BadInput, Unavailable
from cherry_reflex.core.operation import Tables

FILE = "mlflow.db"
_ARTIFACTS = "mlflow-artifacts"
_RUNS_MAX = 1_000
_CARD_TAG = "cherry.card"
_TARGET_TAG = "cherry.target"
_DATASET_TAG = "cherry.dataset"
_CONVERSATION_TAG = "cherry.conversation"


@dataclass(frozen=True)
class LoggedRun:
    """A logged training. `metrics` are from the test rows; `cv` means from the cross-validation."""

    id: str
    name: str
    card: str
    target: str
    dataset: str
    started_at: float
    params: dict[str, str]
    metrics: dict[str, float]


@dataclass(frozen=True)
class Version:
    """A version of a registered model."""

    name: str
    number: int
    run: str


class Logbook:
    """The trainings of one conversation. Raises Unavailable `store_unreachable` when the store
    cannot be opened."""

    def __init__(self, tables: Tables) -> None:
        folder = model_store.place(tables)
        self._folder, self._conversation = folder, folder.name
        self._root = folder.parent.absolute()
        self._root.mkdir(parents=True, exist_ok=True)
        self._uri = f"sqlite:///{self._root / FILE}"
        self._client = _client(self._uri)

    def log(self, card: ModelCard) -> LoggedRun:
        """Log a saved model: its settings, its measures, its card and the model itself."""
        from mlflow.entities import Metric, Param, RunTag

        run = self._client.create_run(
            self._experiment(),
            run_name=card.name,
            tags={
                _CARD_TAG: card.id,
                _TARGET_TAG: card.target,
                _DATASET_TAG: card.dataset,
                _CONVERSATION_TAG: self._conversation,
            },
        )
        identity = run.info.run_id
        now = int(card.made_at * 1000)
        measured = {name: value for name, (value, _, _) in card.metrics.items()}
        for name, (_, low, high) in card.metrics.items():
            if low is not None and high is not None:
                measured |= {f"{name}_low": low, f"{name}_high": high}
        measured |= {f"cv_{name}": value for name, value in card.cross_validation.items()}
        params = {
            "model": card.model,
            "task": card.task,
            "target": card.target,
            "features": ", ".join(card.recipe.columns),
            "rows_train": str(card.rows_train),
            "rows_test": str(card.rows_test),
            "split": card.split,
            **{name: str(value) for name, value in card.params.items()},
        }
        self._client.log_batch(
            identity,
            metrics=[Metric(name, value, now, 0) for name, value in measured.items()],
            params=[Param(name, value[:6000]) for name, value in params.items()],
            tags=[RunTag("mlflow.source.name", "CherryAI")],
        )
        self._client.log_text(identity, card.model_dump_json(indent=1), "card.json")
        self._keep(card, Path(run.info.artifact_uri.removeprefix("file://")) / "model")
        self._client.set_terminated(identity)
        return self.runs((identity,))[0]

    def runs(self, identities: Sequence[str] = ()) -> list[LoggedRun]:
        """Return the conversation's trainings, newest first; those asked for by id alone."""
        experiment = self._client.get_experiment_by_name(self._name())
        if experiment is None:
            return []
        found = self._client.search_runs(
            [experiment.experiment_id], order_by=["attributes.start_time DESC"],
            max_results=_RUNS_MAX,
        )  # fmt: skip
        return [
            _run(run)
            for run in found
            if run.info.status == "FINISHED" and (not identities or run.info.run_id in identities)
        ]

    def register(self, run: LoggedRun, name: str) -> Version:
        """Make the model of a run the next version of the registered model `name`."""
        from mlflow.exceptions import MlflowException

        try:
            self._client.create_registered_model(name, tags={_CONVERSATION_TAG: self._conversation})
        except MlflowException:
            known = self._client.get_registered_model(name)
            if known.tags.get(_CONVERSATION_TAG) != self._conversation:
                raise BadInput("registered_elsewhere", name=name) from None
        source = self._client.get_run(run.id).info.artifact_uri + "/model"
        made = self._client.create_model_version(name, source=source, run_id=run.id)
        return Version(name, int(made.version), run.id)

    def forget(self) -> None:
        """Remove the conversation's trainings, registered models and files for good, as
        `mlflow gc` does."""
        from mlflow.entities import ViewType

        mine = f"tags.`{_CONVERSATION_TAG}` = '{self._conversation}'"
        for model in self._client.search_registered_models(filter_string=mine):
            self._client.delete_registered_model(model.name)
        experiment = self._client.get_experiment_by_name(self._name())
        if experiment is not None:
            store = self._client._tracking_client.store
            while found := self._client.search_runs(
                [experiment.experiment_id], run_view_type=ViewType.ALL, max_results=_RUNS_MAX
            ):
                for run in found:
                    store._hard_delete_run(run.info.run_id)
            self._client.delete_experiment(experiment.experiment_id)
            store._hard_delete_experiment(experiment.experiment_id)
        shutil.rmtree(self._root / _ARTIFACTS / self._conversation, ignore_errors=True)

    def _experiment(self) -> str:
        found = self._client.get_experiment_by_name(self._name())
        if found is not None:
            return str(found.experiment_id)
        place = self._root / _ARTIFACTS / self._conversation
        return str(self._client.create_experiment(self._name(), artifact_location=place.as_uri()))

    def _name(self) -> str:
        return f"conversation {self._conversation}"

    def _keep(self, card: ModelCard, folder: Path) -> None:
        """Save the model in MLflow's own form, so that `mlflow.sklearn.load_model` opens it."""
        import mlflow.sklearn

        folder.parent.mkdir(parents=True, exist_ok=True)
        mlflow.sklearn.save_model(
            model_store.load_pipeline(card, self._folder),
            folder,
            serialization_format="skops",
            skops_trusted_types=list(model_store.TRUSTED),
            pip_requirements=[f"scikit-learn=={card.scikit_learn}", "skops"],
        )


def _client(uri: str) -> Any:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    from mlflow.tracking import MlflowClient
    from sqlalchemy.exc import SQLAlchemyError

    try:
        client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        client.search_experiments(max_results=1)
    except (SQLAlchemyError, OSError, RuntimeError) as error:
        raise Unavailable("store_unreachable", str(error)) from error
    return client


def _run(run: Any) -> LoggedRun:
    tags = run.data.tags
    return LoggedRun(
        id=run.info.run_id,
        name=run.info.run_name or run.info.run_id,
        card=tags.get(_CARD_TAG, ""),
        target=tags.get(_TARGET_TAG, ""),
        dataset=tags.get(_DATASET_TAG, ""),
        started_at=run.info.start_time / 1000,
        params=dict(run.data.params),
        metrics=dict(run.data.metrics),
    )


def chosen(runs: Sequence[LoggedRun], target: str = "") -> list[LoggedRun]:
    """Return the runs for a target (all when none is named). Raises BadInput `run_none` or
    `training_unknown`."""
    if not runs:
        raise BadInput("run_none")
    found = [run for run in runs if not target or run.target == target]
    if not found:
        names = ", ".join(sorted({run.target for run in runs}))
        raise BadInput("training_unknown", name=target, names=names)
    return found


def named(runs: Sequence[LoggedRun], name: str) -> LoggedRun:
    """Return the run called so (its name, id or model card). Raises as `chosen` does."""
    if not runs:
        raise BadInput("run_none")
    for run in runs:
        if name in (run.name, run.id, run.card):
            return run
    raise BadInput("training_unknown", name=name, names=", ".join(run.name for run in runs[:20]))


def best(runs: Sequence[LoggedRun], metric: str = "") -> tuple[LoggedRun, str]:
    """Return the run with the best test metric, and which metric that is: the one named, or the
    primary one of the newest run's task; only runs for the same target compare."""
    from cherry_reflex.analysis.learning.metric import SMALLER_IS_BETTER, primary

    task = runs[0].params.get("task", "classification")
    wanted = metric or primary("regression" if task == "regression" else "classification")
    rivals = [r for r in runs if wanted in r.metrics and r.target == runs[0].target]
    if not rivals:
        names = ", ".join(sorted({m for r in runs for m in r.metrics}))
        raise BadInput("run_metric", metric=wanted, names=names)
    sign = -1 if wanted in SMALLER_IS_BETTER else 1
    return max(rivals, key=lambda r: sign * r.metrics[wanted]), wanted
