"""Each of the 18 members, in Korean and in English, with a real question on real data (the Palmer
penguins, Seattle's weather, cars in a SQLite database) over the real processes; what it hands over
is checked against an independent computation."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest

from tests.team.answer import KOREAN, PENGUINS, WEATHER, Answer, ask, conversation
from tests.team.checks import (
    asked,
    charted,
    cleaned,
    compared,
    connected,
    converted,
    encoded,
    explored,
    forecast,
    kept,
    loaded,
    planned,
    queried,
    reported,
    scaled,
    spread,
    trained,
    wrangled,
)


@dataclass(frozen=True)
class Member:
    """A worker, what it is asked in each language, and the check of what it hands over."""

    worker: str
    en: str
    ko: str
    check: Callable[[Answer], None]
    data: str = "penguins"


MEMBERS = (
    Member("orchestrator", "What is the average body_mass_g of each species?",
           "종마다 평균 체중이 얼마야?", planned),
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


def test_these_are_all(http: httpx.Client) -> None:
    roster = http.get("/api/roster").json()
    own = {a["name"] for a in roster["agents"] if a["own"]}
    own |= {f"mcp:{t['name']}" for t in roster["tools"] if t["own"]}
    assert own == {member.worker for member in MEMBERS}
    assert len(own) == 18
