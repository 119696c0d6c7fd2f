"""Training: models that compete honestly to predict a column, the best one measured and saved."""

from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.frames.sample import read_part
from cherry_reflex.analysis.learning import contest, leak, model_store, named_report, report
from cherry_reflex.analysis.learning.candidate import ModelName, candidates
from cherry_reflex.analysis.learning.contest import Result
from cherry_reflex.analysis.learning.named import fitted
from cherry_reflex.analysis.learning.named_arguments import NamedModelArguments
from cherry_reflex.analysis.learning.recipe import LeftOut, Recipe, screened
from cherry_reflex.analysis.learning.split import Split, split
from cherry_reflex.analysis.learning.target import Target, targeted
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import TEMPORAL, Outcome, Tables, column_field

ROWS_MAX = 20_000
FEATURES_MAX = 200


class Train(NamedModelArguments):
    """Train models that predict a column: classification when it holds categories, regression when
    it holds numbers. Compares several models with a baseline by cross-validation, measures the best
    one on rows held back, says which columns matter, and saves it for predictions."""

    name: ClassVar[str] = "train"
    examples: ClassVar[tuple[str, ...]] = (
        "이탈 여부를 예측하는 모델을 학습해줘",
        "집값을 예측하는 회귀 모델을 만들어줘",
        "어떤 변수가 예측에 중요한지 모델로 알려줘",
        "여러 분류 모델을 비교해서 가장 좋은 것을 골라줘",
        "랜덤 포레스트로 등급을 분류해줘",
        "Train a model that predicts churn",
        "Build a regression model for the price",
        "Compare several classifiers and pick the best",
        "Which features matter most for predicting the outcome?",
        "Fit a random forest to classify the species",
        "매출을 예측하는 모델을 학습해줘",
        "등급을 예측하는 모델을 만들어줘",
        "Train a model that predicts the price",
    )

    target: str = column_field(
        "Column of any type that the other columns should tell: the one to predict.", named=True
    )
    features: tuple[str, ...] = column_field(
        "The columns to predict from; empty for all others.", default=(), many=True
    )
    time: str = column_field(
        "A date column, when the future is to be predicted from the past: the latest rows are then "
        "the test. Empty for a random split.",
        *TEMPORAL,
        default="",
    )
    task: Literal["auto", "classification", "regression"] = Field(
        default="auto", description="auto decides by the target's type."
    )
    models: tuple[ModelName, ...] = Field(
        default=(), description="The models to compare; empty for all that suit."
    )
    test_share: float = Field(
        default=0.2, ge=0.05, le=0.5, description="Share of the rows held back for the test."
    )

    def check(self, tables: Tables) -> None:
        """Also: the target is no feature, and the features are not too many."""
        super().check(tables)
        if self.target in self.features:
            raise BadInput("target_is_feature", column=self.target)
        if len(self._features(tables.get(self.dataset))) > FEATURES_MAX:
            raise BadInput("features_many", limit=FEATURES_MAX)

    def saves_in(self, tables: Tables) -> tuple[Path, ...]:
        """Models lie with the conversation."""
        return tuple(filter(None, [tables.conversation_files]))

    def run(self, tables: Tables) -> Outcome:
        """Train, measure, save. Raises BadInput with what is wrong with target or features."""
        import numpy as np

        if self.model:
            named = fitted(self, self.target, self.features, self.task, self.test_share, tables)
            return named_report.outcome(named, tables)
        dataset = tables.get(self.dataset)
        names = self._features(dataset)
        wanted = [self.target, *names, *self._time()]
        part = read_part(self, tables, wanted, rows_max=ROWS_MAX)
        goal = targeted(part.frame, dataset, self.target, self.task)
        frame = part.frame[goal.kept]
        when = frame[self.time] if self.time else None
        if when is not None:
            if when.isna().all():
                raise BadInput("time_missing", column=self.time)
            present = when.notna()
            frame, when = frame[present], when[present]
        values = goal.values.loc[frame.index]
        parts = split(values, goal.task, when, self.test_share)
        train_truth = np.asarray(values)[parts.train]
        if goal.task == "classification" and len(set(train_truth)) < 2:
            raise BadInput("target_constant", column=self.target, value=str(train_truth[0]))
        recipe, left = screened(frame.iloc[parts.train], dataset, names)
        recipe, left, suspect = self._without_leaks(frame, recipe, left, values, goal, parts)
        if not recipe.columns:
            raise BadInput(
                "features_none",
                column=self.target,
                columns=", ".join(item.column for item in left[:20]) or "–",
            )
        design = recipe.design(frame)
        rivals = candidates(goal.task, len(parts.train), self.models)
        result = contest.held(design, values, goal.task, recipe, parts, rivals, tables.language)
        path, card = self._save(dataset, goal, recipe, left, parts, result, tables)
        told = report.Training(
            dataset, goal, recipe, left, suspect, parts, result, card, path, part, design, values
        )
        return told.outcome(tables)

    def _time(self) -> tuple[str, ...]:
        return (self.time,) if self.time else ()

    def _features(self, dataset: Dataset) -> list[str]:
        chosen = self.features or [c.name for c in dataset.columns]
        return [name for name in chosen if name != self.target]

    def _without_leaks(
        self,
        frame: Any,
        recipe: Recipe,
        left: tuple[LeftOut, ...],
        values: Any,
        goal: Target,
        parts: Split,
    ) -> tuple[Recipe, tuple[LeftOut, ...], tuple[str, ...]]:
        """Leave out what gives the target away; keep it, but say so, where it was asked for."""
        design = recipe.design(frame.iloc[parts.train])
        found = leak.leaks(design, values.iloc[parts.train], recipe, goal.task)
        asked = tuple(name for name in found if name in self.features)
        gone = tuple(name for name in found if name not in self.features)
        more = tuple(LeftOut(name, "leak") for name in gone)
        return recipe.without(gone), left + more, asked

    def _save(
        self,
        dataset: Dataset,
        goal: Target,
        recipe: Recipe,
        left: tuple[LeftOut, ...],
        parts: Split,
        result: Result,
        tables: Tables,
    ) -> tuple[Any, model_store.ModelCard]:
        best, identity = result.best, model_store.fresh_id()
        card = model_store.ModelCard(
            id=identity,
            name=f"{self.target} · {best.candidate.name} · {identity[:4]}",
            task=goal.task,
            target=self.target,
            model=best.candidate.name,
            recipe=recipe,
            classes=goal.classes,
            dataset=dataset.name,
            dataset_id=dataset.id,
            rows_train=len(parts.train),
            rows_test=len(parts.test),
            split=parts.how,
            metrics={m.metric: (m.value, m.low, m.high) for m in best.measures},
            cross_validation={e.candidate.name: e.mean for e in (result.baseline, *result.entrants)
                              if e.mean == e.mean},
            params={"estimator": best.candidate.source, "test_share": self.test_share},
            left_out={item.column: item.reason for item in left},
        )  # fmt: skip
        return model_store.saved(best.pipeline, card, model_store.place(tables))
