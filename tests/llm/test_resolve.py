"""Settings become a language model, and the planner that serves without one, in one place."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cherry_reflex.core.language_model import Turn, UserMessage
from cherry_reflex.llm.embedded.planner import EmbeddedPlanner
from cherry_reflex.llm.resolve import ModelInfo, describe, open_endpoint, open_model, open_planner
from cherry_reflex.settings import Settings
from tests.doubles.scripted_llm import Says, scripted_llm
from tests.llm.conftest import settings_of


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
    async with open_endpoint(settings) as endpoint:
        model = endpoint.model
        assert type(model).__name__ == kind
        assert address in str(model.base_url)


async def test_ollama_speaks_at_the_address_of_the_settings() -> None:
    async with scripted_llm(Says("안녕하세요")) as llm:
        settings = settings_of(llm, llm_provider="ollama")
        async with open_model(settings) as model:
            assert model is not None
            said = [p async for p in model.take_turn("", (UserMessage("안녕"),), ())]
        assert said[:-1] == ["안녕하세요"]
        assert isinstance(said[-1], Turn) and said[-1].text == "안녕하세요"
        assert llm.requests[0]["model"] == "scripted"


def test_describe_tells_no_key() -> None:
    url = "http://user:pass@models.example:8000/v1"
    settings = Settings(_env_file=None, llm_base_url=url, llm_model="qwen", llm_api_key="sk-1")
    assert describe(settings) == ModelInfo(
        mode="llm", model="qwen", provider="OpenAI-compatible (models.example:8000)"
    )
    assert describe(Settings(_env_file=None)) == ModelInfo(mode="embedded")


async def test_without_a_name_there_is_no_model() -> None:
    async with open_model(Settings(_env_file=None)) as model:
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
