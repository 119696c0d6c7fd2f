"""The modeller: trains and compares models honestly, finds groups, predicts, logs trainings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cherry_reflex.agents.request import sentence_of
from cherry_reflex.agents.saving_analyst import SavingAnalyst
from cherry_reflex.core.agent import Agent, AgentContext, AgentServices, Card
from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.roster import Skill
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.i18n.catalogue import sentence, text

CARD = Card(
    name="ml_modeling",
    title="Machine Learning Modeller",
    description=(
        "Trains machine learning models to predict a column: classification and regression, with "
        "an honest test split, cross-validation, a baseline, metrics with intervals, feature "
        "importance, confusion matrix and residuals; clusters rows into groups; saves models and "
        "predicts new rows with them."
    ),
    skills=(
        Skill(
            id="classification",
            name="Classification",
            description="Models that predict a category, such as churn, compared and measured.",
            examples=(
                "고객 이탈을 예측하는 모델을 만들어줘",
                "붓꽃의 품종을 분류하는 모델을 학습해주세요",
                "연체 여부를 예측할 수 있는지 머신러닝으로 확인해줘",
                "분류 모델 여러 개를 비교해줘",
                "Train a model that predicts churn",
                "Build a classifier for the species",
                "Can we predict which customers default?",
                "Compare several classification models",
            ),
        ),
        Skill(
            id="regression",
            name="Regression models",
            description="Models that predict a number, such as a price, compared and measured.",
            examples=(
                "집값을 예측하는 회귀 모델을 학습해줘",
                "연비를 예측하는 모델을 만들어서 오차를 알려줘",
                "급여를 예측하는 모델의 성능을 평가해주세요",
                "Train a regression model for the price",
                "Predict fuel consumption from the other columns with machine learning",
                "How well can a model predict the salary?",
            ),
        ),
        Skill(
            id="importance",
            name="Feature importance",
            description="Which columns matter for a prediction, by permutation on test rows.",
            examples=(
                "예측에 가장 중요한 변수를 모델로 찾아줘",
                "랜덤 포레스트로 변수 중요도를 구해주세요",
                "Which features matter most for the prediction?",
                "Show the feature importance of a random forest",
            ),
        ),
        Skill(
            id="clusters",
            name="Clusters and segments",
            description="Groups of alike rows, their number chosen and their traits described.",
            examples=(
                "고객을 비슷한 그룹으로 나눠줘",
                "군집 분석을 해주세요",
                "고객 세그먼트를 찾아줘",
                "Cluster the customers",
                "Find segments of similar rows",
                "Run k-means and describe the groups",
            ),
        ),
        Skill(
            id="predict",
            name="Predictions",
            description="A saved model applied to new rows.",
            examples=(
                "학습한 모델로 새 데이터를 예측해줘",
                "저장된 모델을 이 표에 적용해주세요",
                "새 고객의 이탈 확률을 계산해줘",
                "Predict the new rows with the saved model",
                "Apply the trained model to this table",
                "Score these customers with the model",
            ),
        ),
    ),
)


@dataclass(frozen=True)
class Modeller:
    """The analysts' flow, and after it each training is logged in MLflow. A store that fails is
    said; the training stays."""

    services: AgentServices
    operations: Sequence[type[Operation]]
    most: int = 1
    card: Card = CARD

    async def run(self, work: WorkerRequest, context: AgentContext) -> None:
        """Answer, then log what was trained."""
        trained: list[tuple[str, Tables]] = []

        async def noted(operation: Operation, tables: Tables) -> Outcome:
            outcome = await self.services.run(operation, tables)
            models = [a for a in outcome.artifacts if a.kind == "model"]
            trained.extend((str(a.meta["card"]), tables) for a in models)
            return outcome

        analyst = SavingAnalyst(
            card=CARD,
            services=replace(self.services, run=noted),
            operations=self.operations,
            persona="a machine learning engineer who reports only what unseen rows have shown, "
            "with its uncertainty, and compares with the baseline",
            most=self.most,
        )
        await analyst.run(work, context)
        for model, tables in trained:
            await self._log(model, tables, context)

    async def _log(self, model: str, tables: Tables, context: AgentContext) -> None:
        from cherry_reflex.analysis.experiments.log_training import LogTraining

        await context.status(text("fact.models.logging", tables.language))
        call = await context.called(LogTraining.name, {"model": model})
        try:
            outcome = await self.services.run(LogTraining(model=model), tables)
        except CherryError as error:
            # The answer is right without it: this is told where the call is shown.
            await context.returned(call, ok=False, text=sentence_of(error, tables.language))
            return
        await context.returned(call, digest=outcome.digest)
        for fact in outcome.facts:
            await context.say(f"\n\n{sentence(fact, tables.language)}")


def create(services: AgentServices) -> Agent:
    """Return the modeller."""
    from cherry_reflex.analysis.learning.cluster import Cluster
    from cherry_reflex.analysis.learning.predict import Predict
    from cherry_reflex.analysis.learning.train import Train

    return Modeller(services, (Train, Cluster, Predict))
