"""A TCP proxy whose network can die without a word, as a laptop's does under a closed lid."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class FreezingProxy:
    """Forwards to a server. While it is frozen nothing is forwarded in either direction and
    nothing is closed: new connections are taken and lead nowhere. `cut()` resets all."""

    def __init__(self, target: str, port: int) -> None:
        parts = urlsplit(target)
        self._host, self._there = str(parts.hostname), int(parts.port or 0)
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["FreezingProxy"]:
        """Listen."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        try:
            yield self
        finally:
            server.close()
            self.cut()

    def freeze(self) -> None:
        """Swallow everything from now on."""
        self._flows.clear()

    def thaw(self, *, old_ones_too: bool = False) -> None:
        """Let new connections through. The old ones are dead, as after a change of network, unless
        `old_ones_too`."""
        if not old_ones_too:
            self.cut()
        self._flows.set()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        await self._flows.wait()
        try:
            there_reader, there = await asyncio.open_connection(self._host, self._there)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(there)
        pumps = [
            asyncio.create_task(self._pump(reader, there)),
            asyncio.create_task(self._pump(there_reader, writer)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for one in (writer, there):
            one.transport.abort()
            self._writers.discard(one)
        for pump in pumps:
            pump.cancel()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
