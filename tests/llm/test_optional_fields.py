"""Fields that an endpoint refuses are left out, and stay so."""

from typing import Any

import pytest

from cherry_reflex.core.errors import CherryError
from cherry_reflex.core.language_model import UserMessage
from cherry_reflex.llm.conversion import Piece
from cherry_reflex.llm.endpoint import Endpoint
from cherry_reflex.llm.request import Request
from cherry_reflex.llm.resolve import open_endpoint
from tests.doubles.scripted_llm import Body, Refuses, Says, scripted_llm
from tests.llm.conftest import settings_of

REQUEST = Request("Be brief.", (UserMessage("hello"),))
MISTRAL = {
    "detail": [
        {
            "type": "extra_forbidden",
            "loc": ["body", "stream_options", "include_usage"],
            "msg": "Extra inputs are not permitted",
            "input": True,
        }
    ]
}


async def said(endpoint: Endpoint) -> str:
    pieces = [piece async for piece in endpoint.stream(REQUEST)]
    return "".join(piece.text for piece in pieces if isinstance(piece, Piece))


@pytest.mark.parametrize(
    "refusal",
    [
        Refuses(422, {"object": "error", "message": MISTRAL, "type": "invalid_request_error"}),
        Refuses(400, {"message": "Unknown parameter: 'stream_options'.", "code": None}),
    ],
    ids=["mistral", "gateway"],
)
async def test_stream_options_are_left_out_for_good(refusal: Refuses) -> None:
    async with (
        scripted_llm(refusal, Says("one"), Says("two")) as llm,
        open_endpoint(settings_of(llm)) as endpoint,
    ):
        assert await said(endpoint) == "one"
        assert await said(endpoint) == "two"
    sent = ["stream_options" in body for body in llm.requests]
    assert sent == [True, False, False]
    assert all(body["stream"] for body in llm.requests)
    assert endpoint.usage.calls == 2


async def test_each_field_that_is_refused_goes() -> None:
    def strict(body: Body) -> Refuses | Says:
        for name in ("stream_options", "reasoning_effort"):
            if name in body:
                return Refuses(400, {"message": f"Unrecognized request argument: {name}"})
        return Says("done")

    async with (
        scripted_llm(fallback=strict) as llm,
        open_endpoint(settings_of(llm)) as endpoint,
    ):
        body: dict[str, Any] = {"model": "m", "messages": [], "reasoning_effort": "low"}
        client = endpoint.model.client._client  # type: ignore[attr-defined]
        url = f"{llm.base_url}/chat/completions"
        answer = await client.post(url, json={**body, "stream_options": {"include_usage": True}})
        assert answer.status_code == 200
        assert [len(sent) for sent in llm.requests] == [4, 3, 2]


async def test_a_refusal_for_another_reason_is_told_and_nothing_is_forgotten() -> None:
    # Some echo the whole request: that does not make its fields wrong.
    echo = Refuses(400, {"message": "bad tool schema", "input": {"stream_options": {}}})
    async with (
        scripted_llm(echo, echo, Says("fine")) as llm,
        open_endpoint(settings_of(llm)) as endpoint,
    ):
        with pytest.raises(CherryError) as caught:
            await said(endpoint)
        assert caught.value.code == "model_refused"
        assert "bad tool schema" in caught.value.detail
        assert await said(endpoint) == "fine"
    assert ["stream_options" in body for body in llm.requests] == [True, False, True]
