"""Turns of a language model: by native tool calls, else as JSON objects."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from cherry_reflex.core.errors import CherryError, Unavailable, WorkerFailed
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.language_model import (
    Message,
    ToolCall,
    ToolResult,
    ToolSpec,
    Turn,
    UserMessage,
)
from cherry_reflex.llm.endpoint import Ended, Endpoint, Usage
from cherry_reflex.llm.form import ATTEMPTS, Filled, Form, FormDraft, Forms, Unreadable, object_in
from cherry_reflex.llm.prompt import fence
from cherry_reflex.llm.request import Request, Shape
from cherry_reflex.llm.suggestions import suggestions_form

CALLS_MAX = 8
"""Calls of one turn; more are left out, and the model is told by what comes back."""

DOUBTS = 2
"""How often a first answer without calls is asked for again as an object, while the endpoint has
not shown that it knows tools: some take tools in a request and never mention them to the model."""

_HELD = ("{", "[", "<", "`")
"""Words that begin so may be a call that the endpoint did not recognise as one."""


class ModelTurns:
    """Implements `core.language_model.LanguageModel` over one endpoint; remembers what it can."""

    def __init__(self, endpoint: Endpoint, small: Endpoint | None = None) -> None:
        """`small` is for small tasks; the same endpoint where there is no other."""
        self.name = endpoint.name
        self._endpoint = endpoint
        self._objects = Forms(endpoint, ("native", "prompted"))
        self._forms = Forms(small or endpoint)
        self._native = True
        self._doubts = DOUBTS

    @property
    def usage(self) -> Usage:
        """What was used since the start."""
        return self._endpoint.usage

    async def take_turn(
        self,
        instructions: str,
        messages: Sequence[Message],
        tools: Sequence[ToolSpec],
        *,
        last: bool = False,
    ) -> AsyncGenerator[str | Turn]:
        """Yield words as they form, then the whole Turn.

        Raises Unavailable `model_empty` when nothing was said, and what the endpoint raises.
        """
        given = instructions, tuple(messages), tuple(tools)
        turn: Turn | None = None
        if self._native:
            try:
                async with aclosing(self._by_calls(*given, last=last)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Turn):
                            turn = piece
                        else:
                            yield piece
            except CherryError as error:
                # Endpoints refuse requests with tools that they do not know, some as "not found".
                if error.code not in ("model_refused", "model_unknown") or not tools:
                    raise
                self._native = False
        if turn is None:
            async with aclosing(self._by_object(*given, last=last)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        if turn.calls:
            self._doubts = 0
        elif tools and not last and self._doubts and not _has_turn(messages):
            self._doubts -= 1
            if (other := await self._doubted(*given)) is not None:
                self._native, turn = False, other
        yield turn

    async def suggest(self, instructions: str, material: str, most: int) -> Sequence[str]:
        """Return at most `most` short questions."""
        form, messages = suggestions_form(most), (UserMessage(material),)
        try:
            async with aclosing(self._forms.fill(instructions, messages, form)) as answers:
                async for answer in answers:
                    if isinstance(answer, Filled):
                        return answer.value
        except Unreadable as unreadable:
            raise WorkerFailed(
                "model_invalid", str(unreadable), model=self.name, attempts=ATTEMPTS
            ) from unreadable
        raise AssertionError("a form ends filled or with an error")

    async def _by_calls(
        self,
        instructions: str,
        messages: tuple[Message, ...],
        tools: tuple[ToolSpec, ...],
        *,
        last: bool,
    ) -> AsyncGenerator[str | Turn]:
        request = Request(instructions, messages, tools=tools, calls_nothing=last)
        said, shown = "", 0
        async with aclosing(self._endpoint.stream(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Ended):
                    calls = piece.calls
                    if not calls and said and not shown:
                        calls = typed_calls(said, tools)
                        if calls:
                            yield Turn("", calls[:CALLS_MAX])
                            return
                    if len(said) > shown:
                        yield said[shown:]
                    if not (said.strip() or calls):
                        raise Unavailable("model_empty", model=self.name)
                    kept = piece.response if len(calls) <= CALLS_MAX else None
                    yield Turn(said, calls[:CALLS_MAX], piece.cut, kept)
                    return
                said += piece.text
                if tools and not shown and said.lstrip().startswith(_HELD):
                    continue
                yield said[shown:]
                shown = len(said)

    async def _by_object(
        self,
        instructions: str,
        messages: tuple[Message, ...],
        tools: tuple[ToolSpec, ...],
        *,
        last: bool,
    ) -> AsyncGenerator[str | Turn]:
        told = f"{instructions}\n\n{_described(tools)}" if tools else instructions
        form, said = turn_form(() if last else tools), ""
        try:
            fill = self._objects.fill(told, _as_texts(messages), form)
            async with aclosing(fill) as answers:
                async for answer in answers:
                    if isinstance(answer, FormDraft):
                        words = text_so_far(answer.text, "answer")
                        if words.startswith(said) and len(words) > len(said):
                            yield words[len(said) :]
                            said = words
                        continue
                    turn = answer.value
                    if turn.text != said:
                        yield turn.text[len(said) :] if turn.text.startswith(said) else turn.text
                    yield turn
        except Unreadable as unreadable:
            # A model that answers every request for an object in prose has answered the question.
            yield unreadable.text
            yield Turn(unreadable.text)

    async def _doubted(
        self, instructions: str, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...]
    ) -> Turn | None:
        """Return the turn as an object where that calls something."""
        try:
            async with aclosing(
                self._by_object(instructions, messages, tools, last=False)
            ) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Turn) and piece.calls:
                        return piece
        except CherryError:
            return None  # the first answer stands
        return None


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


def _has_turn(messages: Sequence[Message]) -> bool:
    return any(isinstance(message, Turn) for message in messages)


def _described(tools: Sequence[ToolSpec]) -> str:
    told = [
        {"tool": tool.name, "description": tool.description, "arguments": tool.schema}
        for tool in tools
    ]
    return fence("tools", told)


def _as_texts(messages: Sequence[Message]) -> tuple[Message, ...]:
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
