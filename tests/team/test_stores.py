"""Databases and the MLflow store, compared with the sources themselves."""

import httpx
import pytest
from mlflow.tracking import MlflowClient

from cherry_reflex.store.layout import Layout
from tests.doubles.house import House
from tests.team.answer import CARS, PENGUINS, conversation, told


def test_rows_of_a_database_are_those_of_its_source(http: httpx.Client) -> None:
    place = conversation(http)
    query = 'SELECT "Origin", avg("Horsepower") AS power FROM cars GROUP BY 1 ORDER BY 1'
    asked = told(http, place, "mcp:database_connector/query_database", sql=query)
    found = asked.table(kind="dataset" if asked.artifacts("dataset") else "table")
    expected = CARS.groupby("Origin")["Horsepower"].mean()
    assert dict(found.itertuples(index=False, name=None)) == pytest.approx(expected.to_dict())
    read = told(http, place, "mcp:database_connector/read_database_table", table="cars")
    rows = read.table(kind="dataset")
    assert len(rows) == len(CARS)
    for name in ("Name", "Weight_in_lbs", "Horsepower"):
        assert rows[name].dropna().to_list() == CARS[name].dropna().to_list()


def test_the_best_model_is_the_one_that_mlflow_itself_has(
    http: httpx.Client, peopled: House
) -> None:
    place = conversation(http, ("penguins.csv", PENGUINS))
    for features in (["year"], ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]):
        given = {"target": "species", "features": features, "models": ["linear"]}
        trained = told(http, place, "a2a:ml_modeling", operation="train", **given)
        first = trained.events.index("artifact_added")
        last = len(trained.events) - 1 - trained.events[::-1].index("artifact_added")
        assert "status_changed" in trained.events[first:last], "stored while the rest was computed"
    best = told(http, place, "a2a:mlflow", operation="best_model").table().iloc[0]

    uri = f"sqlite:///{Layout(peopled.data_dir).mlflow_database}"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    every = client.search_runs([e.experiment_id for e in client.search_experiments()])
    mine = [run for run in every if run.info.run_name in set(_names(http, place))]
    assert len(mine) == 2
    winner = max(mine, key=lambda run: run.data.metrics["roc_auc"])
    assert "bill_depth_mm" in winner.data.params["features"]
    assert best.iloc[0] == winner.info.run_name
    assert any(
        value == pytest.approx(winner.data.metrics["roc_auc"])
        for value in best
        if isinstance(value, float)
    )


def _names(http: httpx.Client, place: str) -> list[str]:
    """The names of all trainings of a conversation, as its MLflow agent lists them."""
    listed = told(http, place, "a2a:mlflow", operation="list_runs").table()
    return [str(name) for name in listed.iloc[:, 0]]
