"""How many tokens fit into the context of the connected model, as its server tells.

Most servers refuse what is too long, Ollama cuts it silently: who knows the context beforehand
sends a shorter roster instead. Imported late: it needs the HTTP library of the model clients.
"""

import asyncio
import time
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx2
import structlog

from cherry_reflex.llm.addresses import server_url
from cherry_reflex.settings import Settings

_log = structlog.get_logger(__name__)

ASK_S = 5.0
"""Longest wait for one answer about a context: nothing depends on it."""

ASK_AGAIN_S = 60.0

OLLAMA_DEFAULT = 4096
"""What Ollama gives a model whose context nobody has set, where it does not say otherwise."""

_FIELDS = (
    "max_model_len",  # vLLM
    "loaded_context_length",  # LM Studio
    "context_length",  # OpenRouter, Together, Fireworks
    "context_window",  # Groq
    "max_context_length",  # Mistral, LM Studio
    "max_input_tokens",  # Anthropic, LiteLLM
    "inputTokenLimit",  # Google
)


async def context_tokens(
    settings: Settings, client: httpx2.AsyncClient, model: str = ""
) -> int | None:
    """Ask how many tokens the context of a model has, CHERRY_LLM_MODEL when none is named.
    CHERRY_LLM_CONTEXT_TOKENS is the answer where the operator has set it.

    Asked are, until one knows: the entry of the model in the list of models (vLLM, OpenRouter,
    Groq, Mistral, LiteLLM, Anthropic, Google), `/props` (llama.cpp), LM Studio's and Ollama's own
    list. None when nobody knows; never raises.
    """
    if settings.llm_context_tokens:
        return settings.llm_context_tokens
    name = model or settings.llm_model
    asked = _Asked(settings, client, name)
    for ask in asked.ways():
        way = ask.__name__
        try:
            async with asyncio.timeout(max(ASK_S, settings.llm_timeout_s)):
                found: int | None = await ask()
        except Exception as error:
            _log.debug("context_not_told", way=way, detail=repr(error))
            continue
        if found:
            _log.info("context_told", model=name, tokens=found, way=way)
            return found
    return None


