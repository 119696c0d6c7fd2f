"""The one seam where faults of a model's endpoint become errors of ours."""

from dataclasses import dataclass

from cherry_reflex.core.errors import CherryError, LimitExceeded, Unavailable


@dataclass(frozen=True)
class Fault:
    """A mapped fault: the error, whether asking again may help, and after how many seconds the
    endpoint wants to be asked (None when it did not say)."""

    error: CherryError
    again: bool = False
    after_s: float | None = None


def fault_of(raised: Exception, *, where: str, model: str, key: str = "") -> Fault:
    """Map what the client library raised. `key` is removed from the detail.

    Anything unknown becomes `model_malformed`: the endpoint did not behave as a model does.
    """
    from pydantic_ai import exceptions as foreign

    if ours := _ours(raised):
        return Fault(ours)
    detail = f"{type(raised).__name__}: {raised}"
    detail = detail.replace(key, "***") if key else detail
    status = getattr(raised, "status_code", 0)
    match raised:
        case foreign.ModelAuthenticationError():
            return Fault(Unavailable("model_key", detail, where=where))
        case foreign.ModelContextWindowExceededError():
            return Fault(LimitExceeded("model_context", detail, model=model))
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


def _ours(raised: BaseException | None) -> CherryError | None:
    """Return the error of ours that a client library wrapped in one of its own, if any."""
    for _ in range(8):
        if raised is None or isinstance(raised, CherryError):
            return raised
        raised = raised.__cause__ or raised.__context__
    return None
