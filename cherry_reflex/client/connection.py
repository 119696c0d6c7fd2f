"""The one place that speaks HTTP: requests out, values in, foreign errors mapped."""

from collections.abc import AsyncGenerator, AsyncIterable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Any, TypeVar

import httpx
from httpx_sse import SSEError, aconnect_sse
from pydantic import TypeAdapter, ValidationError

from cherry_reflex.client.refusal import error_of
from cherry_reflex.core.errors import ProtocolBroken, Unavailable
from cherry_reflex.core.events import Record

T = TypeVar("T")
Query = Mapping[str, str | int]
"""Parts of an address; those that are empty are left out."""

_SILENCE_S = 60.0
"""A stream that says nothing for so long is cut off: the server gives a sign every 15 s."""
_RECORD: TypeAdapter[Record] = TypeAdapter(Record)


class Connection:
    """A server at one address. Raises the errors of `core`: what the server answered, Unavailable
    `server_unreachable` when it cannot be reached or breaks off, ProtocolBroken `server_answer`
    when it answers as CherryAI does not."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def value(
        self,
        shape: type[T],
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
        content: AsyncIterable[bytes] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        is_patient: bool = False,
    ) -> T:
        """Ask, and return the answer as `shape`. `is_patient`: wait as long as the server works."""
        response = await self._answer(
            method,
            path,
            query or {},
            json=body,
            content=content,
            headers=headers,
            **({"timeout": _patient(self._http.timeout)} if is_patient else {}),
        )
        with _own_values(response.status_code):
            return TypeAdapter(shape).validate_json(response.content)

    async def done(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
        """Ask for what has no answer but that it was done."""
        await self._answer(method, path, {}, json=body)

    async def content(self, path: str, query: Query | None = None) -> bytes:
        """Return a file."""
        return (await self._answer("GET", path, query or {})).content

    async def records(self, path: str, after: int) -> AsyncGenerator[Record, None]:
        """Yield the records of one stream of events, from after a seq to where the stream ends."""
        timeout = httpx.Timeout(self._http.timeout.connect, read=_SILENCE_S)
        with _own_errors():
            async with aconnect_sse(
                self._http, "GET", path, params={"after": after}, timeout=timeout
            ) as stream:
                if stream.response.is_error:
                    await stream.response.aread()
                    raise error_of(stream.response)
                async with aclosing(stream.aiter_sse()) as events:
                    async for event in events:
                        if event.data:
                            with _own_values(stream.response.status_code):
                                record = _RECORD.validate_json(event.data)
                            yield record

    async def _answer(self, method: str, path: str, query: Query, **said: Any) -> httpx.Response:
        given = {name: value for name, value in query.items() if value != ""}
        with _own_errors():
            response = await self._http.request(method, path, params=given, **said)
        if not response.is_success:
            raise error_of(response)
        return response


def _patient(timeout: httpx.Timeout) -> httpx.Timeout:
    return httpx.Timeout(timeout.connect, read=None, write=None)


@contextmanager
def _own_errors() -> Iterator[None]:
    """Map what httpx and httpx-sse raise. Not mapped are faults of the caller's program:
    `httpx.InvalidURL`, `httpx.StreamError`."""
    try:
        yield
    except SSEError as error:  # which httpx-sse counts among httpx's
        raise ProtocolBroken("server_answer", detail=str(error), status=200) from error
    except httpx.HTTPError as error:
        raise Unavailable("server_unreachable", detail=repr(error)) from error


@contextmanager
def _own_values(status: int) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise ProtocolBroken("server_answer", detail=str(error), status=status) from error
