"""Child processes: started in a session of their own, and ended with everything that they started.

Whoever opens a child ends it in the same task: in time, within a bound, and also when that task
is cancelled meanwhile.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cherry_reflex.processes import liveness

_CHUNK = 65_536
_DEATH_S = 2.0
"""How long the death of what was killed is waited for: the kernel may hold a process back."""
_LAST_WORDS_S = 0.2


@dataclass(eq=False)
class ChildProcess:
    """One child, with pipes to its standard input and output: an async context manager.

    Ours see for themselves that they end with their parent (`liveness.end_with_parent`, or the end
    of their input): code between fork and exec is a risk where there are threads. One that is
    `foreign` cannot, and is made to.
    """

    command: Sequence[str]
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    foreign: bool = False
    stderr: int | None = None
    """As in asyncio: None leaves it where ours goes."""
    tail_bytes: int = 0
    """So many of the last bytes on standard error are kept, for `tail`; the others are dropped."""
    line_bytes_max: int = _CHUNK
    grace_s: float = 0.0
    """How long it may take to end by itself when it is left, before it is killed."""
    asked_by: signal.Signals | None = None
    """What asks it to end; the end of its input, which it is shown in any case, when None."""
    _transport: asyncio.SubprocessTransport | None = None
    _pipes: "_Pipes | None" = None
    _tail: bytearray = field(default_factory=bytearray)
    _reading: asyncio.Task[None] | None = None
    _over: bool = False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.end()

    async def start(self) -> None:
        """Start it. Raises OSError, or ValueError, when that is impossible."""
        loop = asyncio.get_running_loop()
        self._transport, self._pipes = await loop.subprocess_exec(
            lambda: _Pipes(self.line_bytes_max, loop),
            *self.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE if self.tail_bytes else self.stderr,
            env=self.env,
            cwd=self.cwd,
            start_new_session=True,
            preexec_fn=liveness.end_with_parent if self.foreign else None,
        )
        if self.tail_bytes:
            self._reading = asyncio.create_task(self._read_tail())

    @property
    def pid(self) -> int:
        """Its id, which is that of its process group as well; 0 before it runs."""
        return (self._transport.get_pid() or 0) if self._transport is not None else 0

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        transport = self._transport
        if transport is None or transport.get_returncode() is not None:
            return False
        return liveness.alive(self.pid)

    @property
    def stdin(self) -> asyncio.StreamWriter:
        """Its standard input."""
        assert self._pipes is not None and self._pipes.stdin is not None
        return self._pipes.stdin

    @property
    def stdout(self) -> asyncio.StreamReader:
        """Its standard output."""
        assert self._pipes is not None and self._pipes.stdout is not None
        return self._pipes.stdout

    @property
    def errors(self) -> asyncio.StreamReader:
        """Its standard error, when it was asked for as a pipe."""
        assert self._pipes is not None and self._pipes.stderr is not None
        return self._pipes.stderr

    async def wait(self) -> int:
        """Wait for its own end, for as long as it takes; return its status, negative for the
        signal that ended it."""
        assert self._transport is not None and self._pipes is not None
        await self._pipes.ended.wait()
        return self._transport.get_returncode() or 0

    async def tail(self) -> bytes:
        """Return the last that it wrote on standard error; asked for after its end."""
        if self._reading is not None:
            # What it started may hold the pipe open.
            await asyncio.wait({self._reading}, timeout=_LAST_WORDS_S)
        return bytes(self._tail)

    def kill(self) -> None:
        """Kill it and all that it started (its group), at once."""
        self._signal(signal.SIGKILL)

    async def end(self, grace_s: float | None = None) -> None:
        """Close its input, ask it to end and wait for `grace_s` seconds, if it runs; then kill what
        is left of its group, and wait for its death within a bound. Its pipes are closed then."""
        if self._transport is None:
            return
        seconds = self.grace_s if grace_s is None else grace_s
        try:
            if seconds > 0 and self.asked_by is not None and self.alive:
                self._signal(self.asked_by)
            self.stdin.close()
            if seconds > 0:
                await self._dead_within(seconds)
        finally:
            self.kill()
            try:
                await self._dead_within(_DEATH_S)
            finally:
                if self._reading is not None:
                    self._reading.cancel()
                self._transport.close()
                self._over = True

    async def _dead_within(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wait()

    async def _read_tail(self) -> None:
        while chunk := await self.errors.read(_CHUNK):
            self._tail += chunk
            del self._tail[: -self.tail_bytes]

    def _signal(self, which: signal.Signals) -> None:
        # Once it is over, its id may be somebody else's.
        if self.pid and not self._over:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, which)


class _Pipes(asyncio.subprocess.SubprocessStreamProtocol):
    """asyncio's own, which knows when the process has ended: its `Process.wait` waits for the end
    of the pipes too, and those may be held open by what the process has started."""

    def __init__(self, line_bytes_max: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=line_bytes_max, loop=loop)
        self.ended = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.ended.set()
