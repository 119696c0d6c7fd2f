"""A client of one of our tool servers, as an outsider would make it."""

import sys
from pathlib import Path

from mcp import Client, StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent


def client(name: str, folder: Path | None = None, **env: str) -> Client:
    """Return a client that starts the server, with a folder for its files and these variables."""
    if folder is not None:
        env["CHERRY_TOOL_FOLDER"] = str(folder)
    server = StdioServerParameters(
        command=sys.executable, args=["-m", f"cherry_reflex.tools.{name}"], env=env or None
    )
    return Client(stdio_client(server), mode="auto")


def text_of(result: CallToolResult) -> str:
    """Return the first text of a result."""
    first = result.content[0]
    assert isinstance(first, TextContent)
    return first.text
