"""One model endpoint: streams answers, tries again before the first token, never waits for ever."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import structlog

from cherry_reflex.concurrency.sending import before_sending
from cherry_reflex.concurrency.usage import spend
from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.language_model import ToolCall
from cherry_reflex.core.text import SurrogateJoiner
from cherry_reflex.llm.conversion import Piece, calls_of, messages_of, parameters_of, piece_of
from cherry_reflex.llm.failure import Fault, fault_of
from cherry_reflex.llm.request import Request
from cherry_reflex.llm.thinking import ThinkingFilter

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.models import Model
    from pydantic_ai.settings import ModelSettings

_log = structlog.get_logger(__name__)

RETRIES = 3
"""More attempts after the first, only while nothing of an answer has arrived."""

BACKOFF_S = 0.5
"""First pause; doubled each time, times a random factor of 0.5 to 1.5."""

PAUSE_MAX_S = 30.0
"""An endpoint that wants a longer pause than this is reported as busy at once."""

_CHARS_A_TOKEN = 4

CLOSE_S = 5.0
"""Longest time that closing a stream may take."""


@dataclass(frozen=True)
class Ended:
    """The answer is complete, or was cut at the model's length limit."""

    cut: bool = False
    calls: tuple[ToolCall, ...] = ()
    response: "ModelResponse | None" = None
    """The answer as the provider gave it, reasoning included."""


@dataclass
class Usage:
    """What was used since the start, as far as the endpoint told it."""

    calls: int = 0
    retries: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass
class Endpoint:
    """A model at an address. `where` names the address for people; `key` is only kept so that it
    can be removed from error texts."""

    model: "Model[Any]"
    name: str
    where: str
    timeout_s: float
    key: str = field(default="", repr=False)
    settings: dict[str, Any] = field(default_factory=dict)
    """What each request says beside its words (`resolve.model_settings`)."""
    usage: Usage = field(default_factory=Usage)

    async def stream(self, request: Request) -> AsyncGenerator[Piece | Ended]:
        """Yield the answer as it forms, then Ended.

        Raises Unavailable or LimitExceeded with a `model_…` code; `model_truncated` when the
        endpoint broke off after the first token.
        """
        for attempt in range(RETRIES + 1):
            begun = False
            await before_sending(request.characters)
            try:
                async with aclosing(self._once(request)) as pieces:
                    async for piece in pieces:
                        begun = begun or isinstance(piece, Piece)
                        yield piece
                return
            except _Failed as failed:
                fault = failed.fault
            if begun and fault.again:
                raise Unavailable("model_truncated", fault.error.detail, where=self.where)
            pause_s = _pause_s(attempt, fault)
            if begun or not fault.again or attempt == RETRIES or pause_s > PAUSE_MAX_S:
                raise fault.error
            self.usage.retries += 1
            await asyncio.sleep(pause_s)

    async def _once(self, request: Request) -> AsyncGenerator[Piece | Ended]:
        from pydantic_ai.direct import model_request_stream

        self.usage.calls += 1
        started = time.monotonic()
        try:
            context = model_request_stream(
                self.model,
                messages_of(request),
                model_settings=self._settings(request),
                model_request_parameters=parameters_of(request),
            )
            async with asyncio.timeout(self.timeout_s):
                stream = await context.__aenter__()
        except Exception as error:
            raise self._failed(error) from error
        try:
            events = aiter(stream)
            call: int | None = None
            thinking, surrogates = ThinkingFilter(), SurrogateJoiner()
            while True:
                async with asyncio.timeout(self.timeout_s):
                    event = await anext(events, None)
                if event is None:
                    break
                piece = piece_of(event)
                if piece is None:
                    continue
                piece = replace(piece, text=surrogates.whole(piece.text))
                if piece.json and request.shape is None:
                    continue  # arguments of calls are read when they are whole
                if piece.json:
                    # One object is wanted: a second tool call beside the first is left alone.
                    index = getattr(event, "index", 0)
                    call = index if call is None else call
                    if index != call:
                        continue
                elif not (shown := thinking.feed(piece.text)):
                    continue
                else:
                    piece = Piece(shown)
                yield piece
            if rest := thinking.rest():
                yield Piece(rest)
            response = stream.get()
        except Exception as error:
            raise self._failed(error) from error
        finally:
            # Closing must not wait for an endpoint that no longer talks.
            try:
                async with asyncio.timeout(CLOSE_S):
                    await context.__aexit__(None, None, None)
            except Exception:  # noqa: S110 - the answer, or a clearer error, is already out
                pass
        self._count(request, response, time.monotonic() - started)
        if response.finish_reason is None and not (response.provider_details or {}).get(
            "finish_reason"
        ):
            # Every provider says why it ended; without that the connection was lost.
            cut = Unavailable("model_truncated", "no finish reason", where=self.where)
            raise _Failed(Fault(cut, again=True))
        if response.finish_reason == "content_filter":
            raise _Failed(Fault(Unavailable("model_filtered", model=self.name)))
        is_cut = response.finish_reason == "length"
        yield Ended(is_cut, () if request.shape else calls_of(response), response)

    def _settings(self, request: Request) -> "ModelSettings":
        settings = cast("ModelSettings", {**self.settings, "max_retries": 0})
        settings["timeout"] = self.timeout_s
        if request.calls_nothing:
            settings["tool_choice"] = "none"
        return settings

    def _failed(self, error: Exception) -> "_Failed":
        if isinstance(error, TimeoutError):
            silent = Unavailable("model_silent", where=self.where, seconds=self.timeout_s)
            return _Failed(Fault(silent))
        return _Failed(fault_of(error, where=self.where, model=self.name, key=self.key))

    def _count(self, request: Request, response: "ModelResponse", seconds: float) -> None:
        read, written = response.usage.input_tokens or 0, response.usage.output_tokens or 0
        if not (read or written):
            # One that tells nothing is counted by its characters: budgets must hold there as well.
            read = request.characters // _CHARS_A_TOKEN
            written = len(response.text or "") // _CHARS_A_TOKEN
        self.usage.input_tokens += read
        self.usage.output_tokens += written
        spend(read, written, _price_usd(response))
        _log.info("model_call", model=self.name, seconds=round(seconds, 3), read=read, out=written)


def _price_usd(response: "ModelResponse") -> float:
    """Return the list price of an answer, 0 where it is not known (as for models of one's own)."""
    try:
        return float(response.cost().total_price)
    except (LookupError, AssertionError, ValueError):
        return 0.0


class _Failed(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault.error))
        self.fault = fault


def _pause_s(attempt: int, fault: Fault) -> float:
    jitter = random.uniform(0.5, 1.5)  # noqa: S311 - not a secret
    return float(max(fault.after_s or 0.0, BACKOFF_S * 2**attempt * jitter))
