"""httpx, httpx2, httpx-aiohttp and aiohttp: requests that are sent elsewhere than they say, bodies
that are wrapped, and what a lost connection is called."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest
from httpx_aiohttp.transport import AIOHTTP_EXC_MAP, AiohttpTransport, map_aiohttp_exceptions

from cherry_reflex.a2a.client.connections import Connections
from tests.canary.needed_by import needed_by

NAME = "example.test"
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"


@asynccontextmanager
async def _listening() -> AsyncIterator[tuple[int, list[bytes]]]:
    """Listen on loopback; what comes first on a connection is noted and answered."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65_536))
        if heard[-1].startswith(b"GET "):
            writer.write(ANSWER)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


def _pin(request: Any) -> None:
    """Do as `http/addresses.py` does."""
    request.extensions = {**request.extensions, "sni_hostname": request.url.host}
    request.headers["Host"] = request.url.netloc.decode("ascii")
    request.url = request.url.copy_with(host="127.0.0.1")


TRANSPORTS: list[tuple[str, Any, Callable[[], Any]]] = [
    ("cherry_reflex/http/addresses.py", httpx, httpx.AsyncHTTPTransport),
    ("cherry_reflex/a2a/client/connections.py", httpx, lambda: Connections(4)),
    ("cherry_reflex/mcp/client/http.py", httpx2, httpx2.AsyncHTTPTransport),
]


@pytest.mark.parametrize(("module", "library", "make"), TRANSPORTS)
async def test_a_request_goes_to_the_address_that_was_checked(
    module: str, library: Any, make: Callable[[], Any]
) -> None:
    with needed_by(module, "a request's url, Host header and `sni_hostname`"):
        async with _listening() as (port, heard), make() as transport:
            request = library.Request("GET", f"http://{NAME}:{port}/x")
            _pin(request)
            answer = await transport.handle_async_request(request)
            assert answer.status_code == 200
            assert f"host: {NAME}:{port}".encode() in heard[0].lower()
            await answer.aclose()
            secret = library.Request("GET", f"https://{NAME}:{port}/x")
            _pin(secret)
            with suppress(library.HTTPError):
                await transport.handle_async_request(secret)
            # The name in the greeting of TLS (SNI), which is not encrypted.
            assert NAME.encode() in heard[1]


WRAPPING: list[tuple[str, Any]] = [
    ("cherry_reflex/a2a/client/transport.py", httpx),
    ("cherry_reflex/llm/transport.py", httpx2),
]


@pytest.mark.parametrize(("module", "library"), WRAPPING)
async def test_the_body_of_an_answer_can_be_wrapped(module: str, library: Any) -> None:
    with needed_by(module, "Response.stream, which a transport may replace"):

        class Shouting(library.AsyncByteStream):  # type: ignore[misc]
            def __init__(self, inner: Any) -> None:
                self._inner = inner

            async def __aiter__(self) -> AsyncIterator[bytes]:
                async for chunk in self._inner:
                    yield chunk.upper()

            async def aclose(self) -> None:
                await self._inner.aclose()

        class Wrapping(library.AsyncBaseTransport):  # type: ignore[misc]
            async def handle_async_request(self, request: Any) -> Any:
                answer = await inner.handle_async_request(request)
                assert isinstance(answer.stream, library.AsyncByteStream)
                answer.stream = Shouting(answer.stream)
                return answer

        inner = library.AsyncHTTPTransport()
        async with _listening() as (port, _), library.AsyncClient(transport=Wrapping()) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/")).text == "HELLO"
        await inner.aclose()


async def test_a_session_is_made_when_it_is_first_used() -> None:
    with needed_by("cherry_reflex/a2a/client/connections.py", "AiohttpTransport(client=function)"):
        made: list[aiohttp.ClientSession] = []

        def session() -> aiohttp.ClientSession:
            made.append(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
            return made[-1]

        async with AiohttpTransport(client=session) as transport, _listening() as (port, _):
            assert not made
            for _ in range(2):
                request = httpx.Request("GET", f"http://127.0.0.1:{port}/")
                answer = await transport.handle_async_request(request)
                assert isinstance(answer.stream, httpx.AsyncByteStream)
                await answer.aclose()
        assert len(made) == 1
        assert made[0].closed


async def test_a_lost_connection_and_one_that_never_was() -> None:
    with needed_by("cherry_reflex/a2a/client/connections.py", "what errors of aiohttp become"):
        assert AIOHTTP_EXC_MAP[aiohttp.ClientConnectionError] is httpx.ConnectTimeout
        with pytest.raises(httpx.ConnectTimeout) as raised, map_aiohttp_exceptions():
            raise aiohttp.ServerDisconnectedError()
        assert isinstance(raised.value.__cause__, aiohttp.ServerDisconnectedError)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        async with AiohttpTransport(client=aiohttp.ClientSession) as transport:
            with pytest.raises(httpx.ConnectTimeout) as refused:
                await transport.handle_async_request(
                    httpx.Request("GET", f"http://127.0.0.1:{port}/")
                )
        assert isinstance(refused.value.__cause__, aiohttp.ClientConnectorError)


def test_certificates_are_checked_without_the_environment() -> None:
    with needed_by("cherry_reflex/a2a/client/connections.py", "httpx.create_ssl_context"):
        context = httpx.create_ssl_context(trust_env=False)
        assert context.check_hostname
