"""The plan is revised once: when a step failed, or when what it found was waited for."""

import asyncio

import pytest

from cherry_reflex.core.errors import WorkerFailed
from cherry_reflex.core.orchestration import TakeTurn
from tests.engine.conftest import Open
from tests.engine.scripted_workers import Script, ScriptedWorkers, fails, says, step

BAD: Script = fails(WorkerFailed("boom"), "half")


async def test_what_failed_is_done_by_others_and_the_summary_knows_both(open_engine: Open) -> None:
    steps = [step("a", "a2a:bad"), step("b", "a2a:good"), step("c", "a2a:good", "a")]
    more = [step("a", "a2a:other"), step("z", "a2a:good", "a")]
    team = ScriptedWorkers(
        steps, more=more, a2a_bad=BAD, a2a_good=says("fine"), a2a_other=says("oh")
    )
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    assert view.state == "finished"
    assert view.revision == 1
    assert view.plan is not None
    assert [s.id for s in view.plan.steps] == ["a", "b", "c", "r1", "r2"]
    assert view.plan.steps[4].after == ("r1",), "the new steps keep their own order"
    assert view.plan.note == "First.\nAgain.", "why there is more to do stands with the rest"
    states = {lane.step: lane.state for lane in view.lanes}
    assert states["r1"] == states["r2"] == "done"
    assert states["a"] == "failed", "what happened stays on the record"
    assert "a2a:other done" in view.summary
    (wanted,) = revisions(team)
    found = {one.worker: one for one in wanted.findings}
    assert found["a2a:bad"].state == "failed"
    assert "boom" in found["a2a:bad"].problem
    assert wanted.plan is not None and wanted.plan.step("b") is not None


def revisions(team: ScriptedWorkers) -> list[TakeTurn]:
    """Return what the orchestrator was asked when plans were looked at again."""
    asked = [w.orchestration for w in team.asked if isinstance(w.orchestration, TakeTurn)]
    return [wanted for wanted in asked if wanted.plan is not None]


async def test_new_steps_that_fail_are_not_planned_for_again(open_engine: Open) -> None:
    team = ScriptedWorkers([step("a", "a2a:bad")], more=[step("b", "a2a:bad")], a2a_bad=BAD)
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    assert view.state == "finished"
    assert len(revisions(team)) == 1
    assert len([w for w in team.asked if w.worker == "a2a:bad"]) == 2


@pytest.mark.parametrize(("look_again", "times"), [(False, 0), (True, 1)])
async def test_a_plan_that_went_well_is_looked_at_again_only_when_it_says_so(
    open_engine: Open, look_again: bool, times: int
) -> None:
    more = [step("b", "a2a:good")]
    team = ScriptedWorkers(
        [step("a", "a2a:good")], more=more, look_again=look_again, a2a_good=says("fine")
    )
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    assert len(revisions(team)) == times
    assert view.revision == times


async def test_one_worker_asked_alone_is_not_replaced(open_engine: Open) -> None:
    team = ScriptedWorkers([], more=[step("b", "a2a:good")], a2a_bad=BAD, a2a_good=says("fine"))
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask(worker="bad")), 10)
    assert [lane.worker for lane in view.lanes] == ["a2a:bad"]
