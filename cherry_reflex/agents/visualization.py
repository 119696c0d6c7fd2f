"""The chart maker: picks and draws the chart that answers the question."""

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.core.agent import Agent, AgentServices, Card
from cherry_reflex.core.roster import Skill

CARD = Card(
    name="visualization",
    title="Visualization",
    description=(
        "Draws interactive charts of a table: bars and stacked bars for groups, lines and areas "
        "over time, scatter plots, histograms, box and violin plots, heat maps, pies and tree "
        "maps, with titles, axes and the numbers behind them."
    ),
    skills=(
        Skill(
            id="compare",
            name="Charts of groups",
            description="Bar, grouped, stacked, pie and tree map charts that compare groups.",
            examples=(
                "지역별 매출을 막대그래프로 그려줘",
                "제품별 판매량 차트를 보여줘",
                "카테고리 비율을 원형 차트로 만들어주세요",
                "지역과 제품별 매출을 누적 막대로 그려줘",
                "트리맵으로 구성비를 보여줘",
                "Bar chart of revenue by region",
                "Plot the sales of each product",
                "Show the categories as a pie chart",
                "Stacked bars of sales by region and product",
                "Draw a tree map of the shares",
            ),
        ),
        Skill(
            id="trend",
            name="Charts over time",
            description="Lines and areas that show how something develops.",
            examples=(
                "월별 매출 추이를 선그래프로 그려줘",
                "시간에 따른 변화를 시각화해줘",
                "연도별 추세를 그래프로 보여주세요",
                "Line chart of monthly sales",
                "Plot the trend over time",
                "Show how the price developed as a graph",
            ),
        ),
        Skill(
            id="distribution",
            name="Charts of distributions",
            description="Histograms, box plots and violins of how values are spread.",
            examples=(
                "가격의 히스토그램을 그려줘",
                "지역별 가격을 박스플롯으로 비교해줘",
                "나이 분포를 그래프로 보여줘",
                "Histogram of the prices",
                "Box plot of salary by department",
                "Draw the distribution of age",
            ),
        ),
        Skill(
            id="relation",
            name="Charts of relations",
            description="Scatter plots and heat maps of two or more columns.",
            examples=(
                "가격과 수량의 산점도를 그려줘",
                "상관관계를 히트맵으로 시각화해줘",
                "요일과 시간대별 히트맵을 만들어주세요",
                "Scatter plot of price against quantity",
                "Show the correlations as a heat map",
                "Heat map by weekday and hour",
            ),
        ),
        Skill(
            id="any",
            name="The fitting chart",
            description="Finds a fitting chart when only a picture of the data is wanted.",
            examples=(
                "데이터를 시각화해줘",
                "데이터를 분석하고 시각화해주세요",
                "알맞은 차트를 그려주세요",
                "그림으로 보여줘",
                "Visualise the data",
                "Analyse the data and visualise it",
                "Draw some charts of this",
                "Show me a picture of it",
            ),
        ),
    ),
)


def create(services: AgentServices) -> Agent:
    """Return the chart maker."""
    from cherry_reflex.analysis.charts.chart import Chart
    from cherry_reflex.analysis.reading.query import Query

    return Analyst(
        card=CARD,
        services=services,
        operations=(Query, Chart),
        persona="a visual analyst who says what a chart shows, and why that chart",
    )
