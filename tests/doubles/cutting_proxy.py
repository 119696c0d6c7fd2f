"""A TCP proxy that cuts each connection after so many bytes, so often."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class CuttingProxy:
    """Forwards to a server; the first `cuts` connections that carry more than `after_bytes` back
    are cut in the middle."""

    def __init__(self, target: str, *, after_bytes: int, cuts: int) -> None:
        parts = urlsplit(target)
        self._host, self._port = str(parts.hostname), int(parts.port or 0)
        self._after_bytes, self.cuts_left = after_bytes, cuts
        self._writers: set[asyncio.StreamWriter] = set()
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Listen; gives the URL."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there = await asyncio.open_connection(self._host, self._port)
        self._writers |= {writer, there}
        forth = asyncio.create_task(self._pump(reader, there, cutting=False))
        await self._pump(there_reader, writer, cutting=True)
        forth.cancel()
        for one in (writer, there):
            one.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, cutting: bool
    ) -> None:
        passed = 0
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while data := await reader.read(512):
                passed += len(data)
                if cutting and self.cuts_left > 0 and passed > self._after_bytes:
                    self.cuts_left -= 1
                    return
                writer.write(data)
                await writer.drain()
