"""The processes of one MCP server: made on demand, a few at most, ended when idle."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from cherry_reflex.mcp.client.config import ServerConfig
from cherry_reflex.mcp.client.connection import Connection

_log = logging.getLogger(__name__)


class ProcessPool:
    """One call at a time goes through a process: that isolates calls from each other's crashes
    and hangs, and uses several processors. A broken process is replaced by the next call."""

    def __init__(
        self,
        config: ServerConfig,
        *,
        most: int,
        idle_s: float,
        start_s: float,
        line_bytes_max: int,
        chunk_bytes: int,
        private_urls: bool = True,
    ) -> None:
        self.config = config
        self._private_urls = private_urls
        self._idle_s, self._start_s = idle_s, start_s
        self._line_bytes_max, self._chunk_bytes = line_bytes_max, chunk_bytes
        self._free = asyncio.Semaphore(most)
        self._idle: list[Connection] = []
        self._busy: set[Connection] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._reaper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._reaper = asyncio.create_task(self._reap())
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reaper
        for connection in [*self._idle, *self._busy]:
            self._close(connection)
        self._idle.clear()
        if self._closing:
            await asyncio.wait(self._closing)

    @property
    def size(self) -> int:
        """How many processes there are."""
        return len(self._idle) + len(self._busy)

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Connection]:
        """Give a connection to one caller, waiting while all are busy.

        Raises what Connection.open raises.
        """
        async with self._free:
            connection = self._take() or self._new()
            self._busy.add(connection)
            try:
                if not connection.opened:
                    await connection.open()
                yield connection
            except BaseException:
                # Whether it still obeys is unknown after a failed or cancelled call.
                if connection.busy:
                    connection.kill()
                raise
            finally:
                self._busy.discard(connection)
                if connection.broken or not connection.opened:
                    self._close(connection)
                else:
                    connection.idle_since = time.monotonic()
                    self._idle.append(connection)

    def _take(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.opened and not connection.broken:
                return connection
            connection.broken = True
            self._close(connection)
        return None

    def _new(self) -> Connection:
        return Connection(
            self.config,
            start_s=self._start_s,
            line_bytes_max=self._line_bytes_max,
            chunk_bytes=self._chunk_bytes,
            private_urls=self._private_urls,
        )

    def _close(self, connection: Connection) -> None:
        """Close in the background: a cancelled caller must not wait for a process to end."""
        if connection.broken:
            connection.kill()
        task = asyncio.get_running_loop().create_task(connection.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _reap(self) -> None:
        """End processes that nobody used for `idle_s` seconds."""
        while True:
            await asyncio.sleep(max(0.05, min(self._idle_s / 4, 10.0)))
            now = time.monotonic()
            for connection in [c for c in self._idle if now - c.idle_since >= self._idle_s]:
                self._idle.remove(connection)
                self._close(connection)
