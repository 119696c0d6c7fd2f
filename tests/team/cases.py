"""What each member is asked when there is a language model: one question on real data, and the
calls that a good model makes for it. The embedded planner gets most of them wrong."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tests.doubles.adviser import Case, Task, Way
from tests.team import llm_checks as checks
from tests.team.answer import CARS, KOREAN, PENGUINS, WEATHER, Answer

CARS_KO = CARS.rename(
    columns={
        "Name": "차종", "Miles_per_Gallon": "연비", "Cylinders": "기통수", "Displacement": "배기량",
        "Horsepower": "마력", "Weight_in_lbs": "중량", "Acceleration": "가속", "Year": "연식",
        "Origin": "생산지",
    }
)  # fmt: skip
WEATHER_KO = WEATHER.rename(
    columns={
        "date": "날짜", "precipitation": "강수량", "temp_max": "최고기온", "temp_min": "최저기온",
        "wind": "풍속", "weather": "날씨",
    }
)  # fmt: skip
POWER_KO = checks.POWER.rename(
    columns={"year": "연도", "source": "에너지원", "net_generation": "발전량"}
)


def _book(**sheets: pd.DataFrame) -> bytes:
    made = io.BytesIO()
    with pd.ExcelWriter(made, engine="xlsxwriter") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return made.getvalue()


def _csv(frame: pd.DataFrame) -> bytes:
    return str(frame.to_csv(index=False)).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "cars.csv": lambda: _csv(CARS),
    "자동차.csv": lambda: _csv(CARS_KO),
    "weather.csv": lambda: _csv(WEATHER),
    "날씨.csv": lambda: _csv(WEATHER_KO),
    "penguins.csv": lambda: _csv(PENGUINS),
    "펭귄.csv": lambda: _csv(KOREAN),
    "발전.csv": lambda: _csv(POWER_KO),
    "riots.csv": lambda: _csv(checks.RIOTS),
    "book.xlsx": lambda: _book(penguins=PENGUINS, islands=checks.ISLANDS),
}


@dataclass(frozen=True)
class Asked:
    """A member, its file, its case, and the check of what comes of it. `after` is the member whose
    conversation it goes on with."""

    member: str
    file: str
    case: Case
    check: Callable[[Answer], None]
    after: str = ""

    @property
    def language(self) -> str:
        """The language of the question."""
        return "ko" if any("가" <= letter <= "힣" for letter in self.case.question) else "en"


def one(question: str, worker: str, *tries: dict[str, Any], way: Way = "run") -> Case:
    """One task."""
    words = "한 단계로 알아보겠습니다." if any(c >= "가" for c in question) else "One step does it."
    return Case(question, (Task(worker, question, tries, way),), words)


def agent(
    name: str,
    file: str,
    question: str,
    check: Callable[[Answer], None],
    *tries: Any,
    way: Way = "run",
) -> Any:
    """A member that is an agent."""
    return Asked(name, file, one(question, f"a2a:{name}", *tries, way=way), check)


def tool(name: str, file: str, question: str, check: Callable[[Answer], None], *tries: Any) -> Any:
    """A member that is a server; `name` is `server/tool`."""
    return Asked(f"mcp:{name.split('/')[0]}", file, one(question, f"mcp:{name}", *tries), check)


WIND = "날씨별 평균 풍속을 비교하고 차이가 유의한지 알려 주세요"
SEX = "Train a linear and a boosted model of the sex; hold back a quarter for the test"
BEST = "sex를 가장 잘 맞히는 학습은 무엇이고 얼마나 정확한가요?"

ASKED: tuple[Asked, ...] = (
    Asked("orchestrator", "날씨.csv", Case(WIND, (
        Task("a2a:pandas", "날씨별로 풍속의 평균을 구해 주세요",
             ({"operation": "aggregate", "measure": "풍속", "how": "mean", "group_by": ["날씨"]},)),
        Task("mcp:statistical_analysis/compare_groups", "풍속이 날씨마다 다른지 검정해 주세요",
             ({"measure": "풍속", "group": "날씨", "method": "welch_anova"},)),
    ), "평균을 구하면서 차이가 유의한지 함께 검정하겠습니다."), checks.winds),
    agent("data_loader", "book.xlsx", "Put the area of each island beside its penguins",
          checks.joined,
          {"operation": "join_tables", "dataset": "book - penguins", "other": "book - islands",
           "left_on": ["island"], "right_on": ["island"], "how": "left"}),
    agent("data_cleaning", "자동차.csv", "비어 있는 마력을 같은 생산지의 중앙값으로 채워 주세요",
          checks.filled,
          {"operation": "fill_missing", "columns": ["마력"], "strategy": "median", "by": "생산지"}),
    agent("data_wrangling", "weather.csv", "Turn this into monthly totals of precipitation",
          checks.monthly,
          {"operation": "resample", "date": "date", "every": "month", "measures": ["rain"],
           "how": "sum"},
          {"operation": "resample", "date": "date", "every": "month",
           "measures": ["precipitation"], "how": "sum"}, way="delegate"),
    agent("eda", "펭귄.csv", "젠투 펭귄에서 체중과 가장 관련이 큰 측정값은 무엇인가요?",
          checks.related,
          {"operation": "target_relations", "target": "체중",
           "filters": [{"column": "종", "op": "=", "value": "Gentoo"}]}, way="delegate"),
    agent("visualization", "weather.csv", "Box plots of the daily high for each kind of weather",
          checks.boxes, {"operation": "chart", "kind": "box", "x": "weather", "y": "temp_max"}),
    agent("feature_engineering", "날씨.csv", "날짜에서 연도, 월, 요일을 뽑아 주세요", checks.parts,
          {"operation": "date_parts", "columns": ["날짜"], "parts": ["year", "month", "weekday"]}),
    agent("sql_database", "book.xlsx", "섬마다 1제곱킬로미터에 펭귄이 몇 마리 사는지 조회해 주세요",
          checks.density,
          {"operation": "sql_query", "sql":
           "SELECT p.island, count(*) / max(i.area) AS per_km2 FROM book_penguins p "
           "JOIN book_islands i ON p.island = i.island GROUP BY p.island ORDER BY 2 DESC"},
          {"operation": "sql_query", "sql":
           "SELECT p.island, count(*) / max(i.area_km2) AS per_km2 FROM book_penguins p "
           "JOIN book_islands i ON p.island = i.island GROUP BY p.island ORDER BY 2 DESC"},
          way="sql"),
    agent("ml_modeling", "penguins.csv", SEX, checks.sexed,
          {"operation": "train", "target": "sex", "test_share": 0.25,
           "models": ["linear", "gradient_boosting"]}),
    Asked("mlflow", "penguins.csv", one(BEST, "a2a:mlflow",
          {"operation": "best_model", "target": "sex"}), checks.best, after="ml_modeling"),
    agent("pandas", "cars.csv", "The three most economical cars of each Origin", checks.thrifty,
          {"operation": "aggregate", "measure": "Miles_per_Gallon", "how": "max",
           "group_by": ["Origin", "Name"], "within": "Origin", "top": 3}),
    tool("data_preprocessing/scale_numbers", "cars.csv",
         "Bring Horsepower and Weight_in_lbs between 0 and 1", checks.squeezed,
         {"columns": ["Horsepower", "Weight"], "how": "min_max"},
         {"columns": ["Horsepower", "Weight_in_lbs"], "how": "min_max"}),
    tool("statistical_analysis/linear_regression", "자동차.csv",
         "중량이 같을 때 마력이 연비를 더 설명하나요?", checks.explained,
         {"target": "연비", "predictors": ["중량", "마력"]}),
    tool("advanced_visualization/place_map", "riots.csv",
         "Map where people died, larger for older ones, coloured by gender", checks.mapped,
         {"latitude": "latitude", "longitude": "longitude", "size": "age", "color": "gender"}),
    tool("time_series_forecasting/forecast", "발전.csv", "발전량은 앞으로 5년 동안 어떻게 될까요?",
         checks.ahead,
         {"date": "연도", "value": "발전량", "aggregate": "sum", "frequency": "year",
          "horizon": 5}),
    tool("database_connector/read_database_table", "", "Load the cars of the garage database",
         checks.garaged, {"database": "garage", "table": "cars"}),
    tool("file_manager/convert_file", "자동차.csv", "이 파일을 parquet로 바꿔 주세요",
         checks.converted, {"format": "parquet"}),
    tool("report_export/export_report", "penguins.csv",
         "An Excel report with the mean body mass of each species as bars and the first 5 rows",
         checks.reported,
         {"format": "xlsx", "title": "Penguins", "sections": [
             {"title": "Mean body mass", "chart": "bar", "x": "species", "y": "body_mass_g",
              "how": "mean"},
             {"title": "First rows", "table": True, "columns": ["species", "body_mass_g"],
              "rows": 5}]}),
)  # fmt: skip

GARAGE = "garage 데이터베이스에서 생산지마다 평균 마력을 알려 주세요"
MENDED = Case(
    GARAGE,
    (Task("mcp:database_connector/query_database", "생산지마다 평균 마력을 조회합니다",
          ({"database": "garage", "sql":
            "SELECT Origin, avg(Horsepower) AS mean FROM vehicles GROUP BY Origin"},)),
     Task("mcp:database_connector/describe_database", "어떤 테이블이 있는지 알아봅니다",
          ({"database": "garage"},))),
    "조회하면서 데이터베이스의 구조도 살펴보겠습니다.",
    (Task("mcp:database_connector/query_database", "cars에서 생산지마다 평균 마력을 조회합니다",
          ({"database": "garage", "sql":
            "SELECT Origin, avg(Horsepower) AS mean FROM cars GROUP BY Origin"},)),),
    "vehicles 테이블이 없어서 cars 테이블로 다시 조회하겠습니다.",
)  # fmt: skip
