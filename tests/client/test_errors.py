"""Errors of the server arrive as what they were; errors of others are mapped at one seam."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from cherry_reflex.api.responses import refusal
from cherry_reflex.client import connection, run
from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.core import errors
from cherry_reflex.core.errors import CherryError, ProtocolBroken, Unavailable
from cherry_reflex.core.language import ENGLISH
from tests.doubles.serving import listening, serving

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, CherryError) and kind is not CherryError
]


@asynccontextmanager
async def answering(*routes: Route) -> AsyncIterator[CherryClient]:
    """A client of a server that is none of ours."""
    bound, url = listening()
    async with serving(Starlette(routes=list(routes)), bound), CherryClient(url) as client:
        yield client


@pytest.mark.parametrize("kind", KINDS)
async def test_every_error_of_the_house_arrives_as_itself(kind: type[CherryError]) -> None:
    async def refuse(_: Request) -> Response:
        return refusal(kind("csv_ragged", "why", name="표.csv", seconds=3), ENGLISH)

    async with answering(Route("/api/session", refuse)) as client:
        with pytest.raises(CherryError) as caught:
            await client.session()
    # The API answers with one status to all faults of workers.
    expected = kind if kind not in (ProtocolBroken, errors.SettingsWrong) else errors.WorkerFailed
    assert type(caught.value) is expected
    assert (caught.value.code, caught.value.detail) == ("csv_ragged", "why")
    assert caught.value.params == {"name": "표.csv", "seconds": 3}


@pytest.mark.parametrize(
    "said",
    [
        PlainTextResponse("Bad gateway", 502),
        PlainTextResponse("<html>"),
        JSONResponse({"login": "maybe"}),
        JSONResponse({"error": {"code": "x"}}, HTTPStatus.IM_A_TEAPOT),
        JSONResponse({"error": "no"}, 404),
        Response(status_code=302, headers={"location": "https://elsewhere.example"}),
    ],
)
async def test_an_answer_of_something_else_is_called_so(said: Response) -> None:
    async def answer(_: Request) -> Response:
        return said

    async with answering(Route("/api/session", answer)) as client:
        with pytest.raises(ProtocolBroken) as caught:
            await client.session()
    assert caught.value.code == "server_answer"
    assert caught.value.params == {"status": said.status_code}


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ("data: {}\n\n", "text/event-stream"),
        ("data: no\n\n", "text/event-stream"),
        ("{}", "application/json"),
    ],
)
async def test_a_stream_of_something_else_is_called_so(body: str, media_type: str) -> None:
    async def events(_: Request) -> Response:
        return Response(body, media_type=media_type)

    async with answering(Route("/api/runs/one/events", events)) as client:
        with pytest.raises(ProtocolBroken, match="server_answer"):
            async for _ in client.run("one").follow():
                pass


async def test_nobody_there() -> None:
    bound, url = listening()
    bound.close()
    async with CherryClient(url) as client:
        with pytest.raises(Unavailable, match="server_unreachable"):
            await client.session()


async def test_who_never_answers_is_given_up() -> None:
    asked, over = asyncio.Event(), asyncio.Event()

    async def wait(_: Request) -> Response:
        asked.set()
        await over.wait()
        return JSONResponse({})

    bound, url = listening()
    async with serving(Starlette(routes=[Route("/api/session", wait)]), bound):
        async with CherryClient(url, timeout_s=0.2) as client:
            with pytest.raises(Unavailable, match="ReadTimeout"):
                await client.session()
        assert asked.is_set()
        over.set()


async def test_a_stream_that_never_ends_its_run_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "_WAITS_S", (0.0, 0.0, 0.0))
    opened = 0

    async def events(_: Request) -> Response:
        nonlocal opened
        opened += 1
        return StreamingResponse(iter([b": ping\n\n"]), media_type="text/event-stream")

    async def view(_: Request) -> Response:
        return JSONResponse({"run_id": "one", "state": "running"})

    routes = Route("/api/runs/one/events", events), Route("/api/runs/one", view)
    async with answering(*routes) as client:
        with pytest.raises(Unavailable, match="server_unreachable"):
            async for _ in client.run("one").follow():
                pass
    assert opened == 4


def test_all_of_httpx_is_mapped_but_faults_of_the_program() -> None:
    foreign = [
        kind
        for kind in vars(httpx).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    unmapped = set()
    for kind in foreign:
        try:
            with connection._own_errors():
                raise kind.__new__(kind)
        except CherryError:
            pass
        except Exception:
            unmapped.add(kind.__name__)
    assert unmapped == {
        "InvalidURL",
        "CookieConflict",
        "StreamError",
        "StreamConsumed",
        "StreamClosed",
        "ResponseNotRead",
        "RequestNotRead",
    }
