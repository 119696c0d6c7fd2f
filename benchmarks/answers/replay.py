"""An OpenAI-compatible endpoint that answers from a recording (`benchmarks.answers.recording`).

    python -m benchmarks.answers.replay RECORDING.jsonl --port 8100

Which question it is about is found in the words of the request: of those that stand there, the one
that stands last. The first call about it gets the first recorded answer, and so on. What cannot be
answered is refused, with the reason: no such question, more calls than were recorded, or a
recorded call of a tool that the request does not offer. `POST /reset` begins anew.
"""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from benchmarks.answers.call_log import CHARS_PER_TOKEN
from benchmarks.answers.completion import (
    Body,
    Completion,
    characters,
    plain,
    streamed,
    text_of,
    tool_names,
    whole,
)
from benchmarks.answers.recording import Recorded
from benchmarks.questions.lines import read


class NotRecorded(Exception):
    """There is no answer to a request; says why."""


class Replay:
    """The application, and what was refused."""

    def __init__(self, recording: Sequence[Recorded]) -> None:
        self._recording = {plain(one.question): one for one in recording}
        self._calls: dict[str, int] = {}
        self.refused: list[str] = []
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", self._models),
                Route("/reset", self._reset, methods=["POST"]),
            ]
        )

    def answer(self, body: Body) -> Completion:
        """Return the next answer to the question of a request. Raises NotRecorded."""
        words = plain(text_of(body))
        places = {words.rfind(question): question for question in self._recording}
        place = max(places, default=-1)
        if place < 0:
            raise NotRecorded("none of the recorded questions stands in the request")
        # A question may be the beginning of another at the same place.
        question = max((one for one in self._recording if words.startswith(one, place)), key=len)
        one, number = self._recording[question], self._calls.get(question, 0)
        if number >= len(one.answers):
            raise NotRecorded(f"{one.id}: only {len(one.answers)} calls were recorded")
        said = one.answers[number]
        if missing := {call.name for call in said.calls} - tool_names(body):
            raise NotRecorded(f"{one.id}, call {number + 1}: no tool {', '.join(sorted(missing))}")
        self._calls[question] = number + 1
        prompt = characters(body) // CHARS_PER_TOKEN
        written = len(said.model_dump_json()) // CHARS_PER_TOKEN
        usage = {
            "prompt_tokens": prompt,
            "completion_tokens": written,
            "total_tokens": prompt + written,
        }
        return said.model_copy(update={"usage": usage})

    def reset(self) -> None:
        """Begin anew."""
        self._calls.clear()
        self.refused.clear()

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        try:
            said = self.answer(body)
        except NotRecorded as error:
            self.refused.append(str(error))
            told = {"message": f"not recorded: {error}", "type": "not_recorded"}
            return JSONResponse({"error": told}, 400)
        model = str(body.get("model", ""))
        if not body.get("stream"):
            return JSONResponse(whole(said, model))
        return StreamingResponse(streamed(said, model), media_type="text/event-stream")

    async def _models(self, _: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "recorded", "object": "model"}]})

    async def _reset(self, _: Request) -> Response:
        self.reset()
        return Response(status_code=204)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recording", type=Path)
    parser.add_argument("--port", type=int, default=8100)
    given = parser.parse_args()
    app = Replay(read(given.recording, Recorded)).app
    asyncio.run(uvicorn.Server(uvicorn.Config(app, port=given.port, log_level="warning")).serve())


if __name__ == "__main__":
    main()
