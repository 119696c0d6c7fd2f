"""The feature engineer: makes columns that a model can learn from, and warns of leakage."""

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.core.agent import Agent, AgentServices, Card
from cherry_reflex.core.roster import Skill

CARD = Card(
    name="feature_engineering",
    title="Feature Engineering",
    description=(
        "Prepares columns for machine learning: encodes categories (one-hot, ordinal, frequency, "
        "out-of-fold target), scales numbers, takes dates and text apart, adds interactions and "
        "bins, selects informative features, and checks for target leakage."
    ),
    skills=(
        Skill(
            id="encode",
            name="Encode categories",
            description="One-hot, ordinal, frequency or out-of-fold target encoding.",
            examples=(
                "범주형 변수를 원핫 인코딩해줘",
                "지역을 타깃 인코딩해주세요",
                "등급을 순서가 있는 숫자로 인코딩해줘",
                "One-hot encode the categorical columns",
                "Target encode the city",
                "Encode the sizes as ordered numbers",
            ),
        ),
        Skill(
            id="scale",
            name="Scale and bin",
            description="Standard, min-max, robust, log or power scaling; intervals.",
            examples=(
                "숫자 변수를 표준화해줘",
                "모델링을 위해 정규화해주세요",
                "나이를 분위수 구간으로 나눈 특성을 만들어줘",
                "Standardise the numeric features",
                "Normalise the columns to 0-1",
                "Bin income into quantiles as a feature",
            ),
        ),
        Skill(
            id="extract",
            name="Dates and text",
            description="Features from dates (weekday, month, cycles) and text (counts, TF-IDF).",
            examples=(
                "날짜에서 요일과 주말 여부 특성을 만들어줘",
                "리뷰 텍스트를 TF-IDF 특성으로 바꿔줘",
                "텍스트 길이를 변수로 추가해주세요",
                "Create weekday and month features from the date",
                "Turn the review text into TF-IDF features",
                "Encode the hour cyclically",
            ),
        ),
        Skill(
            id="interact",
            name="Interactions",
            description="Products, ratios, differences and squares of numeric columns.",
            examples=(
                "상호작용 항을 추가해줘",
                "변수들의 곱과 비율 특성을 만들어주세요",
                "Add interaction features",
                "Create ratio and squared features",
            ),
        ),
        Skill(
            id="select",
            name="Select features",
            description="Mutual information with a target, correlation pruning, low variance.",
            examples=(
                "예측에 유용한 변수를 선택해줘",
                "상관이 높은 변수를 제거해줘",
                "Select the most useful features for predicting the target",
                "Remove redundant features",
            ),
        ),
        Skill(
            id="leakage",
            name="Leakage check",
            description="Finds features that give the target away, ids, and repeated rows.",
            examples=(
                "타깃 누수를 점검해줘",
                "정답을 드러내는 변수가 있는지 확인해주세요",
                "Check the features for leakage",
                "Does any column give the target away?",
            ),
        ),
        Skill(
            id="engineer",
            name="Feature engineering",
            description="New features for modelling when the request is general.",
            examples=(
                "특성 공학을 해줘",
                "머신러닝에 쓸 변수를 만들어줘",
                "Engineer features for machine learning",
                "Prepare the features for a model",
            ),
        ),
    ),
)


def create(services: AgentServices) -> Agent:
    """Return the feature engineer."""
    from cherry_reflex.analysis.features.bins import BinNumbers
    from cherry_reflex.analysis.features.dates import DateParts
    from cherry_reflex.analysis.features.encoding import EncodeCategories
    from cherry_reflex.analysis.features.interactions import AddInteractions
    from cherry_reflex.analysis.features.leakage import CheckLeakage
    from cherry_reflex.analysis.features.scaling import ScaleNumbers
    from cherry_reflex.analysis.features.selection import SelectFeatures
    from cherry_reflex.analysis.features.texts import TextFeatures

    return Analyst(
        card=CARD,
        services=services,
        operations=(
            EncodeCategories,
            ScaleNumbers,
            DateParts,
            TextFeatures,
            AddInteractions,
            BinNumbers,
            SelectFeatures,
            CheckLeakage,
        ),
        persona="a feature engineer who explains what a model can learn from, and warns of leakage",
    )
