"""A provider's models, as the client library has them.

Keys come from the settings alone: an environment variable of a provider's own library is never sent
to an address that it was not meant for. Imported late: it imports the client libraries.
"""

from typing import Any

import httpx2
from pydantic_ai.models import Model
from pydantic_ai.profiles.openai import OpenAIModelProfile

from cherry_reflex.llm.addresses import base_url
from cherry_reflex.settings import Settings

_NO_KEY = "not-set"
_NO_THINKING = {"reasoning_effort": "none", "chat_template_kwargs": {"enable_thinking": False}}
"""How thinking is turned off where no profile knows the model: OpenAI's way, and that of the chat
templates at vLLM, SGLang and llama.cpp. What is refused is left out (`optional_fields`)."""


def model_of(settings: Settings, name: str, client: httpx2.AsyncClient) -> Model[Any]:
    """Return the model of that name of the settings' provider, asked through `client`."""
    key = settings.llm_api_key or _NO_KEY
    url = base_url(settings)
    match settings.llm_provider:
        case "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            provider = AnthropicProvider(api_key=key, base_url=url, http_client=client)
            return AnthropicModel(name, provider=provider)
        case "google":
            from pydantic_ai.models.google import GoogleModel
            from pydantic_ai.providers.google import GoogleProvider

            google = GoogleProvider(api_key=key, base_url=url, http_client=client)
            return GoogleModel(name, provider=google)
        case "openrouter":
            from openai import AsyncOpenAI
            from pydantic_ai.models.openrouter import OpenRouterModel
            from pydantic_ai.providers.openrouter import OpenRouterProvider

            # It takes another address only with a client of one's own.
            openai = AsyncOpenAI(base_url=url, api_key=key, http_client=client)
            return OpenRouterModel(
                name, provider=OpenRouterProvider(openai_client=openai), profile=_whole_answers()
            )
        case _:
            return _openai(settings, name, url, key, client)


def _openai(
    settings: Settings, name: str, url: str, key: str, client: httpx2.AsyncClient
) -> Model[Any]:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.azure import AzureProvider
    from pydantic_ai.providers.litellm import LiteLLMProvider
    from pydantic_ai.providers.ollama import OllamaProvider
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    profile = _whole_answers()
    profile["supports_json_schema_output"] = True
    provider: Any
    match settings.llm_provider:
        case "openai":
            provider = OpenAIProvider(base_url=url, api_key=key, http_client=client)
        case "azure":
            provider = AzureProvider(
                azure_endpoint=url,
                api_version=None if _is_versionless(url) else settings.llm_api_version,
                api_key=key,
                http_client=client,
            )
        case "ollama":
            provider = OllamaProvider(base_url=url, api_key=key, http_client=client)
        case "litellm":
            provider = LiteLLMProvider(api_base=url, api_key=key, http_client=client)
        case _:
            provider = OpenAICompatibleProvider(
                "openai-compatible", base_url=url, api_key=key, http_client=client
            )
    if settings.llm_thinking and settings.llm_provider not in ("openai", "azure"):
        # What stands behind the endpoint is not known: it is told, and may refuse.
        profile["supports_thinking"] = True
        profile["openai_chat_thinking_false_body"] = _NO_THINKING
    return OpenAIChatModel(name, provider=provider, profile=profile)


def _whole_answers() -> OpenAIModelProfile:
    # A stream that ends without its finish reason was cut: without this it would look complete.
    return OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True)


def _is_versionless(url: str) -> bool:
    """Whether an address of Azure's is one of the newer kind, which refuses `api-version`."""
    host = httpx2.URL(url).host
    return url.endswith("/v1") or host.endswith(".models.ai.azure.com")
