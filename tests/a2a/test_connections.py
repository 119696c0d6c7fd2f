"""What httpx says of connections that fail: whether what was sent may have been read decides
whether it is sent again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from cherry_reflex.a2a.client.connections import Connections
from tests.doubles.house import free_port

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def serving(answer: bytes) -> AsyncIterator[str]:
    """A server that reads a request, answers with these bytes and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def test_nobody_listens() -> None:
    async with httpx.AsyncClient(transport=Connections(10)) as client:
        with pytest.raises((httpx.ConnectError, httpx.ConnectTimeout)):
            await client.post(f"http://127.0.0.1:{free_port()}/", json={})


async def test_a_question_without_answer_was_perhaps_read() -> None:
    async with serving(b"") as url, httpx.AsyncClient(transport=Connections(10)) as client:
        with pytest.raises(httpx.ReadError):
            await client.post(url, json={})


async def test_a_stream_that_breaks_off() -> None:
    async with (
        serving(HEAD + b"3\r\nabc\r\n") as url,
        httpx.AsyncClient(transport=Connections(10)) as client,
        client.stream("POST", url) as answer,
    ):
        chunks = answer.aiter_raw()
        assert await anext(chunks) == b"abc"
        with pytest.raises(httpx.ReadError):
            await anext(chunks)


async def test_who_stops_reading_hangs_up() -> None:
    hung_up = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"3\r\nabc\r\n")
        await reader.read()
        hung_up.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, httpx.AsyncClient(transport=Connections(10)) as client:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        async with client.stream("GET", url) as answer:
            async for _ in answer.aiter_raw():
                break
        await asyncio.wait_for(hung_up.wait(), 10)
