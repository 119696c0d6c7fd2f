"""The MLflow store, checked through MLflow's own client and loader."""

from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets

from cherry_reflex.analysis.experiments.best_model import BestModel
from cherry_reflex.analysis.experiments.compare_runs import CompareRuns
from cherry_reflex.analysis.experiments.forgetting import forget
from cherry_reflex.analysis.experiments.list_runs import ListRuns
from cherry_reflex.analysis.experiments.log_training import LogTraining
from cherry_reflex.analysis.experiments.register_model import RegisterModel
from cherry_reflex.analysis.learning import model_store
from cherry_reflex.analysis.learning.train import Train
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import KOREAN
from cherry_reflex.core.operation import Tables
from tests.analysis.tables import dataset_of, params, run, table_of


def test_a_conversation_that_is_gone_leaves_no_experiment(tmp_path: Path) -> None:
    frame = datasets.load_diabetes(as_frame=True).frame
    for name in ("gone", "stays"):
        folder = tmp_path / name
        folder.mkdir()
        tables = Tables(
            datasets=(dataset_of(frame, folder),),
            folder=folder,
            conversation_files=tmp_path / "saved" / name,
        )
        Train(target="target", features=("age", "bmi"), models=("linear",)).run(tables)
        LogTraining(model=model_store.cards(tmp_path / "saved" / name)[0].id).run(tables)
        RegisterModel(name_as=f"model of {name}").run(tables)
    forget(
        {"conversation_files": [str(tmp_path / "saved" / "gone")]}, tmp_path, lambda events: None
    )

    from mlflow.entities import ViewType
    from mlflow.tracking import MlflowClient

    uri = f"sqlite:///{tmp_path / 'saved' / 'mlflow.db'}"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    every = client.search_experiments(view_type=ViewType.ALL)
    assert [e.name for e in every if e.name != "Default"] == ["conversation stays"]
    assert [m.name for m in client.search_registered_models()] == ["model of stays"]
    kept = client.search_runs([e.experiment_id for e in every], run_view_type=ViewType.ALL)
    assert len(kept) == 1
    assert [p.name for p in (tmp_path / "saved" / "mlflow-artifacts").iterdir()] == ["stays"]


def test_trainings_are_logged_compared_and_registered(tmp_path: Path) -> None:
    frame = datasets.load_diabetes(as_frame=True).frame
    with pytest.raises(BadInput) as none:
        run(ListRuns(), tmp_path, frame)
    assert none.value.code == "run_none"

    run(Train(target="target", features=("age", "sex"), models=("linear",)), tmp_path, frame)
    weak = model_store.cards(tmp_path / "saved")[0]
    run(LogTraining(model=weak.id), tmp_path, frame)
    run(Train(target="target", models=("linear",)), tmp_path, frame)
    strong = model_store.cards(tmp_path / "saved")[0]
    run(LogTraining(model=strong.id), tmp_path, frame)

    listed = table_of(run(ListRuns(), tmp_path, frame), "MLflow")
    assert list(listed["Run"]) == [strong.name, weak.name]
    told = params(run(BestModel(), tmp_path, frame, language=KOREAN), "models.best_run")
    assert told["name"] == strong.name
    assert told["value"] == pytest.approx(strong.metrics["rmse"][0])
    compared = table_of(run(CompareRuns(metric="r2"), tmp_path, frame), "Measures")
    r2 = compared.set_index("Measure").loc["r2"]
    assert r2[weak.name] == pytest.approx(weak.metrics["r2"][0], rel=1e-12)
    with pytest.raises(BadInput) as unknown:
        run(BestModel(metric="auc"), tmp_path, frame)
    assert unknown.value.code == "run_metric"

    made = params(run(RegisterModel(name_as="진행/도"), tmp_path, frame), "models.registered")
    assert (made["name"], made["version"]) == ("진행 도", 1)
    again = params(run(RegisterModel(name_as="진행 도"), tmp_path, frame), "models.registered")
    assert again["version"] == 2

    import mlflow
    from mlflow.tracking import MlflowClient

    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    version = client.get_model_version("진행 도", "2")
    assert version.run_id is not None
    logged = client.get_run(version.run_id)
    assert logged.data.params["model"] == "linear"
    assert logged.data.metrics["rmse"] == pytest.approx(strong.metrics["rmse"][0])
    mlflow.set_registry_uri(uri)
    mlflow.set_tracking_uri(uri)
    loaded = mlflow.sklearn.load_model("models:/진행 도/2")
    own = model_store.load_pipeline(strong, tmp_path / "saved")
    rows = strong.recipe.design(frame)
    np.testing.assert_array_equal(loaded.predict(rows), own.predict(rows))
