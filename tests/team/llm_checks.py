"""What each member hands over when a language model calls, against the libraries themselves."""

import io
import itertools
import json

import fastexcel
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import minmax_scale
from statsmodels.stats.multitest import multipletests
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from vega_datasets import data as vega

from tests.team.answer import CARS, PENGUINS, WEATHER, Answer

ISLANDS = pd.DataFrame({"island": ["Biscoe", "Dream", "Torgersen"], "area_km2": [4.2, 1.5, 0.9]})
RIOTS: pd.DataFrame = vega.la_riots()
POWER: pd.DataFrame = vega.iowa_electricity()


def _same(column: pd.Series, expected: pd.Series) -> None:
    assert column.to_numpy(float) == pytest.approx(expected.to_numpy(float), nan_ok=True)


def winds(answer: Answer) -> None:
    """Means by pandas beside Welch's tests of all pairs, corrected after Holm, by SciPy."""
    groups = {kind: rows["wind"] for kind, rows in WEATHER.groupby("weather")}
    shown = answer.table()
    found = dict(zip(shown["날씨"], shown.iloc[:, 1], strict=True))
    assert found == pytest.approx({kind: wind.mean() for kind, wind in groups.items()})
    tested = answer.at("s2")
    assert "p < 0.001" in tested.words
    pairs = list(itertools.combinations(groups, 2))
    raw = [stats.ttest_ind(groups[a], groups[b], equal_var=False).pvalue for a, b in pairs]
    expected = dict(zip(map(frozenset, pairs), multipletests(raw, method="holm")[1], strict=True))
    rows = tested.table(1).itertuples(index=False, name=None)
    assert {frozenset(row[:2]): row[3] for row in rows} == pytest.approx(expected)


def joined(answer: Answer) -> None:
    made = answer.table(kind="dataset")
    expected = PENGUINS.merge(ISLANDS, on="island", how="left")
    assert made.shape == expected.shape
    _same(made["area_km2"], expected["area_km2"])
    _same(made["body_mass_g"], expected["body_mass_g"])


def filled(answer: Answer) -> None:
    by_origin = CARS.groupby("Origin")["Horsepower"].transform("median")
    made = answer.table(kind="dataset")
    _same(made["마력"], CARS["Horsepower"].fillna(by_origin))
    _same(made["연비"], CARS["Miles_per_Gallon"])


def monthly(answer: Answer) -> None:
    expected = WEATHER.set_index("date")["precipitation"].resample("MS").sum()
    made = answer.table(kind="dataset")
    assert pd.to_datetime(made["date"]).to_list() == expected.index.to_list()
    _same(made["precipitation"], expected)


def related(answer: Answer) -> None:
    gentoo = PENGUINS[PENGUINS["species"] == "Gentoo"]
    shown = answer.table().set_index("열")["값"]
    for name in ("bill_length_mm", "bill_depth_mm", "flipper_length_mm"):
        expected = gentoo[name].corr(gentoo["body_mass_g"])
        assert shown[answer.column(name)] == pytest.approx(expected)
    known = gentoo.dropna(subset=["sex", "body_mass_g"])
    fitted = known.groupby("sex")["body_mass_g"].transform("mean")
    eta = (fitted.var() / known["body_mass_g"].var()) ** 0.5
    assert shown["성별"] == pytest.approx(eta)
    assert shown.index[0] == "성별" and "0.81" in answer.words


def boxes(answer: Answer) -> None:
    traces = {trace["name"]: trace for trace in json.loads(answer.raw("chart"))["data"]}
    groups = WEATHER.groupby("weather")["temp_max"]
    assert set(traces) == set(groups.groups)
    assert {trace["type"] for trace in traces.values()} == {"box"}
    for place, share in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
        found = {name: trace[place][0] for name, trace in traces.items()}
        assert found == pytest.approx(groups.quantile(share).to_dict())


def parts(answer: Answer) -> None:
    made, dates = answer.table(kind="dataset"), WEATHER["date"].dt
    assert made["날짜_year"].to_list() == dates.year.to_list()
    assert made["날짜_month"].to_list() == dates.month.to_list()
    assert made["날짜_weekday"].to_list() == (dates.day_of_week + 1).to_list()
    assert made.shape == (len(WEATHER), WEATHER.shape[1] + 3), "nothing else was added"


def density(answer: Answer) -> None:
    counts = PENGUINS["island"].value_counts()
    expected = counts / ISLANDS.set_index("island")["area_km2"]
    shown = answer.table()
    found = dict(zip(shown["island"], shown["per_km2"], strict=True))
    assert found == pytest.approx(expected.to_dict())
    failed = answer.at("s1").lane
    assert failed["state"] == "failed", "the query that failed is on the record"
    assert '"area"' in failed["failure"]["detail"]


