"""The comparison of trainings."""

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.analysis.experiments.experiment import Experiment
from cherry_reflex.analysis.experiments.logbook import Logbook, LoggedRun, best, chosen
from cherry_reflex.analysis.results.artifacts import axis, chart, heading, plain, said, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Fact, Outcome, Tables

_SHOWN = 12


class CompareRuns(Experiment):
    """Compare the trainings for a target side by side: their measures on test rows with intervals,
    and the settings in which they differ."""

    name: ClassVar[str] = "compare_runs"
    examples: ClassVar[tuple[str, ...]] = (
        "학습한 모델들을 서로 비교해줘",
        "실험별 성능 차이를 보여줘",
        "두 번의 학습이 어떻게 다른지 비교해주세요",
        "Compare the logged runs",
        "How do my experiments differ?",
        "Compare the metrics of the trainings",
    )

    target: str = Field(
        default="", description="The target whose trainings to compare; empty for the newest."
    )
    metric: str = Field(
        default="", description="Metric, such as roc_auc or rmse; empty for the main one."
    )

    def check(self, tables: Tables) -> None:
        """Nothing: the store, not the data, is asked."""

    def run(self, tables: Tables) -> Outcome:
        """Compare. Raises BadInput (`run_none`, `training_unknown`, `run_metric`)."""
        found = chosen(Logbook(tables).runs(), self.target)
        winner, metric = best(found, self.metric)
        runs = [r for r in found if r.target == winner.target and metric in r.metrics][:_SHOWN]
        facts = [
            Fact(
                key="models.compared",
                params={
                    "count": len(runs),
                    "target": winner.target,
                    "name": winner.name,
                    "metric": metric,
                    "value": winner.metrics[metric],
                },
                weight=3.0,
            )
        ]
        if len({(r.params.get("rows_test"), r.dataset) for r in runs}) > 1:
            facts.append(Fact(key="models.compared_unlike", weight=2.5))
        if _overlapping(runs, winner, metric):
            facts.append(Fact(key="models.compared_close", weight=2.6))
        return Outcome(
            facts=tuple(facts),
            artifacts=(
                _bars(runs, metric, tables), _measures(runs, tables), *_settings(runs, tables),
            ),
        )  # fmt: skip


def _overlapping(runs: list[LoggedRun], winner: LoggedRun, metric: str) -> bool:
    """Return whether another run's value lies inside the winner's interval."""
    low, high = winner.metrics.get(f"{metric}_low"), winner.metrics.get(f"{metric}_high")
    if low is None or high is None:
        return False
    return any(low <= r.metrics[metric] <= high for r in runs if r.id != winner.id)


def _bars(runs: list[LoggedRun], metric: str, tables: Tables) -> ArtifactContent:
    name = said("models.title.compared", tables, metric=said(f"word.{metric}", tables))
    values = [r.metrics[metric] for r in runs]
    above = [r.metrics.get(f"{metric}_high", v) - v for r, v in zip(runs, values, strict=True)]
    below = [v - r.metrics.get(f"{metric}_low", v) for r, v in zip(runs, values, strict=True)]
    bars: dict[str, Any] = {
        "type": "bar",
        "x": [r.name for r in runs],
        "y": plain(values),
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": plain(above),
            "arrayminus": plain(below),
        },
    }
    layout = {
        "xaxis": axis(heading("run", tables), type="category"),
        "yaxis": axis(said(f"word.{metric}", tables)),
        "showlegend": False,
    }
    described = said(
        "models.alt.compared", tables, count=len(runs), low=min(values), high=max(values)
    )
    return chart(
        name, [bars], layout, description=described, table=said("models.title.measures", tables)
    )


def _measures(runs: list[LoggedRun], tables: Tables) -> ArtifactContent:
    """Return the measures of the runs in full, one column a run."""
    names = list(dict.fromkeys(key for run in runs for key in sorted(run.metrics)))
    columns: dict[str, Sequence[Any]] = {heading("measure", tables): names}
    columns |= {run.name: [run.metrics.get(name) for name in names] for run in runs}
    return table(tables, said("models.title.measures", tables), columns)


def _settings(runs: list[LoggedRun], tables: Tables) -> tuple[ArtifactContent, ...]:
    """Return the settings that differ, one column a run; no table where all are shared."""
    columns: dict[str, list[str]] = {heading("setting", tables): []}
    columns |= {run.name: [] for run in runs}
    for name in dict.fromkeys(key for run in runs for key in run.params):
        values = [run.params.get(name, "") for run in runs]
        if len(set(values)) > 1 or len(runs) == 1:
            for column, value in zip(columns.values(), (name, *values), strict=True):
                column.append(value[:300])
    named = any(columns.values())
    return (table(tables, said("models.title.settings", tables), columns),) if named else ()
