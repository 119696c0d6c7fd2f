"""Whole runs through the engine's front."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput, Conflict, Failure, NotFound, WorkerFailed
from cherry_reflex.core.events import TextDelta
from cherry_reflex.core.ids import LOCAL_OWNER, OwnerId
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent
from tests.engine.conftest import Engine, Open, opened
from tests.engine.scripted_workers import Scripted, ScriptedWorkers, asks, fails, hangs, says, step


def _code(failure: Failure | None) -> str:
    assert failure is not None
    return failure.code


async def until(engine: Engine, run_id: str, event_type: str) -> None:
    async for records in engine.runs.follow(LOCAL_OWNER, run_id):
        if any(record.event.type == event_type for record in records):
            return


async def test_plan_parallel_steps_and_summary(open_engine: Open) -> None:
    """Two workers that wait for each other can only end when they work side by side."""
    here, there = asyncio.Event(), asyncio.Event()

    async def one(_: Scripted) -> AsyncIterator[WorkerEvent]:
        here.set()
        await there.wait()
        yield TextDelta(text="one")

    async def two(_: Scripted) -> AsyncIterator[WorkerEvent]:
        there.set()
        await here.wait()
        yield TextDelta(text="two")

    steps = [step("a", "a2a:one"), step("b", "mcp:srv/two"), step("c", "a2a:three", "a", "b")]
    team = ScriptedWorkers(steps, a2a_one=one, mcp_srv__two=two, a2a_three=says("three"))
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    assert view.state == "finished"
    assert [(lane.step, lane.state) for lane in view.lanes] == [
        ("plan", "done"),
        ("a", "done"),
        ("b", "done"),
        ("c", "done"),
        ("summary", "done"),
    ]
    assert view.summary == "a2a:one done. mcp:srv/two done. a2a:three done. "
    assert next(w for w in team.asked if w.step_id == "c").inputs == ("one", "two")


async def test_a_failed_step_fails_alone_and_its_dependants_are_skipped(open_engine: Open) -> None:
    steps = [step("a", "a2a:bad"), step("b", "a2a:good"), step("c", "a2a:good", "a")]
    team = ScriptedWorkers(
        steps, a2a_bad=fails(WorkerFailed("boom"), "half"), a2a_good=says("fine")
    )
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    lanes = {lane.step: lane for lane in view.lanes}
    assert view.state == "finished"
    assert lanes["a"].state == "failed" and _code(lanes["a"].failure) == "boom"
    assert lanes["a"].text == "half", "what arrived before is kept"
    assert lanes["b"].state == "done"
    assert lanes["c"].state == "cancelled" and lanes["c"].skipped
    assert "a2a:bad failed" in view.summary


async def test_words_alone_are_the_answer(open_engine: Open) -> None:
    engine = await open_engine(ScriptedWorkers(None, a2a_one=says("never")))
    view = await asyncio.wait_for(engine.over(await engine.ask("hi")), 10)
    assert (view.state, view.summary) == ("finished", "Hello!")


async def test_stopping_a_run_and_one_lane(open_engine: Open) -> None:
    begun = asyncio.Event()
    steps = [step("a", "a2a:slow"), step("b", "a2a:good")]
    team = ScriptedWorkers(steps, a2a_slow=hangs(begun), a2a_good=says("fine"))
    engine = await open_engine(team)
    run_id = await engine.ask()
    await asyncio.wait_for(begun.wait(), 5)
    await engine.runs.cancel(LOCAL_OWNER, run_id, "a")
    view = await asyncio.wait_for(engine.over(run_id), 10)
    assert view.state == "finished" and view.lane("a").state == "cancelled"
    begun.clear()
    run_id = await engine.ask()
    await asyncio.wait_for(begun.wait(), 5)
    await engine.runs.cancel(LOCAL_OWNER, run_id)
    view = await asyncio.wait_for(engine.over(run_id), 10)
    assert view.state == "cancelled" and view.lane("a").text == "begun "


async def test_a_worker_asks_and_gets_its_answer(open_engine: Open) -> None:
    team = ScriptedWorkers([step("a", "a2a:curious")], a2a_curious=asks("Which?"))
    engine = await open_engine(team)
    run_id = await engine.ask()
    await asyncio.wait_for(until(engine, run_id, "input_requested"), 5)
    assert (await engine.runs.view(LOCAL_OWNER, run_id)).lane("a").options == ("yes", "no")
    await engine.runs.answer(LOCAL_OWNER, run_id, "a", "yes")
    view = await asyncio.wait_for(engine.over(run_id), 10)
    assert view.lane("a").text == "You said yes."
    with pytest.raises(Conflict, match="not_asked"):
        await engine.runs.answer(LOCAL_OWNER, run_id, "a", "again")


async def test_a_failed_lane_is_retried_with_what_was_skipped(open_engine: Open) -> None:
    tries = 0

    async def second_time(_: Scripted) -> AsyncIterator[WorkerEvent]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise WorkerFailed("boom")
        yield TextDelta(text="better")

    steps = [step("a", "a2a:moody"), step("b", "a2a:good", "a"), step("c", "a2a:good")]
    team = ScriptedWorkers(steps, a2a_moody=second_time, a2a_good=says("fine"))
    engine = await open_engine(team)
    run_id = await engine.ask()
    await asyncio.wait_for(engine.over(run_id), 10)
    assert await engine.runs.retry(LOCAL_OWNER, run_id, "a") == run_id
    view = await asyncio.wait_for(engine.over(run_id), 10)
    assert [lane.state for lane in view.lanes] == ["done"] * 5, "nothing new was planned"
    assert view.lane("a").attempt == 2 and view.lane("a").text == "better"
    assert view.summary == "a2a:moody done. a2a:good done. a2a:good done. "
    asked = [w.step_id for w in team.asked]
    assert asked.count("c") == 1 and asked.count("b") == 1


async def test_a_mention_goes_straight_to_the_worker(open_engine: Open) -> None:
    team = ScriptedWorkers([step("a", "a2a:other")], a2a_echo=says("hi"), a2a_other=says("no"))
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask("@echo say it")), 10)
    assert [lane.step for lane in view.lanes] == ["s1"], "neither planned nor summed up"
    assert view.worker == "echo" and view.lane("s1").text == "hi"
    assert next(w for w in team.asked if w.worker == "a2a:echo").request == "say it"
    view = await asyncio.wait_for(engine.over(await engine.ask("@nobody say it")), 10)
    assert view.state == "failed" and _code(view.failure) == "worker_unknown"


async def test_artifacts_are_kept_and_shown(open_engine: Open) -> None:
    async def draw(_: Scripted) -> AsyncIterator[WorkerEvent]:
        yield ArtifactProduced(content=ArtifactContent(kind="chart", title="Sales", data=b"{}"))

    engine = await open_engine(ScriptedWorkers([step("a", "a2a:draw")], a2a_draw=draw))
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    (artifact,) = view.lane("a").artifacts
    assert (artifact.kind, artifact.title, artifact.size_bytes) == ("chart", "Sales", 2)


async def test_the_conversation_so_far_reaches_the_planner(open_engine: Open) -> None:
    team = ScriptedWorkers([step("a", "a2a:good")], a2a_good=says("fine"))
    engine = await open_engine(team)
    await asyncio.wait_for(engine.over(await engine.ask("first")), 10)
    await asyncio.wait_for(engine.over(await engine.ask("second")), 10)
    (turn,) = team.asked[-1].history
    assert turn.question == "first" and turn.steps[0]["worker"] == "a2a:good"


async def test_a_run_that_a_stop_cut_off_is_interrupted(tmp_path: Path) -> None:
    begun = asyncio.Event()
    team = ScriptedWorkers([step("a", "a2a:slow")], a2a_slow=hangs(begun))
    async with opened(tmp_path, team) as engine:
        run_id = await engine.ask()
        await asyncio.wait_for(begun.wait(), 5)
    async with opened(tmp_path, team) as engine:
        view = await asyncio.wait_for(engine.over(run_id), 10)
        assert view.state == "interrupted" and view.lane("a").text == "begun "
        again = await engine.runs.retry(LOCAL_OWNER, run_id)
        assert (await engine.runs.view(LOCAL_OWNER, again)).retry_of == run_id


@pytest.mark.parametrize(
    ("question", "code"),
    [("", "question_empty"), (" \x00 ", "question_empty"), ("x" * 1001, "question_long")],
)
async def test_bad_questions_are_refused(open_engine: Open, question: str, code: str) -> None:
    engine = await open_engine(ScriptedWorkers(None))
    with pytest.raises(BadInput, match=code):
        await engine.ask(question)


async def test_another_persons_conversation_is_not_found(open_engine: Open) -> None:
    engine = await open_engine(ScriptedWorkers(None))
    run_id = await engine.ask()
    stranger = OwnerId("stranger")
    with pytest.raises(NotFound):
        await engine.runs.start(stranger, engine.conversation_id, "q")
    with pytest.raises(NotFound):
        await engine.runs.view(stranger, run_id)
    with pytest.raises(NotFound):
        await engine.runs.cancel(stranger, run_id)
