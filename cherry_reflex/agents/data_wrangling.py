"""The wrangler: brings tables into the shape that a question needs."""

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.core.agent import Agent, AgentServices, Card
from cherry_reflex.core.roster import Skill

CARD = Card(
    name="data_wrangling",
    title="Data Wrangling",
    description=(
        "Reshapes tables into new ones: joins (also by similar names) and stacks several files, "
        "filters, groups, pivots and melts, adds computed columns, extracts parts of texts, ranks, "
        "lags and moving averages, resamples time series, sorts, selects and renames columns. "
        "Hands over a new dataset, and the SQL that made it."
    ),
    skills=(
        Skill(
            id="join",
            name="Join and stack",
            description="Joins tables by keys that are checked, or puts their rows together.",
            examples=(
                "두 파일을 고객번호로 합쳐서 새 표를 만들어줘",
                "주문 데이터에 제품 정보를 붙여주세요",
                "월별 파일을 하나로 이어 붙여줘",
                "고객 표와 주문 표를 병합해줘",
                "표기가 조금씩 다른 회사 이름끼리 두 표를 합쳐줘",
                "Merge the two files by customer id",
                "Add the product details to the orders table",
                "Append all monthly files into one table",
                "Combine both datasets on their key",
                "Join the tables by similar company names",
            ),
        ),
        Skill(
            id="shape",
            name="Pivot, melt and group",
            description="Long to wide, wide to long, one row per group, as a new dataset.",
            examples=(
                "긴 형식을 넓은 형식으로 변환해줘",
                "월별 열을 행으로 풀어줘",
                "지역별로 묶은 집계 테이블을 새로 만들어주세요",
                "넓은 표를 긴 표로 바꿔줘",
                "Reshape the table from wide to long",
                "Pivot the data so that each year is a column",
                "Create an aggregated table with one row per customer",
                "Unpivot the month columns",
            ),
        ),
        Skill(
            id="derive",
            name="New columns",
            description="Columns from others: arithmetic, ratios, date parts, bins, conditions.",
            examples=(
                "수량과 단가를 곱한 금액 열을 추가해줘",
                "이익률 열을 새로 만들어줘",
                "이메일에서 도메인만 뽑은 열을 추가해줘",
                "나이를 10살 단위 구간으로 나눈 열을 만들어주세요",
                "Add a column with quantity times price",
                "Create a profit ratio column",
                "Extract the domain of the email addresses into a new column",
                "Extract the year into a new column",
            ),
        ),
        Skill(
            id="window",
            name="Ranks, lags and moving figures",
            description="Ranks within groups, values of earlier rows, moving and running figures.",
            examples=(
                "7일 이동평균 열을 추가해줘",
                "지역 안에서 순위를 매긴 열을 만들어줘",
                "누적 합계를 계산한 열을 붙여주세요",
                "Add a 7 day moving average column",
                "Rank the rows within each region",
                "Add the previous month's value as a column",
            ),
        ),
        Skill(
            id="resample",
            name="Resample",
            description="Time series in even periods, with gaps shown or filled.",
            examples=(
                "일별 데이터를 월별 시계열로 변환해줘",
                "빠진 날짜를 0으로 채워줘",
                "Resample the daily data to weeks",
                "Fill the gaps in the dates",
            ),
        ),
        Skill(
            id="rows",
            name="Filter, sort and select",
            description="A new dataset of some rows or columns, in some order, with other names.",
            examples=(
                "2024년 행만 남긴 데이터셋을 만들어줘",
                "필요한 열만 골라서 이름을 바꿔줘",
                "매출 순으로 정렬한 표를 저장해줘",
                "Make a dataset with only the rows of 2024",
                "Keep only some columns and rename them",
                "Create a sorted copy of the table",
            ),
        ),
    ),
)


def create(services: AgentServices) -> Agent:
    """Return the wrangler."""
    from cherry_reflex.analysis.wrangling.deriving import DeriveColumn
    from cherry_reflex.analysis.wrangling.extracting import RegexExtract
    from cherry_reflex.analysis.wrangling.filtering import FilterRows
    from cherry_reflex.analysis.wrangling.fuzzy_joining import FuzzyJoin
    from cherry_reflex.analysis.wrangling.grouping import GroupRows
    from cherry_reflex.analysis.wrangling.joining import JoinTables, ProposeJoins
    from cherry_reflex.analysis.wrangling.pivoting import MeltTable, PivotTable
    from cherry_reflex.analysis.wrangling.resampling import Resample
    from cherry_reflex.analysis.wrangling.selecting import SelectColumns
    from cherry_reflex.analysis.wrangling.sorting import SortRows
    from cherry_reflex.analysis.wrangling.stacking import StackTables
    from cherry_reflex.analysis.wrangling.transform import Transform
    from cherry_reflex.analysis.wrangling.windows import AddWindow

    return Analyst(
        card=CARD,
        services=services,
        operations=(
            FilterRows,
            GroupRows,
            PivotTable,
            MeltTable,
            JoinTables,
            ProposeJoins,
            FuzzyJoin,
            StackTables,
            AddWindow,
            Resample,
            DeriveColumn,
            RegexExtract,
            SortRows,
            SelectColumns,
            Transform,
        ),
        persona="a data engineer who says exactly how a table was reshaped, and what to watch for",
        most=2,
    )
