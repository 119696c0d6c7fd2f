"""Operations as an MCP server on stdio. A tool's file is ten lines; see CONTRIBUTING."""

import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cherry_reflex.core.operation import Operation
from cherry_reflex.processes.forkserver.process import shared
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.settings import Settings

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

FOLDER_VARIABLE = "CHERRY_TOOL_FOLDER"
"""Set by the pool for the processes that it starts; an outside client need not set it."""


@dataclass(frozen=True)
class ToolServer:
    """A named set of operations, served to any MCP client. Making one is cheap: the SDK is
    imported when it is built."""

    name: str
    description: str
    operations: Sequence[type[Operation]]

    def build(self) -> "MCPServer":
        """Return it as a server of the MCP SDK."""
        from mcp.server.mcpserver import MCPServer

        from cherry_reflex.mcp.server.operation_tool import operation_tool

        folder = os.environ.get(FOLDER_VARIABLE)
        return MCPServer(
            self.name,
            instructions=self.description,
            description=self.description,
            tools=[
                operation_tool(kind, Path(folder) if folder else None) for kind in self.operations
            ],
            log_level="WARNING",
            lifespan=_sandbox,
        )

    def run(self) -> None:
        """Serve on standard input and output until the client leaves."""
        _limit()
        self.build().run("stdio")


def tool_server(name: str, description: str, operations: Sequence[type[Operation]]) -> ToolServer:
    """Return a server of `operations`; call its `run()` under `if __name__ == "__main__"`."""
    return ToolServer(name, description, tuple(operations))


@asynccontextmanager
async def _sandbox(_server: "MCPServer") -> AsyncIterator[Sandbox]:
    """Yield where operations run: in the forkserver of who started us, or in one of our own."""
    settings = Settings(_env_file=None)
    async with shared(settings.sandboxes) as address:
        yield Sandbox(settings, address)


def _limit() -> None:
    """Bound the memory of this process, so that one call cannot take the machine's."""
    allowed = Settings(_env_file=None).sandbox_bytes
    if sys.platform != "win32":
        import resource

        from cherry_reflex.processes import limits

        with contextlib.suppress(ValueError, OSError):
            # Not RLIMIT_AS: it counts address space, of which a library like SciPy maps gigabytes
            # that it never touches, and then fails to load.
            limits.lower(resource.RLIMIT_DATA, allowed)
            limits.lower(resource.RLIMIT_CORE, 0)
        # Arrow's own allocator sets a gigabyte aside that counts, used or not.
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
