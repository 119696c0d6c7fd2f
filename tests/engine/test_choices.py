"""Readings that a person chooses: in the log, in the plan, and what they say about words."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.events import DatasetAdded, InputRequested, TextDelta
from cherry_reflex.core.ids import LOCAL_OWNER, PLAN_STEP
from cherry_reflex.core.orchestration import TakeTurn
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Measure, Reading
from cherry_reflex.core.reading.reply import as_json
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent
from cherry_reflex.engine.history import earlier
from cherry_reflex.engine.step_change import StepChange
from tests.engine.conftest import Engine, Open
from tests.engine.scripted_workers import Script, Scripted, ScriptedWorkers, step

WORDS = {"paid": "age"}


def mean(column: str) -> Reading:
    return Reading(measures=(Measure(agg="mean", of=ColumnRef(name=column)),))


AGE, FARE = mean("age"), mean("fare")


def reads(reading: Reading, words: dict[str, str] | None = None) -> Script:
    """A worker that answers by the reading in its arguments, else by `reading`."""

    async def script(job: Scripted) -> AsyncIterator[WorkerEvent]:
        found = (job.work.arguments or {}).get("reading", as_json(reading))
        meta = {"reading": {"sentence": "s", "reading": found, "words": words or {}}}
        content = ArtifactContent(kind="table", title="t", data=b"x", meta=meta)
        yield ArtifactProduced(content=content)

    return script


class Asking(ScriptedWorkers):
    """The planner offers two readings before it plans."""

    def __init__(self) -> None:
        super().__init__([step("s1", "a2a:reader")], a2a_reader=reads(FARE))
        self.reply = ""

    async def _orchestrate(self, job: Scripted) -> AsyncIterator[WorkerEvent]:
        if isinstance(job.work.orchestration, TakeTurn):
            yield InputRequested(
                prompt="Which one?",
                options=("Mean of **age**", "Mean of **fare**"),
                choices=(as_json(AGE), as_json(FARE)),
                words=WORDS,
            )
            self.reply = await job.replies.get()
        async for event in super()._orchestrate(job):
            yield event


async def with_data(engine: Engine) -> None:
    file = engine.datasets.folder(engine.conversation_id) / "d.parquet"
    file.touch()
    columns = tuple(Column(name=name, type="number") for name in ("age", "fare"))
    dataset = Dataset(id="d", name="people", uri=f"file://{file}", rows=1, columns=columns)
    event = DatasetAdded(dataset="d", name="people", rows=1, columns=2)
    also = engine.datasets.added(engine.conversation_id, dataset)
    await engine.log.append(engine.conversation_id, "", event, also)


async def remembered(engine: Engine) -> tuple[tuple[str, str], ...]:
    return (await engine.datasets.standing(engine.conversation_id))["d"].remembered


async def until_asked(engine: Engine, run_id: str) -> None:
    async for _ in engine.runs.follow(LOCAL_OWNER, run_id):
        view = await engine.runs.view(LOCAL_OWNER, run_id)
        if any(lane.state == "input" for lane in view.lanes):
            return


def given(view: Any) -> list[str]:
    return [item.text for item in view.lane(PLAN_STEP).items if item.kind == "answer"]


@pytest.mark.parametrize("reply", ["Mean of fare", "Mean of **fare**", "2"])
async def test_an_option_is_logged_in_words_and_its_word_is_remembered(
    open_engine: Open, reply: str
) -> None:
    team = Asking()
    engine = await open_engine(team)
    await with_data(engine)
    run_id = await engine.ask("what they paid")
    await until_asked(engine, run_id)
    asked = (await engine.runs.view(LOCAL_OWNER, run_id)).lane(PLAN_STEP)
    assert asked.choices == (as_json(AGE), as_json(FARE))
    await engine.runs.answer(LOCAL_OWNER, run_id, PLAN_STEP, reply)
    view = await engine.over(run_id)
    assert view.lane(PLAN_STEP).choices == ()
    assert given(view) == ["Mean of fare"]
    assert team.reply == reply
    assert await remembered(engine) == (("paid", "fare"),)
    # The next question's planner is told, and so is the agent.
    await engine.ask("again")
    assert team.asked[-1].datasets[0].remembered == (("paid", "fare"),)


async def test_a_reading_of_ones_own_goes_to_the_planner_and_into_the_log(
    open_engine: Open,
) -> None:
    own = Reading(measures=(Measure(agg="max", of=ColumnRef(name="fare")),))
    team = Asking()
    engine = await open_engine(team)
    await with_data(engine)
    run_id = await engine.ask()
    await until_asked(engine, run_id)
    await engine.runs.answer(LOCAL_OWNER, run_id, PLAN_STEP, "최댓값: fare", own)
    view = await engine.over(run_id)
    (said,) = given(view)
    assert "fare" in said
    assert "{" not in said
    assert Reading.model_validate_json(team.reply) == own
    records = await engine.log.read(engine.conversation_id, 0, 500, run_id, "input_answered")
    assert [getattr(record.event, "chosen", None) for record in records] == [as_json(own)]
    assert await remembered(engine) == ()


async def test_a_reading_as_json_is_shown_as_words(open_engine: Open) -> None:
    team = Asking()
    engine = await open_engine(team)
    run_id = await engine.ask("mean")
    await until_asked(engine, run_id)
    written = json.dumps(as_json(FARE))
    await engine.runs.answer(LOCAL_OWNER, run_id, PLAN_STEP, written)
    (said,) = given(await engine.over(run_id))
    assert "fare" in said
    assert "{" not in said
    assert team.reply == written


async def test_words_stay_words(open_engine: Open) -> None:
    team = Asking()
    engine = await open_engine(team)
    await with_data(engine)
    run_id = await engine.ask()
    await until_asked(engine, run_id)
    await engine.runs.answer(LOCAL_OWNER, run_id, PLAN_STEP, "neither of them")
    assert given(await engine.over(run_id)) == ["neither of them"]
    assert team.reply == "neither of them"
    assert await remembered(engine) == ()


def change(reading: Reading, **more: Any) -> StepChange:
    given = {"operation": "query", "reading": as_json(reading), "dataset": "d", **more}
    return StepChange(request="another", arguments=given)


async def test_another_reading_is_remembered_and_forgotten_when_it_is_undone(
    open_engine: Open,
) -> None:
    team = ScriptedWorkers([step("s1", "a2a:reader")], a2a_reader=reads(AGE, WORDS))
    engine = await open_engine(team)
    await with_data(engine)
    run_id = await engine.ask()
    await engine.over(run_id)
    await engine.runs.retry(LOCAL_OWNER, run_id, "s1", change(FARE))
    await engine.over(run_id)
    assert await remembered(engine) == (("paid", "fare"),)
    (turn,) = await earlier(engine.log, engine.conversations, engine.conversation_id)
    (done,) = turn.steps
    assert done["arguments"]["reading"] == as_json(FARE)
    # Back to the guess that it was.
    await engine.runs.retry(LOCAL_OWNER, run_id, "s1", change(AGE, probability=0.5))
    await engine.over(run_id)
    assert await remembered(engine) == ()


async def test_a_reading_among_several_operations_is_found(open_engine: Open) -> None:
    other = {"operation": "query", "reading": as_json(mean("height"))}

    async def both(job: Scripted) -> AsyncIterator[WorkerEvent]:
        for reading in (AGE, mean("height")):
            meta = {"reading": {"sentence": "s", "reading": as_json(reading), "words": WORDS}}
            yield ArtifactProduced(
                content=ArtifactContent(kind="table", title="t", data=b"x", meta=meta)
            )

    engine = await open_engine(ScriptedWorkers([step("s1", "a2a:reader")], a2a_reader=both))
    await with_data(engine)
    run_id = await engine.ask()
    await engine.over(run_id)
    changed = StepChange(
        request="r", arguments={"operations": [change(FARE).arguments, other, {"operation": "x"}]}
    )
    await engine.runs.retry(LOCAL_OWNER, run_id, "s1", changed)
    await engine.over(run_id)
    assert await remembered(engine) == (("paid", "fare"),)


async def test_another_reading_is_chosen_while_the_run_goes_on(open_engine: Open) -> None:
    free = asyncio.Event()

    async def waits(_: Scripted) -> AsyncIterator[WorkerEvent]:
        await free.wait()
        yield TextDelta(text="done")

    steps = [step("s1", "a2a:reader"), step("s2", "a2a:slow")]
    engine = await open_engine(ScriptedWorkers(steps, a2a_reader=reads(AGE, WORDS), a2a_slow=waits))
    await with_data(engine)
    run_id = await engine.ask()
    async for _ in engine.runs.follow(LOCAL_OWNER, run_id):
        view = await engine.runs.view(LOCAL_OWNER, run_id)
        if view.plan is not None and view.lane("s1").state == "done":
            break
    await engine.runs.retry(LOCAL_OWNER, run_id, "s1", change(FARE))
    free.set()
    view = await engine.over(run_id)
    (artifact,) = view.lane("s1").artifacts
    assert artifact.meta["reading"]["reading"] == as_json(FARE)
    assert await remembered(engine) == (("paid", "fare"),)
