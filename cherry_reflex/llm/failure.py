"""The one seam where faults of a model's endpoint become errors of ours."""

from dataclasses import dataclass

from cherry_reflex.core.errors import CherryError, LimitExceeded, Unavailable
from cherry_reflex.llm.context_limit import ContextLimit, context_limit

_TOO_LARGE = 413


@dataclass(frozen=True)
class Fault:
    """A mapped fault: the error, whether asking again may help, and after how many seconds the
    endpoint wants to be asked (None when it did not say)."""

    error: CherryError
    again: bool = False
    after_s: float | None = None


def fault_of(raised: Exception, *, where: str, model: str, key: str = "") -> Fault:
    """Map what the client library raised. `key` is removed from the detail.

    Too long a request is `model_context`, with `limit_tokens` and `prompt_tokens` where the
    endpoint told them. Anything unknown becomes `model_malformed`: the endpoint did not behave as a
    model does.
    """
    from pydantic_ai import exceptions as foreign

    if ours := _ours(raised):
        return Fault(ours)
    detail = f"{type(raised).__name__}: {raised}"
    detail = detail.replace(key, "***") if key else detail
    status = getattr(raised, "status_code", 0)
    if limit := _too_long(raised):
        return Fault(LimitExceeded("model_context", detail, model=model, **limit.params()))
    match raised:
        case foreign.ModelAuthenticationError():
            return Fault(Unavailable("model_key", detail, where=where))
        case foreign.ModelNotFoundError():
            return Fault(Unavailable("model_unknown", detail, where=where, model=model))
        case foreign.ModelQuotaExceededError():
            return Fault(Unavailable("model_refused", detail, where=where, status=status))
        case foreign.ModelRateLimitError():
            busy = Unavailable("model_busy", detail, where=where)
            return Fault(busy, again=True, after_s=raised.retry_after)
        case foreign.ModelRequestRejectedError():
            return Fault(Unavailable("model_refused", detail, where=where, status=status))
        case foreign.ModelUnavailableError() | foreign.ModelServerError():
            failed = Unavailable("model_failed", detail, where=where, status=status)
            return Fault(failed, again=True, after_s=raised.retry_after)
        case foreign.ModelConnectionError():
            return Fault(Unavailable("model_unreachable", detail, where=where), again=True)
        case foreign.ContentFilterError():
            return Fault(Unavailable("model_filtered", detail, model=model))
        case foreign.ModelHTTPError():
            code = "model_failed" if status >= 500 else "model_refused"
            again = status >= 500 or status in (408, 409, 425)
            return Fault(Unavailable(code, detail, where=where, status=status), again=again)
        case OSError():
            return Fault(Unavailable("model_unreachable", detail, where=where), again=True)
        case _:
            return Fault(Unavailable("model_malformed", detail, where=where), again=True)


def _too_long(raised: Exception) -> ContextLimit | None:
    """Return what is said of the context, if the request was refused as too long. The client
    library knows a few servers' words; the others' are read here, with any status: old versions
    of llama.cpp send 500, OpenAI 429, and LM Studio an event in a stream that began well."""
    from pydantic_ai import exceptions as foreign

    if not isinstance(raised, foreign.ModelAPIError):
        return None
    if isinstance(raised, foreign.ModelAuthenticationError | foreign.ModelNotFoundError):
        return None
    if found := context_limit(raised.body, raised.message):
        return found
    is_too_large = getattr(raised, "status_code", 0) == _TOO_LARGE
    is_known = isinstance(raised, foreign.ModelContextWindowExceededError)
    return ContextLimit() if is_known or is_too_large else None


def _ours(raised: BaseException | None) -> CherryError | None:
    """Return the error of ours that a client library wrapped in one of its own, if any."""
    for _ in range(8):
        if raised is None or isinstance(raised, CherryError):
            return raised
        raised = raised.__cause__ or raised.__context__
    return None
