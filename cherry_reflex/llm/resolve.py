"""The one place where settings become a planner and a language model."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.budget import Budget
from cherry_reflex.core.language_model import LanguageModel
from cherry_reflex.core.planner import Planner
from cherry_reflex.settings import Settings
from cherry_reflex.store.layout import Layout

if TYPE_CHECKING:
    from cherry_reflex.llm.context_window import ContextWindow
    from cherry_reflex.llm.endpoint import Endpoint
    from cherry_reflex.llm.local.model import LocalModel

ANSWER_EVENTS = 8
"""A whole answer of a model may be as large as so many of the largest events."""

PROVIDERS = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "google": "Google",
    "azure": "Azure",
    "openrouter": "OpenRouter",
    "litellm": "LiteLLM",
    "ollama": "Ollama",
    "local": "llama.cpp",
    "": "OpenAI-compatible",
}


class ModelInfo(BaseModel):
    """What thinks, for people: never a key, and of the address only host and port."""

    model_config = ConfigDict(frozen=True)

    mode: Literal["embedded", "llm"]
    model: str = ""
    provider: str = ""


@dataclass(frozen=True)
class OpenModel:
    """A language model that can be asked, the size of its context, and, where the model is served
    by a process of ours, that process: it may have to be prepared first."""

    endpoint: "Endpoint"
    window: "ContextWindow"
    local: "LocalModel | None" = None


def describe(settings: Settings) -> ModelInfo:
    """Return what `open_planner` opens with these settings."""
    if not settings.llm_model:
        return ModelInfo(mode="embedded")
    return ModelInfo(mode="llm", model=settings.llm_model, provider=where(settings))


def model_settings(settings: Settings) -> dict[str, Any]:
    """Return what each request says beside its words, in the client library's own terms: how much
    the model thinks, and whether the provider caches. Each provider's way of it is the library's
    to know; what an endpoint refuses is left out (`optional_fields`)."""
    found: dict[str, Any] = {"cache": settings.llm_cache}
    if settings.llm_thinking:
        found["thinking"] = False if settings.llm_thinking == "off" else settings.llm_thinking
    return found


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
async def open_language_model(settings: Settings) -> AsyncGenerator[LanguageModel | None]:
    """Open the language model of the settings; None where none is named. Nothing is sent yet."""
    if not settings.llm_model:
        yield None
        return
    from cherry_reflex.llm.turns import ModelTurns

    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_model(settings))
        small = opened.endpoint
        if settings.llm_small_model:
            small = await stack.enter_async_context(open_endpoint(settings, small=True))
        yield ModelTurns(
            opened.endpoint,
            small,
            window=opened.window,
            local=opened.local,
            sees=sees(settings),
        )


def sees(settings: Settings) -> bool:
    """Return whether the model is shown pictures: as is set, else where all models of the provider
    take them."""
    if settings.llm_pictures:
        return settings.llm_pictures == "on"
    return settings.llm_provider in ("anthropic", "google", "openai", "azure")


def budget_of(settings: Settings) -> Budget:
    """Return what one question may use."""
    return Budget(
        turns=settings.llm_rounds,
        tokens=settings.llm_tokens,
        cost_usd=settings.llm_cost_usd,
        time_s=settings.llm_question_s,
    )


@asynccontextmanager
async def open_endpoint(settings: Settings, *, small: bool = False) -> AsyncGenerator["Endpoint"]:
    """Open the endpoint of `open_model`."""
    async with open_model(settings, small=small) as opened:
        yield opened.endpoint


@asynccontextmanager
async def open_model(settings: Settings, *, small: bool = False) -> AsyncGenerator[OpenModel]:
    """Open the language model of the settings, which must name one; `small` is that for small
    tasks, where there is one. Nothing is sent yet, and no model is loaded."""
    from cherry_reflex.llm.context_window import ContextWindow
    from cherry_reflex.llm.endpoint import Endpoint
    from cherry_reflex.llm.providers import model_of
    from cherry_reflex.llm.transport import guarded_client

    name = (settings.llm_small_model if small else "") or settings.llm_model
    async with AsyncExitStack() as stack:
        local = None
        if settings.llm_provider == "local":
            from cherry_reflex.llm.local.model import shared
            from cherry_reflex.llm.local.transport import LocalTransport

            local = await stack.enter_async_context(shared(settings, name))
        client = guarded_client(
            timeout_s=settings.llm_timeout_s,
            bytes_max=ANSWER_EVENTS * settings.event_bytes_max,
            private_urls=settings.private_urls or local is not None,
            inner=LocalTransport(local) if local is not None else None,
        )
        await stack.enter_async_context(client)
        window = ContextWindow(settings, client, name)
        stack.push_async_callback(window.aclose)
        endpoint = Endpoint(
            model=model_of(settings, name, client),
            name=name,
            where=where(settings),
            timeout_s=settings.llm_timeout_s,
            key=settings.llm_api_key,
            settings=model_settings(settings),
        )
        yield OpenModel(endpoint, window, local)


def where(settings: Settings) -> str:
    """Return the provider's name, with host and port where an address is set."""
    name = PROVIDERS[settings.llm_provider]
    if not settings.llm_base_url:
        return name
    parts = urlsplit(settings.llm_base_url)
    host = parts.hostname or "?"
    return f"{name} ({host}:{parts.port})" if parts.port else f"{name} ({host})"
