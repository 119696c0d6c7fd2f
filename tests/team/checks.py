"""What each member hands over, checked against pandas, scipy or the data itself."""

import io
import json

import fastexcel
import numpy as np
import pandas as pd
import pypdf
import pytest
from scipy import stats

from tests.team.answer import PENGUINS, WEATHER, Answer


def means(answer: Answer, by: str, kind: str = "table") -> None:
    """The mean body mass of groups, by pandas."""
    shown = answer.table(kind=kind)
    expected = PENGUINS.groupby(by)["body_mass_g"].mean()
    found = dict(zip(shown[answer.column(by)], shown.iloc[:, 1], strict=True))
    assert found == pytest.approx(expected.to_dict())


def planned(answer: Answer) -> None:
    means(answer, "species")
    steps = [lane["step"] for lane in answer.view["lanes"]]
    assert steps[0] == "plan" and steps[-1] == "summary" and answer.view["summary"].strip()


def loaded(answer: Answer) -> None:
    shown = next(
        table for n in range(len(answer.artifacts("table")))
        if len(table := answer.table(n)) == PENGUINS.shape[1]
    )  # fmt: skip
    expected = [answer.column(name) for name in PENGUINS.columns]
    assert shown.iloc[:, 0].to_list() == expected
    missing = [int(n) for n in PENGUINS.isna().sum()]
    assert any([int(v) for v in shown[name]] == missing
               for name in shown.select_dtypes("number").columns)  # fmt: skip


def cleaned(answer: Answer) -> None:
    made = answer.table(kind="dataset")
    expected = PENGUINS["body_mass_g"].fillna(PENGUINS["body_mass_g"].median())
    assert made[answer.column("body_mass_g")].to_list() == expected.to_list()
    other = answer.column("bill_length_mm")
    assert made[other].isna().sum() == PENGUINS["bill_length_mm"].isna().sum(), "left alone"


def wrangled(answer: Answer) -> None:
    means(answer, "species", "dataset")


def explored(answer: Answer) -> None:
    mass = answer.column("body_mass_g")
    profile = next(
        table for n in range(len(answer.artifacts("table")))
        if len(table := answer.table(n)) == 8 and mass in table.iloc[:, 0].to_list()
    )  # fmt: skip
    profile = profile.set_index(profile.columns[0])  # tables come as they are done, in any order
    numbers = {float(v) for v in profile.loc[mass] if isinstance(v, int | float)}
    for wanted in (PENGUINS["body_mass_g"].mean(), PENGUINS["body_mass_g"].std()):
        assert any(abs(n - wanted) < 1e-6 * wanted for n in numbers)
    assert "0.87" in answer.words, "the strongest correlation, flipper and mass"


def charted(answer: Answer) -> None:
    (trace,) = json.loads(answer.raw("chart"))["data"]
    expected = PENGUINS.groupby("species")["body_mass_g"].mean()
    assert trace["type"] == "bar"
    axes = (trace["x"], trace["y"]) if trace.get("orientation") != "h" else (trace["y"], trace["x"])
    assert dict(zip(*axes, strict=True)) == pytest.approx(expected.to_dict())


def encoded(answer: Answer) -> None:
    made = answer.table(kind="dataset")
    for name in ("species", "island"):
        expected = pd.get_dummies(PENGUINS[name])
        for level in expected:
            column = made[f"{answer.column(name)}_{level}"]
            assert column.astype(int).to_list() == expected[level].astype(int).to_list()


def queried(answer: Answer) -> None:
    means(answer, "island")
    meta = answer.artifacts("table")[0]["meta"]
    assert meta["language"] == "sql"
    assert "select" in meta["code"].lower()


