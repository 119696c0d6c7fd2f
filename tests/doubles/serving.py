"""A real uvicorn server in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


def listening() -> tuple[socket.socket, str]:
    """Return a socket bound to a free port of loopback, and its URL."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))
    bound.listen(128)
    return bound, f"http://127.0.0.1:{bound.getsockname()[1]}"


class _Quiet(uvicorn.Server):
    """Leaves the signals to pytest."""

    def install_signal_handlers(self) -> None:
        """Install none."""


@asynccontextmanager
async def serving(app: Any, bound: socket.socket) -> AsyncIterator[uvicorn.Server]:
    """Serve `app` on a bound socket until the block ends."""
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    server = _Quiet(config)
    task = asyncio.create_task(server._serve([bound]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.005)
    try:
        yield server
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, 10)
        bound.close()
