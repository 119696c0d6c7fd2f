"""Which MCP servers there are: our own, one per module of the tools room, and the operator's."""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

import cherry_reflex
from cherry_reflex.core.errors import SettingsWrong
from cherry_reflex.processes.forkserver.process import ADDRESS_VARIABLE
from cherry_reflex.settings import Settings, expand
from cherry_reflex.store.layout import Layout

_ROOT = Path(cherry_reflex.__file__).parent
_NAME = re.compile(r"[^\w.-]+")


class ServerConfig(BaseModel):
    """One MCP server: a command (stdio), or a URL (streamable HTTP). `mode` is how the protocol
    version is negotiated; some old servers need `legacy`."""

    model_config = ConfigDict(frozen=True)

    name: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: dict[str, str] = Field({}, repr=False)
    cwd: str = ""
    url: str = ""
    headers: dict[str, str] = Field({}, repr=False)
    mode: Literal["auto", "legacy"] = "auto"
    own: bool = False
    forked_from: str = ""
    """The socket of the forkserver from which one of ours is forked, instead of started."""
    missing: str = ""
    """A variable that the configuration names and that is not set (any more): the server cannot
    be started until it is."""


def own_servers(
    settings: Settings, folder: Path = _ROOT / "tools", sandbox: Path | None = None
) -> tuple[ServerConfig, ...]:
    """Return our own servers, found by file name: nothing is imported. `sandbox` is where the
    forkserver listens that they share with us."""
    shared = {ADDRESS_VARIABLE: str(sandbox)} if sandbox is not None else {}
    return tuple(
        ServerConfig(
            name=path.stem,
            command=sys.executable,
            args=("-m", f"cherry_reflex.tools.{path.stem}"),
            cwd=str(_ROOT.parent),
            env={
                "CHERRY_TOOL_FOLDER": str(Layout.of(settings).tools),
                "CHERRY_SANDBOX_BYTES": str(settings.sandbox_bytes),
                "CHERRY_SANDBOX_S": str(settings.sandbox_s),
                "CHERRY_UPLOAD_BYTES_MAX": str(settings.upload_bytes_max),
                **shared,
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
                "MALLOC_ARENA_MAX": "2",
                "PYTHONUNBUFFERED": "1",
                **_databases(settings, path.stem),
            },
            own=True,
            forked_from=str(sandbox or ""),
        )
        for path in sorted(folder.glob("*.py"))
        if not path.stem.startswith("_")
    )


def _databases(settings: Settings, server: str) -> dict[str, str]:
    """Only the one server that connects to databases learns where their passwords are."""
    if server != "database_connector" or settings.databases_file is None:
        return {}
    return {"CHERRY_DATABASES_FILE": str(settings.databases_file.resolve())}


def file_servers(path: Path | None) -> tuple[ServerConfig, ...]:
    """Read the operator's file: `{"mcpServers": {name: {command, args, env} | {url, headers}}}`,
    or VS Code's `{"servers": …}`; `${VAR}` and `${env:VAR}` are taken from the environment.

    Raises SettingsWrong (`mcp_file_wrong`, `variable_missing`).
    """
    if path is None:
        return ()
    try:
        return servers_of(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise SettingsWrong("mcp_file_wrong", detail=str(error), path=str(path)) from error


def servers_of(
    data: Any, *, expanded: bool = True, lenient: bool = False
) -> tuple[ServerConfig, ...]:
    """Read a configuration in either format; `expanded` replaces its variables. With `lenient` a
    server whose variable is not set is there, with that variable as `missing`.

    Raises ValueError with what is wrong, SettingsWrong (`variable_missing`).
    """
    try:
        servers = data.get("mcpServers", data.get("servers"))
        if not isinstance(servers, dict):
            raise ValueError("neither mcpServers nor servers")
        return tuple(
            _server(str(name), item, expanded, lenient)
            for name, item in servers.items()
            if not (isinstance(item, dict) and item.get("disabled"))
        )
    except (AttributeError, TypeError) as error:
        # pydantic's ValidationError is a ValueError already.
        raise ValueError(str(error)) from error


def _server(name: str, item: Any, expanded: bool, lenient: bool) -> ServerConfig:
    try:
        return _config(name, _expanded(item) if expanded else item)
    except SettingsWrong as error:
        if not lenient:
            raise
        missing = {"missing": str(error.params.get("name", ""))}
        return _config(name, item).model_copy(update=missing)


def _config(name: str, item: Mapping[str, Any]) -> ServerConfig:
    known = {key: item[key] for key in ServerConfig.model_fields if key in item}
    known.pop("missing", None)
    if "serverUrl" in item:
        known.setdefault("url", item["serverUrl"])
    config = ServerConfig.model_validate(
        {**known, "name": _NAME.sub("_", name).strip("_") or "server", "own": False}
    )
    if bool(config.command) == bool(config.url):
        raise ValueError(f"{name} needs either a command or a url")
    return config


def _expanded(value: Any) -> Any:
    if isinstance(value, str):
        return expand(value)
    if isinstance(value, dict):
        return {key: _expanded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_expanded(item) for item in value]
    return value
