"""What leaves for workers that are not ours is asked for, and told."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import NotAllowed
from cherry_reflex.core.events import DataSent, InputRequested
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.run_view import RunView
from cherry_reflex.core.worker import WorkerEvent, WorkerRequest
from cherry_reflex.engine.sending import Sending, sent
from cherry_reflex.http.consent import Consent
from tests.engine.conftest import Engine, opened
from tests.engine.scripted_workers import Scripted, ScriptedWorkers, says, step

DATA = Dataset(
    id="d1",
    name="sales",
    rows=3,
    size_bytes=500,
    columns=(Column(name="region", type="category"), Column(name="매출", type="number")),
)
OTHER = DATA.model_copy(update={"id": "d2", "name": "costs", "columns": ()})


async def is_foreign(worker: str) -> bool:
    return "stranger" in worker


def request(worker: str, **more: Any) -> WorkerRequest:
    return WorkerRequest(
        conversation_id="c", run_id="r", step_id="s1", worker=worker, request="어디?", **more
    )


def test_an_agent_is_sent_all_of_a_request() -> None:
    event = sent(request("a2a:stranger", datasets=(DATA, OTHER)))
    assert (event.to, event.kind, event.step) == ("stranger", "agent", "s1")
    assert event.columns == ("region", "매출")
    assert event.table_bytes == 1000
    more = sent(request("a2a:stranger", datasets=(DATA, OTHER), inputs=("x" * 1000,)))
    assert more.characters - event.characters >= 1000


def test_a_tool_is_sent_its_arguments_and_the_tables_that_they_name() -> None:
    given = {"file": "dataset:sales", "words": ["나"]}
    event = sent(request("mcp:stranger/count", datasets=(DATA, OTHER), arguments=given))
    assert (event.to, event.kind) == ("stranger", "tool")
    assert event.characters == len('{"file": "dataset:sales", "words": ["나"]}')
    assert (event.columns, event.table_bytes) == (("region", "매출"), 500)
    assert sent(request("mcp:stranger/count", datasets=(DATA,), arguments={"n": 1})).columns == ()


async def test_only_strangers_stand_in_the_ledger(tmp_path: Path) -> None:
    async def reporting(_: Scripted) -> AsyncIterator[WorkerEvent]:
        yield DataSent(to="model-x", kind="model", here=True, characters=7, columns=("a",))
        yield DataSent(to="model-x", kind="model", here=True, characters=5, columns=("b", "a"))

    plan = [step("s1", "a2a:ours"), step("s2", "a2a:stranger"), step("s3", "a2a:stranger")]
    team = ScriptedWorkers(plan, a2a_ours=reporting, a2a_stranger=reporting)
    async with opened(tmp_path, team, Sending(is_foreign, Consent(asks=False))) as engine:
        view = await engine.over(await engine.ask())
    model, stranger = sorted(view.sent, key=lambda one: one.kind, reverse=True)
    # What the stranger says that it has sent is not taken from it.
    assert (model.to, model.times, model.characters, model.columns, model.here) == (
        "model-x", 2, 12, ["a", "b"], True,
    )  # fmt: skip
    assert (stranger.to, stranger.kind, stranger.times) == ("stranger", "agent", 2)


async def asked(engine: Engine, run: str) -> str:
    """Wait until a lane asks; return its step."""
    async for records in engine.runs.follow(LOCAL_OWNER, run):
        for record in records:
            if isinstance(record.event, InputRequested):
                return record.event.step
    raise AssertionError("nobody asked")


@pytest.mark.parametrize(
    ("reply", "state", "second"),
    [("Send", "done", True), ("Do not send", "failed", True), ("1", "done", True),
     ("Always in this conversation", "done", False), ("why?", "failed", True)],
)  # fmt: skip
async def test_a_person_is_asked_once_a_run(
    tmp_path: Path, reply: str, state: str, second: bool
) -> None:
    plan = [step("s1", "a2a:stranger"), step("s2", "a2a:stranger"), step("s3", "a2a:ours")]
    team = ScriptedWorkers(plan, a2a_stranger=says("done"), a2a_ours=says("done"))
    async with opened(tmp_path, team, Sending(is_foreign, Consent(asks=True))) as engine:
        run = await engine.ask("which?")
        first = await asked(engine, run)
        assert not [work for work in team.asked if work.worker == "a2a:stranger"]
        await engine.runs.answer(LOCAL_OWNER, run, first, reply)
        view = await engine.over(run)
        assert [view.lane(one).state for one in ("s1", "s2", "s3")] == [state, state, "done"]
        failures = {lane.failure.code for lane in view.lanes if lane.failure}
        assert failures == ({"sending_refused"} if state == "failed" else set())
        assert len(view.sent) == (state == "done")

        run = await engine.ask("which again?")
        if second:
            await engine.runs.answer(LOCAL_OWNER, run, await asked(engine, run), reply)
        view = await engine.over(run)
        assert view.lane("s1").state == state


async def test_a_run_that_asks_can_be_stopped(tmp_path: Path) -> None:
    team = ScriptedWorkers([step("s1", "a2a:stranger")], a2a_stranger=says("done"))
    async with opened(tmp_path, team, Sending(is_foreign, Consent(asks=True))) as engine:
        run = await engine.ask("which?")
        await asked(engine, run)
        await engine.runs.cancel(LOCAL_OWNER, run)
        view: RunView = await engine.over(run)
        assert (view.state, view.sent) == ("cancelled", [])


async def test_who_asks_at_once_waits_for_one_answer() -> None:
    consent, prompts = Consent(asks=True), []
    go = asyncio.Event()

    async def ask(prompt: str, options: tuple[str, ...]) -> str:
        prompts.append(prompt)
        await go.wait()
        return options[1]

    async def obtain() -> None:
        await consent.obtain(
            "x", "model", conversation_id="c", run_id="r", language=ENGLISH, ask=ask
        )

    tasks = [asyncio.create_task(obtain()) for _ in range(3)]
    go.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert len(prompts) == 1
    assert all(isinstance(one, NotAllowed) and one.code == "sending_refused" for one in found)
