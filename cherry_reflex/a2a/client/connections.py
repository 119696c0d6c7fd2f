"""Connections to agents: httpx's interface over aiohttp, whose parser is compiled. With five
streams the web process needs a quarter less processor time so (`benchmarks/README.md`)."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

_KEPT_S = 15.0


class Connections(AiohttpTransport):
    """Raises httpx's errors. A lost connection is a ReadError, whoever has read what was sent."""

    def __init__(self, most: int) -> None:
        """Open at most `most` connections at once; who needs one more waits."""
        super().__init__(client=partial(_session, most))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; the body of the answer is read by who asked."""
        with _lost():
            response = await super().handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Stream(response.stream)
        return response


class _Stream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _lost():
            async for chunk in self._inner:
                yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def _session(most: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=most,
            keepalive_timeout=_KEPT_S,
            ssl=httpx.create_ssl_context(trust_env=False),
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


@contextmanager
def _lost() -> Iterator[None]:
    """httpx-aiohttp 0.2.0 calls every failure of a connection a ConnectTimeout, as if nothing had
    been sent: then a question would be asked twice."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        cause = error.__cause__
        if isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
            raise
        raise httpx.ReadError(str(error)) from cause
