"""Answers of the server that are errors, as the errors of `core` that they were there."""

from collections.abc import Mapping

import httpx
from pydantic import BaseModel, ValidationError

from cherry_reflex.core.errors import (
    BadInput,
    CherryError,
    Conflict,
    Failure,
    LimitExceeded,
    NotAllowed,
    NotFound,
    ProtocolBroken,
    SignInNeeded,
    TooOften,
    Unavailable,
    WorkerFailed,
)

_KINDS: Mapping[int, type[CherryError]] = {
    400: BadInput,
    401: SignInNeeded,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    413: LimitExceeded,
    429: TooOften,
    502: WorkerFailed,
    503: Unavailable,
}


class _Refusal(BaseModel):
    error: Failure


def error_of(response: httpx.Response) -> CherryError:
    """Return the error that an answer, read already, tells; ProtocolBroken `server_answer` when
    what answers is not CherryAI."""
    kind = _KINDS.get(response.status_code)
    try:
        failure = _Refusal.model_validate_json(response.content).error
    except ValidationError:
        kind = None
    if kind is None:
        detail = response.text[:2000]
        return ProtocolBroken("server_answer", detail, status=response.status_code)
    return kind(failure.code, failure.detail, **failure.params)
