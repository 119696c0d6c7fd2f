"""Clusters on iris: the number, the silhouette and the groups by an independent path."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from sklearn import datasets
from sklearn.metrics import adjusted_rand_score

from cherry_reflex.analysis.learning.cluster import Cluster
from cherry_reflex.analysis.sql.filters import Filter
from cherry_reflex.core.errors import BadInput
from tests.analysis.tables import figure_of, keys, params, run, table_of


def silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    """Rousseeuw's silhouette, written out."""
    far = cdist(points, points)
    values = []
    for row, label in enumerate(labels):
        own = (labels == label) & (np.arange(len(labels)) != row)
        near = min(far[row, labels == other].mean() for other in set(labels) - {label})
        inside = far[row, own].mean()
        values.append((near - inside) / max(near, inside))
    return float(np.mean(values))


def test_iris_falls_into_two_groups_one_of_them_setosa(tmp_path: Path) -> None:
    iris = datasets.load_iris(as_frame=True)
    outcome = run(Cluster(), tmp_path, iris.data)
    rows = table_of(outcome, "Rows with")
    scaled = ((iris.data - iris.data.mean()) / iris.data.std(ddof=0)).to_numpy()
    told = params(outcome, "models.clusters")
    assert told["groups"] == 2
    assert told["silhouette"] == pytest.approx(silhouette(scaled, rows["Group"].to_numpy()))
    assert adjusted_rand_score(rows["Group"] == 2, iris.target == 0) == 1
    profile = table_of(outcome, "Groups and")
    own = iris.data[rows["Group"] == 2]["petal length (cm)"].mean()
    assert profile["petal length (cm)"].iloc[1] == pytest.approx(own)
    assert profile["Share"].sum() == pytest.approx(1)
    values = np.linalg.eigvalsh(np.corrcoef(scaled.T))
    title = figure_of(outcome, "dimensions")["layout"]["xaxis"]["title"]["text"]
    assert f"{values[-1] / values.sum():.1%}" in title
    assert "models.structure_strong" in keys(outcome)


def test_asked_number_of_groups(tmp_path: Path) -> None:
    wine = datasets.load_wine(as_frame=True)
    outcome = run(Cluster(groups=3), tmp_path, wine.data)
    rows = table_of(outcome, "Rows with")
    assert adjusted_rand_score(rows["Group"], wine.target) > 0.85
    assert params(outcome, "models.clusters_asked")["groups"] == 3


def test_noise_is_said_to_have_no_groups(tmp_path: Path) -> None:
    noise = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 6)), columns=list("abcdef"))
    assert "models.structure_weak" in keys(run(Cluster(), tmp_path, noise))


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (pd.DataFrame({"a": ["x", "y"] * 20}), "cluster_columns"),
        (pd.DataFrame({"a": [1.0] * 40}), "cluster_columns"),
        (pd.DataFrame({"a": [1.0, 2.0, 3.0]}), "cluster_rows"),
    ],
)
def test_what_cannot_be_clustered_is_refused(
    frame: pd.DataFrame, code: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as caught:
        run(Cluster(), tmp_path, frame)
    assert caught.value.code == code


def test_only_the_rows_that_meet_a_condition_are_grouped(tmp_path: Path) -> None:
    iris = datasets.load_iris(as_frame=True)
    frame = iris.data.assign(kind=iris.target_names[iris.target])
    kept = Filter(column="kind", op="!=", value="setosa")
    outcome = run(Cluster(filters=(kept,), groups=2), tmp_path, frame)
    told = params(outcome, "filtered")
    assert (told["rows"], told["total"]) == (100, 150)
    rows = table_of(outcome, "Rows with")
    assert len(rows) == 100
    assert adjusted_rand_score(rows["Group"], iris.target[50:]) > 0.4
    assert "WHERE" in outcome.code
