"""The cleaner: repairs a table step by step, counts every change, and can undo it."""

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.core.agent import Agent, AgentServices, Card
from cherry_reflex.core.roster import Skill

CARD = Card(
    name="data_cleaning",
    title="Data Cleaning",
    description=(
        "Repairs a table and hands over a new version of it: missing values, duplicate rows, "
        "wrong types, outliers, inconsistent categories, dates in many forms, stray spaces. Counts "
        "the rows and cells that each step changed, keeps the original, and can undo."
    ),
    skills=(
        Skill(
            id="clean",
            name="Clean everything",
            description="All cleaning steps in one go, or a preview of what they would change.",
            examples=(
                "데이터를 정제해줘",
                "지저분한 데이터를 깨끗하게 정리해주세요",
                "분석 전에 데이터를 클리닝해줘",
                "데이터 품질 문제를 모두 고쳐줘",
                "Clean the data",
                "Clean up this messy table",
                "Fix all quality problems of the dataset",
                "What would cleaning change? Show me first",
            ),
        ),
        Skill(
            id="missing",
            name="Missing values",
            description="Fills missing values in a stated way, or drops their rows or columns.",
            examples=(
                "결측치를 중앙값으로 채워줘",
                "빈 칸을 처리해주세요",
                "결측치가 있는 행을 삭제해줘",
                "나이의 빈 값을 그룹 평균으로 대체해줘",
                "Fill the missing values with the median",
                "Drop the rows that have missing values",
                "Handle the empty cells",
                "Interpolate the gaps in the series",
            ),
        ),
        Skill(
            id="duplicates",
            name="Duplicates",
            description="Removes rows that repeat others, in all or in key columns.",
            examples=(
                "중복 행을 제거해줘",
                "같은 주문번호는 하나만 남겨줘",
                "Remove the duplicate rows",
                "Keep one row per customer id",
            ),
        ),
        Skill(
            id="types",
            name="Types, dates and text",
            description="Reads numbers and dates that are text, trims spaces, placeholders as "
            "missing.",
            examples=(
                "금액 열의 쉼표와 원을 없애고 숫자로 바꿔줘",
                "날짜 형식을 통일해줘",
                "글자 앞뒤 공백을 제거해줘",
                "Convert the text prices to numbers",
                "Unify the date formats",
                "Trim the whitespace",
            ),
        ),
        Skill(
            id="categories",
            name="Inconsistent categories",
            description="Merges spellings of the same category, and shows what was merged.",
            examples=(
                "서울과 seoul처럼 다르게 적힌 값을 통일해줘",
                "카테고리 표기를 하나로 맞춰주세요",
                "Merge different spellings of the same category",
                "Fix the typos in the city names",
            ),
        ),
        Skill(
            id="outliers",
            name="Outliers",
            description="Pulls in, removes, marks or empties extreme values.",
            examples=(
                "이상치를 제거해줘",
                "극단값을 상한으로 조정해줘",
                "Remove the outliers",
                "Winsorise the extreme values",
            ),
        ),
        Skill(
            id="undo",
            name="Undo",
            description="Brings back the version before the last change.",
            examples=(
                "방금 정제한 것을 되돌려줘",
                "원본 데이터로 복원해줘",
                "Undo the last cleaning",
                "Go back to the original data",
            ),
        ),
    ),
)


def create(services: AgentServices) -> Agent:
    """Return the cleaner."""
    from cherry_reflex.analysis.cleaning.categories import UnifyCategories
    from cherry_reflex.analysis.cleaning.dates import UnifyDates
    from cherry_reflex.analysis.cleaning.duplicates import RemoveDuplicates
    from cherry_reflex.analysis.cleaning.missing import FillMissing
    from cherry_reflex.analysis.cleaning.numbers import FixTypes
    from cherry_reflex.analysis.cleaning.outliers import HandleOutliers
    from cherry_reflex.analysis.cleaning.pipeline import Clean
    from cherry_reflex.analysis.cleaning.restore import RestoreVersion
    from cherry_reflex.analysis.cleaning.tidy import TidyText

    return Analyst(
        card=CARD,
        services=services,
        operations=(
            Clean,
            FillMissing,
            RemoveDuplicates,
            FixTypes,
            UnifyDates,
            UnifyCategories,
            HandleOutliers,
            TidyText,
            RestoreVersion,
        ),
        persona="a careful data steward who says exactly what was changed, why, and what was left",
        # Each operation hands over a version of its own: two at once would part ways.
        most=1,
    )
