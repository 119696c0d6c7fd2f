"""A server of scripted agents and the client of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.a2a.client.workers import A2AWorkers
from cherry_reflex.a2a.server.endpoint import agents_app
from cherry_reflex.a2a.server.executor import Limits
from cherry_reflex.core.events import TextDelta
from cherry_reflex.core.worker import WorkerEvent, WorkerRequest
from cherry_reflex.settings import Settings
from tests.doubles.scripted_agents import Doing, scripted
from tests.doubles.serving import listening, serving

Connect = Callable[..., Awaitable[A2AWorkers]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, agent_silence_s=2, reconnect_s=2)


@pytest.fixture
async def connect(settings: Settings) -> AsyncIterator[Connect]:
    """Serve agents, given as name=what it does, and connect to them as our own."""
    async with AsyncExitStack() as stack:

        async def connected(limits: Limits | None = None, **doings: Doing) -> A2AWorkers:
            bound, url = listening()
            agents = [scripted(name, doing) for name, doing in doings.items()]
            app = agents_app(agents, url, data_dir=settings.data_dir, limits=limits)
            await stack.enter_async_context(serving(app, bound))

            async def own_url() -> str:
                return url

            return await stack.enter_async_context(A2AWorkers(settings, own_url=own_url))

        yield connected


async def gather_events(
    workers: Any, asked: WorkerRequest, into: list[WorkerEvent] | None = None
) -> list[WorkerEvent]:
    """Return all events; into `into` as they come, which is kept when it fails."""
    events: list[WorkerEvent] = [] if into is None else into
    async for item in workers.call(asked).events():
        events.append(item)
    return events


def words(events: list[WorkerEvent]) -> str:
    return "".join(item.text for item in events if isinstance(item, TextDelta))
