"""Each of the 18 members, in Korean and in English, with a real question on real data (the Palmer
penguins, Seattle's weather, cars in a SQLite database) over the real processes; what it hands over
is checked against an independent computation."""

import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import fastexcel
import httpx
import numpy as np
import pandas as pd
import pypdf
import pytest
from mlflow.tracking import MlflowClient
from palmerpenguins import load_penguins
from scipy import stats
from vega_datasets import data as vega

from tests.doubles.house import House, opened

PENGUINS: pd.DataFrame = load_penguins()
WEATHER: pd.DataFrame = vega.seattle_weather()
CARS: pd.DataFrame = vega.cars()
NAMES = {
    "species": "종",
    "island": "섬",
    "bill_length_mm": "부리길이",
    "bill_depth_mm": "부리깊이",
    "flipper_length_mm": "날개길이",
    "body_mass_g": "체중",
    "sex": "성별",
    "year": "연도",
}
KOREAN = PENGUINS.rename(columns=NAMES)
PATIENCE_S = 90


@dataclass(frozen=True)
class Answer:
    """A finished run, seen from outside."""

    http: httpx.Client
    view: dict[str, Any]
    language: str
    events: tuple[str, ...] = ()
    """The stored events' types, in their order."""

    @property
    def lane(self) -> dict[str, Any]:
        """The lane of the worker."""
        lane: dict[str, Any] = next(one for one in self.view["lanes"] if one["step"] != "plan")
        return lane

    @property
    def words(self) -> str:
        """The worker's text."""
        return "".join(i["text"] for i in self.lane["items"] if i["kind"] == "text")

    def artifacts(self, kind: str) -> list[dict[str, Any]]:
        """What it handed over, of one kind."""
        found = [i["artifact"] for i in self.lane["items"] if i["kind"] == "artifact"]
        return [artifact for artifact in found if artifact["kind"] == kind]

    def raw(self, kind: str, number: int = 0) -> bytes:
        """The bytes of an artifact."""
        return self.http.get(f"/api/artifacts/{self.artifacts(kind)[number]['id']}").content

    def table(self, number: int = 0, kind: str = "table") -> pd.DataFrame:
        """An artifact as a frame."""
        return pd.read_parquet(io.BytesIO(self.raw(kind, number)))

    def column(self, name: str) -> str:
        """A column's name in the language of the question."""
        return NAMES[name] if self.language == "ko" else name


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with a connected database."""
    folder = tmp_path_factory.mktemp("databases")
    with sqlite3.connect(folder / "garage.sqlite") as connection:
        CARS.assign(Year=CARS["Year"].astype(str)).to_sql("cars", connection, index=False)
    connection.close()
    listed = folder / "databases.json"
    listed.write_text(json.dumps({"folder": "."}))
    with opened(CHERRY_DATABASES_FILE=str(listed)) as house:
        yield house


@pytest.fixture(scope="module")
def http(peopled: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=peopled.url, timeout=PATIENCE_S) as client:
        yield client


def conversation(http: httpx.Client, *files: tuple[str, pd.DataFrame]) -> str:
    made = http.post("/api/conversations", json={}).json()
    for name, frame in files:
        body = frame.to_csv(index=False).encode()
        sent = http.post(f"/api/conversations/{made['id']}/files?name={name}", content=body)
        assert sent.status_code == 201, sent.text
    return str(made["id"])


def ask(http: httpx.Client, place: str, question: str, worker: str, language: str) -> Answer:
    """Ask one worker and wait for the end of the run."""
    body = {"question": question, "worker": worker, "language": language}
    sent = http.post(f"/api/conversations/{place}/runs", json=body)
    assert sent.status_code == 201, sent.text
    run = sent.json()["run_id"]
    with http.stream("GET", f"/api/runs/{run}/events") as stream:
        for _ in stream.iter_lines():
            pass
    view = http.get(f"/api/runs/{run}").json()
    answer = Answer(http, view, language)
    assert view["state"] == "finished", view["failure"]
    assert answer.lane["state"] == "done", (answer.lane["failure"], view["plan"])
    assert answer.words.strip()
    if language == "ko":
        assert any("가" <= letter <= "힣" for letter in answer.words)
    return answer


def means(answer: Answer, by: str, kind: str = "table") -> None:
    """The mean body mass of groups, by pandas."""
    shown = answer.table(kind=kind)
    expected = PENGUINS.groupby(by)["body_mass_g"].mean()
    found = dict(zip(shown[answer.column(by)], shown.iloc[:, 1], strict=True))
    assert found == pytest.approx(expected.to_dict())


def planned(answer: Answer) -> None:
    named = [name for name in NAMES if answer.column(name) in answer.words]
    assert len(named) >= 2, "questions about the columns that there are"


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
    ).set_index(answer.table(0).columns[0])  # fmt: skip
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
    assert result.pvalue < 0.001 and "p < 0.001" in answer.words
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


@dataclass(frozen=True)
class Member:
    """A worker, what it is asked in each language, and the check of what it hands over."""

    worker: str
    en: str
    ko: str
    check: Callable[[Answer], None]
    data: str = "penguins"


MEMBERS = (
    Member("orchestrator", "Which analyses are worth doing here?",
           "이 데이터로 무엇을 물어볼 수 있어?", planned),
    Member("data_loader", "How was this file read, and what types do the columns have?",
           "이 파일을 어떻게 읽었는지 열의 형식과 함께 알려줘", loaded),
    Member("data_cleaning", "Fill the missing values of body_mass_g with the median",
           "체중의 결측값을 중앙값으로 채워줘", cleaned, "fresh"),
    Member("data_wrangling", "Make a table of the mean body_mass_g grouped by species",
           "종별로 묶어서 체중 평균을 구한 표를 만들어줘", wrangled, "fresh"),
    Member("eda", "Explore the data and show notable findings",
           "데이터를 탐색하고 눈에 띄는 점을 알려줘", explored),
    Member("visualization", "Bar chart of the mean body_mass_g by species",
           "종별 체중 평균을 막대그래프로 그려줘", charted),
    Member("feature_engineering", "One-hot encode species and island",
           "종과 섬을 원핫 인코딩해줘", encoded, "fresh"),
    Member("sql_database", "Average body_mass_g for each island",
           "섬별 평균 체중을 구하는 쿼리를 실행해줘", queried),
    Member("ml_modeling", "Train a model that predicts species",
           "종을 예측하는 모델을 학습해줘", trained),
    Member("mlflow", "Which model was the best?", "가장 좋은 모델은 무엇이었어?", kept),
    Member("pandas", "Average body_mass_g by species", "종별 평균 체중은?", asked),
    Member("mcp:data_preprocessing", "Standardise body_mass_g", "체중을 표준화해줘", scaled,
           "fresh"),
    Member("mcp:statistical_analysis", "Is body_mass_g different between male and female sex?",
           "성별에 따라 체중 차이가 유의한지 검정해줘", compared),
    Member("mcp:advanced_visualization", "Compare the distributions of body_mass_g by species with "
           "violins", "종별 체중 분포를 바이올린 그래프로 보여줘", spread),
    Member("mcp:time_series_forecasting", "Forecast temp_max for the next 14 days",
           "앞으로 14일 동안의 일별 temp_max를 예측해줘", forecast, "weather"),
    Member("mcp:database_connector", "Which databases are connected?",
           "연결된 데이터베이스 목록을 보여줘", connected, "nothing"),
    Member("mcp:file_manager", "Convert penguins to xlsx", "펭귄 파일을 json으로 변환해줘",
           converted),
    Member("mcp:report_export", "Write an HTML report about the data",
           "데이터에 대한 PDF 보고서를 만들어줘", reported),
)  # fmt: skip


@pytest.fixture(scope="module")
def places(http: httpx.Client) -> dict[tuple[str, str], str]:
    """Conversations that questions share: `fresh` ones are made anew, as they add datasets."""
    return {
        ("penguins", "en"): conversation(http, ("penguins.csv", PENGUINS)),
        ("penguins", "ko"): conversation(http, ("펭귄.csv", KOREAN)),
        ("weather", "en"): (weather := conversation(http, ("seattle_weather.csv", WEATHER))),
        ("weather", "ko"): weather,
        ("nothing", "en"): (nothing := conversation(http)),
        ("nothing", "ko"): nothing,
    }


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.worker.split(":")[-1])
def test_member(
    http: httpx.Client, places: dict[tuple[str, str], str], member: Member, language: str
) -> None:
    place = places.get((member.data, language)) or conversation(
        http, ("펭귄.csv", KOREAN) if language == "ko" else ("penguins.csv", PENGUINS)
    )
    question = member.ko if language == "ko" else member.en
    member.check(ask(http, place, question, member.worker, language))


def told(http: httpx.Client, place: str, worker: str, **arguments: Any) -> Answer:
    """Have a worker do one thing, with arguments of our own choice."""
    body = {"question": "?", "worker": worker, "language": "en", "arguments": arguments}
    run = http.post(f"/api/conversations/{place}/runs", json=body).json()["run_id"]
    with http.stream("GET", f"/api/runs/{run}/events") as stream:
        lines = [line for line in stream.iter_lines() if line.startswith("event: ")]
    events = tuple(line.removeprefix("event: ") for line in lines)
    answer = Answer(http, http.get(f"/api/runs/{run}").json(), "en", events)
    assert answer.lane["state"] == "done", answer.lane["failure"]
    return answer


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

    uri = f"sqlite:///{peopled.data_dir / 'shelves' / 'mlflow.db'}"
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


def test_these_are_all(http: httpx.Client) -> None:
    roster = http.get("/api/roster").json()
    own = {a["name"] for a in roster["agents"] if a["own"]}
    own |= {f"mcp:{t['name']}" for t in roster["tools"] if t["own"]}
    assert own == {member.worker for member in MEMBERS}
    assert len(own) == 18
