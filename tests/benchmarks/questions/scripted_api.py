"""A server with the API's routes whose answers are written down: what was asked of it is kept."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.core.artifact import ArtifactRef
from cherry_reflex.core.errors import Failure
from cherry_reflex.core.events import (
    TERMINAL,
    ArtifactAdded,
    Event,
    InputAnswered,
    InputRequested,
    PlanMade,
    Record,
    RunCancelled,
    RunFailed,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SummaryDelta,
    ToolCalled,
    ToolReturned,
)
from cherry_reflex.core.ids import PLAN_STEP, SUMMARY_STEP
from cherry_reflex.core.plan import Plan, Step
from cherry_reflex.core.run_view import fold


@dataclass(frozen=True)
class Scripted:
    """What a question gets: words, with a table of one row and the way it was understood where
    `band` says so; a question back when there are `options`; a failure; or no end. `options` and
    `alternatives` map what is chosen to the words that it gets."""

    words: str = ""
    band: str = ""
    row: tuple[Any, ...] = ()
    alternatives: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""
    is_endless: bool = False
    is_more: bool = False
    """Whether its agent did another operation as well."""


@dataclass
class Place:
    """A conversation: names of files and questions, in the order in which they came."""

    said: list[str] = field(default_factory=list)


@dataclass
class _Run:
    id: str
    question: str
    script: Scripted
    records: list[Record] = field(default_factory=list)
    more: asyncio.Condition = field(default_factory=asyncio.Condition)


class ScriptedApi:
    """The server; `script` has an answer for each question."""

    def __init__(self, script: Mapping[str, Scripted]) -> None:
        self._script = script
        self._numbers = itertools.count(1)
        self._runs: dict[str, _Run] = {}
        self._rows: dict[str, tuple[Any, ...]] = {}
        self.places: dict[str, Place] = {}
        self.changes: list[dict[str, Any]] = []
        conversation, run = "/api/conversations/{conversation}", "/api/runs/{run}"
        self.app = Starlette(
            routes=[
                Route("/api/conversations", self._create, methods=["POST"]),
                Route(f"{conversation}/files", self._upload, methods=["POST"]),
                Route(f"{conversation}/runs", self._ask, methods=["POST"]),
                Route(run, self._view),
                Route(f"{run}/events", self._events),
                Route(f"{run}/answer", self._answer, methods=["POST"]),
                Route(f"{run}/cancel", self._cancel, methods=["POST"]),
                Route(f"{run}/retry", self._retry, methods=["POST"]),
                Route("/api/artifacts/{artifact}/rows", self._table),
            ]
        )

    def state(self, question: str) -> list[str]:
        """Return the states of all runs of a question."""
        runs = (run for run in self._runs.values() if run.question == question)
        return [fold(run.id, run.records).state for run in runs]

    async def _create(self, _: Request) -> Response:
        made = f"c{next(self._numbers)}"
        self.places[made] = Place()
        told = {"id": made, "title": "", "created_at": 0.0, "updated_at": 0.0}
        return JSONResponse(told, 201)

    async def _upload(self, request: Request) -> Response:
        assert await request.body()
        name = request.query_params["name"]
        given = request.query_params.get("options", "")
        self.places[request.path_params["conversation"]].said.append(f"{name} {given}".strip())
        return JSONResponse({"datasets": []}, 201)

    async def _ask(self, request: Request) -> Response:
        body = await request.json()
        question = body["question"]
        self.places[request.path_params["conversation"]].said.append(question)
        run = _Run(f"r{next(self._numbers)}", question, self._script[question])
        self._runs[run.id] = run
        await self._say(run, RunStarted(question=question, language=body["language"]))
        if run.script.options:
            asked = InputRequested(step=PLAN_STEP, prompt="?", options=tuple(run.script.options))
            await self._say(run, StepStarted(step=PLAN_STEP, worker="a2a:orchestrator"), asked)
        elif run.script.failure:
            await self._say(run, RunFailed(failure=Failure(code=run.script.failure)))
        elif not run.script.is_endless:
            await self._work(run, run.script.words, run.script.band)
        return JSONResponse({"run_id": run.id, "conversation_id": ""}, 201)

    async def _work(self, run: _Run, words: str, band: str, attempt: int = 1) -> None:
        step = Step(id="s1", worker="a2a:pandas", request="r", arguments={"operation": "query"})
        await self._say(
            run,
            PlanMade(plan=Plan(steps=(step,))),
            StepStarted(step="s1", worker="a2a:pandas", attempt=attempt),
            ToolCalled(step="s1", call="1", name="query", arguments={"dataset": "d"}),
            ToolReturned(step="s1", call="1"),
            *(
                (ToolCalled(step="s1", call="2", name="pivot"), ToolReturned(step="s1", call="2"))
                if run.script.is_more
                else ()
            ),
        )
        if band:
            await self._say(run, ArtifactAdded(step="s1", artifact=self._shown(run, band)))
        await self._say(
            run,
            StepFinished(step="s1"),
            StepStarted(step=SUMMARY_STEP, worker="a2a:orchestrator", attempt=attempt),
            SummaryDelta(text=f"**{words}**\n\n- and 999 more numbers: 34.65"),
            StepFinished(step=SUMMARY_STEP),
            RunFinished(),
        )

    def _shown(self, run: _Run, band: str) -> ArtifactRef:
        made = f"a{next(self._numbers)}"
        self._rows[made] = run.script.row
        reading = {
            "sentence": "Mean of **fare**",
            "reading": {"task": "aggregate"},
            "band": band,
            "unused": ["paid"] if band == "guess" else [],
            "alternatives": [
                {"sentence": f"**{name}**", "result": words, "reading": {"task": name}}
                for name, words in run.script.alternatives.items()
            ],
        }
        redo = {"operation": "query", "arguments": {"dataset": "d"}, "call": "1"}
        return ArtifactRef(
            id=made,
            kind="table",
            title="t",
            media_type="application/vnd.apache.parquet",
            filename="t",
            size_bytes=1,
            meta={"reading": reading, "redo": redo},
        )

    async def _say(self, run: _Run, *events: Event) -> None:
        async with run.more:
            for event in events:
                seq = len(run.records) + 1
                run.records.append(Record(run_id=run.id, seq=seq, at=time.time(), event=event))
            run.more.notify_all()

    async def _view(self, request: Request) -> Response:
        run = self._runs[request.path_params["run"]]
        return JSONResponse(fold(run.id, run.records).model_dump(mode="json"))

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

    async def _answer(self, request: Request) -> Response:
        run, body = self._runs[request.path_params["run"]], await request.json()
        await self._say(run, InputAnswered(step=body["step"], reply=body["reply"]))
        await self._work(run, run.script.options[body["reply"]], "")
        return JSONResponse({}, 202)

    async def _cancel(self, request: Request) -> Response:
        await self._say(self._runs[request.path_params["run"]], RunCancelled())
        return JSONResponse({}, 202)

    async def _retry(self, request: Request) -> Response:
        run, body = self._runs[request.path_params["run"]], await request.json()
        self.changes.append(body)
        given = body["change"]["arguments"]
        name = given.get("operations", [given])[0]["reading"]["task"]
        await self._work(run, run.script.alternatives[name], "chosen", attempt=2)
        return JSONResponse({"run_id": run.id}, 202)

    async def _table(self, request: Request) -> Response:
        row = self._rows[request.path_params["artifact"]]
        columns = [{"name": str(place), "type": "number"} for place in range(len(row))]
        return JSONResponse({"columns": columns, "rows": [row], "total": 1})
