"""Servers of one's own."""

from tests.doubles.answering import Reply
from tests.llm.too_long.said import Said, openai

SERVERS: dict[str, Said] = {
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
    "ollama, when it does not cut": (
        "ollama",
        Reply(400, openai("the input length exceeds the context length")),
        None,
        None,
    ),
}
