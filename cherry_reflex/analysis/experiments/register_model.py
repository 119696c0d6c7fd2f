"""The registry: a training's model becomes a named version."""

from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.experiments.experiment import Experiment
from cherry_reflex.analysis.experiments.logbook import Logbook, best, chosen, named
from cherry_reflex.core.operation import Fact, Outcome, Tables

_FORBIDDEN = "/:.%\"'"
"""Characters that MLflow does not take in names."""


class RegisterModel(Experiment):
    """Register the model of a logged training in the MLflow model registry, as a new version."""

    name: ClassVar[str] = "register_model"
    examples: ClassVar[tuple[str, ...]] = (
        "가장 좋은 모델을 레지스트리에 등록해줘",
        "이 모델을 'churn'이라는 이름으로 등록해줘",
        "모델을 MLflow에 등록해주세요",
        "Register the best model",
        "Register this model as churn",
        "Add the model to the registry",
    )

    training: str = Field(
        default="", description="Name of the training to register; empty for the best one."
    )
    name_as: str = Field(
        default="", max_length=100, description="Name in the registry; empty for the target's."
    )

    def check(self, tables: Tables) -> None:
        """Nothing: the store, not the data, is asked."""

    def run(self, tables: Tables) -> Outcome:
        """Register. Raises BadInput (`run_none`, `training_unknown`, `registered_elsewhere`)."""
        book = Logbook(tables)
        runs = chosen(book.runs())
        run = named(runs, self.training) if self.training else best(runs)[0]
        wanted = self.name_as or run.target
        name = " ".join("".join(" " if c in _FORBIDDEN else c for c in wanted).split()) or "model"
        version = book.register(run, name)
        params = {"name": version.name, "version": version.number, "run": run.name}
        return Outcome(facts=(Fact(key="models.registered", params=params, weight=3.0),))
