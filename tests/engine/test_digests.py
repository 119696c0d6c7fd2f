"""What a step found goes back: into the log, into findings, into the next question's history."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import duckdb
import pytest

from cherry_reflex.analysis.digests.digest import failure_digest
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.digest import Digest, FactDigest, TableDigest
from cherry_reflex.core.errors import BadInput, WorkerFailed
from cherry_reflex.core.events import DigestAdded, TextDelta
from cherry_reflex.core.ids import LOCAL_OWNER
from cherry_reflex.core.orchestration import Summarize, TakeTurn
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent
from cherry_reflex.engine.history import DIGESTS_CHARS
from tests.engine.conftest import Open
from tests.engine.scripted_workers import Script, Scripted, ScriptedWorkers, fails, says, step


def table(folder: Path, title: str, name: str = "t") -> ArtifactProduced:
    path = folder / f"{name}.parquet"
    duckdb.sql(f"COPY (SELECT i / 7 AS v FROM range(3) t(i)) TO '{path}'")
    meta = {"rows": 3, "columns": ["v"], "name": "anything"}
    content = ArtifactContent(kind="table", title=title, path=path, filename="t.parquet", meta=meta)
    return ArtifactProduced(content=content)


def tells(*events: WorkerEvent) -> Script:
    async def script(_: Scripted) -> AsyncIterator[WorkerEvent]:
        for event in events:
            yield event

    return script


async def test_tables_of_a_digest_get_the_names_that_later_steps_call_them(
    open_engine: Open, tmp_path: Path
) -> None:
    one, two = TableDigest(title="One", name="forged"), TableDigest(title="Two")
    other = TableDigest(title="None such", name="x")
    own = tells(
        table(tmp_path, "One"),
        table(tmp_path, "Two"),
        table(tmp_path, "One"),
        DigestAdded(call="c1", digest=Digest(tables=(one, two))),
        DigestAdded(call="c2", digest=Digest(tables=(one, other))),
    )
    team = ScriptedWorkers([step("a", "a2a:own")], a2a_own=own)
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    lane = view.lane("a")
    assert [ref.meta["name"] for ref in lane.artifacts] == ["result_1", "result_2", "result_3"]
    named = [[one.name for one in digest.tables] for digest in lane.digests]
    assert named == [["result_1", "result_2"], ["result_3", ""]]
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    names = [ref.meta["name"] for ref in view.lane("a").artifacts]
    assert names == ["result_4", "result_5", "result_6"], "they count through the conversation"


async def test_words_of_a_worker_that_tells_no_digest_are_one(open_engine: Open) -> None:
    steps = [step("a", "a2a:other"), step("b", "a2a:long"), step("c", "a2a:silent")]
    team = ScriptedWorkers(
        steps, a2a_other=says("It is ", "42."), a2a_long=says("x" * 5000), a2a_silent=says()
    )
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    assert view.lane("a").digests == [Digest(text="It is 42.")]
    (long,) = view.lane("b").digests
    assert long.text == "x" * 4000 + "\n[1,000 characters left out]"
    assert not view.lane("c").digests and not view.lane("plan").digests
    wanted = team.asked[-1].orchestration
    assert isinstance(wanted, Summarize)
    assert [finding.digests for finding in wanted.findings] == [
        (Digest(text="It is 42."),),
        (long,),
        (),
    ]


@pytest.mark.parametrize("said_before", [False, True])
async def test_a_failure_is_told_once_with_its_reason(open_engine: Open, said_before: bool) -> None:
    error = BadInput("column_unknown", detail="raw", column="x", dataset="d", columns="a, b")
    reason = failure_digest(error.failure())

    async def bad(_: Scripted) -> AsyncIterator[WorkerEvent]:
        if said_before:
            yield DigestAdded(call="c1", digest=reason)
        yield TextDelta(text="half")
        raise error

    team = ScriptedWorkers([step("a", "a2a:bad")], a2a_bad=bad)
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    (told,) = view.lane("a").digests
    assert "a, b" in told.error and told.error.endswith("raw")
    asked = [work.orchestration for work in team.asked]
    (revise,) = [
        wanted for wanted in asked if isinstance(wanted, TakeTurn) and wanted.plan is not None
    ]
    assert revise.findings[0].digests == (told,)


async def test_too_long_a_digest_is_shortened(open_engine: Open) -> None:
    long = Digest(facts=tuple(FactDigest(key="k", params={"v": "x" * 90}) for _ in range(1000)))
    team = ScriptedWorkers([step("a", "a2a:own")], a2a_own=tells(DigestAdded(digest=long)))
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask()), 10)
    (kept,) = view.lane("a").digests
    assert kept.facts_left_out + len(kept.facts) == 1000 and kept.facts_left_out > 900


async def test_the_next_question_knows_what_was_found(open_engine: Open) -> None:
    answers = iter(["first", WorkerFailed("boom"), "third", "fourth"])

    async def worker(_: Scripted) -> AsyncIterator[WorkerEvent]:
        answer = next(answers)
        if isinstance(answer, Exception):
            yield DigestAdded(digest=Digest(text="before it failed"))
            raise answer
        yield DigestAdded(digest=Digest(text=answer))

    team = ScriptedWorkers([step("a", "a2a:own")], a2a_own=worker)
    engine = await open_engine(team)
    await asyncio.wait_for(engine.over(await engine.ask()), 10)
    failed = await engine.ask()
    await asyncio.wait_for(engine.over(failed), 10)
    await engine.runs.retry(LOCAL_OWNER, failed, "a")
    await asyncio.wait_for(engine.over(failed), 10)
    await asyncio.wait_for(engine.over(await engine.ask()), 10)
    turns = team.asked[-1].history
    assert [turn.digests for turn in turns] == [(Digest(text="first"),), (Digest(text="third"),)]


async def test_the_newest_turn_is_told_whole_and_older_ones_while_there_is_room(
    open_engine: Open,
) -> None:
    sizes = iter([1000, 1000, DIGESTS_CHARS - 500, 100])

    async def worker(_: Scripted) -> AsyncIterator[WorkerEvent]:
        yield DigestAdded(digest=Digest(text="x" * next(sizes)))

    team = ScriptedWorkers([step("a", "a2a:own")], a2a_own=worker)
    engine = await open_engine(team)
    for _ in range(4):
        await asyncio.wait_for(engine.over(await engine.ask()), 10)
    told = [sum(len(one.text) for one in turn.digests) for turn in team.asked[-1].history]
    assert told == [0, 0, DIGESTS_CHARS - 500]


async def test_a_failed_worker_is_told_in_english(open_engine: Open) -> None:
    error = WorkerFailed("tool_failed", "why", name="t")
    team = ScriptedWorkers([step("a", "a2a:bad")], a2a_bad=fails(error))
    engine = await open_engine(team)
    view = await asyncio.wait_for(engine.over(await engine.ask("매출은?")), 10)
    assert view.language == "ko"
    assert view.lane("a").digests[0].error.isascii()
