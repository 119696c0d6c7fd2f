"""Answers: values and errors as JSON, in the language of who asks."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cherry_reflex.core.errors import (
    BadInput,
    CherryError,
    Conflict,
    LimitExceeded,
    NotAllowed,
    NotFound,
    SignInNeeded,
    TooOften,
    Unavailable,
)
from cherry_reflex.core.language import Language
from cherry_reflex.core.text import all_mended
from cherry_reflex.i18n.catalogue import message
from cherry_reflex.i18n.detect import known_language

T = TypeVar("T", bound=BaseModel)
Handler = Callable[[Request], Awaitable[Response]]

_STATUS: list[tuple[type[CherryError], int]] = [
    (NotFound, 404),
    (SignInNeeded, 401),
    (NotAllowed, 403),
    (TooOften, 429),
    (BadInput, 400),
    (LimitExceeded, 413),
    (Conflict, 409),
    (Unavailable, 503),
]

_ENDS = ("\x85", "\u2028", "\u2029")

JSON_BYTES_MAX = 4_000_000


def language_of(request: Request) -> Language:
    """Return what was asked for, else what the client prefers."""
    preferred = known_language(request.headers.get("accept-language"))
    return known_language(request.query_params.get("language"), preferred)


def error_json(error: CherryError, language: Language) -> dict[str, Any]:
    """Return the body of an error answer."""
    failure = error.failure()
    return {"error": {**failure.model_dump(mode="json"), "message": message(failure, language)}}


def answering(handler: Handler) -> Handler:
    """Wrap a handler: CherryErrors become JSON with the fitting HTTP status."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except CherryError as error:
            return refusal(error, language_of(request))

    return answer


def refusal(error: CherryError, language: Language) -> JSONResponse:
    """Return an error as an answer with the fitting HTTP status."""
    status = next((s for kind, s in _STATUS if isinstance(error, kind)), 502)
    headers = {}
    if isinstance(error, SignInNeeded):
        headers["WWW-Authenticate"] = 'Bearer realm="CherryAI"'
    if isinstance(error, TooOften):
        headers["Retry-After"] = str(error.params.get("seconds", 1))
    return JSONResponse(error_json(error, language), status, headers=headers)


async def body_of(request: Request, shape: type[T]) -> T:
    """Read a JSON body. Raises BadInput `body_wrong`, LimitExceeded `body_long`."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > JSON_BYTES_MAX:
            raise LimitExceeded("body_long", limit=JSON_BYTES_MAX)
    try:
        if b"\\u" in raw and (whole := _mended(bytes(raw))) is not None:
            return shape.model_validate(whole)
        return shape.model_validate_json(bytes(raw) or b"{}")
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise BadInput("body_wrong", detail=f"{place}: {first['msg']}", place=place) from error


def _mended(raw: bytes) -> Any:
    """Return a JSON body without halves of characters; None when it is no JSON."""
    try:
        return all_mended(json.loads(raw))
    except (ValueError, RecursionError):
        return None


def one_line(body: str) -> str:
    """Return JSON without the characters that some readers of event streams take for ends of
    lines, as Python's `splitlines` does; escaped, they mean the same."""
    for end in _ENDS:
        if end in body:
            body = body.replace(end, f"\\u{ord(end):04x}")
    return body


def number_of(request: Request, name: str, default: int, least: int, most: int) -> int:
    """Return a whole number from the query string. Raises BadInput `number_wrong`."""
    raw = request.query_params.get(name, "")
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise BadInput("number_wrong", name=name, value=raw[:40]) from None
    if not least <= value <= most:
        raise BadInput("number_wrong", name=name, value=raw[:40])
    return value
