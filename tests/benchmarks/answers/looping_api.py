"""A server with the API's routes that answers by a loop over a model's endpoint: it asks, with a
tool, until the model says something. Each tool call is answered with a figure."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from httpx_sse import aconnect_sse
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.answers.completion import read
from cherry_reflex.core.errors import Failure
from cherry_reflex.core.events import (
    TERMINAL,
    Event,
    InputRequested,
    Record,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunStarted,
    StepStarted,
    SummaryDelta,
)
from cherry_reflex.core.ids import ORCHESTRATOR, PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.run_view import fold
from tests.doubles.serving import listening, serving

ASKS = "ask me back"
"""A question with this is not answered but asked back."""


@dataclass
class _Run:
    id: str
    question: str
    place: str
    records: list[Record] = field(default_factory=list)
    more: asyncio.Condition = field(default_factory=asyncio.Condition)


class LoopingApi:
    """The server; `endpoint` is the base URL of a model. `has_evidence`: it looks for evidence, and
    finds none for 999."""

    def __init__(self, endpoint: str, *, has_evidence: bool = True) -> None:
        self._endpoint, self._numbers = endpoint, itertools.count(1)
        self._runs: dict[str, _Run] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.places: dict[str, list[str]] = {}
        """What was said in each conversation: names of files, and questions."""
        conversation, run = "/api/conversations/{conversation}", "/api/runs/{run}"
        routes = [
            Route("/api/conversations", self._create, methods=["POST"]),
            Route(f"{conversation}/files", self._upload, methods=["POST"]),
            Route(f"{conversation}/runs", self._ask, methods=["POST"]),
            Route(run, self._view),
            Route(f"{run}/events", self._events),
            Route(f"{run}/cancel", self._cancel, methods=["POST"]),
        ]
        if has_evidence:
            routes.append(Route(f"{run}/evidence", self._evidence))
        self.app = Starlette(routes=routes)

    async def _create(self, _: Request) -> Response:
        made = f"c{next(self._numbers)}"
        self.places[made] = []
        return JSONResponse({"id": made, "title": "", "created_at": 0.0, "updated_at": 0.0}, 201)

    async def _upload(self, request: Request) -> Response:
        assert await request.body()
        place = self.places[request.path_params["conversation"]]
        options = request.query_params.get("options", "")
        place.append(f"{request.query_params['name']} {options}".strip())
        return JSONResponse({"datasets": []}, 201)

    async def _ask(self, request: Request) -> Response:
        question = (await request.json())["question"]
        place = request.path_params["conversation"]
        run = _Run(f"r{next(self._numbers)}", question, place)
        self._runs[run.id] = run
        self.places[place].append(question)
        await self._say(run, RunStarted(question=question))
        task = asyncio.create_task(self._work(run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return JSONResponse({"run_id": run.id, "conversation_id": place}, 201)

    async def _work(self, run: _Run) -> None:
        if ASKS in run.question:
            asked = InputRequested(step=PLAN_STEP, prompt="Which one?", options=("a", "b"))
            await self._say(run, StepStarted(step=PLAN_STEP, worker=ORCHESTRATOR), asked)
            return
        earlier = [said for said in self.places[run.place] if said.endswith("?")]
        messages: list[dict[str, Any]] = [
            {"role": "user", "content": json.dumps({"request": one}, ensure_ascii=False)}
            for one in earlier
        ]
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                said = await self._call(client, run, messages)
                if said is None:
                    await self._say(run, RunFailed(failure=Failure(code="model_refused")))
                    return
                if not said:
                    break
                messages += said
        await self._say(run, RunFinished(usage={"input_tokens": 7.0}))

    async def _call(
        self, client: httpx.AsyncClient, run: _Run, messages: list[dict[str, Any]]
    ) -> list[dict[str, Any]] | None:
        """Ask the model; return what is to be said next: nothing when the answer is there, None
        when it was refused."""
        function = {"name": "python", "description": "Runs code.", "parameters": {}}
        body = {
            "model": "m",
            "messages": messages,
            "stream": True,
            "tools": [{"type": "function", "function": function}],
        }
        raw, url = b"", f"{self._endpoint}/chat/completions"
        async with aconnect_sse(client, "POST", url, json=body) as stream:
            if stream.response.is_error:
                return None
            async for event in stream.aiter_sse():
                line = f"data: {event.data}\n\n".encode()
                raw += line
                if words := read(line, "text/event-stream").content:
                    if not run.records[-1].event.type.startswith("summary"):
                        await self._say(run, StepStarted(step=SUMMARY_STEP, worker=ORCHESTRATOR))
                    await self._say(run, SummaryDelta(text=words))
        said = read(raw, "text/event-stream")
        return [
            {"role": "tool", "tool_call_id": call.id, "content": "34.6493"} for call in said.calls
        ]

    async def _say(self, run: _Run, *events: Event) -> None:
        async with run.more:
            for event in events:
                seq = len(run.records) + 1
                run.records.append(Record(run_id=run.id, seq=seq, at=time.time(), event=event))
            run.more.notify_all()

    async def _view(self, request: Request) -> Response:
        run = self._runs[request.path_params["run"]]
        return JSONResponse(fold(run.id, run.records).model_dump(mode="json"))

    async def _evidence(self, request: Request) -> Response:
        run = self._runs[request.path_params["run"]]
        summary = fold(run.id, run.records).summary
        spans = [{"start": 0, "end": 3, "text": "999"}] if "999" in summary else []
        return JSONResponse({"links": [], "unsupported": spans, "contradictions": []})

    async def _events(self, request: Request) -> Response:
        run = self._runs[request.path_params["run"]]
        seq = int(request.query_params["after"])

        async def stream() -> AsyncIterator[ServerSentEvent]:
            nonlocal seq
            while True:
                for record in run.records[seq:]:
                    seq = record.seq
                    yield ServerSentEvent(id=str(seq), data=record.model_dump_json())
                if run.records[-1].event.type in TERMINAL:
                    return
                async with run.more:
                    while len(run.records) == seq:
                        await run.more.wait()

        return EventSourceResponse(stream())

    async def _cancel(self, request: Request) -> Response:
        await self._say(self._runs[request.path_params["run"]], RunCancelled())
        return JSONResponse({}, 202)


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve an application; yield its URL."""
    bound, url = listening()
    async with serving(app, bound):
        yield url
