"""A real HTTP server that speaks the OpenAI chat completions API, scripted by tests.

`async with scripted_llm(answers) as llm:` serves at `llm.base_url`; `llm.requests` are the bodies
that came. Answers are taken in order; after the last, or with none, `fallback` answers (the
competent script of `competent_llm`). As a program, `python -m tests.doubles.scripted_llm`, it
prints `{"port": N}` and serves the competent script until it is stopped.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.doubles.competent_llm import answer_of
from tests.doubles.serving import listening, serving

Body = dict[str, Any]


@dataclass(frozen=True)
class Says:
    """Prose, streamed in pieces of `size` characters."""

    text: str
    size: int = 8
    finish: str = "stop"
    halved: bool = False
    """Cuts characters in two, as programs do that count in UTF-16."""
    held: asyncio.Event | None = None
    """What is waited for after the first piece."""


@dataclass(frozen=True)
class Fills:
    """An object: as a tool call or as JSON text, the way the request asks for. A string is sent as
    it is, valid or not. `as_text` answers in prose even where a tool call is asked for."""

    value: dict[str, Any] | str
    as_text: bool = False
    size: int = 12


@dataclass(frozen=True)
class Calls:
    """Native calls of tools, `(name, arguments)` each, side by side, after some `text`. Arguments
    that are a string are sent as they are."""

    calls: tuple[tuple[str, dict[str, Any] | str], ...]
    text: str = ""
    size: int = 24


@dataclass(frozen=True)
class Refuses:
    """An HTTP error."""

    status: int
    error: dict[str, Any] = field(default_factory=lambda: {"message": "no", "type": "scripted"})
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BreaksOff:
    """A stream that ends after `text` without a finish reason; `dirty` cuts the connection."""

    text: str = ""
    dirty: bool = False


@dataclass(frozen=True)
class Silent:
    """`text`, then nothing at all until the client leaves."""

    text: str = ""


@dataclass(frozen=True)
class Thinks:
    """Thinks as fast as it can, and never comes to an end."""


@dataclass(frozen=True)
class Raw:
    """Any body."""

    body: bytes
    media_type: str = "text/html"


Answer = Says | Fills | Calls | Refuses | BreaksOff | Silent | Thinks | Raw
Script = Callable[[Body], Answer]


def competent(body: Body) -> Answer:
    """Answer any request of CherryAI sensibly, from what the request itself holds."""
    found = answer_of(body)
    if isinstance(found, list):
        return Calls(tuple(found))
    return Says(found) if isinstance(found, str) else Fills(found)


class ScriptedLlm:
    """The server's state."""

    def __init__(self, answers: list[Answer], fallback: Script, pace_s: float = 0.0) -> None:
        self.base_url = ""
        self.requests: list[Body] = []
        self.keys: list[str] = []
        self.left = asyncio.Event()
        """Set when a client left a stream before its end."""
        self.answers = answers
        self._fallback = fallback
        self._pace_s = pace_s

    def app(self) -> Starlette:
        """Return the application."""
        return Starlette(routes=[Route("/v1/chat/completions", self._complete, methods=["POST"])])

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        self.keys.append(request.headers.get("authorization", ""))
        answer = self.answers.pop(0) if self.answers else self._fallback(body)
        if isinstance(answer, Refuses):
            return JSONResponse({"error": answer.error}, answer.status, headers=answer.headers)
        if isinstance(answer, Raw):
            return Response(answer.body, media_type=answer.media_type)
        if not body.get("stream"):
            return JSONResponse(_whole(body, answer))
        return StreamingResponse(self._stream(body, answer), media_type="text/event-stream")

    async def _stream(self, body: Body, answer: Answer) -> AsyncIterator[bytes]:
        ended = False
        try:
            for delta in _deltas(body, answer):
                yield _event(body, delta)
                await asyncio.sleep(self._pace_s)
                if isinstance(answer, Says) and answer.held is not None:
                    await answer.held.wait()
            while isinstance(answer, Thinks):
                yield _event(body, {"reasoning_content": "hm, " * 5000})
                await asyncio.sleep(0)
            if isinstance(answer, Silent):
                await asyncio.Event().wait()
            if isinstance(answer, BreaksOff):
                ended = True
                if answer.dirty:
                    raise ConnectionError("scripted")
                return
            finish = answer.finish if isinstance(answer, Says) else "stop"
            if isinstance(answer, Calls) or (
                isinstance(answer, Fills) and _tool(body) and not answer.as_text
            ):
                finish = "tool_calls"
            yield _event(body, {}, finish)
            yield _usage(body)
            yield b"data: [DONE]\n\n"
            ended = True
        finally:
            if not ended:
                self.left.set()


