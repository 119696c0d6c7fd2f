"""The newest version of a dataset is what the next question means."""

from collections.abc import AsyncIterator
from pathlib import Path

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.plan import Step
from cherry_reflex.core.versions import newest_first, superseded
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent
from cherry_reflex.engine.broker import Broker
from cherry_reflex.engine.intake import Intake
from cherry_reflex.engine.orchestrator_client import OrchestratorClient
from cherry_reflex.engine.runs import Runs
from cherry_reflex.engine.step_runner import StepRunner
from cherry_reflex.engine.workflow import Workflow
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings
from cherry_reflex.store.artifacts import ArtifactStore
from cherry_reflex.store.conversations import Conversations
from cherry_reflex.store.database import Database
from cherry_reflex.store.datasets import DatasetStore
from cherry_reflex.store.event_log import EventLog
from tests.engine.scripted_workers import Scripted, ScriptedWorkers

_NAMES = ("region", "sales", "day", "memo")


def _table(name: str, rows: int, parent: str = "", columns: tuple[str, ...] = _NAMES) -> Dataset:
    made = tuple(Column(name=column, type="text") for column in columns)
    return Dataset(id=name, name=name, rows=rows, columns=made, parent=parent)


def test_a_cleaned_table_takes_the_place_of_its_parent() -> None:
    raw, other = _table("raw", 100), _table("other", 5)
    typed, filled = _table("typed", 100, "raw"), _table("filled", 96, "typed")
    told = [raw, other, typed, filled]
    assert {old: new.id for old, new in superseded(told).items()} == {
        "raw": "filled",
        "typed": "filled",
    }
    assert [one.id for one in newest_first(told)] == ["filled", "other", "raw", "typed"]


def test_summaries_and_parts_are_tables_of_their_own() -> None:
    raw = _table("raw", 100)
    summary = _table("by region", 4, "raw", ("region", "mean"))
    few = _table("only Seoul", 12, "raw")
    train, test = _table("train", 80, "raw"), _table("test", 20, "raw")
    assert superseded([raw, summary, few]) == {}
    assert superseded([raw, train, test]) == {}
    assert [one.id for one in newest_first([raw, summary])] == ["raw", "by region"]


async def test_the_next_question_is_about_what_was_made_of_the_data(
    tmp_path: Path, forkserver: Path
) -> None:
    csv = tmp_path / "staff.csv"
    csv.write_text("name,salary\nA,10\nB,20\n")
    async with Database(tmp_path / "data") as database:
        log, datasets = EventLog(database), DatasetStore(database)
        intake = Intake(log, datasets, Sandbox(Settings(_env_file=None), forkserver))
        conversation = (await Conversations(database).create(LOCAL_OWNER)).id
        (first,) = await intake.upload(conversation, csv, "staff.csv")

        async def clean(job: Scripted) -> AsyncIterator[WorkerEvent]:
            path = Path(job.work.datasets[0].uri.removeprefix("file://"))
            yield ArtifactProduced(
                content=ArtifactContent(
                    kind="dataset",
                    title="staff (types)",
                    filename="made.parquet",
                    path=path,
                    meta={"parent": job.work.datasets[0].id},
                )
            )

        team = ScriptedWorkers(
            [Step(id="s1", worker="a2a:cleaner", request="fix the types")], a2a_cleaner=clean
        )
        runner = StepRunner(team, ArtifactStore(database), intake.adopt)
        workflow = Workflow(OrchestratorClient(team, runner), Broker(runner, 5, 3), runner)
        async with Runs(
            log, Conversations(database), datasets, workflow, question_chars_max=1000
        ) as runs:
            run_id = await runs.start(LOCAL_OWNER, conversation, "fix the types")
            async for _ in runs.follow(LOCAL_OWNER, run_id):
                pass
            team.asked.clear()
            run_id = await runs.start(LOCAL_OWNER, conversation, "average salary")
            async for _ in runs.follow(LOCAL_OWNER, run_id):
                pass
        planned, worked = team.asked[0], team.asked[1]
        for work in (planned, worked):
            assert [d.name for d in work.datasets] == ["staff (types)", "staff"]
            assert work.datasets[0].parent == first.id
