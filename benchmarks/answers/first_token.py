"""How long the answer's first token takes from the model to whoever follows the run.

    python -m benchmarks.answers.first_token http://127.0.0.1:3000 TABLE.csv --times 100

CherryAI is started with `CHERRY_LLM_BASE_URL=http://127.0.0.1:8100/v1` before: the endpoint is
here, so that both moments are read from one clock. It answers each question at once, in words of
its own, a few at a time; forced calls (an older way to plan) are answered by the competent script
of the tests. Noted are when the endpoint hands over the first word of an answer, and when the event
with it is read from `/api/runs/<id>/events`, which is what a page is told.
"""

import argparse
import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks.answers.completion import Body, Completion, streamed, text_of, whole
from benchmarks.stream.figures import quantiles_ms, table
from cherry_reflex.client.cherry_client import CherryClient
from cherry_reflex.client.conversation import Conversation
from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.events import TERMINAL, InputRequested, SummaryDelta
from cherry_reflex.core.language import ENGLISH
from tests.doubles.scripted_llm import ScriptedLlm, competent

_MARK = re.compile(r"Question number (\d+)\.")
_TOKEN_S = 0.02
"""Between two pieces of an answer, as of a quick model."""


class MarkedEndpoint:
    """The endpoint: answers to marked questions begin with the mark, and are noted."""

    def __init__(self) -> None:
        self.sent: dict[str, float] = {}
        """When the first word of an answer was handed over, by mark (`time.perf_counter`)."""
        self._forced = ScriptedLlm([], competent)
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", self._models),
            ]
        )

    async def _complete(self, request: Request) -> Response:
        body: Body = await request.json()
        marks = _MARK.findall(text_of(body))
        is_forced = body.get("tool_choice", "auto") not in ("auto", "none")
        if not marks or is_forced or body.get("response_format"):
            return await self._forced._complete(request)
        said = Completion(content=f"Answer {marks[-1]}: the mean is 3, as the table says. " * 5)
        model = str(body.get("model", ""))
        if not body.get("stream"):
            return JSONResponse(whole(said, model))
        pieces = self._pieces(said, model, marks[-1])
        return StreamingResponse(pieces, media_type="text/event-stream")

    async def _pieces(self, said: Completion, model: str, mark: str) -> AsyncIterator[bytes]:
        for number, piece in enumerate(streamed(said, model)):
            if number == 1:  # the first says who speaks
                self.sent[mark] = time.perf_counter()
            yield piece
            await asyncio.sleep(_TOKEN_S)

    async def _models(self, _: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "marked", "object": "model"}]})


async def wait_ms(endpoint: MarkedEndpoint, place: Conversation, number: int) -> float:
    """Ask one question, and return how long its first word took. Raises Unavailable
    `benchmark_no_answer` when the run ends without."""
    question = f"Question number {number}. What is the mean?"
    run = await place.ask(question, language=ENGLISH)
    found: float | None = None
    async with aclosing(run.follow()) as records:
        async for record in records:
            if found is None and isinstance(record.event, SummaryDelta):
                sent = endpoint.sent.get(str(number))
                found = None if sent is None else (time.perf_counter() - sent) * 1000
            if isinstance(record.event, InputRequested):
                await run.cancel()
            if record.event.type in TERMINAL:
                break
    if found is None:
        raise Unavailable("benchmark_no_answer", question)
    return found


async def measure(url: str, file: Path, endpoint: MarkedEndpoint, times: int) -> list[float]:
    """Ask so many questions, one after the other, in a conversation with a table; the first is
    not counted: it warms up."""
    async with CherryClient(url) as client:
        place = await client.create_conversation()
        await place.upload(file)
        numbers = itertools.islice(itertools.count(), times + 1)
        return [await wait_ms(endpoint, place, number) for number in numbers][1:]


async def _run(url: str, file: Path, port: int, times: int) -> str:
    endpoint = MarkedEndpoint()
    server = uvicorn.Server(uvicorn.Config(endpoint.app, port=port, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    try:
        waits = await measure(url, file, endpoint, times)
    finally:
        server.should_exit = True
        await serving
    case = {"case": f"the answer's first token, {times} questions"}
    return table([{**case, **quantiles_ms(waits)}])


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("file", type=Path)
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--times", type=int, default=100)
    given = parser.parse_args()
    print(asyncio.run(_run(given.url, given.file, given.port, given.times)))


if __name__ == "__main__":
    main()
