"""The best training."""

from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.experiments.experiment import Experiment
from cherry_reflex.analysis.experiments.list_runs import listed
from cherry_reflex.analysis.experiments.logbook import Logbook, best, chosen
from cherry_reflex.analysis.results.artifacts import said
from cherry_reflex.core.operation import Fact, Outcome, Tables


class BestModel(Experiment):
    """Find the best of the logged trainings for a target, by a metric on test rows."""

    name: ClassVar[str] = "best_model"
    examples: ClassVar[tuple[str, ...]] = (
        "지금까지 가장 좋은 모델이 뭐야?",
        "성능이 제일 높은 실험을 찾아줘",
        "RMSE가 가장 낮은 모델을 알려줘",
        "Which run has the best model?",
        "Find the training with the highest AUC",
        "What is the best model so far?",
    )

    target: str = Field(default="", description="Target; empty for that of the newest training.")
    metric: str = Field(
        default="", description="Metric, such as roc_auc or rmse; empty for the main one."
    )

    def check(self, tables: Tables) -> None:
        """Nothing: the store, not the data, is asked."""

    def run(self, tables: Tables) -> Outcome:
        """Find it. Raises BadInput (`run_none`, `training_unknown`, `run_metric`)."""
        runs = chosen(Logbook(tables).runs(), self.target)
        winner, metric = best(runs, self.metric)
        rivals = [r for r in runs if r.target == winner.target and metric in r.metrics]
        low = winner.metrics.get(f"{metric}_low")
        params = {
            "name": winner.name,
            "target": winner.target,
            "metric": metric,
            "value": winner.metrics[metric],
            "count": len(rivals),
        }
        facts = [Fact(key="models.best_run", params=params, weight=3.0)]
        if low is not None:
            told = {"metric": metric, "low": low, "high": winner.metrics[f"{metric}_high"]}
            facts.append(Fact(key="models.best_interval", params=told, weight=2.0))
        if len(rivals) > 1:
            facts.append(Fact(key="models.best_optimistic", weight=1.5))
        ranked = sorted(rivals, key=lambda r: r.id != winner.id)
        title = said("models.title.best", tables, target=winner.target)
        return Outcome(facts=tuple(facts), artifacts=(listed(ranked, title, tables),))
