"""How large a model's context is: asked of the server in its own way, once."""

from typing import Any

import pytest

from cherry_reflex.llm.resolve import open_model
from cherry_reflex.settings import Settings
from tests.doubles.answering import Answering, Reply, answering


def settings_of(server: Answering | str, provider: str = "", **more: Any) -> Settings:
    url = server if isinstance(server, str) else server.url
    base = url if provider in ("anthropic", "google") else f"{url}/v1"
    values = {"llm_base_url": base, "llm_model": "org/m", "llm_api_key": "sk-1", **more}
    return Settings(_env_file=None, llm_provider=provider, **values)


async def tokens(settings: Settings) -> int | None:
    async with open_model(settings) as opened:
        return await opened.window.tokens()


OLLAMA_SHOW = {
    "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
    "parameters": 'temperature 0.7\nstop "<|im_end|>"',
}


@pytest.mark.parametrize(
    ("provider", "answers", "found"),
    [
        pytest.param(
            "",
            {"GET /v1/models": {"data": [{"id": "org/m", "max_model_len": 32768}]}},
            32768,
            id="vllm",
        ),
        pytest.param(
            "openrouter",
            {
                "GET /v1/models": {
                    "data": [
                        {"id": "org/other", "context_length": 1},
                        {"id": "org/m", "context_length": 128000},
                    ]
                }
            },
            128000,
            id="openrouter",
        ),
        pytest.param(
            "",
            {"GET /v1/models": {"data": [{"id": "org/m", "context_window": 131072}]}},
            131072,
            id="groq",
        ),
        pytest.param(
            "",
            {
                "GET /v1/models": {"data": [{"id": "org/m", "meta": {"n_ctx_train": 131072}}]},
                "GET /props": {"default_generation_settings": {"n_ctx": 8192}, "total_slots": 4},
            },
            8192,
            id="llama.cpp",
        ),
        pytest.param(
            "",
            {
                "GET /v1/models": {"data": [{"id": "org/m"}]},
                "GET /api/v0/models": {
                    "data": [
                        {
                            "id": "org/m",
                            "state": "loaded",
                            "max_context_length": 131072,
                            "loaded_context_length": 7866,
                        }
                    ]
                },
            },
            7866,
            id="lm studio",
        ),
        pytest.param(
            "litellm",
            {
                "GET /model/info": {
                    "data": [{"model_name": "org/m", "model_info": {"max_input_tokens": 200000}}]
                }
            },
            200000,
            id="litellm",
        ),
        pytest.param(
            "anthropic",
            {"GET /v1/models/org/m": {"id": "org/m", "max_input_tokens": 200000}},
            200000,
            id="anthropic",
        ),
        pytest.param(
            "google",
            {"GET /v1beta/models/org/m": {"inputTokenLimit": 1048576}},
            1048576,
            id="google",
        ),
        pytest.param(
            "ollama",
            {
                "GET /api/ps": {"models": [{"name": "org/m:latest", "context_length": 4096}]},
                "POST /api/show": OLLAMA_SHOW,
            },
            4096,
            id="ollama, running",
        ),
        pytest.param(
            "ollama",
            {
                "GET /api/ps": [
                    {"models": []},
                    {"models": [{"model": "org/m", "context_length": 16384}]},
                ],
                "POST /api/show": OLLAMA_SHOW,
                "POST /api/generate": {"done": True},
            },
            16384,
            id="ollama, loaded for it",
        ),
        pytest.param(
            "ollama",
            {
                "GET /api/ps": {"models": []},
                "POST /api/show": OLLAMA_SHOW | {"parameters": "num_ctx   24576\ntop_k 20"},
                "POST /api/generate": Reply(500, {"error": "no memory"}),
            },
            24576,
            id="ollama, set for it",
        ),
        pytest.param(
            "ollama",
            {
                "GET /api/ps": {"models": [{"name": "org/m"}]},
                "POST /api/show": OLLAMA_SHOW,
                "POST /api/generate": {"done": True},
            },
            4096,
            id="ollama, an old one",
        ),
        pytest.param("", {}, None, id="nobody knows"),
        pytest.param("", {"*": Reply(200, "<html>Welcome</html>", "text/html")}, None, id="a page"),
        pytest.param("", {"*": {"data": "x", "models": 3}}, None, id="odd answers"),
    ],
)
async def test_the_server_tells(provider: str, answers: dict[str, Any], found: int | None) -> None:
    async with answering(answers) as server:
        assert await tokens(settings_of(server, provider)) == found
        keys = [value for came in server.requests for value in came.headers.values()]
        assert any("sk-1" in value for value in keys)


async def test_it_is_asked_once_and_learns() -> None:
    answers = {"GET /v1/models": {"data": [{"id": "org/m", "max_model_len": 32768}]}}
    async with answering(answers) as server, open_model(settings_of(server)) as opened:
        assert [await opened.window.tokens() for _ in range(3)] == [32768] * 3
        assert server.lines == ["GET /v1/models"]
        opened.window.learn(6048)
        assert await opened.window.tokens() == 6048


async def test_what_the_operator_says_holds() -> None:
    async with answering({}) as server:
        assert await tokens(settings_of(server, llm_context_tokens=9000)) == 9000
        assert not server.requests


async def test_a_server_that_is_not_there_yet_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cherry_reflex.llm.context_window.ASK_AGAIN_S", -1.0)
    async with answering({}) as server, open_model(settings_of(server)) as opened:
        assert await opened.window.tokens() is None
        server.answers["GET /v1/models"] = {"data": [{"id": "org/m", "max_model_len": 1000}]}
        assert await opened.window.tokens() == 1000


async def test_the_small_model_has_a_context_of_its_own() -> None:
    listed = [{"id": "org/m", "max_model_len": 1}, {"id": "org/s", "max_model_len": 2}]
    async with answering({"GET /v1/models": {"data": listed}}) as server:
        settings = settings_of(server, llm_small_model="org/s")
        async with open_model(settings, small=True) as opened:
            assert await opened.window.tokens() == 2
            assert opened.endpoint.name == "org/s"
        async with open_model(settings) as opened:
            assert await opened.window.tokens() == 1
