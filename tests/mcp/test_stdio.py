"""The pipes of a process: how much is read at once."""

import asyncio
import sys
from pathlib import Path

import pytest

from cherry_reflex.mcp.client.bridge import McpWorkers
from cherry_reflex.mcp.client.config import ServerConfig
from cherry_reflex.mcp.client.stdio import StdioPipes
from cherry_reflex.settings import Settings

PIPE_BYTES = 65_536
"""What Linux holds between two processes."""

# Writes lines for as long as somebody takes them, then says how many bytes it got rid of.
WRITER = """
import os, select, sys
from pathlib import Path
os.set_blocking(1, False)
written = 0
while select.select([], [1], [], 1.0)[1]:
    try:
        written += os.write(1, b"x" * 99 + b"\\n")
    except BlockingIOError:
        pass
    if written > 8_000_000:
        break
Path(sys.argv[1]).write_text(str(written))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="pipes of another size")
@pytest.mark.parametrize(
    ("chunk_bytes", "least", "most"), [(2048, 0, 4 * PIPE_BYTES), (524_288, 1_048_576, 2_500_000)]
)
async def test_so_much_is_read_ahead_of_who_listens(
    tmp_path: Path, chunk_bytes: int, least: int, most: int
) -> None:
    """While nobody has room for another line, the process is waited with: of what it writes a few
    pieces are held here, and what the pipe itself holds."""
    told, over, room = tmp_path / "written", asyncio.Event(), asyncio.Event()
    pipes = StdioPipes(
        ServerConfig(name="writer", command=sys.executable, args=("-c", WRITER, str(told))),
        lambda text, level: None,
        over.set,
        room.wait,  # type: ignore[arg-type]
        line_bytes_max=10_000,
        chunk_bytes=chunk_bytes,
    )
    async with asyncio.timeout(30), pipes:
        while not told.exists() or not told.read_text():  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)
        room.set()
        await over.wait()
    assert least <= int(told.read_text()) <= most


async def test_the_piece_is_the_operators(settings: Settings) -> None:
    fitted = settings.model_copy(update={"stdio_chunk_bytes": 4096})
    config = ServerConfig(name="any", command=sys.executable)
    async with McpWorkers(fitted, servers=(config,)) as workers:
        assert workers.pool("any")._new()._chunk_bytes == 4096