@asynccontextmanager
async def scripted_llm(
    *answers: Answer, fallback: Script = competent, pace_s: float = 0.0
) -> AsyncIterator[ScriptedLlm]:
    """Serve the answers on a free port of loopback."""
    llm = ScriptedLlm(list(answers), fallback, pace_s)
    bound, url = listening()
    llm.base_url = f"{url}/v1"
    async with serving(llm.app(), bound):
        yield llm


def _tool(body: Body) -> str:
    """Return the name of the tool that may be called, or nothing."""
    tools = body.get("tools") or []
    return str(tools[0]["function"]["name"]) if tools else ""


def _deltas(body: Body, answer: Answer) -> list[dict[str, Any]]:
    match answer:
        case Fills(value=value, as_text=as_text, size=size):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            pieces = [text[i : i + size] for i in range(0, len(text), size)]
            if as_text or not _tool(body):
                return [{"content": piece} for piece in pieces]
            return _call_deltas(0, "call_1", _tool(body), pieces)
        case Calls(calls=calls, text=text, size=size):
            deltas: list[dict[str, Any]] = [{"content": text}] if text else []
            turn = sum(message["role"] == "assistant" for message in body["messages"])
            for n, (name, given) in enumerate(calls):
                said = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
                parts = [said[i : i + size] for i in range(0, len(said), size)]
                deltas += _call_deltas(n, f"call_{turn}_{n}", name, parts)
            return deltas
        case Says(text=text, size=size, halved=True):
            units = text.encode("utf-16-le")
            cut = [units[i : i + 2 * size] for i in range(0, len(units), 2 * size)]
            return [{"content": piece.decode("utf-16-le", "surrogatepass")} for piece in cut]
        case Says(text=text, size=size):
            return [{"content": text[i : i + size]} for i in range(0, len(text), size)]
        case BreaksOff(text=text) | Silent(text=text):
            return [{"content": text}] if text else []
    return []


def _call_deltas(index: int, call_id: str, name: str, pieces: list[str]) -> list[dict[str, Any]]:
    call = {"index": index, "id": call_id, "type": "function"}
    return [
        {"tool_calls": [{**call, "function": {"name": name, "arguments": ""}}]},
        *({"tool_calls": [{"index": index, "function": {"arguments": p}}]} for p in pieces),
    ]


def _event(body: Body, delta: dict[str, Any], finish: str | None = None) -> bytes:
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": body.get("model", ""),
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    try:
        return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()
    except UnicodeEncodeError:
        return f"data: {json.dumps(chunk)}\n\n".encode()


def _usage(body: Body) -> bytes:
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": body.get("model", ""),
        "choices": [],
        "usage": usage,
    }
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _whole(body: Body, answer: Answer) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    finish = "stop"
    if isinstance(answer, Fills):
        value = answer.value
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if _tool(body) and not answer.as_text:
            function = {"name": _tool(body), "arguments": text}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
            finish = "tool_calls"
        else:
            message["content"] = text
    elif isinstance(answer, Says):
        message["content"] = answer.text
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


async def _main() -> None:
    bound, url = listening()
    llm = ScriptedLlm([], competent, pace_s=0.01)
    async with serving(llm.app(), bound):
        sys.stdout.write(json.dumps({"port": int(url.rsplit(":", 1)[1])}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
