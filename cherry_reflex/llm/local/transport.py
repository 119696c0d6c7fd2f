"""Requests to a local model: sent to the process that serves it, which is started when needed."""

import httpx2

from cherry_reflex.llm.local.model import LocalModel


class LocalTransport(httpx2.AsyncBaseTransport):
    """Sends requests to wherever the model is served at that moment, and waits until it is."""

    def __init__(self, local: LocalModel) -> None:
        self._local = local
        self._inner = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request. Raises as `LocalModel.url`."""
        served = httpx2.URL(await self._local.url())
        request.url = request.url.copy_with(
            scheme=served.scheme, host=served.host, port=served.port
        )
        request.headers["Host"] = served.netloc.decode("ascii")
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()
