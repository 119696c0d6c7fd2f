"""Logging: a saved model enters the MLflow store."""

from typing import ClassVar

from cherry_reflex.analysis.experiments.experiment import Experiment
from cherry_reflex.analysis.experiments.logbook import Logbook
from cherry_reflex.analysis.learning import model_store
from cherry_reflex.core.operation import Fact, Outcome, Tables


class LogTraining(Experiment):
    """Log a training in the MLflow store: its settings, measures, card and model."""

    name: ClassVar[str] = "log_training"

    model: str

    def run(self, tables: Tables) -> Outcome:
        """Log it. Raises BadInput `saved_model_unknown`, Unavailable `store_unreachable`."""
        card = model_store.card_of(model_store.place(tables), self.model)
        run = Logbook(tables).log(card)
        fact = Fact(key="models.logged", params={"name": run.name, "run": run.id[:8]})
        return Outcome(facts=(fact,))
