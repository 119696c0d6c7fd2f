"""The log: in order, once, committed before it is shown, and read again after a restart."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from cherry_reflex.core.errors import Conflict, Unavailable
from cherry_reflex.core.events import (
    Record,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    TextDelta,
    ToolCalled,
)
from cherry_reflex.store import event_log
from cherry_reflex.store.database import Database
from cherry_reflex.store.event_log import PENDING_CHARS, EventLog
from cherry_reflex.store.feed import RING, RING_CHARS


async def test_texts_of_lanes_arrive_whole_and_in_order(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log = EventLog(database)
        for n in range(3000):
            await log.post("c", "r", TextDelta(step=f"s{n % 3}", text=f"tok{n} "))
            if n % 50 == 0:
                await asyncio.sleep(0)
        await log.append("c", "r", RunFinished())
        view = await log.view("c", "r")
        for lane in range(3):
            expected = "".join(f"tok{n} " for n in range(3000) if n % 3 == lane)
            assert view.lane(f"s{lane}").text == expected
        records = await log.read("c", limit=10_000)
        assert [r.seq for r in records] == list(range(1, len(records) + 1))
        assert len(records) < 3000, "what waits for the disk is merged"


async def test_text_is_added_to_what_waits_of_its_lane_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Database(tmp_path) as database:
        log = EventLog(database)
        assert not log.add("r", "a", "0"), "nothing waits"
        await log.post("c", "r", TextDelta(step="a", text="1"))
        assert log.add("r", "a", "2")
        assert not log.add("r", "b", "3")
        assert not log.add("other", "a", "3")
        await log.post("c", "r", StepFinished(step="a"))
        assert not log.add("r", "a", "3"), "the lane has gone on"
        await log.settle()
        assert not log.add("r", "a", "3"), "it is written"
        assert [r.event for r in await log.read("c")] == [
            TextDelta(step="a", text="12"),
            StepFinished(step="a"),
        ]
        monkeypatch.setattr(event_log, "PENDING_CHARS", 10)
        await log.post("c", "r", TextDelta(step="a", text="4"))
        assert log.add("r", "a", "5" * 10)
        assert not log.add("r", "a", "6"), "much waits: `post` has to wait as well"
        await log.settle()
        assert (await log.read("c"))[-1].event == TextDelta(step="a", text="4" + "5" * 10)


async def test_text_is_not_merged_across_another_event_of_its_lane(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log = EventLog(database)
        await log.post("c", "r", TextDelta(step="a", text="1"))
        await log.post("c", "r", StepStarted(step="a", worker="a2a:x", attempt=2))
        await log.post("c", "r", TextDelta(step="a", text="2"))
        await log.settle()
        kinds = [r.event.type for r in await log.read("c")]
        assert kinds == ["text_delta", "step_started", "text_delta"]


async def test_a_follower_sees_the_past_the_mark_and_the_present(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log = EventLog(database)
        await log.append("c", "r", RunStarted(question="q"))
        seen: list[str] = []
        marked = asyncio.Event()

        async def follow() -> None:
            async for batch in log.follow("c"):
                if not batch:
                    marked.set()
                seen.extend(record.event.type for record in batch)
                if seen[-1] == "run_finished":
                    return

        task = asyncio.create_task(follow())
        await asyncio.wait_for(marked.wait(), 5)
        assert seen == ["run_started"]
        await log.append("c", "r", RunFinished())
        await asyncio.wait_for(task, 5)
        assert seen == ["run_started", "run_finished"]


async def test_a_slow_follower_misses_nothing(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log = EventLog(database)
        follower = log.follow("c")
        assert await anext(follower) == []
        total = RING * 3
        for n in range(total):
            await log.append("c", "r", StepStarted(step=f"s{n}", worker="a2a:x"))
        seen: list[Record] = []
        while len(seen) < total:
            seen += await asyncio.wait_for(anext(follower), 5)
        assert [record.seq for record in seen] == list(range(1, total + 1))
        await follower.aclose()  # type: ignore[attr-defined]


async def test_what_was_appended_is_there_after_a_restart(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        record = await EventLog(database).append("c", "r", RunStarted(question="q"))
    async with Database(tmp_path) as database:
        log = EventLog(database)
        assert await log.read("c") == [record]
        assert (await log.append("c", "r", RunFinished())).seq == record.seq + 1


async def test_a_failed_commit_writes_nothing_and_leaves_no_gap(tmp_path: Path) -> None:
    def broken(connection: Connection, _: int) -> None:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    async with Database(tmp_path) as database:
        log = EventLog(database)
        await log.append("c", "r", RunStarted(question="q"))
        with pytest.raises(Unavailable):
            await log.append("c", "r", StepStarted(step="a", worker="a2a:x"), broken)
        record = await log.append("c", "r", RunFinished())
        assert record.seq == 2


async def test_two_programs_cannot_share_a_folder(tmp_path: Path) -> None:
    async with Database(tmp_path):
        with pytest.raises(Conflict, match="data_in_use"):
            await Database(tmp_path).__aenter__()


async def test_after_a_gap_the_lane_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log = EventLog(database)
        broken = True
        write = database.write

        async def failing(change: Any, **how: Any) -> Any:
            if broken:
                raise Unavailable("storage_full")
            return await write(change, **how)

        database.write = failing  # type: ignore[method-assign]
        await log.post("c", "r", TextDelta(step="s1", text="lost"))
        await log.settle()
        broken = False
        await log.post("c", "r", TextDelta(step="s2", text="kept"))
        with pytest.raises(Unavailable, match="storage_full"):
            await log.append("c", "r", StepFinished(step="s1"))
        await log.append("c", "r", StepFinished(step="s2"))
        kept = [record.event.type for record in await log.read("c")]
        assert kept == ["text_delta", "step_finished"]


async def test_a_loss_that_nobody_was_told_of_is_the_runs(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log = EventLog(database)
        assert log.lost("r") is None
        await log.settle()
        write = database.write

        async def full(change: Any, **how: Any) -> Any:
            raise Unavailable("storage_full")

        database.write = full  # type: ignore[method-assign]
        await log.post("c", "r", TextDelta(step="s1", text="lost"))
        await log.settle()
        database.write = write  # type: ignore[method-assign]
        cause = log.lost("r")
        assert cause is not None and cause.code == "storage_full"
        assert log.lost("r") is None


async def test_one_that_cannot_be_written_fails_alone(tmp_path: Path) -> None:
    """Also when it is written together with others."""

    def broken(connection: Connection, _: int) -> None:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    async with Database(tmp_path) as database:
        log = EventLog(database)
        for n in range(20):
            await log.post("c", "r", TextDelta(step=f"s{n}", text=f"tok{n} "))
        bad = asyncio.create_task(log.append("c", "bad", RunStarted(question="q"), broken))
        ugly = asyncio.create_task(
            log.append("c", "ugly", ToolCalled(step="s", call="1", name="n", arguments={"x": {1}}))
        )
        odd = ToolCalled(step="s", call="1", name="n", arguments={"x": object()})
        worse = asyncio.create_task(log.append("d", "worse", odd))
        good = asyncio.create_task(log.append("c", "r", RunFinished()))
        with pytest.raises(Unavailable, match="storage_broken"):
            await bad
        await ugly
        with pytest.raises(Unavailable, match="event_broken"):
            await worse
        await good
        records = await log.read("c")
        assert [record.seq for record in records] == list(range(1, len(records) + 1))
        texts = [r.event.text for r in records if isinstance(r.event, TextDelta)]
        assert texts == [f"tok{n} " for n in range(20)]
        assert log.lost("r") is None


async def test_what_is_shown_is_what_is_stored(tmp_path: Path) -> None:
    """Half characters and NaN are nothing that JSON can hold."""
    odd = ToolCalled(
        step="s", call="1", name="n", arguments={"x": float("nan"), "\ud83d": ["\ud83d"]}
    )
    async with Database(tmp_path) as database:
        log = EventLog(database)
        follower = log.follow("c")
        assert await anext(follower) == []
        await log.post("c", "r", odd)
        await log.post("c", "r", TextDelta(step="s", text="a\x00b\ud83d"))
        await log.post("c", "r", TextDelta(step="s", text="\ude00"))
        await log.settle()
        shown = await anext(follower)
        assert shown == await log.read("c")
        arguments = shown[0].event.model_dump()["arguments"]
        assert arguments == {"x": None, "\ufffd": ["\ufffd"]}
        assert shown[1].event == TextDelta(step="s", text="a\x00b😀")
        await follower.aclose()  # type: ignore[attr-defined]


async def test_long_records_are_not_kept_in_memory(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log = EventLog(database)
        follower = log.follow("c")
        assert await anext(follower) == []
        for n in range(30):
            await log.append("c", "r", TextDelta(step=f"s{n}", text="x" * 1_000_000))
        (feed,) = log._feeds.of.values()
        assert sum(len(r.event.model_dump_json()) for r in feed.ring) <= 2 * RING_CHARS
        batch = await anext(follower)
        assert len(batch) < 12, "of what was missed, not everything at once"
        seen = batch
        while len(seen) < 30:
            seen = seen + await anext(follower)
        assert [record.seq for record in seen] == list(range(1, 31))
        await follower.aclose()  # type: ignore[attr-defined]


async def test_much_that_waits_for_the_disk_makes_its_writer_wait(tmp_path: Path) -> None:
    async with Database(tmp_path) as database:
        log = EventLog(database)
        go = asyncio.Event()
        write = database.write

        async def held(change: Any, **how: Any) -> Any:
            await go.wait()
            return await write(change, **how)

        database.write = held  # type: ignore[method-assign]
        piece = "x" * (PENDING_CHARS // 8)
        said = 0

        async def say() -> None:
            nonlocal said
            for said in range(1, 33):  # noqa: B007
                await log.post("c", "r", TextDelta(step="s", text=piece))

        saying = asyncio.create_task(say())
        done, _ = await asyncio.wait({saying}, timeout=0.2)
        assert not done and said < 20
        go.set()
        await asyncio.wait_for(saying, 20)
        await log.settle()
        assert (await log.view("c", "r")).lane("s").text == piece * 32
