"""Providers."""

from tests.doubles.answering import Reply
from tests.llm.too_long.said import Said, openai

HOSTED: dict[str, Said] = {
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
