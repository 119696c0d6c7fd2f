"""The keeper of experiments: lists, compares and registers the trainings of the conversation."""

from cherry_reflex.agents.saving_analyst import SavingAnalyst
from cherry_reflex.core.agent import Agent, AgentServices, Card
from cherry_reflex.core.roster import Skill

CARD = Card(
    name="mlflow",
    title="Experiment Keeper",
    description=(
        "Keeps the experiments in an MLflow store: lists the logged trainings, compares their "
        "metrics and settings, finds the best model so far, and registers models with versions. "
        "Does not train: the modeller does, and its trainings are logged here."
    ),
    skills=(
        Skill(
            id="runs",
            name="Logged trainings",
            description="All trainings of the conversation with their measures.",
            examples=(
                "지금까지의 학습 기록을 보여줘",
                "MLflow 실험 목록을 알려주세요",
                "어떤 모델들을 학습했는지 정리해줘",
                "List the logged trainings",
                "Show the MLflow experiments",
                "Which models have been trained so far?",
            ),
        ),
        Skill(
            id="compare",
            name="Comparison of runs",
            description="Measures and settings of several trainings side by side.",
            examples=(
                "실험 결과를 서로 비교해줘",
                "학습할 때마다 지표가 어떻게 달라졌는지 보여줘",
                "MLflow 실행들의 파라미터를 비교해주세요",
                "Compare the MLflow runs",
                "How did the metrics change between trainings?",
                "Compare the parameters of the experiments",
            ),
        ),
        Skill(
            id="best",
            name="Best model",
            description="The best training so far by a metric.",
            examples=(
                "지금까지 성능이 가장 좋은 실험을 찾아줘",
                "기록된 모델 중 RMSE가 가장 낮은 것이 뭐야?",
                "최고의 모델을 알려주세요",
                "Find the best run so far",
                "Which logged model has the lowest RMSE?",
                "What is the best experiment?",
            ),
        ),
        Skill(
            id="register",
            name="Model registry",
            description="Models registered by name, with versions.",
            examples=(
                "가장 좋은 모델을 레지스트리에 등록해줘",
                "이 모델을 새 버전으로 등록해주세요",
                "모델 레지스트리에 이탈 모델로 올려줘",
                "Register the best model",
                "Put the model into the registry",
                "Register it as a new version of churn",
            ),
        ),
    ),
)


def create(services: AgentServices) -> Agent:
    """Return the keeper."""
    from cherry_reflex.analysis.experiments.best_model import BestModel
    from cherry_reflex.analysis.experiments.compare_runs import CompareRuns
    from cherry_reflex.analysis.experiments.list_runs import ListRuns
    from cherry_reflex.analysis.experiments.register_model import RegisterModel

    return SavingAnalyst(
        card=CARD,
        services=services,
        operations=(ListRuns, CompareRuns, BestModel, RegisterModel),
        persona="a keeper of experiments who compares trainings fairly and says when a difference "
        "may be chance",
        most=2,
    )
