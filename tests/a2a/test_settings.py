"""What the operator sets for agents has its effect."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from cherry_reflex.a2a.client.workers import A2AWorkers
from cherry_reflex.a2a.server.endpoint import agents_app
from cherry_reflex.a2a.server.executor import Limits
from cherry_reflex.core.agent import AgentContext
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import WorkerFailed
from cherry_reflex.core.events import InputRequested
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.settings import Settings
from tests.doubles.raw_agent import Item, RawAgent, chunk, state, task
from tests.doubles.scripted_agents import scripted
from tests.doubles.serving import listening, serving
from tests.doubles.worker_calls import Connect, gather_events, words
from tests.doubles.worker_request import worker_request

CALLS = 4


@pytest.mark.parametrize(("most", "together"), [(2, 2), (50, CALLS)])
async def test_so_many_connections_to_agents(settings: Settings, most: int, together: int) -> None:
    """The calls beyond them wait, and are answered as well."""
    open_now, peak, all_here = 0, 0, asyncio.Event()

    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        nonlocal open_now, peak
        open_now += 1
        peak = max(peak, open_now)
        if open_now == together:
            all_here.set()
        await all_here.wait()
        yield {"task": task()}
        yield chunk("done", append=False)
        open_now -= 1
        yield state("COMPLETED")

    bound, url = listening()
    fitted = settings.model_copy(update={"agent_connections": most, "agent_silence_s": 20})
    async with (
        serving(RawAgent(script).app(url), bound),
        A2AWorkers(fitted) as workers,
        asyncio.timeout(20),
    ):
        await workers.add(url)
        calls = (gather_events(workers, worker_request("a2a:raw_agent")) for _ in range(CALLS))
        assert [words(events) for events in await asyncio.gather(*calls)] == ["done"] * CALLS
    assert peak == together


@pytest.mark.parametrize(("kept_s", "again"), [(300, False), (0, True)])
async def test_cards_are_kept_so_long(settings: Settings, kept_s: float, again: bool) -> None:
    read = asyncio.Event()

    async def script(agent: RawAgent, asked: dict[str, Any]) -> AsyncIterator[Item]:
        yield state("COMPLETED")

    bound, url = listening()
    inner = RawAgent(script).app(url)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].endswith("card.json"):
            read.set()
        await inner(scope, receive, send)

    async with (
        serving(app, bound),
        A2AWorkers(settings.model_copy(update={"card_cache_s": kept_s})) as workers,
        asyncio.timeout(20),
    ):
        await workers.add(url)
        read.clear()
        await workers.entries()
        if again:
            await read.wait()
        # One that is asked for fresh is read in any case, after what was read before it.
        held = read.is_set()
        await workers.entries(fresh=True)
        assert (held, read.is_set()) == (again, True)


@pytest.mark.parametrize(("buffer", "whole"), [(16, False), (1024, True)])
async def test_so_many_events_wait_for_a_listener(
    settings: Settings, buffer: int, whole: bool
) -> None:
    """One who does not read meanwhile gets the end only while that fits."""
    said = asyncio.Event()

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        for number in range(200):
            await context.show(ArtifactContent(kind="file", title=f"{number}", data=b"x" * 100_000))
        said.set()

    bound, url = listening()
    limits = Limits.of(settings.model_copy(update={"agent_buffer": buffer}))
    app = agents_app([scripted("giver", doing)], url, data_dir=settings.data_dir, limits=limits)
    body = (
        b'{"jsonrpc":"2.0","id":"1","method":"SendStreamingMessage","params":{"message":'
        b'{"messageId":"m","role":"ROLE_USER","parts":[{"text":"go"}]}}}'
    )
    head = (
        "POST /agents/giver/ HTTP/1.1\r\nHost: agents\r\nContent-Type: application/json\r\n"
        f"A2A-Version: 1.0\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    async with serving(app, bound), asyncio.timeout(60):
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect(("127.0.0.1", urlsplit(url).port or 0))
            slow.setblocking(False)
            reader, writer = await asyncio.open_connection(sock=slow, limit=4096)
            writer.write(head.encode() + body)
            await said.wait()
            got = await reader.read()
            writer.close()
    assert b"TASK_STATE_SUBMITTED" in got
    assert (b"TASK_STATE_COMPLETED" in got) is whole
    assert (len(re.findall(rb'"artifactUpdate"', got)) == 200) is whole


async def test_an_idle_task_is_given_up(settings: Settings, connect: Connect) -> None:
    """One that waits for an answer, after `session_idle_s`."""
    given_up = asyncio.Event()

    async def doing(asked: WorkerRequest, context: AgentContext) -> None:
        try:
            await context.ask("Which?")
        except asyncio.CancelledError:
            given_up.set()
            raise

    limits = Limits.of(settings.model_copy(update={"session_idle_s": 0.2}))
    workers = await connect(limits, curious=doing)
    call = workers.call(worker_request("a2a:curious"))
    async with asyncio.timeout(20), AsyncExitStack() as stack:
        events = call.events()
        stack.push_async_callback(events.aclose)  # type: ignore[attr-defined]
        assert isinstance(await anext(events), InputRequested)
        await given_up.wait()
        await call.answer("this")
        with pytest.raises(WorkerFailed, match="agent_forgot"):
            await anext(events)


def test_limits_are_the_operators(settings: Settings) -> None:
    assert Limits.of(Settings(_env_file=None)) == Limits()
    own = {"agent_total_s": 7.0, "session_idle_s": 8.0, "agent_silence_s": 9.0, "agent_buffer": 99}
    limits = Limits.of(settings.model_copy(update=own))
    assert limits == Limits(total_s=7, answer_s=8, beat_s=3, buffer=99)
