"""The one place where settings become a planner and a language model."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.language_model import LanguageModel
from cherry_reflex.core.planner import Planner
from cherry_reflex.settings import Settings
from cherry_reflex.store.layout import Layout

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model

    from cherry_reflex.llm.endpoint import Endpoint

ANSWER_EVENTS = 8
"""A whole answer of a model may be as large as so many of the largest events."""

OLLAMA_URL = "http://127.0.0.1:11434/v1"
"""Where Ollama listens unless CHERRY_LLM_BASE_URL says another place."""

OPENAI_URL = "https://api.openai.com/v1"

PROVIDERS = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "google": "Google",
    "ollama": "Ollama",
    "": "OpenAI-compatible",
}


class ModelInfo(BaseModel):
    """What thinks, for people: never a key, and of the address only host and port."""

    model_config = ConfigDict(frozen=True)

    mode: Literal["embedded", "llm"]
    model: str = ""
    provider: str = ""


def describe(settings: Settings) -> ModelInfo:
    """Return what `open_mind` opens with these settings."""
    if not settings.llm_model:
        return ModelInfo(mode="embedded")
    return ModelInfo(mode="llm", model=settings.llm_model, provider=where(settings))


@asynccontextmanager
async def open_planner(settings: Settings) -> AsyncGenerator[Planner]:
    """Open the embedded planner: at once where it plans, else when it is first needed, as it
    serves when the language model fails."""
    from cherry_reflex.llm.embedded.planner import EmbeddedPlanner

    embedded = EmbeddedPlanner(Layout.of(settings).embedded_cache, has_readings=settings.readings)
    if not settings.llm_model:
        await embedded.open()
    try:
        yield embedded
    finally:
        await embedded.close()


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncGenerator[LanguageModel | None]:
    """Open the language model of the settings; None where none is named. Nothing is sent yet."""
    if not settings.llm_model:
        yield None
        return
    from cherry_reflex.llm.turns import ModelTurns

    async with open_endpoint(settings) as endpoint:
        yield ModelTurns(endpoint)


@asynccontextmanager
async def open_endpoint(settings: Settings) -> AsyncGenerator["Endpoint"]:
    """Open the language model of the settings, which must name one. Nothing is sent yet."""
    from cherry_reflex.llm.endpoint import Endpoint
    from cherry_reflex.llm.transport import guarded_client

    client = guarded_client(
        timeout_s=settings.llm_timeout_s,
        bytes_max=ANSWER_EVENTS * settings.event_bytes_max,
        private_urls=settings.private_urls,
    )
    async with client:
        yield Endpoint(
            model=_model(settings, client),
            name=settings.llm_model,
            where=where(settings),
            timeout_s=settings.llm_timeout_s,
            key=settings.llm_api_key,
        )


def where(settings: Settings) -> str:
    """Return the provider's name, with host and port where an address is set."""
    name = PROVIDERS[settings.llm_provider]
    if not settings.llm_base_url:
        return name
    parts = urlsplit(settings.llm_base_url)
    host = parts.hostname or "?"
    return f"{name} ({host}:{parts.port})" if parts.port else f"{name} ({host})"


def _model(settings: Settings, client: "httpx2.AsyncClient") -> "Model[Any]":
    """Keys come from the settings alone: an environment variable of a provider's own library is
    never sent to an address that it was not meant for."""
    base_url, key = settings.llm_base_url or None, settings.llm_api_key or "not-set"
    match settings.llm_provider:
        case "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            provider = AnthropicProvider(api_key=key, base_url=base_url, http_client=client)
            return AnthropicModel(settings.llm_model, provider=provider)
        case "google":
            from pydantic_ai.models.google import GoogleModel
            from pydantic_ai.providers.google import GoogleProvider

            google = GoogleProvider(api_key=key, base_url=base_url, http_client=client)
            return GoogleModel(settings.llm_model, provider=google)
        case provider_name:
            return _openai(provider_name, settings.llm_model, base_url, key, client)


def _openai(
    provider_name: str, model: str, base_url: str | None, key: str, client: "httpx2.AsyncClient"
) -> "Model[Any]":
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.ollama import OllamaProvider
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    # A stream that ends without its finish reason was cut: without this it would look complete.
    profile = OpenAIModelProfile(
        openai_chat_streaming_requires_finish_reason=True, supports_json_schema_output=True
    )
    provider: Any
    if provider_name == "ollama":
        url = base_url or OLLAMA_URL
        provider = OllamaProvider(base_url=url, api_key=key, http_client=client)
    elif provider_name == "openai":
        url = base_url or OPENAI_URL
        provider = OpenAIProvider(base_url=url, api_key=key, http_client=client)
    else:
        provider = OpenAICompatibleProvider(
            "openai-compatible", base_url=base_url or "", api_key=key, http_client=client
        )
    return OpenAIChatModel(model, provider=provider, profile=profile)
