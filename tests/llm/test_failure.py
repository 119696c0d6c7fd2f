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


def openai(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


TOO_LONG: dict[str, tuple[str, Reply, int | None, int | None]] = {
    "openai": (
        "",
        Reply(
            400,
            openai(
                "This model's maximum context length is 8192 tokens. However, your messages "
                "resulted in 8545 tokens. Please reduce the length of the messages.",
                code="context_length_exceeded",
                param="messages",
            ),
        ),
        8192,
        8545,
    ),
    "openai responses": (
        "",
        Reply(
            400,
            openai(
                "Your input exceeds the context window of this model. Please adjust your input.",
                code="context_length_exceeded",
            ),
        ),
        None,
        None,
    ),
    "openai a minute": (
        "",
        Reply(
            429,
            openai(
                "Request too large for gpt-4o in organization org-1 on tokens per min (TPM): "
                "Limit 30000, Requested 41015. The input or output tokens must be reduced.",
                code="rate_limit_exceeded",
            ),
        ),
        30000,
        41015,
    ),
    "vllm": (
        "",
        Reply(
            400,
            {
                "object": "error",
                "message": "This model's maximum context length is 6048 tokens. However, you "
                "requested 6616 tokens (568 in the messages, 6048 in the completion). Please "
                "reduce the length of the messages or completion.",
                "type": "BadRequestError",
                "param": None,
                "code": 400,
            },
        ),
        6048,
        568,
    ),
    "vllm, newer": (
        "",
        Reply(
            400,
            openai(
                "You passed 4097 input tokens and requested 0 output tokens. However, the model's "
                "context length is only 4096 tokens, resulting in a maximum input length of 4096."
            ),
        ),
        4096,
        4097,
    ),
    "vllm, decoder": (
        "",
        Reply(
            400,
            openai(
                "The decoder prompt (length 5000) is longer than the maximum model length of 4096."
            ),
        ),
        4096,
        5000,
    ),
    "sglang": (
        "",
        Reply(
            400,
            {
                "object": "error",
                "message": "The input (5000 tokens) is longer than the model's context length "
                "(4096 tokens).",
                "code": 400,
            },
        ),
        4096,
        5000,
    ),
    "llama.cpp": (
        "",
        Reply(
            400,
            {
                "error": {
                    "code": 400,
                    "message": "request (3031 tokens) exceeds the available context size "
                    "(2048 tokens), try increasing it",
                    "type": "exceed_context_size_error",
                    "n_prompt_tokens": 3031,
                    "n_ctx": 2048,
                }
            },
        ),
        2048,
        3031,
    ),
    "llama.cpp, older": (
        "",
        Reply(
            500,
            {
                "error": {
                    "code": 500,
                    "message": "the request exceeds the available context size. try increasing "
                    "the context size or enable context shift",
                    "type": "server_error",
                }
            },
        ),
        None,
        None,
    ),
    "llama.cpp, in a stream": (
        "",
        Reply(
            200,
            'data: {"error":{"code":400,"message":"the request exceeds the available context '
            'size. try increasing it","type":"exceed_context_size_error",'
            '"n_prompt_tokens":14429,"n_ctx":8192}}\n\n',
            "text/event-stream",
        ),
        8192,
        14429,
    ),
    "llama-cpp-python": (
        "",
        Reply(500, openai("Requested tokens (5160) exceed context window of 4096")),
        4096,
        5160,
    ),
    "lm studio": (
        "",
        Reply(
            400,
            {
                "error": "Trying to keep the first 10136 tokens when context the overflows. "
                "However, the model is loaded with context length of only 7866 tokens, which is "
                "not enough. Try to load the model with a larger context length, or provide a "
                "shorter input"
            },
        ),
        7866,
        10136,
    ),
    "lm studio, newer": (
        "",
        Reply(
            400,
            {
                "error": "The number of tokens to keep from the initial prompt is greater than "
                "the context length (n_keep: 13055>= n_ctx: 4096). Try to load the model with a "
                "larger context length, or provide a shorter input."
            },
        ),
        4096,
        13055,
    ),
    "lm studio, in a stream": (
        "",
        Reply(
            200,
            'event: error\ndata: {"error":{"message":"Trying to keep the first 6547 tokens when '
            "context the overflows. However, the model is loaded with context length of only "
            '4096 tokens, which is not enough."}}\n\n',
            "text/event-stream",
        ),
        4096,
        6547,
    ),
    "tgi": (
        "",
        Reply(
            422,
            {
                "error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= "
                "2048. Given: 3474 `inputs` tokens and 60 `max_new_tokens`",
                "error_type": "validation",
            },
        ),
        2048,
        3474,
    ),
    "tgi, inputs": (
        "",
        Reply(
            422,
            {
                "error": "Input validation error: `inputs` must have less than 1024 tokens. "
                "Given: 2000",
                "error_type": "validation",
            },
        ),
        1024,
        2000,
    ),
    "anthropic": (
        "anthropic",
        Reply(
            400,
            {
                "type": "error",
                "error": {
                    "type": "invalid_request_error",
                    "message": "prompt is too long: 213462 tokens > 200000 maximum",
                },
            },
        ),
        200000,
        213462,
    ),
    "anthropic, with its answer": (
        "anthropic",
        Reply(
            400,
            {
                "type": "error",
                "error": {
                    "type": "invalid_request_error",
                    "message": "input length and `max_tokens` exceed context limit: 199759 + 8192 "
                    "> 200000, decrease input length or `max_tokens` and try again",
                },
            },
        ),
        200000,
        199759,
    ),
    "google": (
        "google",
        Reply(
            400,
            {
                "error": {
                    "code": 400,
                    "message": "The input token count (1196265) exceeds the maximum number of "
                    "tokens allowed (1048575).",
                    "status": "INVALID_ARGUMENT",
                }
            },
        ),
        1048575,
        1196265,
    ),
    "mistral": (
        "",
        Reply(
            400,
            {
                "object": "error",
                "message": "Prompt contains 65673 tokens and 0 draft tokens, too large for model "
                "with 32768 maximum context length",
                "type": "invalid_request_prompt",
                "code": "3051",
            },
        ),
        32768,
        65673,
    ),
    "mistral, cerebras: without a word": ("", Reply(413, ""), None, None),
    "groq": (
        "",
        Reply(
            400,
            openai(
                "Please reduce the length of the messages or completion.",
                code="context_length_exceeded",
            ),
        ),
        None,
        None,
    ),
    "cerebras": (
        "",
        Reply(
            400,
            {
                "message": "Please reduce the length of the messages or completion. Current "
                "length is 9133 while limit is 8192",
                "type": "invalid_request_error",
                "code": "context_length_exceeded",
            },
        ),
        8192,
        9133,
    ),
    "openrouter": (
        "openrouter",
        Reply(
            400,
            {
                "error": {
                    "message": "This endpoint's maximum context length is 32768 tokens. However, "
                    "you requested about 42832 tokens (42832 of text input). Please reduce the "
                    'length of either one, or use the "middle-out" transform.',
                    "code": 400,
                }
            },
        ),
        32768,
        42832,
    ),
    "openrouter, of another": (
        "openrouter",
        Reply(
            400,
            {
                "error": {
                    "message": "Provider returned error",
                    "code": 400,
                    "metadata": {
                        "raw": '{"error":{"message":"This model\'s maximum prompt length is '
                        '131072 but the request contains 537812 tokens."}}'
                    },
                }
            },
        ),
        131072,
        537812,
    ),
    "litellm": (
        "litellm",
        Reply(
            400,
            {
                "error": {
                    "message": "litellm.ContextWindowExceededError: litellm.BadRequestError: "
                    "ContextWindowExceededError: OpenAIException - This model's maximum context "
                    "length is 4097 tokens. However, your messages resulted in 13393 tokens.",
                    "type": None,
                    "param": None,
                    "code": "400",
                }
            },
        ),
        4097,
        13393,
    ),
    "ollama, when it does not cut": (
        "ollama",
        Reply(400, openai("the input length exceeds the context length")),
        None,
        None,
    ),
    "moonshot": (
        "",
        Reply(
            400,
            openai("Invalid request: Your request exceeded model token limit: 8192"),
        ),
        8192,
        None,
    ),
    "alibaba": (
        "",
        Reply(
            400,
            openai(
                "<400> InternalError.Algo.InvalidParameter: Range of input length should be "
                "[1, 98304]"
            ),
        ),
        98304,
        None,
    ),
}


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
