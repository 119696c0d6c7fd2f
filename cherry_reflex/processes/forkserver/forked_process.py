"""A program of ours that was forked from the forkserver, with pipes as if it had been started."""

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cherry_reflex.processes.forkserver.connection import connected
from cherry_reflex.processes.forkserver.header import Header, Program

_DEATH_S = 2.0


@dataclass(eq=False)
class ForkedProcess:
    """`python -m module` at a tenth of the memory and time: it has what the forkserver has
    imported. Used as a `ChildProcess` with all three pipes; also it is ended as a group by whoever
    opened it, and by the end of that process."""

    address: Path
    module: str
    env: Mapping[str, str]
    cwd: Path
    line_bytes_max: int
    pid: int = 0
    """Its id; 0 before it runs."""
    _pipes: list[asyncio.BaseTransport] = field(default_factory=list)
    _connection: asyncio.StreamWriter | None = None
    _listening: asyncio.Task[None] | None = None
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _stdin: asyncio.StreamWriter | None = None
    _stdout: asyncio.StreamReader | None = None
    _errors: asyncio.StreamReader | None = None

    async def start(self) -> None:
        """Start it. Raises Unavailable `sandbox_down`, OSError."""
        try:
            await self._start()
        except BaseException:
            await self.end()
            raise

    async def _start(self) -> None:
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        ours_errors, theirs_errors = os.pipe()
        try:
            program = Program(module=self.module, env=dict(self.env), cwd=self.cwd)
            made = await connected(self.address)
            told = Header(program=program).packed()
            socket.send_fds(made, [told], [theirs_in, theirs_out, theirs_errors])
        finally:
            for descriptor in (theirs_in, theirs_out, theirs_errors):
                os.close(descriptor)
        reader, self._connection = await asyncio.open_unix_connection(sock=made)
        self._stdin = await self._writer(ours_in)
        self._stdout = await self._reader(ours_out)
        self._errors = await self._reader(ours_errors)
        while not self.pid:
            line = await reader.readline()
            if not line:
                raise OSError("the forkserver died")
            with contextlib.suppress(ValueError, KeyError):
                self.pid = int(json.loads(line)["begun"])
        self._listening = asyncio.create_task(self._listen(reader))

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.pid > 0 and not self._ended.is_set()

    @property
    def stdin(self) -> asyncio.StreamWriter:
        """Its standard input."""
        assert self._stdin is not None
        return self._stdin

    @property
    def stdout(self) -> asyncio.StreamReader:
        """Its standard output."""
        assert self._stdout is not None
        return self._stdout

    @property
    def errors(self) -> asyncio.StreamReader:
        """Its standard error."""
        assert self._errors is not None
        return self._errors

    def kill(self) -> None:
        """Kill it and all that it started (its group), at once."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    async def end(self, grace_s: float = 0.0) -> None:
        """Close its input and wait for `grace_s` seconds, if it runs; then kill what is left, and
        wait for its death within a bound. Its pipes are closed then."""
        try:
            if self._stdin is not None:
                self._stdin.close()
            if grace_s > 0:
                await self._dead_within(grace_s)
        finally:
            self.kill()
            try:
                await self._dead_within(_DEATH_S)
            finally:
                if self._listening is not None:
                    self._listening.cancel()
                if self._connection is not None:
                    self._connection.close()
                for pipe in self._pipes:
                    pipe.close()

    async def _dead_within(self, seconds: float) -> None:
        if self.pid > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._ended.wait()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Learn of its end: the forkserver says it, or has died, and it with it."""
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                if b'"end"' in line:
                    break
        self._ended.set()

    async def _writer(self, descriptor: int) -> asyncio.StreamWriter:
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.connect_write_pipe(
            asyncio.streams.FlowControlMixin, os.fdopen(descriptor, "wb", 0)
        )
        self._pipes.append(transport)
        return asyncio.StreamWriter(transport, protocol, None, loop)

    async def _reader(self, descriptor: int) -> asyncio.StreamReader:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(self.line_bytes_max, loop)
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader, loop=loop), os.fdopen(descriptor, "rb", 0)
        )
        self._pipes.append(transport)
        return reader
