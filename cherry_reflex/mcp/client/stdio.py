"""The pipes of one MCP process: JSON-RPC lines to the SDK, everything else to whoever listens.

The SDK's own stdio client wants a file for standard error, holds a line of any length, and takes
seconds to end a process that hangs; this one reads both, limits lines and kills at once.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import anyio
import mcp_types as types
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client.stdio import get_default_environment
from mcp.shared.message import SessionMessage

from cherry_reflex.core.errors import LimitExceeded, ProtocolBroken, Unavailable
from cherry_reflex.core.text import all_mended
from cherry_reflex.mcp.client.config import ServerConfig
from cherry_reflex.processes.forkserver.forked_process import ForkedProcess
from cherry_reflex.processes.supervisor import ChildProcess

_log = logging.getLogger(__name__)
_PRINTED_MAX = 4_000
_POLITE_S = 0.5
_LINES_A_CHUNK = 100
"""Lines of one piece of standard error that are shown: whoever prints megabytes is not read
aloud."""

OnLine = Callable[[str, str], None]
"""Called with a raw line and its level, `info` (standard output) or `stderr`."""
Streams = tuple[
    MemoryObjectReceiveStream[SessionMessage | Exception], MemoryObjectSendStream[SessionMessage]
]


@dataclass(eq=False)
class StdioPipes:
    """A transport of the MCP SDK (an async context manager giving two streams)."""

    config: ServerConfig
    on_line: OnLine
    on_end: Callable[[], None]
    """Called when the process has closed its output."""
    room: Callable[[], Awaitable[None]]
    """Waits until more lines may be read."""
    line_bytes_max: int
    chunk_bytes: int
    """The most that is read from a pipe at once."""
    problem: Exception | None = None
    """Why the pipes were closed from this side, if they were."""
    _child: ChildProcess | ForkedProcess | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> Streams:
        config = self.config
        child = self._process()
        try:
            await child.start()
        except (OSError, ValueError) as error:
            raise Unavailable("tool_not_started", detail=str(error), name=config.name) from error
        self._child = child
        into, read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        write, out = anyio.create_memory_object_stream[SessionMessage](0)
        self._tasks = [
            asyncio.create_task(self._read_output(child, into)),
            asyncio.create_task(self._read_errors(child)),
            asyncio.create_task(self._write(child, out)),
        ]
        return read, write

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._child is not None
        try:
            await self._child.end(grace_s=_POLITE_S if kind is None else 0)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _process(self) -> ChildProcess | ForkedProcess:
        config, env = self.config, get_default_environment() | self.config.env
        if config.forked_from:
            address, module = Path(config.forked_from), config.args[-1]
            return ForkedProcess(address, module, env, Path(config.cwd), self.chunk_bytes)
        return ChildProcess(
            (config.command, *config.args),
            env=env,
            cwd=Path(config.cwd) if config.cwd else None,
            foreign=True,
            stderr=asyncio.subprocess.PIPE,
            line_bytes_max=self.chunk_bytes,
        )

    @property
    def pid(self) -> int:
        """The process's id, 0 before it runs."""
        return self._child.pid if self._child is not None else 0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._child is not None and self._child.alive

    def kill(self) -> None:
        """Kill the process and all that it started (its group), at once."""
        if self._child is not None:
            self._child.kill()

    async def _read_output(
        self,
        child: ChildProcess | ForkedProcess,
        into: MemoryObjectSendStream[SessionMessage | Exception],
    ) -> None:
        async with into:
            try:
                async for line in self._lines(child.stdout):
                    message = _message(line)
                    if message is None and b'"jsonrpc"' in line[:200]:
                        detail = line[:500].decode(errors="replace")
                        raise ProtocolBroken("tool_malformed", detail, name=self.config.name)
                    if message is None:
                        self._printed(line, "info")
                        continue
                    await into.send(SessionMessage(message))
            except (LimitExceeded, ProtocolBroken) as error:
                self.problem = error
                self.kill()
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return
            finally:
                self.on_end()

    async def _read_errors(self, child: ChildProcess | ForkedProcess) -> None:
        """Show what is printed. Read to its end whatever it is: a process that nobody listens to
        stops in the middle of a line."""
        pending = b""
        while chunk := await child.errors.read(self.chunk_bytes):
            *lines, rest = (pending + chunk).split(b"\n")
            for line in lines[:_LINES_A_CHUNK]:
                self._printed(line, "stderr")
            pending = rest[:_PRINTED_MAX]
            await self.room()
        self._printed(pending, "stderr")

    async def _lines(self, stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
        """Yield whole lines. Raises LimitExceeded (`tool_line_too_large`)."""
        pending: list[bytes] = []
        size = 0
        while chunk := await stream.read(self.chunk_bytes):
            *ends, rest = chunk.split(b"\n")
            for end in ends:
                yield b"".join([*pending, end])
                pending, size = [], 0
                await self.room()
            pending.append(rest)
            size += len(rest)
            if size > self.line_bytes_max:
                raise LimitExceeded(
                    "tool_line_too_large", name=self.config.name, bytes=self.line_bytes_max
                )
        if size:
            yield b"".join(pending)

    def _printed(self, line: bytes, level: str) -> None:
        text = line[: 4 * _PRINTED_MAX].decode("utf-8", errors="replace").strip("\r\n")
        if text.strip():
            self.on_line(text[:_PRINTED_MAX], level)

    async def _write(
        self, child: ChildProcess | ForkedProcess, out: MemoryObjectReceiveStream[SessionMessage]
    ) -> None:
        async with out:
            try:
                async for item in out:
                    text = item.message.model_dump_json(by_alias=True, exclude_unset=True)
                    child.stdin.write(text.encode() + b"\n")
                    await child.stdin.drain()
            except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
                # It reads no more; a call under way must not wait for an answer.
                self.kill()


def _message(line: bytes) -> types.JSONRPCMessage | None:
    """Return the JSON-RPC message that a line is; None when it is something else. What Python's
    json writes and strict readers refuse is taken: NaN as null, halves of characters mended."""
    with contextlib.suppress(ValueError):
        return types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    if line.startswith(b"{"):
        with contextlib.suppress(ValueError, RecursionError):
            whole = all_mended(json.loads(line, parse_constant=lambda _: None))
            return types.jsonrpc_message_adapter.validate_python(whole, by_name=False)
    return None
