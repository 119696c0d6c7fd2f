"""What servers say of a request that is too long, in their own words, becomes one error."""

from typing import Any

import pytest

from cherry_reflex.core.errors import CherryError, LimitExceeded
from cherry_reflex.core.language_model import UserMessage
from cherry_reflex.llm.context_limit import ContextLimit, context_limit
from cherry_reflex.llm.request import Request
from cherry_reflex.llm.resolve import open_endpoint
from cherry_reflex.settings import Settings
from tests.doubles.answering import Reply, answering
from tests.llm.too_long.hosted import HOSTED
from tests.llm.too_long.said import openai
from tests.llm.too_long.servers import SERVERS

TOO_LONG = HOSTED | SERVERS


async def refused(provider: str, reply: Reply, **more: Any) -> CherryError:
    async with answering({"*": reply}) as server:
        url = server.url if provider in ("anthropic", "google") else f"{server.url}/v1"
        settings = Settings(
            _env_file=None,
            llm_provider=provider,
            llm_base_url=url,
            llm_model="vendor/model",
            llm_api_key="sk-very-secret",
            **more,
        )
        async with open_endpoint(settings) as endpoint:
            request = Request("Be brief.", (UserMessage("hello"),))
            with pytest.raises(CherryError) as caught:
                async for _ in endpoint.stream(request):
                    pass
        assert len(server.requests) == 1, "what is too long stays so: it is not sent again"
    return caught.value


@pytest.mark.parametrize("case", TOO_LONG)
async def test_too_long_is_known_in_every_servers_words(case: str) -> None:
    provider, reply, limit, prompt = TOO_LONG[case]
    error = await refused(provider, reply)
    assert isinstance(error, LimitExceeded)
    assert error.code == "model_context"
    assert error.params.get("limit_tokens") == limit
    assert error.params.get("prompt_tokens") == prompt
    assert error.params["model"] == "vendor/model"
    assert "sk-very-secret" not in str(error)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(401, openai("the context length of your key is too short")), "model_key"),
        (Reply(400, openai("max_tokens is too large: 99999")), "model_refused"),
        (Reply(400, openai("Invalid 'messages': array too long")), "model_refused"),
        (Reply(422, {"error": "Template error: no tools", "error_type": "template"}), None),
        (Reply(404, openai("no such model", code="model_not_found")), "model_unknown"),
    ],
)
async def test_other_refusals_stay_what_they_are(reply: Reply, code: str | None) -> None:
    error = await refused("", reply)
    assert error.code == (code or "model_refused")


def test_a_body_may_be_anything() -> None:
    nested: Any = "context length"
    for _ in range(50):
        nested = {"error": nested, "message": [nested]}
    bodies: tuple[Any, ...] = (None, 3, [], {}, [[]], "", "{", b"\xff", "x" * 100_000, nested)
    for body in bodies:
        assert context_limit(body) is None
    assert context_limit(b'{"code": "context_length_exceeded"}') == ContextLimit()
    assert context_limit({"type": "exceed_context_size_error", "n_ctx": True}) == ContextLimit()
