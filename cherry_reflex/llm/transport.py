"""The guard between us and a model's HTTP: a limit of bytes, no redirects, addresses checked.

The client libraries buffer a line of any length; so bytes are counted before they see them.
Imported late: it needs the HTTP library of the model clients.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator

import httpx2

from cherry_reflex.core.errors import LimitExceeded, Unavailable

CONNECT_S = 10.0


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Wraps a transport. An answer may have `bytes_max` bytes; with `private_urls` False a host
    that resolves to a private address is refused, and the checked address is connected to."""

    def __init__(
        self, inner: httpx2.AsyncBaseTransport, *, bytes_max: int, private_urls: bool
    ) -> None:
        self._inner, self._bytes_max, self._private_urls = inner, bytes_max, private_urls

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request; raises Unavailable (`url_private`) for a refused address."""
        if not self._private_urls:
            await _pin(request)
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Counted(response.stream, self._bytes_max)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _Counted(httpx2.AsyncByteStream):
    """A body that ends with LimitExceeded (`model_too_much`) past its limit."""

    def __init__(self, inner: httpx2.AsyncByteStream, bytes_max: int) -> None:
        self._inner, self._bytes_max = inner, bytes_max

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > self._bytes_max:
                raise LimitExceeded("model_too_much", bytes=self._bytes_max)
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def guarded_client(*, timeout_s: float, bytes_max: int, private_urls: bool) -> httpx2.AsyncClient:
    """Return an HTTP client for a model's endpoint; the caller closes it."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
        follow_redirects=False,
        transport=GuardedTransport(
            httpx2.AsyncHTTPTransport(), bytes_max=bytes_max, private_urls=private_urls
        ),
    )


async def _pin(request: httpx2.Request) -> None:
    """Replace the host by an address of it that is public.

    Raises Unavailable `url_private`, or `model_unreachable` when the name has no address.
    """
    host = request.url.host
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, request.url.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable("model_unreachable", str(error), where=host) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(ipaddress.ip_address(a).is_global for a in addresses):
        raise Unavailable("url_private", url=host)
    request.extensions = {**request.extensions, "sni_hostname": host}
    request.headers["Host"] = request.url.netloc.decode("ascii")
    request.url = request.url.copy_with(host=addresses[0])
