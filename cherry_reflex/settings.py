"""The only reader of what the operator puts into the environment: the settings, each of them
`CHERRY_<NAME>`, also from `.env`, and the variables that the operator's files name."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cherry_reflex.core.errors import SettingsWrong

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# What the scripts are told, not the app: the environment that they take Python from.
OF_SCRIPTS = {"CHERRY_VENV"}
OF_PROCESSES = {"CHERRY_SANDBOX"}
"""What our own processes tell each other: where the sandbox listens that they share."""
Provider = Literal[
    "", "openai", "anthropic", "google", "azure", "openrouter", "litellm", "ollama", "local"
]
_VARIABLE = re.compile(r"\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


class Settings(BaseSettings):
    """All settings. The README's table is made from this class (`scripts/settings-table`)."""

    model_config = SettingsConfigDict(
        env_prefix="CHERRY_", env_file=".env", extra="ignore", frozen=True
    )

    port: int = Field(3000, ge=1, le=65535, description="Port of the page and the API.")
    host: str = Field(
        "127.0.0.1", description="Address to listen on; other than loopback only with login."
    )
    login: bool = Field(
        False, description="Whether people sign in (`scripts/account` makes the accounts)."
    )
    session_days: float = Field(
        14, gt=0, le=365, description="Days without use after which somebody is signed out."
    )
    data_dir: Path = Field(
        Path("data"), description="Folder of the database, uploads and artifacts."
    )
    language: Literal["", "en", "ko"] = Field(
        "", description="Language of the page: en or ko; empty follows the browser."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged (JSON lines on standard error)."
    )

    llm_provider: Provider = Field(
        "",
        description="Provider by name: openai, anthropic, google, azure, openrouter, litellm, "
        "ollama, or local (a GGUF file served here); empty is any OpenAI-compatible endpoint.",
    )
    llm_base_url: str = Field(
        "", description="Base URL of an OpenAI-compatible endpoint, such as http://host:8000/v1."
    )
    llm_api_key: str = Field("", description="Key of the endpoint or provider.", repr=False)
    llm_model: str = Field(
        "",
        description="Model name (azure: of the deployment; local: path of a GGUF file, or "
        "org/repo:file.gguf of the hub). Empty: the embedded planner is used.",
    )
    llm_small_model: str = Field(
        "", description="A smaller model of the same provider for small tasks, such as suggestions."
    )
    llm_api_version: str = Field("2024-10-21", description="API version that azure is asked with.")
    llm_thinking: Literal["", "off", "low", "medium", "high"] = Field(
        "",
        description="How much the model thinks before it answers: off, low, medium or high; empty "
        "leaves it to the model.",
    )
    llm_cache: bool = Field(
        True, description="Whether the provider is asked to cache the unchanging part of requests."
    )
    llm_pictures: Literal["", "on", "off"] = Field(
        "", description="Whether the model is shown pictures of charts; empty: where all can see."
    )
    llm_context_tokens: int = Field(
        0, ge=0, description="Size of the model's context (tokens); 0 asks the server."
    )
    llm_rounds: int = Field(
        12, ge=1, le=100, description="Most calls of the model for one question."
    )
    llm_tokens: int = Field(
        200_000, ge=0, description="Most tokens, read and written, for one question; 0 is no limit."
    )
    llm_cost_usd: float = Field(
        0, ge=0, description="Most that one question may cost (USD, list prices); 0 is no limit."
    )
    llm_question_s: float = Field(
        600, gt=0, description="Seconds after which no further call is made for one question."
    )
    llm_hub_url: str = Field(
        "https://huggingface.co", description="Hub that local models are downloaded from."
    )
    readings: bool = Field(
        True,
        description="Without a language model: read questions, answer where it is sure, call a "
        "guess a guess, and ask back otherwise (docs/models.md). Off, agents choose columns and "
        "operations by meaning, and are often wrong without knowing it.",
    )
    llm_timeout_s: float = Field(
        120, gt=0, description="Seconds without a token after which a model call has failed."
    )

    agents_port: int = Field(
        0, ge=0, le=65535, description="Port of our own A2A agents; 0 takes a free one."
    )
    agents_file: Path | None = Field(
        None, description="JSON list of outside A2A agents: {name?, url, headers?}."
    )
    mcp_file: Path | None = Field(
        None, description="JSON file of outside MCP servers in the mcpServers format."
    )
    databases_file: Path | None = Field(
        None,
        description="JSON file of connected databases: {folder, databases: {name: {url or file}}}.",
    )
    agents_at_once: int = Field(5, ge=1, le=50, description="Agents that work at once in a run.")
    tools_at_once: int = Field(3, ge=1, le=50, description="MCP tools that work at once in a run.")
    agent_silence_s: float = Field(
        30,
        gt=0,
        description="Seconds without an event after which an agent's stream is taken as dead.",
    )
    agent_total_s: float = Field(600, gt=0, description="Longest time that one agent may take.")
    reconnect_s: float = Field(5, gt=0, description="Seconds within which a stream is recovered.")
    agent_connections: int = Field(
        500, ge=2, description="HTTP connections to agents at once; each stream holds one."
    )
    agent_buffer: int = Field(
        1024,
        ge=16,
        description="Events of our agents that may wait for a listener; one further behind is let "
        "go, and asks for the task as it stands.",
    )
    card_cache_s: float = Field(300, ge=0, description="Seconds that agent cards are kept.")
    tool_call_s: float = Field(60, gt=0, description="Longest time that one MCP call may take.")
    tool_processes: int = Field(3, ge=1, le=16, description="Processes kept per MCP server.")
    tool_idle_s: float = Field(
        120, gt=0, description="Seconds after which an idle one, or an idle HTTP session, ends."
    )
    stdio_chunk_bytes: int = Field(
        65_536, ge=1024, le=1_048_576, description="Most read from an MCP pipe at once (bytes)."
    )
    event_bytes_max: int = Field(
        4_000_000, gt=0, description="Largest event or line read from an agent or tool (bytes)."
    )
    private_urls: bool = Field(
        True, description="Whether agents, tools and models may be at private addresses."
    )

    ask_before_sending: bool = Field(
        False,
        description="Whether people are asked before a question first sends something to a model, "
        "agent or tool that is not ours.",
    )
    data_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts that data may be loaded from by URL, comma-separated; `*` is every "
        "public one, `host:port` may be private. Empty: none.",
    )
    upload_bytes_max: int = Field(1_000_000_000, gt=0, description="Largest upload (bytes).")
    sandbox_bytes: int = Field(
        1_500_000_000, gt=0, description="Memory limit of one analysis process (bytes)."
    )
    sandbox_s: float = Field(60, gt=0, description="Longest time of one analysis (seconds).")
    sandboxes: int = Field(4, ge=1, le=64, description="Analysis processes at once.")
    python: bool | None = Field(
        None,
        description="Whether Python code of models and of people (`@python`) is run, in an "
        "analysis process. Empty: yes for one person on loopback, no with login.",
    )
    question_chars_max: int = Field(
        100_000, gt=0, le=900_000, description="Longest question (characters)."
    )
    session_idle_s: float = Field(
        3600,
        gt=0,
        description="Seconds after which an idle session is forgotten: a tab's state at the "
        "server, and an agent's task that waits for an answer.",
    )
    ui_update_ms: int = Field(
        200,
        ge=4,
        le=5000,
        description="Longest time (ms) that the page gathers text between two drawings; while "
        "drawing is quick it draws at once.",
    )
    ui_runs: int = Field(
        50,
        ge=1,
        le=200,
        description="Questions with their answers that the page loads at first, and again "
        "whenever somebody scrolls up to the first one.",
    )
    ui_near_px: int = Field(
        64, ge=1, le=2000, description="How near its end (px) a view must be to follow what comes."
    )
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="More web origins that may open the page, comma-separated."
    )

    @field_validator("origins", "data_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @property
    def runs_python(self) -> bool:
        """Whether the operator lets Python code be run."""
        if self.python is not None:
            return self.python
        return not self.login and self.host in LOOPBACK

    @field_validator("agents_file", "mcp_file", "databases_file", "python", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("agents_file", "mcp_file", "databases_file")
    @classmethod
    def _exists(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"there is no file {value}")
        return value

    @model_validator(mode="after")
    def _safe(self) -> "Settings":
        if self.host not in LOOPBACK and not self.login:
            raise ValueError(
                f"CHERRY_HOST={self.host} would open CherryAI to other machines, and there is "
                "no login. Set CHERRY_LOGIN=true and make accounts (scripts/account add NAME), "
                "or set CHERRY_HOST=127.0.0.1."
            )
        if (self.llm_base_url or self.llm_provider) and not self.llm_model:
            raise ValueError("CHERRY_LLM_MODEL must name a model of the endpoint")
        if self.llm_model and not (self.llm_base_url or self.llm_provider):
            raise ValueError(
                "CHERRY_LLM_MODEL needs CHERRY_LLM_BASE_URL or CHERRY_LLM_PROVIDER as well"
            )
        if self.llm_provider == "azure" and not self.llm_base_url:
            raise ValueError(
                "CHERRY_LLM_BASE_URL must name the resource, such as https://NAME.openai.azure.com"
            )
        if self.llm_provider == "local" and self.llm_base_url:
            raise ValueError(
                "CHERRY_LLM_BASE_URL is of no use with CHERRY_LLM_PROVIDER=local: the model is "
                "served here. Leave one of them empty"
            )
        for model in filter(None, (self.llm_model, self.llm_small_model)):
            if self.llm_provider == "openrouter" and "/" not in model:
                raise ValueError(f"OpenRouter's models have two parts, as openai/{model}")
        return self


def load() -> Settings:
    """Read the environment and `.env`.

    Raises SettingsWrong naming every unknown or wrong setting.
    """
    known = {f"CHERRY_{name.upper()}" for name in Settings.model_fields} | OF_SCRIPTS | OF_PROCESSES
    given = {name for name in os.environ if name.startswith("CHERRY_")} | _dotenv_names()
    if unknown := sorted(given - known):
        raise SettingsWrong("setting_unknown", detail=", ".join(unknown), names=", ".join(unknown))
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = "CHERRY_" + "_".join(str(p) for p in problem["loc"]).upper()
            text = problem["msg"].removeprefix("Value error, ")
            lines.append(text if not problem["loc"] else f"{name}: {text}")
        raise SettingsWrong("setting_wrong", detail="; ".join(lines)) from error


def expand(value: str) -> str:
    """Return a value of an operator's file with `${NAME}`, `${env:NAME}` (VS Code's) and
    `${NAME:-default}` replaced, so that secrets stay in the environment.

    Raises SettingsWrong (`variable_missing`) for a name that is not set and has no default.
    """

    def replaced(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        found = os.environ.get(name, default)
        if found is None:
            raise SettingsWrong("variable_missing", name=name)
        return found

    return _VARIABLE.sub(replaced, value)


def _dotenv_names() -> set[str]:
    path = Path(".env")
    if not path.is_file():
        return set()
    from dotenv import dotenv_values

    return {name for name in dotenv_values(path) if name.startswith("CHERRY_")}
