"""Who can be asked, and MCP calls as server-sent events."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

from pydantic import RootModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cherry_reflex.analysis.results.content import load_bytes
from cherry_reflex.api.current_user import owner_of
from cherry_reflex.api.responses import answering, body_of, error_json, language_of, one_line
from cherry_reflex.api.roster_view import roster_json
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import CherryError, NotFound
from cherry_reflex.core.events import InputRequested, OutputLine, StatusChanged, TextDelta
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.worker import ArtifactProduced, WorkerEvent, WorkerRequest
from cherry_reflex.processes.python_permission import no_python
from cherry_reflex.runtime import Runtime, current

INLINE_BYTES_MAX = 1_000_000
"""Artifacts up to this size are in the stream (base64); larger ones are only named."""


class Arguments(RootModel[dict[str, Any]]):
    """Body of an MCP call: the tool's arguments."""


async def roster(request: Request) -> Response:
    fresh = request.query_params.get("fresh", "") in ("1", "true")
    found = await current().workers.roster(fresh=fresh)
    has_python = not no_python(current().settings)
    told = roster_json(found, language_of(request), has_python=has_python)
    return JSONResponse({**told, "added": sorted(current().workers.added())})


async def call(request: Request) -> Response:
    """Call a tool; `?conversation=` lets `dataset:<name>` arguments mean that one's datasets.
    The call is stopped when the client leaves."""
    here, language = current(), language_of(request)
    server, tool = request.path_params["server"], request.path_params["tool"]
    arguments = (await body_of(request, Arguments)).root
    if (await here.workers.roster()).function(f"mcp:{server}/{tool}") is None:
        raise NotFound("tool_unknown", server=server[:80], tool=tool[:80])
    work = WorkerRequest(
        conversation_id=request.query_params.get("conversation", ""),
        run_id=new_id(),
        step_id="call",
        worker=f"mcp:{server}/{tool}",
        request="",
        language=language,
        arguments=arguments,
        datasets=await _datasets(
            here, owner_of(request), request.query_params.get("conversation", "")
        ),
    )

    async def stream() -> AsyncIterator[ServerSentEvent]:
        texts: list[str] = []
        try:
            async for event in here.workers.call(work).events():
                if isinstance(event, TextDelta):
                    texts.append(event.text)
                elif (told := await _told(event)) is not None:
                    yield told
            yield _event("result", {"text": "".join(texts)})
        except CherryError as error:
            yield _event("error", error_json(error, language)["error"])

    return EventSourceResponse(stream(), ping=15, sep="\n")


async def _datasets(here: Runtime, owner: str, conversation_id: str) -> tuple[Dataset, ...]:
    if not conversation_id:
        return ()
    await here.conversations.get(owner, conversation_id)
    return tuple(dataset for _, _, dataset in await here.datasets.of(conversation_id))


async def _told(event: WorkerEvent) -> ServerSentEvent | None:
    match event:
        case StatusChanged():
            return _event("progress", {"text": event.text})
        case OutputLine():
            return _event("line", {"text": event.text, "level": event.level})
        case InputRequested():
            return _event("progress", {"text": event.prompt})
        case ArtifactProduced(content=content):
            raw = await load_bytes(content)
            body: dict[str, Any] = {
                "kind": content.kind,
                "title": content.title,
                "media_type": content.type,
                "filename": content.filename,
                "size_bytes": len(raw),
                "meta": content.meta,
            }
            if len(raw) <= INLINE_BYTES_MAX:
                body["data"] = base64.b64encode(raw).decode()
            return _event("artifact", body)
        case _:
            return None


def _event(name: str, body: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(
        event=name, data=one_line(json.dumps(body, ensure_ascii=False, default=str))
    )


ROUTES = [
    Route("/api/roster", answering(roster), methods=["GET"]),
    Route("/api/mcp/{server}/{tool:path}", answering(call), methods=["POST"]),
]
