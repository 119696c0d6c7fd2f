"""An A2A server written without any SDK, of any generation, so that it can misbehave."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Item = dict[str, Any] | bytes
Script = Callable[["RawAgent", dict[str, Any]], AsyncIterator[Item]]

STREAM = {"SendStreamingMessage", "message/stream"}
SUBSCRIBE = {"SubscribeToTask", "tasks/resubscribe"}
GET = {"GetTask", "tasks/get"}
CANCEL = {"CancelTask", "tasks/cancel"}


class Cut(Exception):
    """Raised in a script: the connection ends in the middle."""


@dataclass
class RawAgent:
    """`script` yields the events (JSON-RPC results, or raw bytes) of a sent message, `again`
    those of a subscription; `task` is what is answered when the task is asked for."""

    script: Script
    generation: str = "1.0"
    again: Script | None = None
    task: dict[str, Any] | None = None
    status: int = 200
    card_dribbles: bool = False
    """Sends its card a byte at a time, for ever."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    headers_seen: list[dict[str, str]] = field(default_factory=list)

    def app(self, url: str) -> Starlette:
        """Return the application, to be served at `url`."""

        async def card(request: Request) -> Response:
            if self.card_dribbles:
                return StreamingResponse(_dribble(), media_type="application/json")
            old = self.generation.startswith("0.2")
            if request.url.path.endswith("agent-card.json") == old:
                return Response(status_code=404)
            return JSONResponse(self.card(url))

        return Starlette(
            routes=[
                Route("/.well-known/agent-card.json", card),
                Route("/.well-known/agent.json", card),
                Route("/", self.answer, methods=["POST"]),
            ]
        )

    def card(self, url: str) -> dict[str, Any]:
        """Return the card in the form of the generation."""
        skill = {"id": "s", "name": "S", "description": "does s", "tags": [], "examples": ["해줘"]}
        common: dict[str, Any] = {
            "name": "Raw Agent",
            "description": "says what the test says",
            "version": "1",
            "capabilities": {"streaming": True},
            "defaultInputModes": ["text"],
            "defaultOutputModes": ["text"],
            "skills": [skill],
        }
        if self.generation == "1.0":
            interface = {"url": f"{url}/", "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}
            return common | {"supportedInterfaces": [interface]}
        if self.generation == "0.3":
            return common | {"url": f"{url}/", "protocolVersion": "0.3.0"}
        return common | {
            "url": f"{url}/",
            "protocolVersion": "0.2.9",
            "preferredTransport": None,
        }

    async def answer(self, request: Request) -> Response:
        """Answer a JSON-RPC request."""
        asked = await request.json()
        self.asked.append(asked)
        self.headers_seen.append(dict(request.headers))
        if self.status != 200:
            return Response(status_code=self.status)
        method = asked["method"]
        if method in STREAM:
            if self.generation == "0.2" and not asked["params"]["configuration"].get(
                "acceptedOutputModes"
            ):
                return JSONResponse(_error(asked, -32602, "acceptedOutputModes"))
            return self.stream(self.script, asked)
        if method in SUBSCRIBE and self.again is not None:
            return self.stream(self.again, asked)
        if method in GET and self.task is not None:
            return JSONResponse({"jsonrpc": "2.0", "id": asked["id"], "result": self.task})
        if method in CANCEL:
            self.cancelled.set()
        return JSONResponse(_error(asked, -32001, "no such task"))

    def stream(self, script: Script, asked: dict[str, Any]) -> Response:
        """Return a script's items as server-sent events."""

        async def events() -> AsyncIterator[bytes]:
            async for item in script(self, asked):
                if isinstance(item, bytes):
                    yield item
                else:
                    body = {"jsonrpc": "2.0", "id": asked["id"], "result": item}
                    yield f"data: {json.dumps(body)}\n\n".encode()

        return StreamingResponse(events(), media_type="text/event-stream")


async def _dribble() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.1)


def _error(asked: dict[str, Any], code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": asked["id"], "error": {"code": code, "message": message}}


def task(state: str = "TASK_STATE_WORKING", *texts: str, task_id: str = "t1") -> dict[str, Any]:
    """Return a 1.0 task with one text artifact."""
    found: dict[str, Any] = {"id": task_id, "contextId": "x1", "status": {"state": state}}
    if texts:
        parts = [{"text": text} for text in texts]
        found["artifacts"] = [{"artifactId": "a", "name": "text", "parts": parts}]
    return found


def chunk(text: str, *, append: bool = True, task_id: str = "t1") -> dict[str, Any]:
    """Return a 1.0 artifact event."""
    artifact = {"artifactId": "a", "parts": [{"text": text}]}
    return {
        "artifactUpdate": {
            "taskId": task_id,
            "contextId": "x1",
            "artifact": artifact,
            "append": append,
        }
    }


def state(name: str, text: str = "") -> dict[str, Any]:
    """Return a 1.0 status event."""
    status: dict[str, Any] = {"state": f"TASK_STATE_{name}"}
    if text:
        status["message"] = {"messageId": text, "role": "ROLE_AGENT", "parts": [{"text": text}]}
    return {"statusUpdate": {"taskId": "t1", "contextId": "x1", "status": status}}


def old_task(name: str, *texts: str) -> dict[str, Any]:
    """Return a 0.2 or 0.3 task."""
    parts = [{"kind": "text", "text": text} for text in texts]
    return {
        "kind": "task",
        "id": "t1",
        "contextId": "x1",
        "status": {"state": name, "timestamp": "2025-07-01T10:00:00.123"},
        "artifacts": [{"artifactId": "a", "parts": parts}] if parts else [],
    }


def old_chunk(text: str, *, append: bool = True) -> dict[str, Any]:
    """Return a 0.2 or 0.3 artifact event."""
    return {
        "kind": "artifact-update",
        "taskId": "t1",
        "contextId": "x1",
        "artifact": {"artifactId": "a", "parts": [{"kind": "text", "text": text}]},
        "append": append,
    }


def old_state(name: str, text: str = "", *, final: bool = False) -> dict[str, Any]:
    """Return a 0.2 or 0.3 status event, with the zoneless timestamp of 0.2."""
    status: dict[str, Any] = {"state": name, "timestamp": "2025-07-01T10:00:00.123"}
    if text:
        status["message"] = {
            "kind": "message",
            "messageId": text,
            "role": "agent",
            "parts": [{"kind": "text", "text": text}],
        }
    return {
        "kind": "status-update",
        "taskId": "t1",
        "contextId": "x1",
        "status": status,
        "final": final,
    }
