"""Agents and tool servers that people added on the page, kept in the data folder.

Both files may hold secrets (headers, environment): only their owner can read them.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cherry_reflex.core.errors import SettingsWrong
from cherry_reflex.mcp.client.config import ServerConfig, servers_of

AGENTS, SERVERS = "agents.json", "mcp.json"


class UserServers:
    """The two files in `folder`: `agents.json`, a list of `{name, url, headers}`, and `mcp.json`
    in the mcpServers format, as it was pasted (its `${VAR}` are not replaced in the file)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def agents(self) -> list[dict[str, Any]]:
        """Return the added agents. Raises SettingsWrong (`agents_file_wrong`)."""
        found = self._read(AGENTS, [], "agents_file_wrong")
        if not isinstance(found, list):
            raise SettingsWrong("agents_file_wrong", path=str(self._folder / AGENTS))
        return found

    def servers(self) -> tuple[ServerConfig, ...]:
        """Return the added servers; one whose variable is gone since says so when it is asked.

        Raises SettingsWrong (`mcp_file_wrong`).
        """
        try:
            return servers_of({"mcpServers": self._pasted()}, lenient=True)
        except ValueError as error:
            path = str(self._folder / SERVERS)
            raise SettingsWrong("mcp_file_wrong", detail=str(error), path=path) from error

    def keep_agent(self, name: str, url: str, headers: Mapping[str, str]) -> None:
        """Keep an agent, in place of one of the same name."""
        others = [item for item in self.agents() if item.get("name") != name]
        self._write(AGENTS, [*others, {"name": name, "url": url, "headers": dict(headers)}])

    def drop_agent(self, name: str) -> bool:
        """Forget an agent; says whether it was one of these."""
        before = self.agents()
        kept = [item for item in before if item.get("name") != name]
        if len(kept) != len(before):
            self._write(AGENTS, kept)
        return len(kept) != len(before)

    def keep_servers(self, pasted: Mapping[str, Any]) -> None:
        """Keep the servers of a pasted configuration (name -> server)."""
        self._write(SERVERS, {"mcpServers": {**self._pasted(), **pasted}})

    def drop_server(self, name: str) -> bool:
        """Forget a server; says whether it was one of these."""
        before = self._pasted()
        kept = {key: item for key, item in before.items() if _name_of(key, item) != name}
        if len(kept) != len(before):
            self._write(SERVERS, {"mcpServers": kept})
        return len(kept) != len(before)

    def _pasted(self) -> dict[str, Any]:
        found = self._read(SERVERS, {"mcpServers": {}}, "mcp_file_wrong")
        servers = found.get("mcpServers") if isinstance(found, dict) else None
        if not isinstance(servers, dict):
            raise SettingsWrong("mcp_file_wrong", path=str(self._folder / SERVERS))
        return servers

    def _read(self, name: str, otherwise: Any, code: str) -> Any:
        path = self._folder / name
        try:
            return json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return otherwise
        except (OSError, ValueError) as error:
            raise SettingsWrong(code, detail=str(error), path=str(path)) from error

    def _write(self, name: str, value: Sequence[Any] | Mapping[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(value, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / name)


def _name_of(key: str, item: Any) -> str:
    try:
        (config,) = servers_of({"mcpServers": {key: {**item, "disabled": False}}}, expanded=False)
    except (ValueError, TypeError):
        return key
    return config.name
