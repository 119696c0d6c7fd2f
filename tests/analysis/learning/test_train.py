"""Training on scikit-learn's real data sets, its measures computed again by another path."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import datasets, metrics

from cherry_reflex.analysis.learning import model_store
from cherry_reflex.analysis.learning.metric import measures
from cherry_reflex.analysis.learning.train import Train
from cherry_reflex.analysis.sql.filters import Filter
from cherry_reflex.core.errors import BadInput
from tests.analysis.tables import figure_of, keys, params, run, table_of


def cancer() -> Any:
    loaded = datasets.load_breast_cancer(as_frame=True)
    frame = loaded.frame
    frame["target"] = np.where(loaded.target == 1, "benign", "malignant")
    return frame


def diabetes() -> Any:
    return datasets.load_diabetes(as_frame=True).frame


def test_classification_measures_are_those_of_the_saved_model_on_unseen_rows(
    tmp_path: Path,
) -> None:
    frame = cancer()
    outcome = run(Train(target="target"), tmp_path, frame)
    card = model_store.cards(tmp_path / "saved")[0]
    model = model_store.load_pipeline(card, tmp_path / "saved")

    # The test rows by an independent path: the same split made here, all measures by scikit-learn.
    from sklearn.model_selection import train_test_split

    _, test = train_test_split(
        np.arange(len(frame)), test_size=0.2, random_state=7, stratify=frame["target"]
    )
    rows = frame.iloc[np.sort(test)]
    chances = model.predict_proba(card.recipe.design(rows))[:, 1]
    predicted = model.predict(card.recipe.design(rows))
    auc = metrics.roc_auc_score(rows["target"] == "malignant", chances)
    assert card.metrics["roc_auc"][0] == pytest.approx(auc, abs=1e-12)
    accuracy = float((predicted == rows["target"].to_numpy()).mean())
    assert card.metrics["accuracy"][0] == pytest.approx(accuracy)
    expected = metrics.log_loss(rows["target"] == "malignant", chances)
    assert card.metrics["log_loss"][0] == pytest.approx(expected)

    told = params(outcome, "models.measured")
    assert told["value"] == pytest.approx(auc) and told["low"] < auc <= told["high"]
    assert told["baseline"] == pytest.approx(0.5)
    assert auc > 0.95
    matrix = metrics.confusion_matrix(rows["target"], predicted)
    assert figure_of(outcome, "Confusion")["data"][0]["z"] == matrix.tolist()
    curve = figure_of(outcome, "ROC")["data"][0]
    assert np.trapezoid(curve["y"], curve["x"]) == pytest.approx(auc, abs=1e-3)
    comparison = table_of(outcome, "Models for")
    assert len(comparison) == 5
    assert comparison["Cross-validation mean"].iloc[:4].is_monotonic_decreasing


def test_regression_measures_and_intervals(tmp_path: Path) -> None:
    outcome = run(Train(target="target", models=("linear", "random_forest")), tmp_path, diabetes())
    rows = table_of(outcome, "Test rows")
    card = model_store.cards(tmp_path / "saved")[0]
    rmse = float(np.sqrt(((rows["Actual"] - rows["Predicted"]) ** 2).mean()))
    value, low, high = card.metrics["rmse"]
    assert value == pytest.approx(rmse)
    assert low is not None and high is not None and low < rmse < high
    r2 = 1 - (rows["Residual"] ** 2).sum() / ((rows["Actual"] - rows["Actual"].mean()) ** 2).sum()
    assert card.metrics["r2"][0] == pytest.approx(r2)
    assert 0.3 < r2 < 0.6, "published results on the diabetes data lie there"
    weights = table_of(outcome, "What matters")
    assert set(weights["Column"].head(3)) & {"bmi", "s5"} == {"bmi", "s5"}
    assert params(outcome, "models.task")["task"] == "regression"


def test_bootstrap_interval_agrees_with_scipy() -> None:
    from scipy.stats import bootstrap

    generator = np.random.default_rng(1)
    truth = generator.normal(size=400)
    guess = truth + generator.normal(scale=0.5, size=400)
    mae = next(m for m in measures("regression", truth, guess) if m.metric == "mae")
    theirs = bootstrap(
        (np.abs(truth - guess),), np.mean, method="percentile", random_state=3
    ).confidence_interval
    assert mae.low == pytest.approx(theirs.low, abs=0.01)
    assert mae.high == pytest.approx(theirs.high, abs=0.01)


def test_no_error_is_no_certainty() -> None:
    from statsmodels.stats.proportion import proportion_confint

    truth = np.asarray(["a", "b"] * 30)
    chances = np.where(truth[:, None] == ["a", "b"], 0.9, 0.1)
    found = {m.metric: m for m in measures("classification", truth, truth, chances, ["a", "b"])}
    low, _ = proportion_confint(60, 60, method="wilson")
    assert found["accuracy"].low == pytest.approx(low)
    assert found["roc_auc"].value == 1 and found["roc_auc"].low is None


def test_multiclass_auc_is_that_of_scikit_learn() -> None:
    wine = datasets.load_wine()
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=50).fit(wine.data[::2, :2], wine.target[::2])
    chances = model.predict_proba(wine.data[1::2, :2])
    truth = np.asarray([str(v) for v in wine.target[1::2]])
    found = {
        m.metric: m.value
        for m in measures(
            "classification", truth, model.predict(wine.data[1::2, :2]).astype(str),
            chances, ["0", "1", "2"],
        )
    }  # fmt: skip
    expected = metrics.roc_auc_score(wine.target[1::2], chances, multi_class="ovr")
    assert found["roc_auc"] == pytest.approx(expected)


def test_noise_is_not_sold_as_skill(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(300, 4)), columns=list("abcd"))
    frame["y"] = generator.choice(["yes", "no"], 300)
    outcome = run(Train(target="y", models=("linear",)), tmp_path, frame)
    assert "models.no_better" in keys(outcome)
    assert 0.3 < params(outcome, "models.measured")["value"] < 0.7


def test_leaks_identifiers_and_constants_are_left_out_and_said(tmp_path: Path) -> None:
    frame = cancer()[["mean radius", "mean texture", "target"]].copy()
    frame["copy"] = np.where(frame["target"] == "benign", 1, 0)
    frame["row"] = np.arange(len(frame))
    frame["same"] = "x"
    frame["name"] = [f"patient {n}" for n in range(len(frame))]
    frame["nothing"] = np.nan
    outcome = run(Train(target="target", models=("linear",)), tmp_path, frame)
    card = model_store.cards(tmp_path / "saved")[0]
    assert card.left_out == {
        "copy": "leak", "row": "identifier", "same": "constant", "name": "identifier",
        "nothing": "mostly_missing",
    }  # fmt: skip
    assert set(card.recipe.columns) == {"mean radius", "mean texture"}
    assert params(outcome, "models.leak")["column"] == "copy"


def test_a_leak_that_was_asked_for_is_kept_with_a_warning(tmp_path: Path) -> None:
    frame = diabetes()[["bmi", "target"]].copy()
    frame["twice"] = frame["target"] * 2
    operation = Train(target="target", features=("bmi", "twice"), models=("linear",))
    assert params(run(operation, tmp_path, frame), "models.leak_kept")["column"] == "twice"


def test_by_time_the_latest_rows_are_the_test(tmp_path: Path) -> None:
    generator = np.random.default_rng(2)
    days = pd.date_range("2024-01-01", periods=300)
    frame = pd.DataFrame({"day": days, "x": generator.normal(size=300)})
    frame["y"] = frame["x"] * 3 + np.arange(300) * 0.01
    mixed = frame.sample(frac=1, random_state=1)
    outcome = run(
        Train(target="y", features=("x",), time="day", models=("linear",)), tmp_path, mixed
    )
    rows = table_of(outcome, "Test rows")
    latest = frame.sort_values("day").tail(60)["y"]
    assert sorted(rows["Actual"]) == pytest.approx(sorted(latest))
    assert "models.split_latest" in keys(outcome)


def test_few_rare_and_unbalanced_are_said(tmp_path: Path) -> None:
    generator = np.random.default_rng(4)
    label = ["common"] * 110 + ["seldom"] * 10 + ["once"]
    frame = pd.DataFrame({"x": generator.normal(size=121), "label": label})
    outcome = run(Train(target="label", models=("linear",)), tmp_path, frame)
    assert {"models.small", "models.imbalance", "models.rare_classes"} <= keys(outcome)
    assert params(outcome, "models.rare_classes")["rows"] == 1


CASES = {
    "one class": ({"x": range(50), "y": ["a"] * 50}, "target_constant"),
    "constant": ({"x": range(50), "y": [1.5] * 50}, "target_constant"),
    "three rows": ({"x": [1.0, 2, 3], "y": ["a", "b", "a"]}, "training_rows_few"),
    "all missing": ({"x": range(50), "y": [None] * 50}, "target_missing"),
    "a thousand classes": (
        {"x": range(2000), "y": [f"c{n % 1000}" for n in range(2000)]},
        "target_classes_many",
    ),
    "dates": ({"x": range(50), "y": pd.date_range("2024-01-01", periods=50)}, "target_date"),
    "no feature": ({"x": ["same"] * 60, "y": ["a", "b"] * 30}, "features_none"),
}


@pytest.mark.parametrize(("columns", "code"), CASES.values(), ids=CASES)
def test_bad_targets_are_refused_with_a_reason(
    columns: dict[str, Any], code: str, tmp_path: Path
) -> None:
    frame = pd.DataFrame(columns)
    if code == "target_missing":
        frame["y"] = frame["y"].astype("float64")
    with pytest.raises(BadInput) as caught:
        run(Train(target="y"), tmp_path, frame)
    assert caught.value.code == code


def test_text_for_a_regression_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        run(Train(target="target", task="regression"), tmp_path, cancer())
    assert caught.value.code == "target_not_number"


def test_only_the_rows_that_meet_a_condition_are_learned_from(tmp_path: Path) -> None:
    frame = diabetes().assign(half=lambda data: np.where(data["sex"] > 0, "first", "second"))
    only = Filter(column="half", op="=", value="first")
    outcome = run(Train(target="target", filters=(only,)), tmp_path, frame)
    rows = int((frame["half"] == "first").sum())
    card = model_store.cards(tmp_path / "saved")[0]
    assert card.rows_train + card.rows_test == rows
    assert params(outcome, "filtered")["rows"] == rows
    assert 'WHERE "half" = ' in outcome.code
