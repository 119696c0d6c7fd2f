"""Fields of a request that not every OpenAI-compatible endpoint knows: left out where one is
refused, and remembered.

Mistral answers 422 to `stream_options` (`extra_forbidden`), others 400 (`Unknown parameter`);
models that do not reason refuse `reasoning_effort`. Imported late: it needs the HTTP library of the
model clients.
"""

import json
from typing import Any

import httpx2
import structlog

_log = structlog.get_logger(__name__)

OPTIONAL = (
    "stream_options",
    "reasoning_effort",
    "chat_template_kwargs",
    "parallel_tool_calls",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
)
"""What an answer does not depend on. Without `stream_options` the endpoint tells no tokens."""

_REFUSED = (400, 422)
_PATH = "/chat/completions"


class OptionalFields(httpx2.AsyncBaseTransport):
    """Wraps the transport to one endpoint. A refusal that names optional fields is answered by the
    same request without them; once that works, they are not sent again."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner
        self._left_out: set[str] = set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request, without what the endpoint has refused before."""
        body = _body(request)
        if body is None:
            return await self._inner.handle_async_request(request)
        left_out = self._left_out & set(body)
        # Each attempt is a request of its own: the transport below may change what it is given.
        answer = await self._inner.handle_async_request(_without(request, body, left_out))
        tried = set(left_out)
        while answer.status_code in _REFUSED:
            answer = await _whole(answer)
            named = {name for name in OPTIONAL if name in body and name in answer.text} - tried
            if not named:
                return answer
            tried |= named
            answer = await self._inner.handle_async_request(_without(request, body, tried))
        if answer.status_code < 400 and tried - self._left_out:
            _log.info("fields_left_out", fields=sorted(tried))
            self._left_out |= tried
        return answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def _body(request: httpx2.Request) -> dict[str, Any] | None:
    """Return the body of a request to a chat model."""
    if request.method != "POST" or not request.url.path.endswith(_PATH):
        return None
    try:
        body = json.loads(request.content)
    except (ValueError, httpx2.RequestNotRead):
        return None
    return body if isinstance(body, dict) else None


def _without(request: httpx2.Request, body: dict[str, Any], names: set[str]) -> httpx2.Request:
    kept = {name: value for name, value in body.items() if name not in names}
    headers = httpx2.Headers(request.headers)
    headers.pop("content-length", None)
    return httpx2.Request(
        request.method,
        request.url,
        headers=headers,
        content=json.dumps(kept, ensure_ascii=False).encode() if names else request.content,
        extensions=request.extensions,
    )


async def _whole(answer: httpx2.Response) -> httpx2.Response:
    """Return an answer that was read, and can be read again."""
    try:
        content = await answer.aread()
    finally:
        await answer.aclose()
    headers = httpx2.Headers(answer.headers)
    for name in ("content-encoding", "content-length", "transfer-encoding"):
        headers.pop(name, None)
    return httpx2.Response(
        answer.status_code, headers=headers, content=content, extensions=answer.extensions
    )
