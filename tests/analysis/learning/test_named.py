"""Trainings with a named model, against scikit-learn and statsmodels used directly."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from palmerpenguins import load_penguins
from sklearn import datasets, ensemble, linear_model, metrics, naive_bayes, neighbors, svm, tree
from sklearn.model_selection import KFold, train_test_split

from cherry_reflex.analysis.learning import model_store
from cherry_reflex.analysis.learning.predict import Predict
from cherry_reflex.analysis.learning.train import Train
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Outcome
from tests.analysis.tables import frame_of, params, run, table_of

DIABETES = datasets.load_diabetes(as_frame=True).frame
PENGUINS = load_penguins()
NUMBERS = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def trained(folder: Path, frame: Any, **given: Any) -> Outcome:
    """Return the outcome of a training."""
    return run(Train.model_validate(given), folder, frame)


def test_ols_has_the_whole_table_of_statsmodels(tmp_path: Path) -> None:
    outcome = trained(
        tmp_path, DIABETES, target="target", model="ols", features=["bmi", "bp", "s5"], split="none"
    )
    expected = sm.OLS(DIABETES.target, sm.add_constant(DIABETES[["bmi", "bp", "s5"]])).fit()
    told = params(outcome, "models.ols")
    for key, value in (
        ("r2", expected.rsquared), ("r2_adjusted", expected.rsquared_adj), ("n", 442),
        ("f", expected.fvalue), ("p", expected.f_pvalue), ("df_residual", expected.df_resid),
        ("aic", expected.aic),
    ):  # fmt: skip
        assert told[key] == pytest.approx(value, rel=1e-9), key
    table = table_of(outcome, "Coefficients")
    assert table["Term"].tolist() == ["const", "bmi", "bp", "s5"]
    assert np.allclose(table["Coefficient"], expected.params)
    assert np.allclose(table["Standard error"], expected.bse)
    assert np.allclose(table["t"], expected.tvalues)
    assert np.allclose(table["p value"], expected.pvalues, atol=0)
    assert np.allclose(table.iloc[:, 5:], expected.conf_int())


def test_categories_of_ols_are_told_from_their_first(tmp_path: Path) -> None:
    outcome = trained(
        tmp_path, PENGUINS, target="body_mass_g", model="ols", features=["species"], split="none"
    )
    means = PENGUINS.groupby("species").body_mass_g.mean()
    table = table_of(outcome, "Coefficients").set_index("Term")["Coefficient"]
    assert table["const"] == pytest.approx(means["Adelie"])
    assert table["species_Gentoo"] == pytest.approx(means["Gentoo"] - means["Adelie"])
    assert params(outcome, "models.incomplete")["total"] == len(PENGUINS)


@pytest.mark.parametrize(
    ("model", "expected", "given"),
    [
        ("ridge", linear_model.Ridge(alpha=2.0, random_state=3), {"alpha": 2.0}),
        ("lasso", linear_model.Lasso(alpha=0.5, random_state=3), {"alpha": 0.5}),
        ("elastic_net", linear_model.ElasticNet(random_state=3), {}),
        ("tree", tree.DecisionTreeRegressor(max_depth=3, random_state=3), {"max_depth": 3}),
        ("random_forest", ensemble.RandomForestRegressor(20, random_state=3),
         {"n_estimators": 20}),
        ("gradient_boosting", ensemble.GradientBoostingRegressor(random_state=3), {}),
        ("svm", svm.SVR(C=10), {"C": 10}),
        ("knn", neighbors.KNeighborsRegressor(3), {"n_neighbors": 3}),
    ],
)  # fmt: skip
def test_regressions_are_those_of_scikit_learn(
    tmp_path: Path, model: str, expected: Any, given: dict[str, Any]
) -> None:
    outcome = trained(
        tmp_path, DIABETES, target="target", model=model, hyperparameters=given, seed=3,
        test_share=0.3, metrics=["mse", "r2", "mape"],
    )  # fmt: skip
    x, y = DIABETES.drop(columns="target"), DIABETES.target
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=3)
    predicted = expected.fit(x_train.to_numpy(), y_train).predict(x_test.to_numpy())
    found = {
        f.params["metric"]: f.params["value"] for f in outcome.facts if f.key == "models.named_test"
    }
    assert found["mse"] == pytest.approx(metrics.mean_squared_error(y_test, predicted), rel=1e-9)
    assert found["r2"] == pytest.approx(metrics.r2_score(y_test, predicted), rel=1e-9)
    assert found["mape"] == pytest.approx(
        metrics.mean_absolute_percentage_error(y_test, predicted), rel=1e-9
    )
    (made,) = (a for a in outcome.artifacts if a.kind == "dataset")
    rows = frame_of(made)
    assert len(rows) == len(DIABETES)
    test = rows[rows["Part"] == "test"]
    assert np.allclose(np.sort(test["target (predicted)"]), np.sort(predicted))


@pytest.mark.parametrize(
    ("model", "expected", "given"),
    [
        ("logistic", linear_model.LogisticRegression(max_iter=1000), {}),
        ("tree", tree.DecisionTreeClassifier(random_state=42), {}),
        ("naive_bayes", naive_bayes.GaussianNB(), {}),
        ("knn", neighbors.KNeighborsClassifier(7), {"n_neighbors": 7}),
        ("svm", svm.SVC(kernel="linear", random_state=42), {"kernel": "linear"}),
    ],
)
def test_classifiers_are_those_of_scikit_learn(
    tmp_path: Path, model: str, expected: Any, given: dict[str, Any]
) -> None:
    outcome = trained(
        tmp_path, PENGUINS, target="species", features=list(NUMBERS), model=model,
        hyperparameters=given, stratify=True, average="weighted",
    )  # fmt: skip
    rows = PENGUINS.dropna(subset=[*NUMBERS, "species"]).reset_index(drop=True)
    x_train, x_test, y_train, y_test = train_test_split(
        rows[list(NUMBERS)], rows.species, test_size=0.2, random_state=42, stratify=rows.species
    )
    predicted = expected.fit(x_train.to_numpy(), y_train).predict(x_test.to_numpy())
    found = {
        f.params["metric"]: f.params["value"] for f in outcome.facts if f.key == "models.named_test"
    }
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(y_test, predicted))
    weighted = metrics.f1_score(y_test, predicted, average="weighted")
    assert found["f1"] == pytest.approx(weighted)
    matrix = table_of(outcome, "Actual and predicted").set_index("Actual")
    assert matrix.to_numpy().tolist() == metrics.confusion_matrix(y_test, predicted).tolist()


def test_folds_measure_rows_that_were_not_seen(tmp_path: Path) -> None:
    outcome = trained(
        tmp_path, DIABETES, target="target", model="ridge", split="folds", folds=4, metrics=["rmse"]
    )
    x, y = DIABETES.drop(columns="target").to_numpy(), DIABETES.target.to_numpy()
    scores = []
    for train, test in KFold(4, shuffle=True, random_state=42).split(x):
        predicted = linear_model.Ridge(random_state=42).fit(x[train], y[train]).predict(x[test])
        scores.append(metrics.root_mean_squared_error(y[test], predicted))
    told = params(outcome, "models.named_folds")
    assert told["mean"] == pytest.approx(np.mean(scores))
    assert told["deviation"] == pytest.approx(np.std(scores, ddof=1))


def test_a_named_model_predicts_new_rows(tmp_path: Path) -> None:
    frame = PENGUINS.dropna().reset_index(drop=True)
    outcome = trained(
        tmp_path, frame, target="species", model="random_forest", features=[*NUMBERS, "sex"],
        split="none",
    )  # fmt: skip
    card = model_store.cards(tmp_path / "saved")[0]
    assert card.model == "random_forest"
    (made,) = (a for a in outcome.artifacts if a.kind == "dataset")
    known = frame_of(made)
    assert {"Chance of Adelie", "Chance of Gentoo"} <= set(known)
    assert np.allclose(known.filter(like="Chance of").sum(axis=1), 1)
    again = frame_of(run(Predict(), tmp_path, frame).artifacts[0])
    assert again["species (predicted)"].tolist() == known["species (predicted)"].tolist()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"model": "ridge", "hyperparameters": {"depth": 3}}, "hyperparameter_unknown"),
        ({"model": "ridge", "hyperparameters": {"alpha": "much"}}, "hyperparameter_value"),
        ({"model": "lasso", "task": "classification"}, "model_task"),
        ({"model": "ridge", "metrics": ["accuracy"]}, "metric_task"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, given: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput) as caught:
        trained(tmp_path, DIABETES, target="target", **given)
    assert caught.value.code == code
    if code == "hyperparameter_unknown":
        assert "alpha" in caught.value.params["names"]


@pytest.mark.parametrize(
    "model", ["ols", "ridge", "lasso", "elastic_net", "tree", "random_forest",
              "gradient_boosting", "svm", "knn"],
)  # fmt: skip
def test_every_saved_regression_is_opened_again(tmp_path: Path, model: str) -> None:
    trained(tmp_path, DIABETES, target="target", model=model, split="none")
    again = frame_of(run(Predict(), tmp_path, DIABETES).artifacts[0])
    assert isinstance(again, pd.DataFrame) and again["target (predicted)"].nunique() > 1


@pytest.mark.parametrize(
    "model", ["logistic", "ridge", "tree", "random_forest", "gradient_boosting", "svm",
              "naive_bayes", "knn"],
)  # fmt: skip
def test_every_saved_classifier_is_opened_again(tmp_path: Path, model: str) -> None:
    frame = PENGUINS.dropna().reset_index(drop=True)
    trained(tmp_path, frame, target="species", model=model, features=list(NUMBERS), split="none")
    again = frame_of(run(Predict(), tmp_path, frame).artifacts[0])
    assert again["species (predicted)"].nunique() >= 2