class ContextWindow:
    """The context of a model, asked for once, and corrected by what the endpoint says when it
    refuses something as too long. While nobody knows, it is asked for again now and then: the
    server may not have been there."""

    def __init__(self, settings: Settings, client: httpx2.AsyncClient, model: str = "") -> None:
        self._ask = partial(context_tokens, settings, client, model)
        self._asking: asyncio.Task[int | None] | None = None
        self._asked_at = 0.0
        self._learned: int | None = None

    async def tokens(self) -> int | None:
        """Return the size of the context, None where it is not known."""
        if self._learned is not None:
            return self._learned
        if self._asking is None or (
            self._asking.done() and time.monotonic() - self._asked_at > ASK_AGAIN_S
        ):
            self._asked_at = time.monotonic()
            self._asking = asyncio.create_task(self._ask())
        found = await asyncio.shield(self._asking)
        if found is not None and self._learned is None:
            self._learned = found
        return self._learned

    def learn(self, limit_tokens: int) -> None:
        """Take over what a refusal said (`limit_tokens` of `model_context`)."""
        self._learned = limit_tokens

    async def aclose(self) -> None:
        """Ask no longer."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})


class _Asked:
    """The ways to ask one server. Each returns None when it does not tell."""

    def __init__(self, settings: Settings, client: httpx2.AsyncClient, model: str) -> None:
        self._client, self._model = client, model
        self._provider, self._long_s = settings.llm_provider, settings.llm_timeout_s
        self._base, self._root = server_url(settings)
        key = settings.llm_api_key
        self._headers: dict[str, str] = {}
        match self._provider:
            case "anthropic":
                self._headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
            case "google":
                self._headers = {"x-goog-api-key": key}
            case "azure":
                self._headers = {"api-key": key}
            case _ if key:
                self._headers = {"Authorization": f"Bearer {key}"}

    def ways(self) -> tuple[Any, ...]:
        """Return how this provider may be asked, the surest first."""
        match self._provider:
            case "ollama":
                return (self.ollama,)
            case "anthropic":
                return (self.one_model,)
            case "google":
                return (self.google,)
            case "openai" | "azure":
                return (self.listed,)  # OpenAI itself does not tell, what stands in for it may
            case "openrouter":
                return (self.listed,)
            case "litellm":
                return (self.litellm, self.listed)
            case "local":
                return (self.llama_cpp,)
            case _:
                return (self.listed, self.llama_cpp, self.lm_studio, self.litellm, self.ollama)

    async def listed(self) -> int | None:
        """Ask the list of models. Of llama.cpp it tells only what the model was trained for."""
        return _of_model(await self._get(f"{self._base}/models"), self._model)

    async def one_model(self) -> int | None:
        """Ask for the model by its name."""
        found = await self._get(f"{self._root}/v1/models/{quote(self._model, safe='')}")
        return _number(found, _FIELDS)

    async def google(self) -> int | None:
        """Ask Google's own API."""
        return _number(await self._get(f"{self._base}/v1beta/models/{quote(self._model)}"), _FIELDS)

    async def llama_cpp(self) -> int | None:
        """Ask llama.cpp's server: what one of its slots has."""
        found = await self._get(f"{self._root}/props")
        return _number(found.get("default_generation_settings"), ("n_ctx",))

    async def lm_studio(self) -> int | None:
        """Ask LM Studio: what the model was loaded with, else what it may be loaded with."""
        return _of_model(await self._get(f"{self._root}/api/v0/models"), self._model)

    async def litellm(self) -> int | None:
        """Ask LiteLLM's proxy."""
        found = await self._get(f"{self._root}/model/info")
        for entry in _entries(found):
            if entry.get("model_name") == self._model:
                return _number(entry.get("model_info"), _FIELDS)
        return None

    async def ollama(self) -> int | None:
        """Ask Ollama what the model runs with. One that does not run yet is loaded for that, as
        the first question would; where that fails, what is set for it, and what Ollama sets."""
        root = self._root
        shown = await self._post(f"{root}/api/show", {"model": self._model}, ASK_S)
        running = await self._ollama_running(root)
        if running is None:
            loading = {"model": self._model, "stream": False}
            await self._post(f"{root}/api/generate", loading, self._long_s)
            running = await self._ollama_running(root)
        if running is not None:
            return running
        if set_for_it := _parameter(shown.get("parameters"), "num_ctx"):
            return set_for_it
        info = shown.get("model_info")
        fields = info if isinstance(info, dict) else {}
        largest = _number(fields, tuple(n for n in fields if n.endswith(".context_length")))
        return min(largest, OLLAMA_DEFAULT) if largest else None

    async def _ollama_running(self, root: str) -> int | None:
        names = {self._model, f"{self._model}:latest"}
        for entry in _entries(await self._get(f"{root}/api/ps")):
            if {entry.get("name"), entry.get("model")} & names:
                return _number(entry, ("context_length",))
        return None

    async def _get(self, url: str) -> dict[str, Any]:
        return _object(await self._client.get(url, headers=self._headers, timeout=ASK_S))

    async def _post(self, url: str, body: dict[str, Any], wait_s: float) -> dict[str, Any]:
        answer = await self._client.post(url, json=body, headers=self._headers, timeout=wait_s)
        return _object(answer)


def _object(answer: httpx2.Response) -> dict[str, Any]:
    if answer.status_code != httpx2.codes.OK:
        return {}
    found = answer.json()
    return found if isinstance(found, dict) else {"data": found}


def _entries(found: dict[str, Any]) -> list[dict[str, Any]]:
    entries = found.get("data") or found.get("models")
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _of_model(found: dict[str, Any], model: str) -> int | None:
    for entry in _entries(found):
        if model in (entry.get("id"), entry.get("name"), entry.get("root")):
            return _number(entry, _FIELDS)
    return None


def _number(found: object, names: tuple[str, ...]) -> int | None:
    values = [found.get(name) for name in names] if isinstance(found, dict) else []
    whole = (v for v in values if isinstance(v, int) and not isinstance(v, bool) and v > 0)
    return next(whole, None)


def _parameter(text: object, name: str) -> int | None:
    """Return a number of Ollama's parameters, which are lines of a name and a value."""
    for line in text.splitlines() if isinstance(text, str) else ():
        found, _, value = line.strip().partition(" ")
        if found == name and value.strip().isdigit():
            return int(value)
    return None
