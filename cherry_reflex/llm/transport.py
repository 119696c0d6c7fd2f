"""The guard between us and a model's HTTP: a limit of bytes, no redirects, addresses checked.

The client libraries buffer a line of any length; so bytes are counted before they see them.
Imported late: it needs the HTTP library of the model clients.
"""

from collections.abc import AsyncIterator

import httpx2

from cherry_reflex.core.errors import LimitExceeded
from cherry_reflex.http.addresses import Refusal, pin
from cherry_reflex.llm.optional_fields import OptionalFields

CONNECT_S = 10.0
_UNREACHABLE = Refusal("model_unreachable", "where")


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Wraps a transport. An answer may have `bytes_max` bytes; with `private_urls` False a host
    that resolves to a private address is refused, and the checked address is connected to."""

    def __init__(
        self, inner: httpx2.AsyncBaseTransport, *, bytes_max: int, private_urls: bool
    ) -> None:
        self._inner, self._bytes_max, self._private_urls = inner, bytes_max, private_urls

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request.

        Raises Unavailable: `url_private` for a refused address, `model_unreachable` for a name that
        has none.
        """
        if not self._private_urls:
            await pin(request, unreachable=_UNREACHABLE)
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


def guarded_client(
    *,
    timeout_s: float,
    bytes_max: int,
    private_urls: bool,
    inner: httpx2.AsyncBaseTransport | None = None,
) -> httpx2.AsyncClient:
    """Return an HTTP client for a model's endpoint; the caller closes it. `inner` sends the
    requests; HTTP when None."""
    guarded = GuardedTransport(
        inner or httpx2.AsyncHTTPTransport(), bytes_max=bytes_max, private_urls=private_urls
    )
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
        follow_redirects=False,
        transport=OptionalFields(guarded),
    )
