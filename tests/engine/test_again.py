"""Steps that are done again, while their run goes on and after it: retries and changed choices."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, Conflict, WorkerFailed
from cherry_reflex.core.events import DatasetAdded, TextDelta
from cherry_reflex.core.ids import LOCAL_OWNER, ORCHESTRATOR, SUMMARY_STEP
from cherry_reflex.core.orchestration import Summarize
from cherry_reflex.core.run_view import RunView, fold
from cherry_reflex.core.worker import WorkerEvent
from cherry_reflex.engine.step_change import StepChange
from tests.engine.conftest import Engine, Open
from tests.engine.scripted_workers import Script, Scripted, ScriptedWorkers, hangs, says, step

LIMIT_S = 10


def moody(failures: int = 1) -> Script:
    """A worker that fails at first."""
    tries = 0

    async def script(_: Scripted) -> AsyncIterator[WorkerEvent]:
        nonlocal tries
        tries += 1
        if tries <= failures:
            raise WorkerFailed("boom")
        yield TextDelta(text=f"try {tries}")

    return script


def waits(until: asyncio.Event) -> Script:
    async def script(_: Scripted) -> AsyncIterator[WorkerEvent]:
        yield TextDelta(text="slowly")
        await until.wait()

    return script


async def echo(job: Scripted) -> AsyncIterator[WorkerEvent]:
    yield TextDelta(text=f"{job.work.request} {job.work.arguments} {list(job.work.inputs)}")


async def seen(engine: Engine, run_id: str, *wanted: tuple[str, str]) -> RunView:
    """Wait until the lanes (step, state) were all there at once."""
    async with asyncio.timeout(LIMIT_S):
        async for _ in engine.runs.follow(LOCAL_OWNER, run_id):
            view = await engine.runs.view(LOCAL_OWNER, run_id)
            if all(view.lane(name).state == state for name, state in wanted):
                return view
    raise AssertionError(f"the run ended without {wanted}")


async def over(engine: Engine, run_id: str) -> RunView:
    view = await asyncio.wait_for(engine.over(run_id), LIMIT_S)
    records = await engine.log.read(engine.conversation_id, 0, run_id=run_id, limit=10_000)
    assert fold(run_id, records) == view, "what a page draws after a reload is the same"
    return view


async def test_a_failed_lane_is_retried_while_the_others_go_on(open_engine: Open) -> None:
    free = asyncio.Event()
    steps = [step("a", "a2a:moody"), step("b", "a2a:slow"), step("c", "a2a:echo", "a", "b")]
    team = ScriptedWorkers(steps, a2a_moody=moody(), a2a_slow=waits(free), a2a_echo=echo)
    engine = await open_engine(team)
    run_id = await engine.ask()
    await seen(engine, run_id, ("a", "failed"), ("b", "running"))
    assert await engine.runs.retry(LOCAL_OWNER, run_id, "a") == run_id
    view = await seen(engine, run_id, ("a", "done"), ("b", "running"))
    assert view.lane("a").attempt == 2 and view.lane("c").state == "waiting"
    free.set()
    view = await over(engine, run_id)
    assert [lane.state for lane in view.lanes] == ["done"] * 5
    assert view.lane("c").text == "do c None ['try 2', 'slowly']"
    assert view.summary == "a2a:moody done. a2a:slow done. a2a:echo done. "
    assert [w.step_id for w in team.asked].count("b") == 1


async def test_what_was_skipped_for_it_waits_and_runs(open_engine: Open) -> None:
    free = asyncio.Event()
    steps = [
        step("a", "a2a:moody"),
        step("b", "a2a:slow"),
        step("c", "a2a:echo", "a"),
        step("d", "a2a:echo", "c"),
    ]
    team = ScriptedWorkers(steps, a2a_moody=moody(2), a2a_slow=waits(free), a2a_echo=echo)
    engine = await open_engine(team)
    run_id = await engine.ask()
    view = await seen(engine, run_id, ("a", "failed"), ("d", "cancelled"))
    assert view.lane("c").skipped and view.lane("d").skipped
    await engine.runs.retry(LOCAL_OWNER, run_id, "a")
    view = await seen(engine, run_id, ("a", "failed"), ("d", "cancelled"))
    assert view.lane("a").attempt == 2 and view.lane("d").skipped, "it failed again"
    await engine.runs.retry(LOCAL_OWNER, run_id, "a")
    view = await seen(engine, run_id, ("d", "done"), ("b", "running"))
    assert view.lane("a").attempt == 3 and view.lane("c").text == "do c None ['try 3']"
    free.set()
    assert [lane.state for lane in (await over(engine, run_id)).lanes] == ["done"] * 6


async def test_a_stopped_lane_is_retried_and_a_working_one_is_not(open_engine: Open) -> None:
    begun, free = asyncio.Event(), asyncio.Event()
    steps = [step("a", "a2a:stuck"), step("b", "a2a:slow")]
    team = ScriptedWorkers(steps, a2a_stuck=hangs(begun), a2a_slow=waits(free))
    engine = await open_engine(team)
    run_id = await engine.ask()
    await asyncio.wait_for(begun.wait(), LIMIT_S)
    with pytest.raises(Conflict, match="run_live"):
        await engine.runs.retry(LOCAL_OWNER, run_id, "a")
    with pytest.raises(BadInput, match="step_unknown"):
        await engine.runs.retry(LOCAL_OWNER, run_id, "nothing")
    await engine.runs.cancel(LOCAL_OWNER, run_id, "a")
    await seen(engine, run_id, ("a", "cancelled"))
    begun.clear()
    team.workers["a2a:stuck"] = says("free")
    await engine.runs.retry(LOCAL_OWNER, run_id, "a")
    await seen(engine, run_id, ("a", "done"), ("b", "running"))
    free.set()
    assert (await over(engine, run_id)).lane("a").text == "free"


async def test_a_summary_under_way_waits_for_what_is_retried(open_engine: Open) -> None:
    steps = [step("a", "a2a:moody"), step("b", "a2a:good")]
    team = ScriptedWorkers(steps, a2a_moody=moody(), a2a_good=says("fine"))
    plain, reached = team.workers[ORCHESTRATOR], asyncio.Event()

    async def orchestrate(job: Scripted) -> AsyncIterator[WorkerEvent]:
        if isinstance(job.work.orchestration, Summarize) and not reached.is_set():
            yield TextDelta(text="half of")
            reached.set()
            await asyncio.Event().wait()
        async for event in plain(job):
            yield event

    team.workers[ORCHESTRATOR] = orchestrate
    engine = await open_engine(team)
    run_id = await engine.ask()
    await asyncio.wait_for(reached.wait(), LIMIT_S)
    await engine.runs.retry(LOCAL_OWNER, run_id, "a")
    view = await over(engine, run_id)
    assert view.state == "finished" and view.lane(SUMMARY_STEP).attempt == 2
    assert view.summary == "a2a:moody done. a2a:good done. "


async def test_a_changed_choice_runs_again_and_is_summed_up_anew(open_engine: Open) -> None:
    steps = [step("a", "a2a:echo"), step("b", "a2a:echo", "a"), step("c", "a2a:good")]
    team = ScriptedWorkers(steps, a2a_echo=echo, a2a_good=says("fine"))
    plain = team.workers[ORCHESTRATOR]

    async def orchestrate(job: Scripted) -> AsyncIterator[WorkerEvent]:
        if isinstance(wanted := job.work.orchestration, Summarize):
            yield TextDelta(text=" | ".join(found.text for found in wanted.findings))
            return
        async for event in plain(job):
            yield event

    team.workers[ORCHESTRATOR] = orchestrate
    engine = await open_engine(team)
    run_id = await engine.ask()
    before = await over(engine, run_id)
    change = StepChange(request="with x: product", arguments={"x": "product"})
    assert await engine.runs.retry(LOCAL_OWNER, run_id, "a", change) == run_id
    view = await over(engine, run_id)
    again = "with x: product {'x': 'product'} []"
    assert view.lane("a").text == again and again in view.lane("b").text
    assert view.summary == f"{again} | {view.lane('b').text} | fine" != before.summary
    assert (view.state, view.revision, view.lane("a").request) == ("finished", 0, change.request)
    assert [w.step_id for w in team.asked].count("c") == 1
    records = await engine.log.read(engine.conversation_id, 0, run_id=run_id, limit=10_000)
    told = "".join(r.event.text for r in records if r.event.type == "summary_delta")
    assert told == "I plan. " + before.summary + view.summary, "the version before stays in the log"
    await engine.runs.retry(LOCAL_OWNER, run_id, "a")
    assert (await over(engine, run_id)).lane("a").text == again, "a retry keeps the choice"


async def test_a_choice_is_changed_while_others_work(open_engine: Open) -> None:
    free = asyncio.Event()
    steps = [step("a", "a2a:echo"), step("b", "a2a:slow", "a"), step("c", "a2a:echo", "b")]
    team = ScriptedWorkers(steps, a2a_echo=echo, a2a_slow=waits(free))
    engine = await open_engine(team)
    run_id = await engine.ask()
    await seen(engine, run_id, ("a", "done"), ("b", "running"))
    change = StepChange(request="other", arguments={"x": 1})
    await engine.runs.retry(LOCAL_OWNER, run_id, "a", change)
    view = await seen(engine, run_id, ("a", "done"), ("b", "running"))
    assert view.lane("b").attempt == 2, "it worked on what is no more"
    free.set()
    view = await over(engine, run_id)
    assert view.lane("a").text == "other {'x': 1} []"
    inputs = [w.inputs for w in team.asked if w.step_id == "b"]
    assert inputs[-1] == ("other {'x': 1} []",)
    assert [lane.state for lane in view.lanes] == ["done"] * 5


async def test_a_dataset_that_was_read_again_twice_is_worked_on_as_read_last(
    open_engine: Open, tmp_path: Path
) -> None:
    team = ScriptedWorkers([step("a", "a2a:moody")], a2a_moody=moody(2))
    engine = await open_engine(team)

    async def read(name: str, replaces: str = "") -> None:
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(b"")
        dataset = Dataset(
            id=name, name="t", uri=f"file://{path}", rows=1, columns=(), replaces=replaces
        )
        event = DatasetAdded(dataset=name, name="t", rows=1, columns=0, replaces=replaces)
        also = engine.datasets.added(engine.conversation_id, dataset)
        await engine.log.append(engine.conversation_id, "", event, also)

    await read("first")
    await read("other")
    run_id = await engine.ask()
    await over(engine, run_id)
    await read("second", "first")
    await read("third", "second")
    await engine.runs.retry(LOCAL_OWNER, run_id, "a")
    await over(engine, run_id)
    whole = await engine.runs.retry(LOCAL_OWNER, run_id)
    view = await over(engine, whole)
    assert view.lane("a").text == "try 3"
    given = [[d.id for d in w.datasets] for w in team.asked if w.step_id == "a"]
    assert [sorted(ids) for ids in given] == [["first", "other"], *[["other", "third"]] * 2]
