"""A real HTTP server whose answers are given by path: for endpoints that are asked for facts, or
refuse everything in their own words.

`async with answering({"GET /props": {...}}) as server:` serves at `server.url`; `server.requests`
are those that came. A value is a body of JSON, text, or bytes; `Reply` has a status with it, a list
is taken in order, its last for ever. `*` answers what has no answer of its own; 404 does otherwise.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.doubles.serving import listening, serving


@dataclass(frozen=True)
class Reply:
    """An answer with a status."""

    status: int
    body: Any = ""
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Came:
    """A request that came."""

    line: str
    """`GET /path`."""
    headers: dict[str, str]
    body: bytes
    query: str = ""

    @property
    def json(self) -> Any:
        """Its body."""
        return json.loads(self.body)


class Answering:
    """The server's state."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.url = ""
        self.requests: list[Came] = []
        self.answers = dict(answers)

    @property
    def lines(self) -> list[str]:
        """What was asked, in order."""
        return [came.line for came in self.requests]

    async def answer(self, request: Request) -> Response:
        """Answer by path."""
        line = f"{request.method} {request.url.path}"
        headers = dict(request.headers)
        self.requests.append(Came(line, headers, await request.body(), request.url.query))
        found = self.answers.get(line, self.answers.get("*", Reply(404, {"error": "no"})))
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        reply = found if isinstance(found, Reply) else Reply(200, found)
        body = reply.body
        content = body if isinstance(body, bytes | str) else json.dumps(body, ensure_ascii=False)
        return Response(content, reply.status, dict(reply.headers), reply.media_type)


@asynccontextmanager
async def answering(answers: Mapping[str, Any]) -> AsyncIterator[Answering]:
    """Serve the answers on a free port of loopback."""
    server = Answering(answers)
    bound, server.url = listening()
    methods = ["GET", "POST", "HEAD"]
    app = Starlette(routes=[Route("/{path:path}", server.answer, methods=methods)])
    async with serving(app, bound):
        yield server
