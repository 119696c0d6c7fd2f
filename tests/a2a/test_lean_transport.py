"""The short way of reading a stream says what the SDK's own way says."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from a2a.types import AgentCard, StreamResponse
from a2a.utils.errors import A2AError
from a2a.utils.proto_utils import parse_lenient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cherry_reflex.a2a.client.connections import Connections
from cherry_reflex.a2a.client.lean_transport import LeanTransport, _piece
from cherry_reflex.a2a.client.transport import GuardedTransport, ReadLimits
from tests.doubles.serving import listening, serving


def update(**changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "taskId": "t1",
        "contextId": "c1",
        "artifact": {
            "artifactId": "text-1",
            "name": "text",
            "parts": [{"text": "안녕 **world**", "mediaType": "text/markdown"}],
        },
        "append": True,
        "metadata": {"cherry": {"at": 17.0}},
    }
    return {"artifactUpdate": {**said, **changes}}


@pytest.mark.parametrize(
    "result",
    [
        update(),
        update(append=False, lastChunk=True),
        update(metadata={"cherry": {"at": 0}}),
        {
            "artifactUpdate": {
                "taskId": "t",
                "artifact": {"artifactId": "a", "parts": [{"text": ""}]},
            }
        },
    ],
)
def test_a_piece_of_text_is_read_as_the_sdk_reads_it(result: dict[str, Any]) -> None:
    assert _piece(result) == parse_lenient(result, StreamResponse())


@pytest.mark.parametrize(
    "result",
    [
        {"statusUpdate": {"taskId": "t1"}},
        update(metadata={"cherry": {"at": 1, "more": 2}}),
        update(metadata={"theirs": 1}),
        update(artifact={"artifactId": "a", "parts": [{"raw": "eA=="}]}),
        update(artifact={"artifactId": "a", "parts": [{"text": "a"}, {"text": "b"}]}),
        update(artifact={"artifactId": "a", "parts": [{"text": 3}]}),
        update(artifact={"artifactId": 3, "parts": [{"text": "a"}]}),
        update(artifact={"artifactId": "a", "parts": "a"}),
        update(unknown=1),
    ],
)
def test_everything_else_is_left_to_the_sdk(result: dict[str, Any]) -> None:
    assert _piece(result) is None


def said(text: str) -> bytes:
    """Return the answer that adds `text`, as JSON."""
    artifact = {"artifactId": "a", "parts": [{"text": text}]}
    result = {"artifactUpdate": {"taskId": "t", "artifact": artifact}}
    return json.dumps({"jsonrpc": "2.0", "id": "1", "result": result}, ensure_ascii=False).encode()


async def read(
    *chunks: bytes, media_type: str = "text/event-stream", one_by_one: bool = False
) -> list[str]:
    """Return the texts of a stream that a server sends in these pieces; with `one_by_one`, each
    when what was sent before has been read."""
    room = asyncio.Event()

    async def sent() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk
            room.clear()
            await (room.wait() if one_by_one else asyncio.sleep(0))

    async def answer(_: Request) -> Response:
        return StreamingResponse(sent(), headers={"content-type": media_type})

    bound, url = listening()
    guarded = GuardedTransport(Connections(10), ReadLimits.around(10_000))
    async with (
        serving(Starlette(routes=[Route("/", answer, methods=["POST"])]), bound),
        httpx.AsyncClient(transport=guarded) as http,
    ):
        transport = LeanTransport(http, AgentCard(), f"{url}/")
        asked = {"jsonrpc": "2.0", "id": "1", "method": "SendStreamingMessage", "params": {}}
        texts: list[str] = []
        async for event in transport._send_stream_request(asked):
            texts.append(event.artifact_update.artifact.parts[0].text)
            room.set()
        return texts


async def test_events_end_with_an_empty_line_however_lines_end() -> None:
    first, second = said("one").split(b",", 1)
    stream = (
        b": hello\r\ndata: " + first + b",\r\ndata: " + second + b"\r\n\r\n"
        b"id: 7\nevent: message\ndata:" + said("two 안녕") + b"\n\n"
        b": ping\n\nevent: ping\ndata\n\ndata: " + said("three\u2028\x85") + b"\r\r"
        b"data: " + said("cut off")
    )
    texts = ["one", "two 안녕", "three\u2028\x85"]
    assert await read(stream) == texts
    assert await read(*(stream[at : at + 7] for at in range(0, len(stream), 7))) == texts


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r"])
async def test_an_event_is_not_held_back_until_the_next_one(end: bytes) -> None:
    async with asyncio.timeout(10):
        chunks = (b"data: " + said(text) + end for text in ("one", "two"))
        assert await read(*chunks, one_by_one=True) == ["one", "two"]


async def test_a_stream_is_utf_8_whatever_its_header_says() -> None:
    media_type = "text/event-stream; charset=euc-kr"
    assert await read(b"data: " + said("안녕") + b"\n\n", media_type=media_type) == ["안녕"]


async def test_an_event_that_is_an_error_is_one() -> None:
    error = {"jsonrpc": "2.0", "id": "1", "error": {"code": -32603, "message": "broken"}}
    with pytest.raises(A2AError, match="broken"):
        await read(b"event: error\ndata: " + json.dumps(error).encode() + b"\n\n")
