"""Structured answers: a JSON object of a wanted shape, sent back to the model until it is valid."""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cherry_reflex.core.errors import CherryError, WorkerFailed
from cherry_reflex.core.language_model import Message, Turn, UserMessage
from cherry_reflex.core.text import all_mended
from cherry_reflex.llm.endpoint import Ended, Endpoint
from cherry_reflex.llm.prompt import cut, fence
from cherry_reflex.llm.request import Mode, Request, Shape

T = TypeVar("T")

ATTEMPTS = 3
"""How often a model may answer one form."""

MODES: tuple[Mode, ...] = ("tool", "native", "prompted")
"""In this order: the first that an endpoint supports is used from then on."""

_OPENINGS = 40
"""At most so many opening braces of a text are tried as the beginning of the object."""


@dataclass(frozen=True)
class Form(Generic[T]):
    """What is asked. `read` turns the object into a value, or raises ValueError with a sentence
    that tells the model what to change."""

    shape: Shape
    read: Callable[[dict[str, Any]], T]


@dataclass(frozen=True)
class FormDraft:
    """The object as JSON text so far. A new attempt begins anew, with `attempt` one higher."""

    text: str
    attempt: int


@dataclass(frozen=True)
class Filled(Generic[T]):
    """The valid value."""

    value: T


class Unreadable(Exception):
    """No form was filled, but words were given: `text`."""

    def __init__(self, text: str) -> None:
        super().__init__(text[:200])
        self.text = text


class Forms:
    """Asks one endpoint to fill forms; remembers which modes it refuses or ignores."""

    def __init__(self, endpoint: Endpoint, modes: Sequence[Mode] = MODES) -> None:
        self._endpoint = endpoint
        self._modes = list(modes)

    async def fill(
        self, instructions: str, messages: tuple[Message, ...], form: Form[T]
    ) -> AsyncGenerator[FormDraft | Filled[T]]:
        """Yield drafts while the answer forms, then Filled.

        Raises Unreadable when every answer was prose without an object, WorkerFailed
        `model_invalid` when the object stayed wrong, and what the endpoint raises.
        """
        reason, prose, given = "", "", messages
        attempt = 0
        modes = list(self._modes)
        while attempt < ATTEMPTS:
            mode = modes[0]
            request = _request(instructions, given, form.shape, mode)
            answer = ""
            try:
                async with aclosing(self._endpoint.stream(request)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Ended):
                            break
                        if piece.json and answer and not answer.lstrip().startswith("{"):
                            answer = ""  # words before a tool call are not part of the object
                        answer += piece.text
                        yield FormDraft(answer, attempt)
            except CherryError as error:
                if error.code in ("model_refused", "model_unknown") and len(modes) > 1:
                    # Endpoints refuse requests with tools or schemas that they do not know, some
                    # of them as "not found"; the plain prompt is what tells the cases apart.
                    modes.pop(0)
                    continue
                raise
            attempt += 1
            found = object_in(answer)
            if found is None:
                prose = answer.strip() or prose
                reason = "The answer held no JSON object."
                if len(modes) > 1:
                    modes.pop(0)
            else:
                try:
                    value = form.read(found)
                except ValueError as error:
                    prose, reason = "", str(error)
                else:
                    self._modes = modes
                    yield Filled(value)
                    return
            given = (
                *messages,
                Turn(answer or "(nothing)"),
                UserMessage(_correction(reason)),
            )
        if prose:
            raise Unreadable(prose)
        raise WorkerFailed("model_invalid", reason, model=self._endpoint.name, attempts=ATTEMPTS)


def object_in(text: str) -> dict[str, Any] | None:
    """Return the first JSON object in a text, or None. Code fences and words around it are fine."""
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(_OPENINGS):
        if start < 0:
            return None
        try:
            found, _end = decoder.raw_decode(text, start)
        except (json.JSONDecodeError, RecursionError):
            start = text.find("{", start + 1)
            continue
        return all_mended(found) if isinstance(found, dict) else None
    return None


def _request(instructions: str, messages: tuple[Message, ...], shape: Shape, mode: Mode) -> Request:
    if mode == "prompted":
        schema = json.dumps(shape.schema, ensure_ascii=False)
        instructions += (
            "\n\nAnswer with one JSON object and nothing else. It must be valid against this JSON "
            f"Schema:\n{schema}"
        )
    return Request(instructions, messages, shape, mode)


def _correction(reason: str) -> str:
    # The reason names columns and values of the data: material as well, never instructions.
    return (
        "This answer cannot be used. Answer again, completely, with what is named here corrected.\n"
        + fence("what_was_wrong", cut(reason, 4_000))
    )
