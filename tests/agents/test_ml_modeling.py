"""The modeller and the keeper of experiments: a training is shown, logged and found again."""

import json
from pathlib import Path

import pytest
from sklearn import datasets

from cherry_reflex.agents import ml_modeling, mlflow
from cherry_reflex.core.errors import BadInput
from tests.agents.conftest import Recorder, ServicesOf
from tests.analysis.tables import dataset_of
from tests.doubles.competent_llm import results_of
from tests.doubles.scripted_llm import Calls, Says, scripted_llm
from tests.doubles.worker_request import worker_request


async def test_a_training_is_logged_and_found_by_the_keeper(
    services_of: ServicesOf, context: Recorder, tmp_path: Path
) -> None:
    iris = dataset_of(datasets.load_iris(as_frame=True).frame, tmp_path, "iris")
    arguments = {"target": "target", "models": ["linear"]}
    train = Calls((("call", {"name": "train", "arguments": arguments}),))
    best = Calls((("call", {"name": "best_model", "arguments": {}}),))
    script = (train, Says("Done."), best, Says("That one."))
    async with scripted_llm(*script) as llm, services_of(llm) as services:
        await ml_modeling.create(services).run(
            worker_request("ml_modeling", "품종을 예측해줘", datasets=(iris,), language="ko"),
            context,
        )
        keeper = Recorder()
        await mlflow.create(services).run(worker_request("mlflow", datasets=(iris,)), keeper)
        (found,) = results_of(llm.requests[-1])
    models = [a for a in context.shown() if a.kind == "model"]
    assert len(models) == 1
    assert models[0].path is not None and models[0].path.is_file()
    assert context.said().startswith("Done.") and "MLflow" in context.said()
    names = [value[0] for kind, value in context.log if kind == "called"]
    assert names == ["train", "log_training"]
    table = next(a for a in keeper.shown() if a.kind == "table")
    assert table.meta["rows"] == 1
    assert keeper.said() == "That one."
    assert "target" in found and "error" not in found

    # Another conversation sees nothing of it.
    stranger = worker_request("mlflow", datasets=(iris,)).model_copy(
        update={"conversation_id": "../c"}
    )
    async with scripted_llm(best, Says("Nothing yet.")) as llm, services_of(llm) as services:
        theirs = Recorder()
        await mlflow.create(services).run(stranger, theirs)
        (refused,) = results_of(llm.requests[-1])
        assert "No training has been logged" in json.loads(refused)["error"]
        assert not theirs.shown()
        asked = stranger.model_copy(update={"arguments": {"operation": "best_model"}})
        with pytest.raises(BadInput) as caught:
            await mlflow.create(services).run(asked, Recorder())
        assert caught.value.code == "run_none"


async def test_a_training_that_was_called_with_its_arguments_is_logged_as_well(
    services_of: ServicesOf, context: Recorder, tmp_path: Path
) -> None:
    iris = dataset_of(datasets.load_iris(as_frame=True).frame, tmp_path, "iris")
    arguments = {"operation": "train", "target": "target", "models": ["linear"]}
    async with scripted_llm() as llm, services_of(llm) as services:
        work = worker_request("ml_modeling", "train", datasets=(iris,), arguments=arguments)
        await ml_modeling.create(services).run(work, context)
        assert not llm.requests
    names = [value[0] for kind, value in context.log if kind == "called"]
    assert names == ["train", "log_training"]
    assert "MLflow" in context.said()
