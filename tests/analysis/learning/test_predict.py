"""Saved models on new rows, and files that are not ours."""

from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets

from cherry_reflex.analysis.learning import model_store
from cherry_reflex.analysis.learning.predict import Predict
from cherry_reflex.analysis.learning.train import Train
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables
from tests.analysis.tables import dataset_of, keys, run, table_of


def test_new_rows_get_the_models_own_answers(tmp_path: Path) -> None:
    wine = datasets.load_wine(as_frame=True)
    frame = wine.data.assign(kind=np.array(["red", "white", "rose"])[wine.target])
    frame["made"] = np.where(frame["alcohol"] > 13, "south", "north")
    run(Train(target="kind", models=("linear",)), tmp_path, frame)
    fresh = frame.drop(columns="kind").sample(50, random_state=1).reset_index(drop=True)
    fresh.loc[0, "alcohol"] = np.nan
    fresh.loc[1, "made"] = "elsewhere"
    outcome = run(Predict(), tmp_path, fresh)
    rows = table_of(outcome, "predicted")
    card = model_store.cards(tmp_path / "saved")[0]
    model = model_store.load_pipeline(card, tmp_path / "saved")
    assert list(rows["kind (predicted)"]) == list(model.predict(card.recipe.design(fresh)))
    truth = frame.loc[wine.data.sample(50, random_state=1).index, "kind"]
    assert (rows["kind (predicted)"].to_numpy() == truth.to_numpy()).mean() > 0.9
    assert rows["Chance"].between(1 / 3, 1).all()
    assert "models.predicted_blank" in keys(outcome)


def test_a_file_that_was_changed_is_not_opened(tmp_path: Path) -> None:
    iris = datasets.load_iris(as_frame=True).frame
    run(Train(target="target", models=("linear",)), tmp_path, iris)
    (file,) = (tmp_path / "saved").glob("*.skops")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(BadInput) as caught:
        run(Predict(), tmp_path, iris)
    assert caught.value.code == "model_changed"


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    iris = datasets.load_iris(as_frame=True).frame
    with pytest.raises(BadInput) as none:
        run(Predict(), tmp_path, iris)
    assert none.value.code == "model_none"
    run(Train(target="target", models=("linear",)), tmp_path, iris)
    with pytest.raises(BadInput) as lacking:
        run(Predict(), tmp_path, iris[["petal length (cm)"]])
    assert lacking.value.code == "model_columns"
    with pytest.raises(BadInput) as unknown:
        run(Predict(model="other"), tmp_path, iris)
    assert unknown.value.code == "saved_model_unknown"


def test_models_of_another_conversation_are_not_seen(tmp_path: Path) -> None:
    iris = datasets.load_iris(as_frame=True).frame
    run(Train(target="target", models=("linear",)), tmp_path, iris)
    dataset = dataset_of(iris, tmp_path)
    other = Tables(datasets=(dataset,), folder=tmp_path, conversation_files=tmp_path / "another")
    with pytest.raises(BadInput) as caught:
        Predict().run(other)
    assert caught.value.code == "model_none"
