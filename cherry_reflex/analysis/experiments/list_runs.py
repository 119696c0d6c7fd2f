"""The list of trainings."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from cherry_reflex.analysis.experiments.experiment import Experiment
from cherry_reflex.analysis.experiments.logbook import Logbook, LoggedRun, chosen
from cherry_reflex.analysis.learning.metric import CLASSIFICATION, REGRESSION
from cherry_reflex.analysis.results.artifacts import heading, said, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Fact, Outcome, Tables


class ListRuns(Experiment):
    """List the trainings logged in MLflow so far, newest first, with model, target and measures."""

    name: ClassVar[str] = "list_runs"
    examples: ClassVar[tuple[str, ...]] = (
        "지금까지 학습한 모델 목록을 보여줘",
        "MLflow 실험 기록을 알려줘",
        "학습 이력을 보여주세요",
        "List the trainings so far",
        "Show the MLflow runs",
        "What experiments have been logged?",
    )

    target: str = Field(default="", description="Only trainings for this target; empty for all.")

    def check(self, tables: Tables) -> None:
        """Nothing: the store, not the data, is asked."""

    def run(self, tables: Tables) -> Outcome:
        """List. Raises BadInput (`run_none`, `training_unknown`)."""
        runs = chosen(Logbook(tables).runs(), self.target)
        newest = runs[0]
        facts = [
            Fact(
                key="models.runs",
                params={"count": len(runs), "targets": sorted({run.target for run in runs})},
                weight=2.0,
            ),
            Fact(
                key="models.newest",
                params={"name": newest.name, "dataset": newest.dataset},
                weight=1.5,
            ),
        ]
        title = said("models.title.runs", tables)
        return Outcome(facts=tuple(facts), artifacts=(listed(runs, title, tables),))


def listed(runs: list[LoggedRun], title: str, tables: Tables) -> ArtifactContent:
    """Return the runs as a table: one row a run, one column a metric that any of them has."""
    import pandas as pd

    known = [m for m in (*CLASSIFICATION, *REGRESSION) if any(m in r.metrics for r in runs)]
    rows = [
        {
            heading("run", tables): run.name,
            heading("when", tables): datetime.fromtimestamp(int(run.started_at)),
            heading("model", tables): said(f"word.{run.params['model']}", tables),
            heading("target", tables): run.target,
            heading("dataset", tables): run.dataset,
            **{said(f"word.{metric}", tables): run.metrics.get(metric) for metric in known},
        }
        for run in runs
    ]
    return table(tables, title, pd.DataFrame(rows))
