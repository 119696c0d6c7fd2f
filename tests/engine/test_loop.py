"""A language model's loop: it sees what its steps found, until it answers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cherry_reflex.core.digest import Digest, FactDigest
from cherry_reflex.core.errors import WorkerFailed
from cherry_reflex.core.events import DigestAdded, TextDelta
from cherry_reflex.core.ids import LOCAL_OWNER, ORCHESTRATOR, SUMMARY_STEP
from cherry_reflex.core.orchestration import TakeTurn
from cherry_reflex.core.plan import Step
from cherry_reflex.core.run_view import RunView
from cherry_reflex.core.worker import WorkerEvent
from cherry_reflex.engine.step_change import StepChange
from tests.engine.conftest import Engine, Open, opened
from tests.engine.scripted_workers import (
    Script,
    Scripted,
    ScriptedWorkers,
    asks,
    fails,
    hangs,
    says,
)

LIMIT_S = 10


def counts(value: float) -> Script:
    """A worker that finds a figure, and says a rounded one."""

    async def script(_: Scripted) -> AsyncIterator[WorkerEvent]:
        yield TextDelta(text=f"about {value:.0f}")
        yield DigestAdded(call="c", digest=Digest(facts=(found(value),)))

    return script


def found(value: float) -> FactDigest:
    return FactDigest(key="total", params={"value": value})


def wish(step_id: str, worker: str, turn: int = 1) -> Step:
    return Step(
        id=step_id,
        worker=worker,
        request=f"do {step_id}",
        arguments={"operation": "x"},
        turn=turn,
        call=f"call_{step_id}",
    )


def turns_of(team: ScriptedWorkers) -> list[TakeTurn]:
    return [w.orchestration for w in team.asked if isinstance(w.orchestration, TakeTurn)]


async def over(engine: Engine, run_id: str) -> RunView:
    return await asyncio.wait_for(engine.over(run_id), LIMIT_S)


async def test_what_was_found_comes_back_raw_until_there_is_an_answer(open_engine: Open) -> None:
    first, second = [wish("s1", "a2a:a"), wish("s2", "a2a:b")], [wish("s3", "a2a:a", 2)]
    team = ScriptedWorkers(
        None,
        turns=[["Let me see. ", first], [second], ["It is ", "1.23456789012."]],
        a2a_a=counts(1.23456789012),
        a2a_b=fails(WorkerFailed("boom", detail="no such column")),
    )
    engine = await open_engine(team)
    view = await over(engine, await engine.ask())
    assert (view.state, view.summary) == ("finished", "It is 1.23456789012.")
    assert view.plan is not None and view.plan.note == "Let me see."
    assert [s.id for s in view.plan.steps] == ["s1", "s2", "s3"]
    asked = turns_of(team)
    assert [len(one.findings) for one in asked] == [0, 2, 3]
    by_step = {one.step: one for one in asked[2].findings}
    assert by_step["s1"].digests == (Digest(facts=(found(1.23456789012),)),)
    assert by_step["s2"].state == "failed" and "no such column" in by_step["s2"].problem
    runs = await engine.conversations.runs(engine.conversation_id, 5, 0)
    assert runs[0].summary == "It is 1.23456789012.", "words before more work are no answer"


async def test_calls_of_one_turn_run_side_by_side(open_engine: Open) -> None:
    both, met = asyncio.Barrier(2), []

    async def meets(job: Scripted) -> AsyncIterator[WorkerEvent]:
        await both.wait()
        met.append(job.work.step_id)
        yield TextDelta(text="met")

    team = ScriptedWorkers(
        None,
        turns=[[[wish("s1", "a2a:a"), wish("s2", "a2a:b")]], ["Done."]],
        a2a_a=meets,
        a2a_b=meets,
    )
    engine = await open_engine(team)
    view = await over(engine, await engine.ask())
    assert sorted(met) == ["s1", "s2"] and view.summary == "Done."


async def test_the_answer_streams_from_its_first_token(open_engine: Open) -> None:
    go_on = asyncio.Event()
    team = ScriptedWorkers(None, turns=[["The first", go_on, " and the rest."]], a2a_a=says("x"))
    engine = await open_engine(team)
    run_id = await engine.ask()
    async for records in engine.runs.follow(LOCAL_OWNER, run_id):
        if any(r.event.type == "summary_delta" for r in records):
            go_on.set()
    view = await engine.runs.view(LOCAL_OWNER, run_id)
    assert view.summary == "The first and the rest."
    assert view.lane(SUMMARY_STEP).state == "done"


async def test_a_call_in_the_middle_is_done_again_and_answered_anew(open_engine: Open) -> None:
    team = ScriptedWorkers(
        None,
        turns=[[[wish("s1", "a2a:a")]], [[wish("s2", "a2a:b", 2)]], ["One."], ["Two."]],
        a2a_a=counts(1),
        a2a_b=counts(2),
    )
    engine = await open_engine(team)
    run_id = await engine.ask()
    assert (await over(engine, run_id)).summary == "One."
    team.workers["a2a:a"] = counts(3)
    change = StepChange(request="otherwise", arguments={"operation": "y"})
    await engine.runs.retry(LOCAL_OWNER, run_id, "s1", change)
    view = await over(engine, run_id)
    assert (view.state, view.summary) == ("finished", "Two.")
    last = turns_of(team)[-1]
    assert last.plan is not None
    assert last.plan.steps[0].arguments == {"operation": "y"}, "what the person chose"
    by_step = {one.step: one for one in last.findings}
    assert by_step["s1"].digests[0].facts == (found(3),)
    assert by_step["s2"].digests[0].facts == (found(2),), "what was found before stands"


async def test_a_step_begun_again_while_the_model_answers_is_seen_by_the_answer(
    open_engine: Open,
) -> None:
    never = asyncio.Event()
    team = ScriptedWorkers(
        None,
        turns=[[[wish("s1", "a2a:a")]], ["Half of", never], ["Whole."]],
        a2a_a=counts(1),
    )
    engine = await open_engine(team)
    run_id = await engine.ask()
    retried = False
    async for records in engine.runs.follow(LOCAL_OWNER, run_id):
        if not retried and any(r.event.type == "summary_delta" for r in records):
            retried = True
            team.workers["a2a:a"] = counts(5)
            await engine.runs.retry(LOCAL_OWNER, run_id, "s1")
    view = await engine.runs.view(LOCAL_OWNER, run_id)
    assert (view.state, view.summary) == ("finished", "Whole.")
    assert turns_of(team)[-1].findings[0].digests[0].facts == (found(5),)


async def test_stopping_a_call_is_told_to_the_model_and_stopping_the_run_ends_it(
    open_engine: Open,
) -> None:
    begun = asyncio.Event()
    team = ScriptedWorkers(
        None,
        turns=[[[wish("s1", "a2a:slow"), wish("s2", "a2a:b")]], ["Without it."]],
        a2a_slow=hangs(begun),
        a2a_b=counts(1),
    )
    engine = await open_engine(team)
    run_id = await engine.ask()
    await asyncio.wait_for(begun.wait(), LIMIT_S)
    await engine.runs.cancel(LOCAL_OWNER, run_id, "s1")
    view = await over(engine, run_id)
    assert view.summary == "Without it."
    states = {one.step: one.state for one in turns_of(team)[-1].findings}
    assert states == {"s1": "cancelled", "s2": "done"}

    never = asyncio.Event()
    team.turns = [["Half", never]]
    run_id = await engine.ask()
    async for records in engine.runs.follow(LOCAL_OWNER, run_id):
        if any(r.event.type == "summary_delta" for r in records):
            await engine.runs.cancel(LOCAL_OWNER, run_id)
    view = await engine.runs.view(LOCAL_OWNER, run_id)
    assert (view.state, view.summary) == ("cancelled", "Half"), "what was said is kept"


async def test_a_person_answers_in_between(open_engine: Open) -> None:
    team = ScriptedWorkers(
        None, turns=[[[wish("s1", "a2a:asker")]], ["Thanks."]], a2a_asker=asks("Which?")
    )
    engine = await open_engine(team)
    run_id = await engine.ask()
    async for records in engine.runs.follow(LOCAL_OWNER, run_id):
        if any(r.event.type == "input_requested" for r in records):
            await engine.runs.answer(LOCAL_OWNER, run_id, "s1", "yes")
    assert "You said yes." in turns_of(team)[-1].findings[0].text


async def test_what_was_found_outlives_the_program(tmp_path: Path) -> None:
    """A stop in mid-loop leaves an interrupted run with everything that was shown."""
    never = asyncio.Event()
    team = ScriptedWorkers(
        None, turns=[[[wish("s1", "a2a:a")]], ["Half of it", never]], a2a_a=counts(7)
    )
    async with opened(tmp_path, team) as engine:
        run_id = await engine.ask()
        async for records in engine.runs.follow(LOCAL_OWNER, run_id):
            if any(r.event.type == "summary_delta" for r in records):
                break
    async with opened(tmp_path, team) as engine:
        view = await engine.runs.view(LOCAL_OWNER, run_id)
    assert (view.state, view.summary) == ("interrupted", "Half of it")
    assert view.lane("s1").digests[0].facts == (found(7),)


async def test_a_loop_whose_orchestrator_fails_says_why_and_keeps_what_was_found(
    open_engine: Open,
) -> None:
    team = ScriptedWorkers(None, turns=[[[wish("s1", "a2a:a")]]], a2a_a=counts(7))
    plain = team.workers[ORCHESTRATOR]

    async def orchestrate(job: Scripted) -> AsyncIterator[WorkerEvent]:
        if not team.turns:
            raise WorkerFailed("boom")
        async for event in plain(job):
            yield event

    team.workers[ORCHESTRATOR] = orchestrate
    engine = await open_engine(team)
    view = await over(engine, await engine.ask())
    assert view.state == "failed" and view.failure is not None and view.failure.code == "boom"
    assert view.lane("s1").state == "done"


@pytest.mark.parametrize("worker", ["a2a:a", "mcp:nobody/x"])
async def test_only_workers_that_exist_are_called(open_engine: Open, worker: str) -> None:
    team = ScriptedWorkers(
        None, turns=[[[wish("s1", worker)]], ["Done."], ["Done."]], a2a_a=counts(1)
    )
    engine = await open_engine(team)
    view = await over(engine, await engine.ask())
    assert view.summary == "Done."
    assert bool(turns_of(team)[1].problem) == (worker != "a2a:a")
