"""Settings become a planner in one place."""

import subprocess
import sys
from typing import Any

import pytest

from cherry_reflex.llm.model_planner import ModelPlanner
from cherry_reflex.llm.resolve import ModelInfo, describe, open_planner
from cherry_reflex.settings import Settings
from tests.doubles.scripted_llm import Says, scripted_llm
from tests.llm.conftest import question, settings_of


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
    ],
)
async def test_providers_by_name(
    given: dict[str, Any], kind: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "OLLAMA_API_KEY"):
        monkeypatch.setenv(name, "somebody-else's")
    settings = Settings(_env_file=None, llm_api_key="ours", **given)
    async with open_planner(settings) as planner:
        assert isinstance(planner, ModelPlanner)
        model = planner._endpoint.model
        assert type(model).__name__ == kind
        assert address in str(model.base_url)


async def test_ollama_speaks_at_the_address_of_the_settings() -> None:
    async with scripted_llm(Says("안녕하세요")) as llm:
        settings = settings_of(llm, llm_provider="ollama")
        async with open_planner(settings) as planner:
            assert [p async for p in planner.summary(question(), [])] == ["안녕하세요"]
        assert llm.requests[0]["model"] == "scripted"


def test_describe_tells_no_key() -> None:
    url = "http://user:pass@models.example:8000/v1"
    settings = Settings(_env_file=None, llm_base_url=url, llm_model="qwen", llm_api_key="sk-1")
    assert describe(settings) == ModelInfo(
        mode="llm", model="qwen", provider="OpenAI-compatible (models.example:8000)"
    )
    assert describe(Settings(_env_file=None)) == ModelInfo(mode="embedded")


def test_importing_is_cheap() -> None:
    code = (
        "import sys, cherry_reflex.llm.resolve, cherry_reflex.llm.model_planner;"
        "heavy = {'pydantic_ai', 'openai', 'numpy', 'jsonschema'} & set(sys.modules);"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
