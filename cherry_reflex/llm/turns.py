"""Turns of a language model: by native tool calls, else as JSON objects."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from cherry_reflex.core.errors import CherryError, Unavailable, WorkerFailed
from cherry_reflex.core.language import Language
from cherry_reflex.core.language_model import (
    Message,
    ToolSpec,
    Turn,
    UserMessage,
)
from cherry_reflex.llm.endpoint import Ended, Endpoint, Usage
from cherry_reflex.llm.form import ATTEMPTS, Filled, FormDraft, Forms, Unreadable
from cherry_reflex.llm.request import Request
from cherry_reflex.llm.suggestions import suggestions_form
from cherry_reflex.llm.turn_form import (
    CALLS_MAX,
    as_texts,
    described_tools,
    text_so_far,
    turn_form,
    typed_calls,
)

if TYPE_CHECKING:
    from cherry_reflex.llm.context_window import ContextWindow
    from cherry_reflex.llm.local.model import LocalModel

DOUBTS = 2
"""How often a first answer without calls is asked for again as an object, while the endpoint has
not shown that it knows tools: some take tools in a request and never mention them to the model."""

_HELD = ("<tool_call", "```json", "[TOOL_CALLS]")
"""Words that begin so, or as an object with one of `_KEYS` first, may be a call that the endpoint
did not recognise as one."""

_KEYS = ("name", "tool", "calls", "function", "arguments")
_FIRST_KEY = re.compile(r'\{\s*"([^"]*)"')


class ModelTurns:
    """Implements `core.language_model.LanguageModel` over one endpoint; remembers what it can."""

    def __init__(
        self,
        endpoint: Endpoint,
        small: Endpoint | None = None,
        *,
        window: "ContextWindow | None" = None,
        local: "LocalModel | None" = None,
        sees: bool = False,
    ) -> None:
        """`small` is for small tasks; the same endpoint where there is no other. `local` is the
        process that serves it, where that is one of ours."""
        self.name, self.sees = endpoint.name, sees
        self._endpoint = endpoint
        self._objects = Forms(endpoint, ("native", "prompted"))
        self._forms = Forms(small or endpoint)
        self._window, self._local = window, local
        self._native = True
        self._doubts = DOUBTS

    @property
    def usage(self) -> Usage:
        """What was used since the start."""
        return self._endpoint.usage

    async def preparing(self, language: Language) -> AsyncGenerator[str]:
        """Yield how far a local model is, until it can be asked. Raises as `LocalModel.url`."""
        if self._local is not None:
            async for state in self._local.preparing():
                yield state.sentence(language)

    async def context_tokens(self) -> int | None:
        """Return the size of the context, as the server tells it or has told by refusing."""
        return await self._window.tokens() if self._window is not None else None

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
        refusal: CherryError | None = None
        if self._native:
            try:
                async with aclosing(self._by_calls(*given, last=last)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Turn):
                            turn = piece
                        else:
                            yield piece
            except CherryError as error:
                if error.code == "model_context" and self._window is not None:
                    if isinstance(limit := error.params.get("limit_tokens"), int) and limit > 0:
                        self._window.learn(limit)
                    raise
                # Endpoints refuse requests with tools that they do not know, some as "not found".
                if error.code not in ("model_refused", "model_unknown") or not tools:
                    raise
                refusal = error
        if turn is None:
            try:
                async with aclosing(self._by_object(*given, last=last)) as pieces:
                    async for piece in pieces:
                        yield piece
            except CherryError as error:
                # What is refused without tools as well was not refused for them.
                raise refusal or error from error
            self._native = self._native and refusal is None
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
                if tools and not shown and _may_be_call(said.lstrip()):
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
        told = f"{instructions}\n\n{described_tools(tools)}" if tools else instructions
        form, said = turn_form(() if last else tools), ""
        try:
            fill = self._objects.fill(told, as_texts(messages), form)
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


def _has_turn(messages: Sequence[Message]) -> bool:
    return any(isinstance(message, Turn) for message in messages)


def _may_be_call(said: str) -> bool:
    """Whether the beginning of words may turn out to be a call."""
    if said.startswith("{"):
        key = _FIRST_KEY.match(said)
        return key is None or key[1] in _KEYS
    return any(said.startswith(one) or one.startswith(said) for one in _HELD)
