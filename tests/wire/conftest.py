"""A server of scripted agents and the client of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.work import News, Said, Work
from cherry_reflex.settings import Settings
from cherry_reflex.wire.a2a.client import A2AWorkers
from cherry_reflex.wire.a2a.executor import Limits
from cherry_reflex.wire.a2a.server import agents_app
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


def work(worker: str, request: str = "go", **more: Any) -> Work:
    return Work(
        conversation_id="c1", run_id="r1", step_id="s1", worker=worker, request=request, **more
    )


async def gather_news(workers: Any, asked: Work, into: list[News] | None = None) -> list[News]:
    """Return all news; into `into` as they come, which is kept when it fails."""
    news: list[News] = [] if into is None else into
    async for item in workers.engage(asked).news():
        news.append(item)
    return news


def words(news: list[News]) -> str:
    return "".join(item.text for item in news if isinstance(item, Said))
