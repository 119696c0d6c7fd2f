"""Faults of an endpoint: retries before the first token, deadlines, clear codes, no secrets."""

import asyncio
import socket
import time
from typing import Any

import pytest

from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.language_model import LanguageModel, UserMessage
from tests.doubles.scripted_llm import (
    BreaksOff,
    Fills,
    Raw,
    Refuses,
    Says,
    Silent,
    scripted_llm,
)
from tests.llm.conftest import ModelOf


async def prose(model: LanguageModel) -> str:
    got: list[str] = []
    await gather(model, got)
    return "".join(got)


async def gather(model: LanguageModel, got: list[str]) -> None:
    async for piece in model.take_turn("Be short.", (UserMessage("How is it?"),), ()):
        if isinstance(piece, str):
            got.append(piece)


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (401, {"message": "bad key sk-very-secret"}, "model_key"),
        (403, {"message": "not allowed"}, "model_key"),
        (404, {"message": "no such model", "code": "model_not_found"}, "model_unknown"),
        (400, {"message": "too long", "code": "context_length_exceeded"}, "model_context"),
        (400, {"message": "odd", "code": "odd"}, "model_refused"),
        (402, {"message": "pay first"}, "model_refused"),
    ],
)
async def test_refusals_are_not_retried_and_have_their_code(
    model_of: ModelOf, status: int, error: dict[str, Any], code: str
) -> None:
    async with scripted_llm(Refuses(status, error)) as llm, model_of(llm) as model:
        with pytest.raises(CherryError) as caught:
            await prose(model)
        assert caught.value.code == code
        assert len(llm.requests) == 1
        assert "sk-very-secret" not in str(caught.value)
        assert llm.keys == ["Bearer sk-very-secret"]


async def test_busy_is_retried_after_the_asked_time(model_of: ModelOf) -> None:
    busy = Refuses(429, {"message": "slow down"}, {"Retry-After": "1"})
    async with scripted_llm(busy, Says("done")) as llm, model_of(llm) as model:
        started = time.monotonic()
        assert await prose(model) == "done"
        assert time.monotonic() - started >= 1.0
        assert len(llm.requests) == 2


async def test_far_retry_after_fails_at_once(model_of: ModelOf) -> None:
    busy = Refuses(429, {"message": "tomorrow"}, {"Retry-After": "3600"})
    async with scripted_llm(busy) as llm, model_of(llm) as model:
        with pytest.raises(CherryError) as caught:
            await prose(model)
    assert caught.value.code == "model_busy"


