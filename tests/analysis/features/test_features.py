"""Features against pandas, NumPy and definitions written out, on real tables."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from palmerpenguins import load_penguins
from scipy import stats
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.metrics import mutual_info_score
from vega_datasets import local_data

from cherry_reflex.analysis.features.bins import BinNumbers
from cherry_reflex.analysis.features.dates import DateParts
from cherry_reflex.analysis.features.encoding import EncodeCategories
from cherry_reflex.analysis.features.interactions import AddInteractions
from cherry_reflex.analysis.features.leakage import CheckLeakage
from cherry_reflex.analysis.features.scaling import ScaleNumbers
from cherry_reflex.analysis.features.selection import SelectFeatures
from cherry_reflex.analysis.features.texts import TextFeatures
from cherry_reflex.core.errors import BadInput
from tests.analysis.tables import figure_of, keys, made, params, run, table_of

PENGUINS = load_penguins()
CARS = local_data.cars()
WEATHER = local_data.seattle_weather()
IRIS = load_iris(as_frame=True).frame
CANCER = load_breast_cancer(as_frame=True).frame
DIABETES = load_diabetes(as_frame=True).frame


def test_one_hot_is_that_of_pandas(tmp_path: Path) -> None:
    frame = made(run(EncodeCategories(columns=("species", "sex")), tmp_path, PENGUINS))
    expected = pd.get_dummies(PENGUINS[["species", "sex"]], dtype=int)
    for name in expected:
        assert frame[name].tolist() == expected[name].tolist()
    assert frame["sex_missing"].tolist() == PENGUINS["sex"].isna().astype(int).tolist()
    assert "species" not in frame


def test_rare_categories_share_a_column(tmp_path: Path) -> None:
    operation = EncodeCategories(columns=("Name",), max_categories=3, keep=True)
    outcome = run(operation, tmp_path, CARS)
    frame = made(outcome)
    flags = [c for c in frame if c.startswith("Name_")]
    assert len(flags) == 4 and (frame[flags].sum(axis=1) == 1).all()
    assert params(outcome, "features.one_hot_rest")["rest"] == CARS["Name"].nunique() - 3


def test_ordinal_and_frequency(tmp_path: Path) -> None:
    order = ("USA", "Europe", "Japan")
    operation = EncodeCategories(columns=("Origin",), how="ordinal", order=order)
    codes = made(run(operation, tmp_path, CARS))["Origin_code"]
    assert codes.tolist() == CARS["Origin"].map(order.index).tolist()
    short = EncodeCategories(columns=("Origin",), how="ordinal", order=("USA",))
    with pytest.raises(BadInput, match="feature_order_incomplete"):
        run(short, tmp_path, CARS)
    shares = made(run(EncodeCategories(columns=("Origin",), how="frequency"), tmp_path, CARS))
    np.testing.assert_allclose(
        shares["Origin_frequency"], CARS.groupby("Origin")["Name"].transform("size") / len(CARS)
    )


def test_target_encoding_is_out_of_fold(tmp_path: Path) -> None:
    """Noise of many categories must not predict the target, as it does in-sample."""
    chance = np.random.default_rng(2)
    rows = 3000
    frame = pd.DataFrame(
        {
            "noise": chance.integers(0, 1500, rows).astype(str),
            "signal": chance.choice(["low", "high"], rows),
            "constant_y": 1.0,
        }
    )
    frame["y"] = (frame["signal"] == "high") * 2.0 + chance.normal(size=rows)
    operation = EncodeCategories(columns=("noise", "signal"), how="target", target="y")
    encoded = made(run(operation, tmp_path, frame))
    naive = frame.groupby("noise")["y"].transform("mean")
    assert np.corrcoef(naive, frame["y"])[0, 1] > 0.6
    assert abs(np.corrcoef(encoded["noise_target"], frame["y"])[0, 1]) < 0.1
    assert np.corrcoef(encoded["signal_target"], frame["y"])[0, 1] > 0.6
    means = frame.groupby("signal")["y"].mean()
    got = encoded.groupby(frame["signal"])["signal_target"].mean()
    np.testing.assert_allclose(got[means.index], means, atol=0.02)
    flat = EncodeCategories(columns=("signal",), how="target", target="constant_y")
    with pytest.raises(BadInput, match="feature_target_constant"):
        run(flat, tmp_path, frame)
    many = EncodeCategories(columns=("island",), how="target", target="species")
    with pytest.raises(BadInput, match="feature_target_classes"):
        run(many, tmp_path, PENGUINS)
    with pytest.raises(BadInput, match="feature_target_missing"):
        run(EncodeCategories(how="target"), tmp_path, PENGUINS)


@pytest.mark.parametrize(
    ("how", "way"),
    [
        ("standard", lambda v: (v - v.mean()) / v.std(ddof=0)),
        ("min_max", lambda v: (v - v.min()) / (v.max() - v.min())),
        ("robust", lambda v: (v - v.median()) / (v.quantile(0.75) - v.quantile(0.25))),
        ("log", lambda v: np.log(1 + v)),
    ],
)
def test_scaling_by_its_formula(how: str, way: Any, tmp_path: Path) -> None:
    frame = made(run(ScaleNumbers(columns=("Horsepower",), how=how), tmp_path, CARS))  # type: ignore[arg-type]
    np.testing.assert_allclose(frame["Horsepower"], way(CARS["Horsepower"]))


def test_power_and_rank(tmp_path: Path) -> None:
    values = CARS["Displacement"]
    power = made(run(ScaleNumbers(columns=("Displacement",), how="power"), tmp_path, CARS))
    expected = stats.zscore(stats.yeojohnson(values)[0])
    np.testing.assert_allclose(power["Displacement"], expected, atol=1e-4)
    ranked = made(run(ScaleNumbers(columns=("Displacement",), how="rank"), tmp_path, CARS))
    assert stats.spearmanr(ranked["Displacement"], values).statistic == pytest.approx(1)
    assert ranked["Displacement"].between(0, 1).all()


def test_scaling_leaves_what_it_must(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3], "b": [5.0] * 3, "c": [-1.0, 0, 1], "y": [1.0, 2, 4]})
    outcome = run(ScaleNumbers(how="log", target="y", keep=True), tmp_path, frame)
    assert {"features.flat", "features.log_negative"} <= keys(outcome)
    assert list(made(outcome).columns) == ["a", "b", "c", "y", "a_log"]
    with pytest.raises(BadInput, match="feature_no_column"):
        run(ScaleNumbers(), tmp_path, PENGUINS[["species"]])


def test_dates_are_taken_apart(tmp_path: Path) -> None:
    parts: Any = ("year", "month", "weekday", "weekend", "week", "hour", "days_since")
    outcome = run(DateParts(parts=parts, since="2012-01-01"), tmp_path, WEATHER)
    frame, dates = made(outcome), WEATHER["date"]
    assert frame["date_month"].tolist() == [d.month for d in dates]
    assert frame["date_weekday"].tolist() == [d.isoweekday() for d in dates]
    assert frame["date_weekend"].tolist() == [int(d.isoweekday() > 5) for d in dates]
    assert frame["date_week"].tolist() == [d.isocalendar()[1] for d in dates]
    assert frame["date_days_since"].tolist() == list(range(len(dates)))
    assert params(outcome, "features.dates_same")["parts"] == ["features.hour"]
    cyclic = made(run(DateParts(parts=("month",), cyclic=True), tmp_path, WEATHER))
    turn = 2 * np.pi * dates.dt.month / 12
    np.testing.assert_allclose(cyclic["date_month_sin"], np.sin(turn), atol=1e-12)
    with pytest.raises(BadInput, match="feature_date_wrong"):
        run(DateParts(parts=("days_since",), since="soon"), tmp_path, WEATHER)


def test_text_is_counted_and_weighed(tmp_path: Path) -> None:
    frame = pd.DataFrame({"t": CARS["Name"].tolist()})
    outcome = run(TextFeatures(columns=("t",), terms=8), tmp_path, frame)
    features = made(outcome)
    assert features["t_words"].tolist() == [len(t.split()) for t in frame["t"]]
    assert features["t_digits"].tolist() == [sum(c.isdigit() for c in t) for t in frame["t"]]
    terms = table_of(outcome, "Terms")
    import re

    words = [set(re.findall(r"\w\w+", text.lower())) for text in frame["t"]]
    for term, texts in zip(terms["Term"], terms["Texts"], strict=True):
        assert sum(term in found for found in words) == texts
        weighed = features[f"t_tfidf_{term}"] > 0
        assert weighed.tolist() == [term in found for found in words]


def test_korean_text_and_texts_without_terms(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"리뷰": ["배송 빠름 좋아요", "배송 느림 별로", "품질 좋아요 추천", None] * 5}
    )
    outcome = run(TextFeatures(columns=("리뷰",), terms=3), tmp_path, frame)
    assert {"배송", "좋아요"} <= set(table_of(outcome, "Terms")["Term"])
    lonely = pd.DataFrame({"t": ["alpha", "beta", "gamma"]})
    assert "features.no_terms" in keys(run(TextFeatures(columns=("t",)), tmp_path, lonely))
    with pytest.raises(BadInput, match="feature_nothing_asked"):
        run(TextFeatures(columns=("t",), terms=0, counts=False), tmp_path, lonely)


def test_interactions(tmp_path: Path) -> None:
    columns = ("bill_length_mm", "bill_depth_mm", "body_mass_g")
    operation = AddInteractions(columns=columns, kinds=("product", "ratio", "square"))
    frame = made(run(operation, tmp_path, PENGUINS))
    a, b, c = (PENGUINS[name] for name in columns)
    np.testing.assert_allclose(frame["bill_length_mm_x_bill_depth_mm"], a * b)
    np.testing.assert_allclose(frame["body_mass_g_per_bill_depth_mm"], c / b)
    np.testing.assert_allclose(frame["bill_depth_mm_squared"], b**2)
    assert len(frame.columns) == len(PENGUINS.columns) + 3 + 6 + 3
    with pytest.raises(BadInput, match="feature_columns_many"):
        run(AddInteractions(), tmp_path, CANCER)
    zero = pd.DataFrame({"a": [1.0, 2], "b": [0.0, 4]})
    outcome = run(AddInteractions(kinds=("ratio",)), tmp_path, zero)
    assert params(outcome, "features.divided_by_zero")["count"] == 1


def test_bins(tmp_path: Path) -> None:
    frame = made(run(BinNumbers(columns=("body_mass_g",), bins=4), tmp_path, PENGUINS))
    quartiles = PENGUINS["body_mass_g"].quantile([0.25, 0.5, 0.75]).to_numpy()
    expected = np.searchsorted(quartiles, PENGUINS["body_mass_g"].dropna(), side="left")
    assert frame["body_mass_g_bin"].dropna().tolist() == expected.tolist()
    zeros = pd.DataFrame({"x": [0.0] * 80 + list(range(1, 21))})
    assert "features.binned_fewer" in keys(run(BinNumbers(bins=5), tmp_path, zeros))


def test_informative_features_are_found(tmp_path: Path) -> None:
    """For discrete data mutual information has a formula; noise ranks last."""
    chance = np.random.default_rng(4)
    frame = IRIS.rename(columns=lambda c: c.replace(" (cm)", ""))
    frame["noise"] = chance.normal(size=len(frame))
    frame["group"] = pd.cut(frame["petal length"], 3, labels=["a", "b", "c"]).astype(str)
    frame["target"] = frame["target"].map({0: "setosa", 1: "versicolor", 2: "virginica"})
    outcome = run(SelectFeatures(target="target", top=3), tmp_path, frame)
    ranking = table_of(outcome, "Features by score").set_index("Feature")
    exact = mutual_info_score(frame["group"], frame["target"])
    assert ranking.loc["group", "Mutual information"] == pytest.approx(exact)
    assert ranking.index[-1] == "noise"
    kept = [c for c in made(outcome) if c != "target"]
    assert set(kept) == set(ranking.index[ranking["Kept"]]) and len(kept) == 3
    bars = figure_of(outcome, "Score of each feature")["data"][0]
    assert bars["y"] == ranking.index.tolist()
    assert "features.in_sample" in keys(outcome)


def test_repeating_features_are_pruned(tmp_path: Path) -> None:
    frame = CANCER[[c for c in CANCER if c.startswith("mean")] + ["target"]]
    operation = SelectFeatures(method="correlation", threshold=0.95, target="target")
    outcome = run(operation, tmp_path, frame)
    kept = [c for c in made(outcome) if c != "target"]
    matrix = frame[kept].corr().abs().to_numpy() - np.eye(len(kept))
    assert matrix.max() < 0.95
    dropped = [c for c in frame if c not in (*kept, "target")]
    assert dropped
    full = frame.corr().abs()
    assert all(full.loc[name, kept].max() >= 0.95 for name in dropped)


def test_features_that_hardly_vary_are_dropped(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": range(200), "b": [1] * 199 + [2], "c": ["x"] * 200})
    outcome = run(SelectFeatures(method="variance"), tmp_path, frame)
    assert list(made(outcome).columns) == ["a"]
    with pytest.raises(BadInput, match="feature_none_left"):
        run(SelectFeatures(method="variance"), tmp_path, frame[["c"]])


def test_leaks_are_found(tmp_path: Path) -> None:
    chance = np.random.default_rng(6)
    frame = CANCER.copy()
    frame["diagnosis"] = frame["target"].map({0: "malignant", 1: "benign"})
    frame["treatment_cost"] = frame["target"] * 100 + chance.normal(size=len(frame))
    frame["row"] = [f"id{n}" for n in range(len(frame))]
    frame["noise"] = chance.normal(size=len(frame))
    outcome = run(CheckLeakage(target="target"), tmp_path, frame)
    verdicts = table_of(outcome, "Leakage").set_index("Feature")["Suspicion"]
    assert verdicts["diagnosis"] == "a copy or a code of the target"
    assert verdicts["treatment_cost"] == "predicts the target almost perfectly"
    assert verdicts["row"] == "different on every row"
    assert pd.isna(verdicts["noise"]) and pd.isna(verdicts["mean radius"])
    clean = run(CheckLeakage(target="target"), tmp_path, CANCER)
    assert "features.no_leak" in keys(clean)


def test_leaks_of_numbers_and_repeated_rows(tmp_path: Path) -> None:
    frame = DIABETES.copy()
    frame["double"] = frame["target"] * 2 + 1
    twice = pd.concat([frame, frame.head(60)], ignore_index=True)
    outcome = run(CheckLeakage(target="target"), tmp_path, twice)
    scores = table_of(outcome, "Leakage").set_index("Feature")["Score alone"]
    assert scores.index[0] == "double" and scores["double"] > 0.99
    assert params(outcome, "features.twins")["share"] == pytest.approx(120 / len(twice))
    few = frame.head(10)
    with pytest.raises(BadInput, match="feature_rows_few"):
        run(CheckLeakage(target="target"), tmp_path, few)


def test_a_column_of_names_is_no_feature(tmp_path: Path) -> None:
    outcome = run(SelectFeatures(target="Miles_per_Gallon"), tmp_path, CARS)
    ranking = table_of(outcome, "Features by score").set_index("Feature")
    assert not ranking.loc["Name", "Kept"]
    assert "names" in ranking.loc["Name", "Reason"]
    assert ranking.index[0] in ("Weight_in_lbs", "Displacement")
    assert "Name" not in made(outcome)
