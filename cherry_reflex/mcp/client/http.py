"""HTTP to MCP servers of others: no redirects, and only to addresses that were checked."""

import httpx2

from cherry_reflex.http.addresses import Refusal, pin

UNREACHABLE = Refusal("tool_unreachable", "name")


class PublicTransport(httpx2.AsyncHTTPTransport):
    """Connects to the very address of a host that was found to be public: a name may mean another
    address a moment later."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request. Raises Unavailable (`url_private`, `tool_unreachable`)."""
        await pin(request, unreachable=UNREACHABLE)
        return await super().handle_async_request(request)


def client(headers: dict[str, str], *, private_urls: bool) -> httpx2.AsyncClient:
    """Return an HTTP client for one session; the caller closes it."""
    return httpx2.AsyncClient(
        headers=headers,
        timeout=httpx2.Timeout(30.0, read=300.0),
        trust_env=False,
        follow_redirects=False,
        transport=None if private_urls else PublicTransport(),
    )
