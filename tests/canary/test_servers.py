"""uvicorn and sse-starlette: the life of a server, and the end of a stream."""

import asyncio
import inspect
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import uvicorn
from sse_starlette import EventSourceResponse, ServerSentEvent

from tests.canary.needed_by import needed_by

WAIT_S = 10


class Watched(uvicorn.Server):
    """Notes what is called, in order."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.called: list[str] = []
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        self.called.append("signals")
        yield
        self.called.append("no signals")

    async def startup(self, sockets: Any = None) -> None:
        self.called.append("startup")
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: Any = None) -> None:
        self.called.append("shutdown")
        await super().shutdown(sockets)


class App:
    """Answers, as an app that a factory returns."""

    def __call__(self) -> Any:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        return answer


async def test_a_server_lives_by_the_methods_that_are_overridden() -> None:
    with needed_by("cherry_reflex/web/server.py", "the life of uvicorn.Server"):
        config = uvicorn.Config(
            App(),
            factory=True,
            port=0,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
            ws_max_size=1_000_000,
            ws_per_message_deflate=False,
        )
        server = Watched(config)
        serving = asyncio.create_task(server.serve())
        async with asyncio.timeout(WAIT_S):
            await server.listening.wait()
            assert server.started
            server.handle_exit(signal.SIGTERM, None)
            await serving
        assert server.called == ["signals", "startup", "shutdown", "no signals"]
        assert server.started
        assert server.should_exit


def test_the_bound_sockets_are_handed_to_startup() -> None:
    with needed_by("cherry_reflex/agents_server.py", "uvicorn.Server.startup(sockets)"):
        assert "sockets" in inspect.signature(uvicorn.Server.startup).parameters
        assert "sockets" in inspect.signature(uvicorn.Server.serve).parameters


async def test_a_stream_may_finish_when_the_server_ends() -> None:
    with needed_by("cherry_reflex/api/routes/runs.py", "shutdown_event of EventSourceResponse"):
        ending, sent = anyio.Event(), list[bytes]()

        async def stream() -> AsyncIterator[ServerSentEvent]:
            yield ServerSentEvent(id="1", event="first", data="x")
            await ending.wait()
            yield ServerSentEvent(id="2", event="last", data="y")

        answer = EventSourceResponse(
            stream(), ping=15, sep="\n", shutdown_event=ending, shutdown_grace_period=5
        )

        async def receive() -> Any:
            await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message.get("body", b""))
            if b"first" in sent[-1]:
                # What the library's watcher does when uvicorn has been told to end.
                ending.set()

        async with asyncio.timeout(WAIT_S):
            await answer({"type": "http", "method": "GET", "headers": []}, receive, send)
        said = " ".join(b"".join(sent).decode().split())
        assert said == "id: 1 event: first data: x id: 2 event: last data: y"