def sexed(answer: Answer) -> None:
    """A quarter is held back; cross-validation scores as scikit-learn's own do."""
    known = PENGUINS.dropna(subset=["sex"])
    tables = [answer.table(n) for n in range(len(answer.artifacts("table")))]
    matrix = next(t for t in tables if set(t.iloc[:, 0]) == {"female", "male"} and t.shape[1] == 3)
    counts = matrix.iloc[:, 1:].to_numpy()
    assert counts.sum() == -(-len(known) // 4)
    measures = tables[1].set_index(tables[1].columns[0]).iloc[:, 0]
    assert measures["accuracy"] == pytest.approx(counts.trace() / counts.sum())
    compared = tables[0].set_index(tables[0].columns[0]).iloc[:, 0]
    inputs = pd.get_dummies(known.drop(columns="sex"))
    model = GradientBoostingClassifier(random_state=0)
    own = cross_val_score(model, inputs, known["sex"], cv=5, scoring="roc_auc").mean()
    assert compared["gradient boosting"] == pytest.approx(own, abs=0.03)


def best(answer: Answer) -> None:
    """The figures are those that the training of this conversation handed over."""
    runs = answer.http.get(f"/api/conversations/{answer.place}").json()["runs"]
    by_worker = {lane["worker"]: run for run in runs for lane in run["lanes"]}
    training = Answer(answer.http, by_worker["a2a:ml_modeling"], "en").table(1)
    expected = training.set_index(training.columns[0]).iloc[:, 0]
    (row,) = answer.table().to_dict("records")
    assert row["ROC AUC"] == pytest.approx(expected["ROC AUC"])
    assert f"{expected['ROC AUC']:.3f}" in answer.words


def thrifty(answer: Answer) -> None:
    highest = CARS.groupby(["Origin", "Name"])["Miles_per_Gallon"].max()
    shown = answer.table()
    assert len(shown) == 9
    for origin, rows in shown.groupby("Origin"):
        _same(rows.iloc[:, 2], highest[origin].nlargest(3))
        assert [highest[origin, name] for name in rows["Name"]] == rows.iloc[:, 2].to_list()


def squeezed(answer: Answer) -> None:
    made = answer.table(kind="dataset")
    for name in ("Horsepower", "Weight_in_lbs"):
        _same(made[name], pd.Series(minmax_scale(CARS[name])))
    _same(made["Acceleration"], CARS["Acceleration"])


def explained(answer: Answer) -> None:
    names = ["Weight_in_lbs", "Horsepower"]
    known = CARS.dropna(subset=[*names, "Miles_per_Gallon"])
    inputs = sm.add_constant(known[names])
    fit = sm.OLS(known["Miles_per_Gallon"], inputs).fit(cov_type="HC3", use_t=True)
    shown = answer.table()
    assert shown["항"].to_list() == ["const", "중량", "마력"]
    expected = (fit.params, fit.bse, fit.tvalues, *(fit.conf_int()[n] for n in (0, 1)))
    for place, column in enumerate(expected, 1):
        _same(shown.iloc[:, place], column)
    assert shown.iloc[:, 6].to_numpy() == pytest.approx(fit.pvalues.to_numpy(), rel=1e-4)
    assert f"{100 * fit.rsquared:.1f}%" in answer.words and f"n = {len(known)}" in answer.words


def mapped(answer: Answer) -> None:
    drawn = RIOTS.dropna(subset=["longitude", "latitude", "age", "gender"])
    figure = json.loads(answer.raw("chart"))
    traces = {trace["name"]: trace for trace in figure["data"] if "marker" in trace}
    assert set(traces) == set(drawn["gender"])
    for gender, rows in drawn.groupby("gender"):
        trace = traces[gender]
        assert trace["x"] == pytest.approx(rows["longitude"].to_list(), abs=1e-3)
        assert trace["y"] == pytest.approx(rows["latitude"].to_list(), abs=1e-3)
        sizes = pd.Series(trace["marker"]["size"]).rank().to_list()
        assert sizes == rows["age"].rank().to_list(), "the older the larger"


def ahead(answer: Answer) -> None:
    yearly = POWER.groupby("year")["net_generation"].sum().astype(float).asfreq("YS")
    fit = ETSModel(yearly, error="add").fit(disp=False)
    until = {"start": len(yearly), "end": len(yearly) + 4}
    expected = fit.get_prediction(**until).summary_frame(alpha=0.05)
    shown = answer.table()
    assert pd.to_datetime(shown.iloc[:, 0]).to_list() == expected.index.to_list()
    for place, name in ((1, "mean"), (2, "pi_lower"), (3, "pi_upper")):
        assert shown.iloc[:, place].to_numpy() == pytest.approx(expected[name].to_numpy(), rel=1e-4)


def garaged(answer: Answer) -> None:
    made = answer.table(kind="dataset")
    assert made.columns.to_list() == CARS.columns.to_list()
    assert made["Name"].to_list() == CARS["Name"].to_list()
    _same(made["Horsepower"], CARS["Horsepower"])


def converted(answer: Answer) -> None:
    assert answer.artifacts("file")[0]["filename"] == "자동차.parquet"
    made = pd.read_parquet(io.BytesIO(answer.raw("file")))
    assert made["차종"].to_list() == CARS["Name"].to_list()
    _same(made["마력"], CARS["Horsepower"])


def reported(answer: Answer) -> None:
    book = fastexcel.read_excel(answer.raw("file"))
    sheets = [book.load_sheet(name, header_row=None).to_pandas() for name in book.sheet_names]
    cells = [value for sheet in sheets for value in sheet.to_numpy().ravel()]
    numbers = [float(value) for value in cells if _is_number(value)]
    for mean in PENGUINS.groupby("species")["body_mass_g"].mean():
        assert any(number == pytest.approx(mean) for number in numbers)
    first = PENGUINS["body_mass_g"].head().dropna()
    assert all(any(number == mass for number in numbers) for mass in first)


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True
