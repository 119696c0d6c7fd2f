"""Foreign errors of a call to an agent, mapped to ours at this one seam."""

import json

import httpx
from a2a.client import A2AClientError
from a2a.utils.errors import A2AError, TaskNotFoundError
from google.protobuf.json_format import ParseError
from google.protobuf.message import DecodeError
from pydantic import ValidationError

from cherry_reflex.core.errors import CherryError, ProtocolBroken, Unavailable, WorkerFailed

MALFORMED = (ValidationError, ParseError, DecodeError, ValueError, TypeError, KeyError,
             AttributeError)  # fmt: skip
"""What the SDK's parsers raise for answers that are not what the protocol says."""


class Dropped(Exception):
    """The connection was lost while the agent may still work."""


def mapped(error: Exception, agent: str) -> Exception:
    """Return `error` as a CherryError, or as Dropped when a reconnect may help."""
    if isinstance(error, CherryError | Dropped):
        return error
    cause = error.__cause__
    detail = f"{type(error).__name__}: {error}"
    if isinstance(cause, httpx.HTTPStatusError):
        status = cause.response.status_code
        code = "agent_denied" if status in (401, 403) else "agent_http"
        return Unavailable(code, detail=detail, status=status, name=agent)
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
        return Unavailable("agent_unreachable", detail=detail, name=agent)
    if isinstance(cause, httpx.RequestError) or isinstance(error, httpx.RequestError):
        return Dropped(detail)
    if isinstance(error, TaskNotFoundError):
        return Unavailable("agent_forgot", detail=detail)
    if isinstance(cause, json.JSONDecodeError) or _not_json_rpc(error):
        return ProtocolBroken("agent_malformed", detail=detail, name=agent)
    if isinstance(error, A2AError):
        return WorkerFailed("agent_refused", detail=detail, name=agent)
    if isinstance(error, MALFORMED):
        return ProtocolBroken("agent_malformed", detail=detail, name=agent)
    return error


def _not_json_rpc(error: Exception) -> bool:
    return isinstance(error, A2AClientError) and "Invalid JSON-RPC" in str(error)