async def test_server_faults_are_retried_three_times(
    model_of: ModelOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cherry_reflex.llm.endpoint.BACKOFF_S", 0.01)
    async with (
        scripted_llm(*[Refuses(500)] * 3, Says("at last")) as llm,
        model_of(llm) as model,
    ):
        assert await prose(model) == "at last"
        assert len(llm.requests) == 4
        llm.answers.extend([Refuses(503)] * 9)
        with pytest.raises(CherryError) as caught:
            await prose(model)
        assert caught.value.code == "model_failed"
        assert len(llm.requests) == 8


@pytest.mark.parametrize("dirty", [False, True])
async def test_cut_stream_is_marked_and_what_arrived_is_kept(
    model_of: ModelOf, dirty: bool
) -> None:
    cut = BreaksOff("half an ans", dirty=dirty)
    async with scripted_llm(cut, Says("never")) as llm, model_of(llm) as model:
        got: list[str] = []
        with pytest.raises(CherryError) as caught:
            await gather(model, got)
        assert caught.value.code == "model_truncated"
        assert "".join(got) == "half an ans"
        assert len(llm.requests) == 1, "no retry after the first token"


async def test_stream_cut_before_the_first_token_is_retried(
    model_of: ModelOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cherry_reflex.llm.endpoint.BACKOFF_S", 0.01)
    async with scripted_llm(BreaksOff(), Says("whole")) as llm, model_of(llm) as model:
        assert await prose(model) == "whole"


@pytest.mark.parametrize("before", ["", "some"])
async def test_silence_ends_at_the_deadline(model_of: ModelOf, before: str) -> None:
    async with scripted_llm(Silent(before)) as llm, model_of(llm, llm_timeout_s=0.4) as model:
        started = time.monotonic()
        with pytest.raises(CherryError) as caught:
            await prose(model)
        assert caught.value.code == "model_silent"
        assert time.monotonic() - started < 5
        await asyncio.wait_for(llm.left.wait(), 5)


async def test_cancelling_leaves_the_endpoint(model_of: ModelOf) -> None:
    async with scripted_llm(Silent("first")) as llm, model_of(llm) as model:
        arrived = asyncio.Event()

        async def read() -> None:
            async for _ in model.take_turn("Be short.", (UserMessage("How is it?"),), ()):
                arrived.set()

        task = asyncio.create_task(read())
        await asyncio.wait_for(arrived.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(llm.left.wait(), 5)


async def test_nobody_there(model_of: ModelOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cherry_reflex.llm.endpoint.BACKOFF_S", 0.01)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
        async with model_of(url) as model:
            with pytest.raises(CherryError) as caught:
                await prose(model)
    assert caught.value.code == "model_unreachable"
    assert "127.0.0.1" in caught.value.params["where"]


async def test_a_page_instead_of_a_model(
    model_of: ModelOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cherry_reflex.llm.endpoint.BACKOFF_S", 0.01)
    page = Raw(b"<html>Welcome</html>")
    async with scripted_llm(*[page] * 4) as llm, model_of(llm) as model:
        with pytest.raises(CherryError) as caught:
            await prose(model)
    assert caught.value.code in ("model_malformed", "model_empty", "model_truncated")


async def test_empty_answer_is_an_error(model_of: ModelOf) -> None:
    async with scripted_llm(Says("")) as llm, model_of(llm) as model:
        with pytest.raises(CherryError) as caught:
            await prose(model)
    assert caught.value.code == "model_empty"


async def test_usage_is_counted(model_of: ModelOf) -> None:
    async with (
        scripted_llm(Says("a"), Fills({"questions": ["q?"]})) as llm,
        model_of(llm) as model,
    ):
        await prose(model)
        assert await model.suggest("Suggest.", "A table.", 4) == ["q?"]
        assert model.usage.calls == 2
        assert model.usage.input_tokens == 200
        assert model.usage.output_tokens == 40


@pytest.mark.parametrize(
    "answer",
    [
        Says("x" * 60_000, size=10),
        Raw(b"data: " + b"x" * 3_000_000, "text/event-stream"),
        Refuses(500, {"message": "x" * 3_000_000}),
    ],
    ids=["endless text", "endless line", "endless error"],
)
async def test_too_much_is_stopped(model_of: ModelOf, answer: Says | Raw | Refuses) -> None:
    async with scripted_llm(answer) as llm, model_of(llm, event_bytes_max=20_000) as model:
        with pytest.raises(CherryError) as caught:
            await prose(model)
        assert caught.value.code == "model_too_much"
        assert len(llm.requests) == 1


async def test_private_addresses_are_refused_when_the_operator_says_so(model_of: ModelOf) -> None:
    async with scripted_llm(Says("secret")) as llm, model_of(llm, private_urls=False) as model:
        with pytest.raises(CherryError) as caught:
            await prose(model)
        assert caught.value.code == "url_private"
        assert not llm.requests


async def test_redirects_are_not_followed(model_of: ModelOf) -> None:
    async with scripted_llm(Says("elsewhere")) as other:
        away = Refuses(307, {}, {"Location": f"{other.base_url}/chat/completions"})
        async with scripted_llm(*[away] * 4) as llm, model_of(llm) as model:
            with pytest.raises(CherryError):
                await prose(model)
        assert not other.requests
