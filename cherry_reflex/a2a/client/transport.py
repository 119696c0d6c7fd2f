"""The guard between us and everybody else's HTTP: limits, whole events, matching ids, addresses.

The SDK's reader buffers a line of any length, replaces bytes that are not UTF-8 and does not
compare JSON-RPC ids; so the bytes are judged here, before it sees them.
"""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from cherry_reflex.core.errors import LimitExceeded, ProtocolBroken
from cherry_reflex.core.text import all_mended
from cherry_reflex.http.addresses import pin

_BOUNDARY = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_ZONELESS = re.compile(rb'("timestamp"\s*:\s*"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)"')


@dataclass(frozen=True)
class ReadLimits:
    """The most that is read from one answer (bytes). `event`: of one server-sent event;
    `stream`: of a whole stream; `body`: of an answer that is not a stream."""

    event: int
    stream: int
    body: int

    @classmethod
    def around(cls, event: int) -> "ReadLimits":
        """Return limits for events of that size: a stream of 64, a body (a task with everything
        that it made) of 16."""
        return cls(event=event, stream=64 * event, body=16 * event)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Wraps a transport. With `private_urls` False, a host that resolves to a private address is
    refused, and the address that was checked is the one connected to."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, limits: ReadLimits, *, private_urls: bool = True
    ) -> None:
        self._inner, self._limits, self._private_urls = inner, limits, private_urls
        self.trusted: set[str] = set()
        """Origins (`http://host:port`) exempt from the check of addresses: our own agents."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request.

        Raises Unavailable: `url_private` for a refused address, `agent_unreachable` for a name that
        has none.
        """
        wanted = _request_id(request)
        if not self._private_urls and origin(request.url) not in self.trusted:
            await pin(request)
        response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise ProtocolBroken("agent_malformed", detail="compressed though not asked for")
        assert isinstance(response.stream, httpx.AsyncByteStream)
        stream = "text/event-stream" in response.headers.get("content-type", "")
        kind = _EventStream if stream else _Body
        response.stream = kind(response.stream, self._limits, wanted)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _Body(httpx.AsyncByteStream):
    """An answer that is not a stream, counted."""

    def __init__(
        self, inner: httpx.AsyncByteStream, limits: ReadLimits, wanted: str | None
    ) -> None:
        self._inner, self._limits, self._wanted = inner, limits, wanted

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks: list[bytes] = []
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > self._limits.body:
                raise LimitExceeded("agent_answer_too_large", bytes=self._limits.body)
            chunks.append(chunk)
        yield _checked(b"".join(chunks), self._wanted)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _EventStream(_Body):
    """Server-sent events, handed on one whole event at a time."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pending: list[bytes] = []
        size = total = 0
        tail = b""
        async for chunk in self._inner:
            total += len(chunk)
            if total > self._limits.stream:
                raise LimitExceeded("agent_answer_too_large", bytes=self._limits.stream)
            pending.append(chunk)
            size += len(chunk)
            # A boundary may lie across two chunks: look at the last 3 bytes again.
            if _BOUNDARY.search(tail + chunk) is None:
                tail = (tail + chunk)[-3:]
                if size > self._limits.event:
                    raise LimitExceeded("agent_event_too_large", bytes=self._limits.event)
                continue
            data = b"".join(pending)
            end = 0
            for boundary in _BOUNDARY.finditer(data):
                # A lone CR at the end would be waited behind, as an LF may follow.
                event = data[end : boundary.start()] + b"\n\n"
                end = boundary.end()
                if len(event) > self._limits.event:
                    raise LimitExceeded("agent_event_too_large", bytes=self._limits.event)
                yield _checked(_utf8(event), self._wanted if b"data:" in event else None)
            rest = data[end:]
            pending, size, tail = [rest], len(rest), rest[-3:]
        if rest := b"".join(pending):
            yield _utf8(rest)


def origin(url: httpx.URL) -> str:
    """Return scheme, host and port of a URL."""
    port = url.port or {"http": 80, "https": 443}.get(url.scheme, 0)
    return f"{url.scheme}://{url.host}:{port}"


def _utf8(event: bytes) -> bytes:
    """Return an event that is UTF-8; those before it in the same piece of a stream are good."""
    try:
        event.decode()
    except UnicodeDecodeError as error:
        raise ProtocolBroken("agent_bad_utf8", detail=str(error)) from error
    return event


def _checked(data: bytes, wanted: str | None) -> bytes:
    """Return `data` for the SDK to parse. An answer to another request raises ProtocolBroken;
    an error may come without id (JSON-RPC 2.0, section 5)."""
    if wanted and wanted.encode() not in data and b'"error"' not in data and data.strip():
        raise ProtocolBroken("agent_wrong_ids", detail="the JSON-RPC id is not the one asked with")
    if b"\\u" in data and _HALF.search(data):
        data = _mended(data)
    # a2a-sdk 1.3.0 cannot read the zoneless timestamps of 0.2.x servers; they mean UTC.
    return _ZONELESS.sub(rb'\1Z"', data) if b'"timestamp"' in data else data


def _mended(data: bytes) -> bytes:
    """Return a JSON body without halves of characters, which the SDK cannot take."""
    try:
        return json.dumps(all_mended(json.loads(data))).encode()
    except ValueError:
        return data  # no JSON: the SDK says so


def _request_id(request: httpx.Request) -> str | None:
    if request.method != "POST":
        return None
    try:
        body = json.loads(request.content)
    except (ValueError, httpx.RequestNotRead):
        return None
    found = body.get("id") if isinstance(body, dict) and "jsonrpc" in body else None
    return found if isinstance(found, str) else None