def trained(answer: Answer) -> None:
    sizes = [answer.table(n) for n in range(len(answer.artifacts("table")))]
    counts = next(
        t for t in sizes if t.shape == (3, 4) and set(t.iloc[:, 0]) == set(PENGUINS["species"])
    )
    right = np.trace(counts.iloc[:, 1:].to_numpy()) / counts.iloc[:, 1:].to_numpy().sum()
    assert right > 0.9, "penguins are told apart easily; a wrong split or target would not"
    assert counts.iloc[:, 1:].to_numpy().sum() == 69, "a fifth of 344 rows was held back"
    assert answer.artifacts("model")


def kept(answer: Answer) -> None:
    shown = answer.table()
    assert len(shown) == 1, "the one training of this conversation"
    assert answer.column("species") in answer.words


def asked(answer: Answer) -> None:
    means(answer, "species")


def scaled(answer: Answer) -> None:
    made = answer.table(kind="dataset")[answer.column("body_mass_g")]
    expected = stats.zscore(PENGUINS["body_mass_g"], nan_policy="omit")
    assert made.to_numpy() == pytest.approx(np.asarray(expected), nan_ok=True)


def compared(answer: Answer) -> None:
    female, male = (
        PENGUINS.loc[PENGUINS["sex"] == sex, "body_mass_g"].dropna() for sex in ("female", "male")
    )
    result = stats.ttest_ind(female, male, equal_var=False)
    assert result.pvalue < 0.001 and "p < 0.001" in answer.words, answer.words
    assert f"{female.mean():,.1f}" in answer.words and f"{male.mean():,.1f}" in answer.words


def spread(answer: Answer) -> None:
    shown = answer.table()
    expected = PENGUINS.groupby("species")["body_mass_g"]
    medians = expected.median().to_dict()
    numbers = shown.select_dtypes("number")
    for place, species in enumerate(shown[answer.column("species")]):
        assert medians[species] in numbers.iloc[place].to_list()


def forecast(answer: Answer) -> None:
    ahead = next(
        t for n in range(len(answer.artifacts("table"))) if (t := answer.table(n)).shape == (14, 4)
    )
    days = pd.to_datetime(ahead.iloc[:, 0])
    assert days.to_list() == list(pd.date_range("2016-01-01", periods=14))
    middle, low, high = (ahead.iloc[:, n].to_numpy() for n in (1, 2, 3))
    assert (low < middle).all() and (middle < high).all()
    january = WEATHER[WEATHER["date"].dt.month == 1]["temp_max"]
    assert abs(middle.mean() - january.mean()) < 2 * january.std(), "a plausible January"


def connected(answer: Answer) -> None:
    (row,) = answer.table().itertuples(index=False, name=None)
    assert row[:3] == ("garage", "sqlite", 1)
    assert "garage" in answer.words


def converted(answer: Answer) -> None:
    meta = answer.artifacts("file")[0]
    made = answer.http.get(f"/api/artifacts/{meta['id']}").content
    is_excel = answer.language == "en"
    assert (made[:2] == b"PK") is is_excel
    if is_excel:
        frame = fastexcel.read_excel(made).load_sheet(0).to_pandas()
    else:
        frame = pd.read_json(io.BytesIO(made))
    assert len(frame) == len(PENGUINS)
    total = frame[answer.column("body_mass_g")].sum()
    assert total == pytest.approx(PENGUINS["body_mass_g"].sum())


def reported(answer: Answer) -> None:
    made = answer.raw("file")
    r = PENGUINS["flipper_length_mm"].corr(PENGUINS["body_mass_g"])
    numbers = [f"{len(PENGUINS)}", f"{int(PENGUINS.isna().sum().sum())}", f"{r:.2f}"]
    if answer.language == "ko":
        pages = pypdf.PdfReader(io.BytesIO(made)).pages
        words = "".join(page.extract_text() for page in pages)
        assert "비어 있습니다" in words, "Korean letters can be read"
    else:
        words = made.decode()
        assert "<script" not in words and "<svg" in words, "self-contained, with a chart"
    assert [number for number in numbers if number not in words] == []
    first = PENGUINS.iloc[0]
    assert all(str(value) in words for value in (first["species"], first["bill_length_mm"]))
