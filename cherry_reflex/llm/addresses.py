"""Where the providers listen, unless CHERRY_LLM_BASE_URL says another place."""

from cherry_reflex.settings import Settings

OLLAMA_URL = "http://127.0.0.1:11434/v1"
LOCAL_URL = "http://model.local/v1"
"""Stands for the process of ours that serves a local model: its port is known when it runs."""

_DEFAULTS = {
    "ollama": OLLAMA_URL,
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
    "google": "https://generativelanguage.googleapis.com",
    "openrouter": "https://openrouter.ai/api/v1",
    "litellm": "http://127.0.0.1:4000/v1",
    "local": LOCAL_URL,
}


def base_url(settings: Settings) -> str:
    """Return the base URL of the endpoint, without a slash at its end."""
    return (settings.llm_base_url or _DEFAULTS.get(settings.llm_provider, "")).rstrip("/")


def server_url(settings: Settings) -> tuple[str, str]:
    """Return the base URL, and the server's, which has paths of its own beside `/v1`."""
    base = base_url(settings)
    return base, base.removesuffix("/v1")
