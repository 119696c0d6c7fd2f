"""Settings become a language model, and the planner that serves without one, in one place."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_ai.direct import model_request_stream
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelRequest, UserPromptPart

from cherry_reflex.core.language_model import Turn, UserMessage
from cherry_reflex.llm.conversion import Piece
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from cherry_reflex.llm.request import Request
from cherry_reflex.llm.resolve import (
    ModelInfo,
    describe,
    model_settings,
    open_endpoint,
    open_language_model,
    open_model,
    open_planner,
)
from cherry_reflex.settings import Settings
from tests.doubles.answering import Reply, answering
from tests.doubles.scripted_llm import Says, scripted_llm
from tests.llm.conftest import settings_of

FOREIGN = (
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GOOGLE_API_KEY",
    "OLLAMA_API_KEY",
    "OPENROUTER_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "AZURE_OPENAI_AD_TOKEN",
    "OPENAI_API_VERSION",
)


@pytest.mark.parametrize(
    ("given", "kind", "address"),
    [
        ({"llm_provider": "openai", "llm_model": "m"}, "OpenAIChatModel", "api.openai.com"),
        ({"llm_provider": "ollama", "llm_model": "m"}, "OpenAIChatModel", "127.0.0.1:11434"),
        ({"llm_provider": "anthropic", "llm_model": "m"}, "AnthropicModel", "api.anthropic.com"),
        ({"llm_provider": "google", "llm_model": "m"}, "GoogleModel", "googleapis.com"),
        (
            {"llm_base_url": "http://127.0.0.1:9/v1", "llm_model": "m"},
            "OpenAIChatModel",
            "127.0.0.1:9",
        ),
        ({"llm_provider": "openrouter", "llm_model": "a/m"}, "OpenRouterModel", "openrouter.ai"),
        ({"llm_provider": "litellm", "llm_model": "m"}, "OpenAIChatModel", "127.0.0.1:4000"),
        ({"llm_provider": "local", "llm_model": "m.gguf"}, "OpenAIChatModel", "model.local"),
        (
            {
                "llm_provider": "azure",
                "llm_base_url": "https://x.openai.azure.com",
                "llm_model": "m",
            },
            "OpenAIChatModel",
            "x.openai.azure.com",
        ),
    ],
)
async def test_providers_by_name(
    given: dict[str, Any], kind: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in FOREIGN:
        monkeypatch.setenv(name, "somebody-else's")
    settings = Settings(_env_file=None, llm_api_key="ours", **given)
    async with open_endpoint(settings) as endpoint:
        model = endpoint.model
        assert type(model).__name__ == kind
        assert address in str(model.base_url)


async def test_ollama_speaks_at_the_address_of_the_settings() -> None:
    async with scripted_llm(Says("안녕하세요")) as llm:
        settings = settings_of(llm, llm_provider="ollama")
        async with open_language_model(settings) as model:
            assert model is not None
            said = [p async for p in model.take_turn("", (UserMessage("안녕"),), ())]
        assert said[:-1] == ["안녕하세요"]
        assert isinstance(said[-1], Turn) and said[-1].text == "안녕하세요"
        assert llm.requests[0]["model"] == "scripted"


async def test_azure_is_asked_in_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FOREIGN:
        monkeypatch.setenv(name, "somebody-else's")
    path = "/openai/deployments/mine/chat/completions"
    async with answering({f"POST {path}": Reply(200, stream("hi"), "text/event-stream")}) as server:
        settings = Settings(
            _env_file=None,
            llm_provider="azure",
            llm_base_url=server.url,
            llm_model="mine",
            llm_api_key="ours",
            llm_api_version="2024-06-01",
        )
        assert await said(settings) == "hi"
        (came,) = server.requests
        assert came.query == "api-version=2024-06-01"
        assert came.headers["api-key"] == "ours"
        assert "somebody-else's" not in str(came)


async def test_azures_newer_addresses_have_no_version() -> None:
    path = "/openai/v1/chat/completions"
    async with answering({f"POST {path}": Reply(200, stream("hi"), "text/event-stream")}) as server:
        settings = Settings(
            _env_file=None,
            llm_provider="azure",
            llm_base_url=f"{server.url}/openai/v1/",
            llm_model="mine",
            llm_api_key="ours",
        )
        assert await said(settings) == "hi"
        assert server.requests[0].query == ""


@pytest.mark.parametrize("provider", ["", "openai", "ollama", "litellm", "openrouter"])
async def test_answers_of_every_openai_compatible_provider(provider: str) -> None:
    async with scripted_llm(Says("안녕하세요")) as llm:
        assert await said(settings_of(llm, llm_provider=provider, llm_model="a/m")) == "안녕하세요"
        assert llm.keys == ["Bearer sk-very-secret"]


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, {}),
        ({"llm_thinking": "low"}, {"reasoning_effort": "low"}),
        ({"llm_thinking": "off"}, {"reasoning_effort": "none"}),
        ({"llm_thinking": "off"}, {"chat_template_kwargs": {"enable_thinking": False}}),
        (
            {"llm_thinking": "high", "llm_provider": "openrouter", "llm_model": "qwen/q"},
            {"reasoning": {"effort": "high", "enabled": True}},
        ),
    ],
)
async def test_thinking_is_passed_on(given: dict[str, Any], sent: dict[str, Any]) -> None:
    async with scripted_llm(Says("done")) as llm:
        settings = settings_of(llm, **given)
        async with open_model(settings) as opened:
            await asked(opened.endpoint.model, settings)
        (body,) = llm.requests
        fields = {"reasoning_effort", "reasoning", "chat_template_kwargs", "thinking"}
        assert sent.items() <= body.items()
        assert bool(fields & set(body)) == bool(given)


@pytest.mark.parametrize("is_on", [True, False])
async def test_the_cache_is_asked_for(is_on: bool) -> None:
    async with answering({"*": Reply(400, {"error": {"message": "enough"}})}) as server:
        settings = Settings(
            _env_file=None,
            llm_provider="anthropic",
            llm_base_url=server.url,
            llm_model="claude-sonnet-5",
            llm_api_key="ours",
            llm_cache=is_on,
        )
        async with open_model(settings) as opened:
            with pytest.raises(ModelHTTPError):
                await asked(opened.endpoint.model, settings)
        assert ("cache_control" in server.requests[0].body.decode()) == is_on


async def test_the_small_model_is_another_of_the_same_provider() -> None:
    async with scripted_llm(Says("small"), Says("large")) as llm:
        settings = settings_of(llm, llm_small_model="tiny")
        assert await said(settings, small=True) == "small"
        assert await said(settings_of(llm), small=True) == "large"
        assert [body["model"] for body in llm.requests] == ["tiny", "scripted"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"llm_provider": "azure", "llm_model": "m"}, "CHERRY_LLM_BASE_URL"),
        ({"llm_provider": "local", "llm_model": "m", "llm_base_url": "http://x"}, "of no use"),
        ({"llm_provider": "openrouter", "llm_model": "gpt"}, "openai/gpt"),
        ({"llm_provider": "openrouter", "llm_model": "a/b", "llm_small_model": "c"}, "openai/c"),
        ({"llm_provider": "magic", "llm_model": "m"}, "llm_provider"),
        ({"llm_model": "m"}, "CHERRY_LLM_BASE_URL or CHERRY_LLM_PROVIDER"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Settings(_env_file=None, **given)


async def said(settings: Settings, *, small: bool = False) -> str:
    request = Request("Be brief.", (UserMessage("hello"),))
    async with open_endpoint(settings, small=small) as endpoint:
        pieces = [piece async for piece in endpoint.stream(request)]
    return "".join(piece.text for piece in pieces if isinstance(piece, Piece))


async def asked(model: Any, settings: Settings) -> None:
    messages = [ModelRequest(parts=[UserPromptPart("hello")], instructions="Be brief.")]
    given: Any = model_settings(settings) | {"max_retries": 0}
    async with model_request_stream(model, messages, model_settings=given) as events:
        async for _ in events:
            pass


def stream(text: str) -> str:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    choices = [
        {"index": 0, "delta": {"content": text}, "finish_reason": None},
        {"index": 0, "delta": {}, "finish_reason": "stop"},
    ]
    lines = [json.dumps({**chunk, "choices": [choice]}) for choice in choices]
    return "".join(f"data: {line}\n\n" for line in (*lines, "[DONE]"))


def test_describe_tells_no_key() -> None:
    url = "http://user:pass@models.example:8000/v1"
    settings = Settings(_env_file=None, llm_base_url=url, llm_model="qwen", llm_api_key="sk-1")
    assert describe(settings) == ModelInfo(
        mode="llm", model="qwen", provider="OpenAI-compatible (models.example:8000)"
    )
    assert describe(Settings(_env_file=None)) == ModelInfo(mode="embedded")


async def test_without_a_name_there_is_no_model() -> None:
    async with open_language_model(Settings(_env_file=None)) as model:
        assert model is None


async def test_with_a_model_the_planner_without_one_stands_by_unloaded(tmp_path: Path) -> None:
    """It serves when the model fails; until then it takes no memory."""
    url = "http://127.0.0.1:9/v1"
    async with open_planner(settings_of(url, data_dir=tmp_path)) as planner:
        assert isinstance(planner, EmbeddedPlanner)
        assert planner._loading is None
    async with open_planner(Settings(_env_file=None, data_dir=tmp_path)) as planner:
        assert isinstance(planner, EmbeddedPlanner)
        assert planner._loading is not None


def test_importing_is_cheap() -> None:
    code = (
        "import sys, cherry_reflex.llm.resolve, cherry_reflex.llm.turns, cherry_reflex.llm.loop;"
        "heavy = {'pydantic_ai', 'openai', 'numpy', 'jsonschema'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
