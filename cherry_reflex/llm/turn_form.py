"""A turn as a JSON object, for models whose endpoint knows no native calls."""

import json
from collections.abc import Sequence
from typing import Any

from cherry_reflex.core.ids import new_id
from cherry_reflex.core.language_model import (
    Message,
    ToolCall,
    ToolResult,
    ToolSpec,
    Turn,
    UserMessage,
)
from cherry_reflex.llm.form import Form, object_in
from cherry_reflex.llm.prompt import fence
from cherry_reflex.llm.request import Shape

CALLS_MAX = 8
"""Calls of one turn; more are left out."""


def turn_form(tools: Sequence[ToolSpec]) -> Form[Turn]:
    """Return the form of a turn: calls of tools, or the answer."""
    call = {
        "type": "object",
        "properties": {
            "tool": {"type": "string", "enum": [tool.name for tool in tools]},
            "arguments": {"type": "object"},
        },
        "required": ["tool", "arguments"],
    }
    properties: dict[str, Any] = {"answer": {"type": "string"}}
    if tools:
        properties = {"calls": {"type": "array", "items": call, "maxItems": CALLS_MAX}} | properties
    schema = {"type": "object", "properties": properties, "required": list(properties)}

    def read(raw: dict[str, Any]) -> Turn:
        listed = raw.get("calls") if tools else ()
        calls = tuple(call for one in listed or () if (call := _call(one)) is not None)
        answer = raw.get("answer")
        text = answer if isinstance(answer, str) and not calls else ""
        if not calls and not text.strip():
            raise ValueError("Both `calls` and `answer` are empty.")
        return Turn(text, calls[:CALLS_MAX])

    told = "Tools to call now; or, when there is nothing to call, the answer to the person."
    return Form(Shape("turn", told, schema), read)


def typed_calls(text: str, tools: Sequence[ToolSpec]) -> tuple[ToolCall, ...]:
    """Return the calls that a model has written as words, as some do whose server does not know
    their form: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, or the object alone."""
    names = {tool.name for tool in tools}
    found: list[ToolCall] = []
    rest = text
    while (start := rest.find("{")) >= 0 and len(found) < CALLS_MAX:
        made = object_in(rest[start:])
        if made is None:
            break
        listed = made["calls"] if isinstance(made.get("calls"), list) else [made]
        found += [c for one in listed if (c := _call(one)) is not None and c.name in names]
        try:
            _, end = json.JSONDecoder().raw_decode(rest, start)
        except json.JSONDecodeError:
            break
        rest = rest[end:]
    return tuple(found)


def text_so_far(draft: str, key: str) -> str:
    """Return the string `key` of a JSON object that is still being written, as far as it goes."""
    from pydantic_core import from_json

    start = draft.find("{")
    if start < 0:
        return ""
    try:
        partial = from_json(draft[start:], allow_partial="trailing-strings")
    except ValueError:
        return ""
    words = partial.get(key, "") if isinstance(partial, dict) else ""
    return words if isinstance(words, str) else ""


def _call(one: object) -> ToolCall | None:
    if not isinstance(one, dict):
        return None
    name, arguments = one.get("tool") or one.get("name"), one.get("arguments")
    if not isinstance(name, str):
        return None
    if not isinstance(arguments, dict):
        return ToolCall(_id(), name, problem="`arguments` must be an object.")
    return ToolCall(_id(), name, arguments)


def _id() -> str:
    return f"call_{new_id()[:12]}"


def described_tools(tools: Sequence[ToolSpec]) -> str:
    """Return the section that tells the tools."""
    told = [
        {"tool": tool.name, "description": tool.description, "arguments": tool.schema}
        for tool in tools
    ]
    return fence("tools", told)


def as_texts(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Return the messages with calls and results as the texts that this form has."""
    made: list[Message] = []
    for message in messages:
        if isinstance(message, Turn):
            calls = [{"tool": call.name, "arguments": call.arguments} for call in message.calls]
            told = json.dumps({"calls": calls, "answer": message.text}, ensure_ascii=False)
            made.append(Turn(told))
        elif isinstance(message, ToolResult):
            text = fence("result", {"tool": message.name, "result": message.text})
            if made and isinstance(before := made[-1], UserMessage):
                made[-1] = UserMessage(f"{before.text}\n{text}")
            else:
                made.append(UserMessage(text))
        else:
            made.append(message)
    return tuple(made)
