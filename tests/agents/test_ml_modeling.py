"""The modeller and the keeper of experiments: a training is shown, logged and found again."""

from pathlib import Path

import pytest
from sklearn import datasets

from cherry_reflex.agents import ml_modeling, mlflow
from cherry_reflex.core.errors import BadInput
from tests.agents.conftest import Recorder, ServicesOf
from tests.analysis.tables import dataset_of
from tests.doubles.scripted_llm import Fills, Says, scripted_llm
from tests.doubles.worker_request import worker_request


async def test_a_training_is_logged_and_found_by_the_keeper(
    services_of: ServicesOf, context: Recorder, tmp_path: Path
) -> None:
    iris = dataset_of(datasets.load_iris(as_frame=True).frame, tmp_path, "iris")
    train = {"operation": "train", "arguments": {"target": "target", "models": ["linear"]}}
    best = {"operation": "best_model", "arguments": {}}
    script = (Fills({"calls": [train]}), Says("Done."), Fills({"calls": [best]}), Says("That one."))
    async with scripted_llm(*script) as llm, services_of(llm) as services:
        modeller = ml_modeling.create(services)
        await modeller.run(
            worker_request("ml_modeling", "품종을 예측해줘", datasets=(iris,), language="ko"),
            context,
        )
        models = [a for a in context.shown() if a.kind == "model"]
        assert len(models) == 1
        assert models[0].path is not None and models[0].path.is_file()
        assert "MLflow" in context.said()
        names = [value[0] for kind, value in context.log if kind == "called"]
        assert names == ["train", "log_training"]

        keeper = Recorder()
        await mlflow.create(services).run(worker_request("mlflow", datasets=(iris,)), keeper)
        table = next(a for a in keeper.shown() if a.kind == "table")
        assert table.meta["rows"] == 1

        # Another conversation sees nothing of it.
        stranger = worker_request("mlflow", datasets=(iris,)).model_copy(
            update={"conversation_id": "../c"}
        )
        twice = (Fills({"calls": [best]}), Fills({"calls": [best]}))
        async with scripted_llm(*twice) as other, services_of(other) as theirs:
            with pytest.raises(BadInput) as caught:
                await mlflow.create(theirs).run(stranger, Recorder())
            assert caught.value.code == "run_none"
