"""Answers of an OpenAI-compatible endpoint: read from a body or a stream, and written as either."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

Body = dict[str, Any]
_PIECE_CHARS = 12


class Call(BaseModel):
    """A call of a tool; `arguments` as the model wrote them."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    arguments: str


class Completion(BaseModel):
    """What the model said."""

    model_config = ConfigDict(frozen=True)

    content: str = ""
    calls: tuple[Call, ...] = ()
    finish: str = "stop"
    usage: dict[str, Any] = {}


def characters(body: Body) -> int:
    """Return how long a request is."""
    return len(json.dumps(body, ensure_ascii=False))


def text_of(body: Body) -> str:
    """Return the words of a request's messages, one after the other."""
    return "\n".join(_words(message.get("content")) for message in body.get("messages", ()))


def plain(text: str) -> str:
    """Return words as they can be looked for: as they are, inside a text of JSON, or with the
    escapes of a prompt that guards its sections."""
    for escaped, meant in (("\\n", " "), ('\\"', '"'), ("\\u003c", "<")):
        text = text.replace(escaped, meant)
    return re.sub(r"\s+", " ", text).strip()


def tool_names(body: Body) -> set[str]:
    """Return the tools that a request offers."""
    return {str(tool.get("function", {}).get("name")) for tool in body.get("tools") or ()}


def read(raw: bytes, media_type: str) -> Completion:
    """Read an answer. Of what is no answer nothing is left."""
    if "event-stream" in media_type:
        return _read_stream(raw)
    try:
        choice = json.loads(raw)["choices"][0]
        message = choice["message"]
    except (ValueError, LookupError, TypeError):
        return Completion(finish="")
    calls = message.get("tool_calls") or ()
    return Completion(
        content=message.get("content") or "",
        calls=tuple(_call(call.get("id"), call.get("function", {})) for call in calls),
        finish=choice.get("finish_reason") or "",
        usage=json.loads(raw).get("usage") or {},
    )


def whole(said: Completion, model: str) -> Body:
    """Return the answer as one body."""
    calls = [
        {"id": call.id, "type": "function", "function": call.model_dump(exclude={"id"})}
        for call in said.calls
    ]
    message = {"role": "assistant", "content": said.content or None}
    choice = {
        "index": 0,
        "message": message | ({"tool_calls": calls} if calls else {}),
        "finish_reason": said.finish,
    }
    return _base(model) | {"object": "chat.completion", "choices": [choice], "usage": said.usage}


def streamed(said: Completion, model: str) -> Iterator[bytes]:
    """Yield the answer as events, its words in small pieces."""

    def event(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return line(_base(model) | {"object": "chat.completion.chunk", "choices": [choice]})

    def line(value: Body) -> bytes:
        return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()

    yield event({"role": "assistant", "content": ""})
    for start in range(0, len(said.content), _PIECE_CHARS):
        yield event({"content": said.content[start : start + _PIECE_CHARS]})
    for index, call in enumerate(said.calls):
        begun = {"name": call.name, "arguments": ""}
        yield event(
            {"tool_calls": [{"index": index, "id": call.id, "type": "function", "function": begun}]}
        )
        yield event({"tool_calls": [{"index": index, "function": {"arguments": call.arguments}}]})
    yield event({}, said.finish)
    usage = {"object": "chat.completion.chunk", "choices": [], "usage": said.usage}
    yield line(_base(model) | usage)
    yield b"data: [DONE]\n\n"


def first_words(raw: bytes) -> bool:
    """Whether a piece of a stream has words, reasoning or calls of the model in it."""
    return any(
        delta.get("content") or delta.get("tool_calls") or delta.get("reasoning_content")
        for _, delta, _ in _deltas(raw)
    )


def _read_stream(raw: bytes) -> Completion:
    content, finish = "", ""
    usage: Body = {}
    calls: dict[int, dict[str, str]] = {}
    for chunk, delta, ended in _deltas(raw):
        content += delta.get("content") or ""
        finish = ended or finish
        usage = chunk.get("usage") or usage
        for part in delta.get("tool_calls") or ():
            call = calls.setdefault(part.get("index", len(calls)), {"arguments": ""})
            function = part.get("function") or {}
            call["id"] = part.get("id") or call.get("id", "")
            call["name"] = function.get("name") or call.get("name", "")
            call["arguments"] += function.get("arguments") or ""
    made = tuple(_call(call["id"], call) for _, call in sorted(calls.items()))
    return Completion(content=content, calls=made, finish=finish, usage=usage)


def _deltas(raw: bytes) -> Iterator[tuple[Body, Body, str]]:
    for event in raw.decode("utf-8", "replace").splitlines():
        if not event.startswith("data:"):
            continue
        try:
            chunk = json.loads(event[5:])
        except ValueError:
            continue
        if isinstance(chunk, dict):
            choices = chunk.get("choices") or [{}]
            yield chunk, choices[0].get("delta") or {}, choices[0].get("finish_reason") or ""


def _call(identity: object, function: Mapping[str, Any]) -> Call:
    return Call(
        id=str(identity or "call"),
        name=str(function.get("name", "")),
        arguments=str(function.get("arguments", "")),
    )


def _words(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return "\n".join(part["text"] for part in parts if isinstance(part, dict) and "text" in part)


def _base(model: str) -> Body:
    return {"id": "chatcmpl-1", "created": 1, "model": model}
