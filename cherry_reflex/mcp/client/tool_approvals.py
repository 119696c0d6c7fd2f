"""Which tools of which outside server were agreed to.

A server can be harmless when it is added and say something else later: what its tools are called
and described as is read by the planner, and what they take is given to them. So the first list is
kept, and another one is not used before a person has seen it.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cherry_reflex.core.roster import ToolFunction
from cherry_reflex.mcp.client.config import ServerConfig


class ToolApprovals:
    """Kept in the file at `path`. A server that is configured otherwise is another server."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[str]] | None = None

    def allows(self, config: ServerConfig, tools: Sequence[ToolFunction]) -> bool:
        """Say whether these tools were agreed to; those of a server never seen before are."""
        before = self._read().get(config.name)
        if before is None or before[0] != _configured(config):
            self.agree(config, tools)
            return True
        return before[1] == _listed(tools)

    def agree(self, config: ServerConfig, tools: Sequence[ToolFunction]) -> None:
        """Take these from now on."""
        self._write({**self._read(), config.name: [_configured(config), _listed(tools)]})

    def forget(self, name: str) -> None:
        """Agree to whatever a server of that name has when it comes again."""
        if name in self._read():
            self._write({key: kept for key, kept in self._read().items() if key != name})

    def _read(self) -> dict[str, list[str]]:
        if self._known is None:
            try:
                self._known = dict(json.loads(self._path.read_text("utf-8")))
            except (OSError, ValueError):
                self._known = {}
        return self._known

    def _write(self, known: dict[str, list[str]]) -> None:
        self._known = known
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(known), "utf-8")
        os.replace(part, self._path)


def _configured(config: ServerConfig) -> str:
    return _digest([config.command, *config.args, config.cwd, config.url])


def _listed(tools: Sequence[ToolFunction]) -> str:
    return _digest(sorted((t.name, t.description, _text(t.input_schema)) for t in tools))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _digest(value: Any) -> str:
    return hashlib.sha256(_text(value).encode()).hexdigest()
