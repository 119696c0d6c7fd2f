"""A pass-through to an OpenAI-compatible endpoint that writes down every call.

    python -m benchmarks.answers.proxy http://host:8000/v1 CALLS.jsonl --port 8100

Then `CHERRY_LLM_BASE_URL=http://127.0.0.1:8100/v1`. Each call of a chat model becomes a line of
CALLS (`call_log.LoggedCall`): when it began, when its first word came, when it ended, how long the
request was, the request and the answer. Everything else is passed on unseen. Keys are not written.
"""

import argparse
import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks.answers.call_log import LoggedCall
from benchmarks.answers.completion import characters, first_words, read
from benchmarks.questions.lines import append

_API, _CHAT = "/v1", "/chat/completions"
_OF_ONE_WAY = {
    "connection",
    "content-encoding",
    "content-length",
    "host",
    "keep-alive",
    "transfer-encoding",
}


class Proxy:
    """The application. `upstream` is the endpoint's base URL, with its `/v1` if it has one."""

    def __init__(self, upstream: str, calls: Path) -> None:
        self._upstream, self._calls = httpx.URL(upstream.rstrip("/")), calls
        self._client = httpx.AsyncClient(timeout=None)
        methods = ["GET", "POST"]
        self.app = Starlette(
            routes=[Route("/{path:path}", self._pass, methods=methods)], lifespan=self._lifespan
        )

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        yield
        await self._client.aclose()

    async def _pass(self, request: Request) -> Response:
        started_at, body = time.time(), await request.body()
        path, prefix = request.url.path, self._upstream.path.rstrip("/")
        # Servers of models have paths beside `/v1` as well.
        is_api = path.startswith(f"{_API}/")
        target = prefix + path.removeprefix(_API) if is_api else prefix.removesuffix(_API) + path
        url = self._upstream.copy_with(path=target, query=request.url.query.encode())
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _OF_ONE_WAY}
        headers["accept-encoding"] = "identity"
        asked = self._client.build_request(request.method, url, headers=headers, content=body)
        try:
            answer = await self._client.send(asked, stream=True)
        except httpx.HTTPError as error:
            return JSONResponse({"error": {"message": f"proxy: {error!r}"}}, 502)
        kept = {k: v for k, v in answer.headers.items() if k.lower() not in _OF_ONE_WAY}
        logged = body if path.endswith(_CHAT) else b""
        return StreamingResponse(
            self._pieces(answer, logged, started_at),
            answer.status_code,
            kept,
            background=BackgroundTask(answer.aclose),
        )

    async def _pieces(
        self, answer: httpx.Response, body: bytes, started_at: float
    ) -> AsyncIterator[bytes]:
        raw, first_at = bytearray(), None
        try:
            async for piece in answer.aiter_raw():
                raw += piece
                if first_at is None and body and first_words(bytes(raw)):
                    first_at = time.time()
                yield piece
        finally:
            # Also when whoever asked has left in the middle.
            if body:
                self._write(answer, bytes(raw), body, started_at, first_at)

    def _write(
        self,
        answer: httpx.Response,
        raw: bytes,
        body: bytes,
        started_at: float,
        first_at: float | None,
    ) -> None:
        try:
            request = json.loads(body)
        except ValueError:
            return
        append(
            self._calls,
            LoggedCall(
                started_at=started_at,
                first_at=first_at,
                ended_at=time.time(),
                status=answer.status_code,
                characters=characters(request),
                request=request,
                answer=read(raw, answer.headers.get("content-type", "")),
            ),
        )


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("upstream", help="base URL of the endpoint, such as http://host:8000/v1")
    parser.add_argument("calls", type=Path, help="where the calls are written")
    parser.add_argument("--port", type=int, default=8100)
    given = parser.parse_args()
    config = uvicorn.Config(
        Proxy(given.upstream, given.calls).app, port=given.port, log_level="warning"
    )
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
