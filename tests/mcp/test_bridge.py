"""Tools in real processes: what they say, and what happens when they misbehave."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.digest import Digest
from cherry_reflex.core.errors import (
    BadInput,
    CherryError,
    LimitExceeded,
    NotFound,
    ProtocolBroken,
    Unavailable,
    WorkerFailed,
)
from cherry_reflex.core.events import DigestAdded, OutputLine, StatusChanged, TextDelta
from cherry_reflex.core.roster import Roster
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent
from cherry_reflex.mcp.client.bridge import McpWorkers
from cherry_reflex.mcp.client.config import ServerConfig, own_servers
from cherry_reflex.settings import Settings
from tests.doubles.worker_calls import gather_events, words
from tests.doubles.worker_request import worker_request

ROOT = Path(__file__).parents[2]
RAW = ServerConfig(
    name="raw", command=sys.executable, args=(str(ROOT / "tests/doubles/raw_mcp.py"),)
)
Open = Callable[..., Awaitable[McpWorkers]]


def arithmetic(settings: Settings) -> ServerConfig:
    """Return our own kind of server, started as own_servers starts them."""
    like = own_servers(settings, ROOT / "cherry_reflex" / "i18n")[0]  # any module names one
    return like.model_copy(
        update={"name": "arithmetic", "args": ("-m", "tests.doubles.operation_server")}
    )


@pytest.fixture
async def opened(settings: Settings) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def open_workers(*servers: ServerConfig, **changed: Any) -> McpWorkers:
            fitted = settings.model_copy(update=changed)
            return await stack.enter_async_context(McpWorkers(fitted, servers=servers or (RAW,)))

        yield open_workers


@pytest.fixture
def sales(tmp_path: Path) -> Dataset:
    path = tmp_path / "sales.parquet"
    duckdb.sql(
        f"COPY (SELECT 'r' || (i % 3) AS region, i AS amount FROM range(100) t(i)) TO '{path}'"
    )
    columns = (Column(name="region", type="category"), Column(name="amount", type="integer"))
    return Dataset(id="d1", name="판매", uri=f"file://{path}", rows=100, columns=columns)


def call(tool: str, server: str = "raw", **arguments: Any) -> Any:
    return worker_request(f"mcp:{server}/{tool}", arguments=arguments)


def shown(events: list[WorkerEvent]) -> list[ArtifactProduced]:
    return [item for item in events if isinstance(item, ArtifactProduced)]


async def test_what_is_handed_over_arrives_before_the_rest_is_made(
    opened: Open, settings: Settings, sales: Dataset, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    workers = await opened(arithmetic(settings))
    asked = worker_request("mcp:arithmetic/gated", datasets=(sales,), arguments={"gate": str(gate)})
    told: list[str] = []
    async for item in workers.call_events(asked):
        if isinstance(item, StatusChanged):
            told.append(item.text)
        elif isinstance(item, ArtifactProduced):
            told.append(f"{item.content.title} {item.content.meta['code']}")
            if item.content.title == "first":
                # The second part does not exist yet: this makes it.
                await asyncio.to_thread(gate.write_bytes, b"2")
    assert told[1:] == ["first part", "first one", "second part", "second all"]


async def test_the_roster_has_every_function(opened: Open) -> None:
    missing = ServerConfig(name="missing", command="/does/not/exist")
    found = {entry.name: entry for entry in await (await opened(RAW, missing)).entries()}
    assert found["raw"].healthy
    assert found["raw"].description == "does as told"
    assert "echo" in [function.name for function in found["raw"].tools]
    assert not found["missing"].healthy
    assert found["missing"].problem == "tool_not_started"


async def test_an_own_operation_end_to_end(
    opened: Open, settings: Settings, sales: Dataset
) -> None:
    workers = await opened(arithmetic(settings))
    (entry,) = await workers.entries()
    schema = entry.tools[0].input_schema
    assert schema["properties"]["column"]["x-column"] == ["number", "integer"]
    assert schema["examples"] == ["매출 합계", "total sales"]
    asked = worker_request(
        "mcp:arithmetic/total",
        language="ko",
        datasets=(sales,),
        arguments={"column": "amount", "dataset": "dataset:판매"},
    )
    events = await gather_events(workers, asked)
    (artifact,) = shown(events)
    assert read_bytes(artifact.content) == b"4950"
    assert artifact.content.meta["language"] == "sql"
    assert any(isinstance(item, StatusChanged) and "total" in item.text for item in events)
    assert events[-1] == DigestAdded(digest=Digest(others=("text: Total",)))


async def test_an_own_operation_says_why_it_does_not_fit(
    opened: Open, settings: Settings, sales: Dataset
) -> None:
    workers = await opened(arithmetic(settings))
    with pytest.raises(WorkerFailed) as caught:
        await gather_events(
            workers,
            worker_request(
                "mcp:arithmetic/total", datasets=(sales,), arguments={"column": "region"}
            ),
        )
    assert caught.value.code == "column_type"
    with pytest.raises(BadInput) as invalid:
        await gather_events(
            workers,
            worker_request("mcp:arithmetic/total", datasets=(sales,), arguments={"column": 5}),
        )
    assert invalid.value.code == "arguments_invalid"


async def test_memory_is_limited(opened: Open, settings: Settings, sales: Dataset) -> None:
    workers = await opened(arithmetic(settings))
    with pytest.raises(CherryError) as caught:
        await gather_events(workers, worker_request("mcp:arithmetic/hungry", datasets=(sales,)))
    assert caught.value.code == "analysis_memory"


async def test_datasets_become_files_in_any_argument(opened: Open, sales: Dataset) -> None:
    asked = worker_request(
        "mcp:raw/echo",
        datasets=(sales,),
        arguments={"deep": [{"path": "dataset:d1"}], "other": "dataset"},
    )
    events = await gather_events(await opened(), asked)
    assert json.loads(words(events)) == {"deep": [{"path": sales.uri}], "other": "dataset"}
    (structured,) = shown(events)
    assert structured.content.media_type == "application/json"
    got = {"deep": [{"path": sales.uri}], "other": "dataset"}
    told = f"{json.dumps(got)}\n\n{json.dumps({'got': got})}"
    assert events[-1] == DigestAdded(digest=Digest(text=told)), "words and data of others"


async def test_long_words_of_others_are_cut_and_that_is_said(opened: Open) -> None:
    events = await gather_events(await opened(), call("echo", long="x" * 9_000))
    assert isinstance(events[-1], DigestAdded)
    assert len(events[-1].digest.text) < 4_100
    assert events[-1].digest.text.endswith("characters left out]")


async def test_numbered_progress_arrives_in_order_once(opened: Open) -> None:
    events = await gather_events(await opened(), call("count", to=3000))
    told = [item.text for item in events if isinstance(item, StatusChanged)]
    assert told == [f"tok{number}" for number in range(1, 3001)]


async def test_stray_output_is_news_and_breaks_nothing(opened: Open) -> None:
    events = await gather_events(await opened(), call("garbage"))
    lines = [item.text for item in events if isinstance(item, OutputLine)]
    assert "plain words" in lines
    assert "{broken json" in lines
    assert "\ufffd\ufffd not utf-8" in lines
    assert words(events) == "survived"


async def test_a_flood_of_lines_is_bounded(opened: Open) -> None:
    events = await gather_events(await opened(), call("chatter"))
    lines = [item.text for item in events if isinstance(item, OutputLine)]
    assert lines == [f"line {number}" for number in range(2000)]
    assert words(events) == "enough"


@pytest.mark.parametrize(
    ("tool", "kind", "code"),
    [
        ("crash", WorkerFailed, "tool_crashed"),
        ("hang", WorkerFailed, "tool_too_long"),
        ("wrong_id", WorkerFailed, "tool_too_long"),
        ("endless", LimitExceeded, "tool_line_too_large"),
        ("not_json_rpc", ProtocolBroken, "tool_malformed"),
        ("refuse", WorkerFailed, "tool_refused"),
        ("fail", WorkerFailed, "tool_failed"),
    ],
)
async def test_a_tool_that_misbehaves_fails_alone(
    opened: Open, tool: str, kind: type[CherryError], code: str
) -> None:
    workers = await opened(tool_call_s=1.0)
    await workers.entries()
    with pytest.raises(kind) as caught:
        await gather_events(workers, call(tool))
    assert caught.value.code == code
    assert words(await gather_events(workers, call("echo", n=1))) == '{"n": 1}'


async def test_an_unknown_function_is_not_found(opened: Open) -> None:
    with pytest.raises(NotFound):
        await gather_events(await opened(), call("nothing"))


async def test_cancelling_kills_the_process_and_what_it_started(opened: Open) -> None:
    workers = await opened()
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def listen() -> None:
        async for item in workers.call(call("grandchild")).events():
            if isinstance(item, OutputLine) and item.text.isdigit():
                started.set_result(int(item.text))

    listener = asyncio.create_task(listen())
    child = psutil.Process(await asyncio.wait_for(started, 20))
    parent = child.parent()
    listener.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listener
    _, alive = await asyncio.to_thread(psutil.wait_procs, [child, parent], 5)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]
    assert words(await gather_events(workers, call("echo", n=1))) == '{"n": 1}'


async def test_at_most_so_many_processes_and_none_when_idle(opened: Open) -> None:
    workers = await opened(tool_processes=2, tool_idle_s=0.2)
    pool = workers.pool("raw")
    sizes: list[int] = []

    async def one(number: int) -> str:
        events = await gather_events(workers, call("count", to=number))
        sizes.append(pool.size)
        return words(events)

    assert await asyncio.gather(*(one(n) for n in range(1, 7))) == ["counted"] * 6
    assert max(sizes) == 2
    async with asyncio.timeout(10):
        while pool.size:  # noqa: ASYNC110 - the reaper has its own clock
            await asyncio.sleep(0.05)


async def test_a_process_that_left_is_replaced(opened: Open) -> None:
    workers = await opened()
    first = words(await gather_events(workers, call("leave")))
    await asyncio.to_thread(_gone, int(first))
    second = words(await gather_events(workers, call("leave")))
    assert first.isdigit()
    assert second.isdigit()
    assert first != second


def _gone(pid: int) -> None:
    """Wait until a process has ended (a child that nobody reaped yet counts)."""
    try:
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
    except psutil.NoSuchProcess:
        return


async def test_the_words_of_a_crash_are_kept(opened: Open) -> None:
    events: list[WorkerEvent] = []
    with pytest.raises(WorkerFailed) as caught:
        await gather_events(await opened(), call("crash"), events)
    assert "about to crash" in caught.value.detail
    assert not [item for item in events if isinstance(item, TextDelta)]


async def test_tools_that_changed_are_asked_for_again(opened: Open, settings: Settings) -> None:
    workers = await opened(tool_processes=1)
    (entry,) = await workers.entries(fresh=True)
    assert entry.healthy
    assert words(await gather_events(workers, call("turn"))) == "turned"
    with pytest.raises(Unavailable, match="tool_changed"):
        await gather_events(workers, call("echo"))
    (entry,) = await workers.entries()
    assert (entry.healthy, entry.problem) == (False, "tool_changed")
    assert "sends your files away" in entry.tools[0].description, "the person must see it"
    assert Roster(tools=(entry,)).workers() == {}, "no plan may name it"
    with pytest.raises(NotFound):
        await workers.agree("another")
    assert (await workers.agree("raw")).healthy
    assert words(await gather_events(workers, call("echo", got=1)))

    # It holds over a restart: here the process says again what it said at first.
    again = await opened()
    (entry,) = await again.entries(fresh=True)
    assert entry.problem == "tool_changed"
    # Another command is another server.
    other = RAW.model_copy(update={"args": ("-B", *RAW.args)})
    (entry,) = await (await opened(other)).entries(fresh=True)
    assert entry.healthy
