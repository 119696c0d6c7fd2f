"""HTTP to MCP servers of others: no redirects, and only to addresses that were checked."""

import httpx2

from cherry_reflex.http.addresses import public_address


class PublicTransport(httpx2.AsyncHTTPTransport):
    """Connects to the very address of a host that was found to be public: a name may mean another
    address a moment later."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request. Raises Unavailable (`url_private`, `agent_unreachable`)."""
        host = request.url.host
        address = await public_address(host, request.url.port or 443)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.headers["Host"] = request.url.netloc.decode("ascii")
        request.url = request.url.copy_with(host=address)
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
