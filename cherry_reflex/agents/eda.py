"""The explorer: profiles a table and ranks what is notable in it."""

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.core.agent import Agent, AgentServices, Card
from cherry_reflex.core.roster import Skill

CARD = Card(
    name="eda",
    title="Exploratory Analyst",
    description=(
        "Explores a table without knowing it: profile of all columns, quality and missing values, "
        "distributions, outliers, correlations also of mixed types, relations with a target "
        "column, frequent words of texts, and the notable findings ranked."
    ),
    skills=(
        Skill(
            id="profile",
            name="Profile",
            description="Rows, columns, types, ranges, distinct and typical values of a table.",
            examples=(
                "데이터의 전반적인 특징을 알려줘",
                "이 데이터는 어떤 구조야?",
                "컬럼별 기초 통계를 보여주세요",
                "데이터를 탐색해줘",
                "What does this data look like?",
                "Give me an overview of the dataset",
                "Profile every column",
                "Explore the data",
            ),
        ),
        Skill(
            id="quality",
            name="Quality and missing values",
            description="Missing values and their patterns, duplicates, constant columns.",
            examples=(
                "결측치가 얼마나 있어?",
                "데이터 품질을 점검해줘",
                "빠진 값의 패턴을 분석해주세요",
                "중복된 행이 있나요?",
                "How many values are missing?",
                "Check the quality of the data",
                "Is there a pattern in the missing values?",
                "Are there duplicated rows?",
            ),
        ),
        Skill(
            id="distribution",
            name="Distributions and outliers",
            description="How values are spread, skewed or clustered, and which are extreme.",
            examples=(
                "가격의 분포가 어떻게 돼?",
                "이상치를 찾아줘",
                "값이 한쪽으로 치우쳐 있나요?",
                "나이 분포를 살펴봐줘",
                "How are the prices distributed?",
                "Find the outliers",
                "Is the income skewed?",
                "Which values are unusual?",
            ),
        ),
        Skill(
            id="relations",
            name="Correlations and relations",
            description="Which columns move together, also numbers with categories; what a target "
            "column depends on.",
            examples=(
                "변수들 사이의 상관관계를 분석해줘",
                "매출과 관련이 큰 컬럼은 무엇이야?",
                "어떤 요인이 이탈에 영향을 주는지 살펴봐줘",
                "가격과 판매량은 관계가 있나요?",
                "Which columns are correlated?",
                "What is sales related to?",
                "Which factors go together with churn?",
                "Is there a relation between price and quantity?",
            ),
        ),
        Skill(
            id="words",
            name="Frequent words",
            description="The words that are most frequent in a column of text.",
            examples=(
                "리뷰에 자주 나오는 단어를 알려줘",
                "주관식 응답의 키워드를 뽑아줘",
                "Most frequent words in the comments",
                "Keywords of the reviews",
            ),
        ),
        Skill(
            id="findings",
            name="Notable findings",
            description="The most notable findings of an unknown table, ranked.",
            examples=(
                "이 데이터에서 눈에 띄는 점을 찾아줘",
                "데이터를 분석해줘",
                "데이터를 분석하고 시각화해주세요",
                "인사이트를 뽑아줘",
                "What is interesting in this data?",
                "Analyze this data",
                "Analyse the data and visualise it",
                "Give me insights",
            ),
        ),
    ),
)


def create(services: AgentServices) -> Agent:
    """Return the explorer."""
    from cherry_reflex.analysis.exploration.correlations import Correlations
    from cherry_reflex.analysis.exploration.distribution import Distribution
    from cherry_reflex.analysis.exploration.findings import Findings
    from cherry_reflex.analysis.exploration.missing_patterns import MissingPatterns
    from cherry_reflex.analysis.exploration.outliers import Outliers
    from cherry_reflex.analysis.exploration.profile import Profile
    from cherry_reflex.analysis.exploration.target_relations import TargetRelations
    from cherry_reflex.analysis.texts.top_words import TopWords

    return Analyst(
        card=CARD,
        services=services,
        operations=(
            Profile,
            Findings,
            Distribution,
            Outliers,
            MissingPatterns,
            Correlations,
            TargetRelations,
            TopWords,
        ),
        persona="an explorer of unknown data who tells what is notable and what to be careful with",
    )
