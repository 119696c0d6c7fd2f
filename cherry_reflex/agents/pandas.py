"""The ad-hoc analyst: groups, filters, compares and ranks to answer a direct question."""

from cherry_reflex.agents.python_analyst import PythonAnalyst
from cherry_reflex.core.agent import Agent, AgentServices, Card
from cherry_reflex.core.roster import Skill

CARD = Card(
    name="pandas",
    title="Pandas Analyst",
    description=(
        "Answers direct questions about a table by computing: totals, averages and counts by "
        "group, filtered rows, top and bottom rankings, shares, comparisons of periods, pivot "
        "tables, and what a single column holds. Explains why a measure changed (contribution of "
        "groups, mix and rate), and knows year over year, weekday and hour patterns, Pareto (ABC), "
        "cohort retention, RFM segments, funnels and net promoter scores."
    ),
    skills=(
        Skill(
            id="aggregate",
            name="Totals and averages by group",
            description="Sums, averages, counts, medians or shares of a measure by groups.",
            examples=(
                "지역별 매출 합계를 구해줘",
                "제품별 평균 가격을 알려주세요",
                "월별 주문 건수를 세어줘",
                "부서별 급여 중앙값이 얼마야?",
                "카테고리별 매출 비중을 계산해줘",
                "전체 매출이 얼마인가요?",
                "Total revenue by region",
                "What is the average price of each product?",
                "Count the orders per month",
                "Median salary by department",
                "What share of sales does each category have?",
                "How much did we sell in total?",
            ),
        ),
        Skill(
            id="rank",
            name="Rankings",
            description="The best, the worst, the largest or the smallest rows or groups.",
            examples=(
                "가장 많이 팔린 상품 10개를 알려줘",
                "매출이 제일 낮은 지점은 어디야?",
                "지역마다 가장 잘 팔리는 제품이 무엇인가요?",
                "상위 5명의 고객을 찾아줘",
                "Which product sells best in each region?",
                "Top 10 customers by revenue",
                "Which store has the lowest sales?",
                "Find the five most expensive orders",
            ),
        ),
        Skill(
            id="filter",
            name="Filtered rows",
            description="Picks the rows that meet conditions, and counts or lists them.",
            examples=(
                "2024년 데이터만 보여줘",
                "서울 지역 주문만 골라줘",
                "가격이 10만원 이상인 행을 찾아줘",
                "이번에는 여성 고객만 계산해줘",
                "Now only for 2024",
                "Show only the orders from Seoul",
                "List the rows where the price is over 100",
                "How many customers are older than 40?",
            ),
        ),
        Skill(
            id="compare",
            name="Comparisons and pivot tables",
            description="Compares periods or groups with each other, and crosses two columns.",
            examples=(
                "작년과 올해 매출을 비교해줘",
                "전월 대비 증감률을 계산해줘",
                "지역과 제품으로 피벗 테이블을 만들어줘",
                "성별과 등급의 교차표를 보여줘",
                "Compare this year's revenue with last year's",
                "Growth from month to month",
                "Make a pivot table of region and product",
                "Cross-tabulate gender and grade",
            ),
        ),
        Skill(
            id="change",
            name="Why a figure changed",
            description="Which groups made a change between two periods, and mix or rate; a year "
            "against the same months of the year before; patterns of weekdays and hours.",
            examples=(
                "매출이 왜 줄었는지 원인을 분석해줘",
                "이번 분기 증가에 어느 제품이 기여했어?",
                "올해 실적을 작년 같은 기간과 비교해줘",
                "무슨 요일에 주문이 가장 많아?",
                "Why did revenue fall?",
                "Which region contributed most to the growth?",
                "Year to date against the same months of last year",
                "On which weekday and hour do most orders come in?",
            ),
        ),
        Skill(
            id="customers",
            name="Customers, funnels and surveys",
            description="Cohort retention, RFM segments, funnels, Pareto (ABC) classes, net "
            "promoter score and top-2-box.",
            examples=(
                "코호트별 재구매율을 보여줘",
                "고객을 RFM으로 나눠줘",
                "퍼널 단계별 전환율을 알려줘",
                "매출의 80%를 만드는 상품은?",
                "NPS가 얼마야?",
                "Cohort retention by month",
                "Segment the customers by RFM",
                "Where do users drop off in the funnel?",
                "Which customers make 80 % of the sales?",
                "What is our net promoter score?",
            ),
        ),
        Skill(
            id="analyse",
            name="Ad-hoc analysis",
            description="Computes the key figures of a table when the request is general.",
            examples=(
                "데이터를 분석해줘",
                "데이터를 분석하고 시각화해주세요",
                "핵심 수치를 계산해서 알려줘",
                "Analyze this data",
                "Analyse the data and visualise it",
                "Give me the key figures of this table",
            ),
        ),
    ),
)


RUNS_PYTHON = (
    " Runs Python code over the tables (pandas, NumPy, SciPy, statsmodels, scikit-learn, Plotly, "
    "matplotlib, DuckDB) for what nobody else computes."
)
"""What the card says besides where code is run."""


def create(services: AgentServices) -> Agent:
    """Return the ad-hoc analyst."""
    from cherry_reflex.analysis.answers.aggregate import Aggregate
    from cherry_reflex.analysis.answers.describe_column import DescribeColumn
    from cherry_reflex.analysis.answers.periods import ComparePeriods
    from cherry_reflex.analysis.answers.pivot import Pivot
    from cherry_reflex.analysis.answers.show_rows import ShowRows
    from cherry_reflex.analysis.answers.time_pattern import TimePattern
    from cherry_reflex.analysis.answers.year_over_year import YearOverYear
    from cherry_reflex.analysis.business.cohort import CohortRetention
    from cherry_reflex.analysis.business.contribution import Contribution
    from cherry_reflex.analysis.business.funnel import Funnel
    from cherry_reflex.analysis.business.nps import NetPromoterScore
    from cherry_reflex.analysis.business.pareto import Pareto
    from cherry_reflex.analysis.business.rfm import RfmSegments
    from cherry_reflex.analysis.python.python import RunPython
    from cherry_reflex.analysis.reading.query import Query

    return PythonAnalyst(
        card=CARD if services.no_python else _with_python(CARD),
        services=services,
        operations=(
            Query,
            Aggregate,
            ShowRows,
            ComparePeriods,
            Pivot,
            DescribeColumn,
            Contribution,
            YearOverYear,
            TimePattern,
            Pareto,
            CohortRetention,
            RfmSegments,
            Funnel,
            NetPromoterScore,
            RunPython,
        ),
        persona="a quick and exact analyst who answers direct questions about a table",
    )


def _with_python(card: Card) -> Card:
    return card.model_copy(update={"description": card.description + RUNS_PYTHON})
