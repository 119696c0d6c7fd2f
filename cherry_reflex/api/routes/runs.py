"""Runs over HTTP: ask, follow as SSE, stop, answer, retry."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.api.current_user import owner_of
from cherry_reflex.api.responses import answering, body_of, language_of, number_of, one_line
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.evidence import Evidence
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.engine.step_change import StepChange
from cherry_reflex.i18n.detect import known_language
from cherry_reflex.runtime import current

PING_S = 15
FAREWELL_S = 3.5


class NewRun(BaseModel):
    """Body of POST …/runs. `worker` is an agent, an MCP server or `server/tool`; a question that is
    sent again with the same `run_id` is accepted once."""

    model_config = ConfigDict(extra="forbid")
    question: str
    datasets: tuple[str, ...] = ()
    worker: str = ""
    language: str = Field("", max_length=40)
    arguments: dict[str, Any] | None = None
    """What that worker is given: a tool's arguments; of an agent of ours, `operation` and its."""
    run_id: str = Field("", pattern="^([0-9a-f]{32})?$")
    time_zone: str = Field("", max_length=60)
    """The person's, by its IANA name: what "today" is."""


class StepBody(BaseModel):
    """Body of cancel."""

    model_config = ConfigDict(extra="forbid")
    step: str = ""


class RetryBody(StepBody):
    """Body of retry. `change` is what a person has chosen for the step."""

    change: StepChange | None = None


class Reply(BaseModel):
    """Body of answer. Where readings were offered, `reply` may be an option, its number, or the
    words for `reading`, one of the person's own."""

    model_config = ConfigDict(extra="forbid")
    step: str
    reply: str
    reading: Reading | None = None


async def start(request: Request) -> Response:
    body = await body_of(request, NewRun)
    conversation_id = request.path_params["conversation_id"]
    run_id = await current().runs.start(
        owner_of(request),
        conversation_id,
        body.question,
        body.datasets,
        body.worker,
        known_language(body.language, language_of(request)),
        arguments=body.arguments,
        run_id=body.run_id,
        time_zone=body.time_zone,
    )
    return JSONResponse({"run_id": run_id, "conversation_id": conversation_id}, 201)


async def show(request: Request) -> Response:
    view = await current().runs.view(owner_of(request), request.path_params["run_id"])
    return JSONResponse(view.model_dump(mode="json"))


async def evidence(request: Request) -> Response:
    view = await current().runs.view(owner_of(request), request.path_params["run_id"])
    found = (view.evidence or Evidence()).model_dump(mode="json")
    ledger = [sent.model_dump(mode="json") for sent in view.sent]
    return JSONResponse({"checked": view.evidence is not None, **found, "ledger": ledger})


async def events(request: Request) -> Response:
    here, owner, run_id = current(), owner_of(request), request.path_params["run_id"]
    after = number_of(request, "after", 0, 0, 2**62)
    if last := request.headers.get("last-event-id", ""):
        if not last.isdecimal():
            raise BadInput("number_wrong", name="Last-Event-ID", value=last[:40])
        after = int(last)
    # An unknown run is a 404, not a stream that ends.
    await here.conversations.run(owner, run_id)

    async def stream() -> AsyncIterator[ServerSentEvent]:
        async for records in here.runs.follow(owner, run_id, after):
            for record in records:
                yield ServerSentEvent(
                    id=str(record.seq),
                    event=record.event.type,
                    data=one_line(record.model_dump_json()),
                )

    # A server that ends interrupts its runs first, and who follows one is told so.
    return EventSourceResponse(
        stream(),
        ping=PING_S,
        sep="\n",
        shutdown_event=anyio.Event(),
        shutdown_grace_period=FAREWELL_S,
    )


async def cancel(request: Request) -> Response:
    body = await body_of(request, StepBody)
    await current().runs.cancel(owner_of(request), request.path_params["run_id"], body.step)
    return JSONResponse({}, 202)


async def answer(request: Request) -> Response:
    body = await body_of(request, Reply)
    limit = current().settings.question_chars_max
    if len(body.reply) > limit:
        raise BadInput("question_long", length=len(body.reply), limit=limit)
    await current().runs.answer(
        owner_of(request), request.path_params["run_id"], body.step, body.reply, body.reading
    )
    return JSONResponse({}, 202)


async def retry(request: Request) -> Response:
    body = await body_of(request, RetryBody)
    run_id = await current().runs.retry(
        owner_of(request), request.path_params["run_id"], body.step, body.change
    )
    return JSONResponse({"run_id": run_id}, 202)


ROUTES = [
    Route("/api/conversations/{conversation_id}/runs", answering(start), methods=["POST"]),
    Route("/api/runs/{run_id}", answering(show), methods=["GET"]),
    Route("/api/runs/{run_id}/evidence", answering(evidence), methods=["GET"]),
    Route("/api/runs/{run_id}/events", answering(events), methods=["GET"]),
    Route("/api/runs/{run_id}/cancel", answering(cancel), methods=["POST"]),
    Route("/api/runs/{run_id}/answer", answering(answer), methods=["POST"]),
    Route("/api/runs/{run_id}/retry", answering(retry), methods=["POST"]),
]
