"""The process of our own agents: started with us, restarted when it dies, stopped with us."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.processes.forkserver.process import ADDRESS_VARIABLE
from cherry_reflex.processes.supervisor import ChildProcess
from cherry_reflex.settings import Settings

_log = logging.getLogger(__name__)
_READY_S = 60.0
_STOP_S = 4.0
_BACKOFF_FIRST_S, _BACKOFF_MAX_S = 0.1, 5.0
_STEADY_S = 10.0
_LINE_MAX = 65_536


class AgentsProcess:
    """`python -m cherry_reflex.agents_server`, supervised. It says its port in one line of JSON."""

    def __init__(
        self, settings: Settings, command: Sequence[str] = (), sandbox: Path | None = None
    ) -> None:
        """`sandbox`: where the forkserver listens that it shares with us."""
        self._settings = settings
        self._shared = {ADDRESS_VARIABLE: str(sandbox)} if sandbox is not None else {}
        self._command = tuple(command) or (
            sys.executable,
            "-m",
            "cherry_reflex.agents_server",
            "--with-parent",
            "--port",
            str(settings.agents_port),
        )
        self._url = ""
        self._changed = asyncio.Condition()
        self._deaths = 0
        self._child: ChildProcess | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(self._keep(), name="agents-process")
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    @property
    def pid(self) -> int:
        """The process's id; 0 while there is none."""
        return self._child.pid if self._child is not None else 0

    async def url(self) -> str:
        """Return the base URL, waiting while the process starts.

        Raises Unavailable (`agents_down`) when it does not start, or dies again and again.
        """
        if self._child is not None and not self._child.alive:
            await self._say("")
        try:
            async with asyncio.timeout(_READY_S), self._changed:
                await self._changed.wait_for(lambda: bool(self._url) or self._deaths > 2)
        except TimeoutError as error:
            raise Unavailable("agents_down") from error
        if not self._url:
            raise Unavailable("agents_down")
        return self._url

    async def _keep(self) -> None:
        """Run the process for ever; wait between starts, longer when it dies young."""
        pause_s = _BACKOFF_FIRST_S
        while True:
            began = time.monotonic()
            try:
                await self._run()
            except OSError as error:
                _log.error("agents_not_started", extra={"detail": str(error)})
            await self._say("")
            if time.monotonic() - began >= _STEADY_S:
                pause_s, self._deaths = _BACKOFF_FIRST_S, 0
            self._deaths += 1
            _log.warning("agents_died", extra={"pause_s": pause_s, "deaths": self._deaths})
            await self._say("")
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _BACKOFF_MAX_S)

    async def _run(self) -> None:
        """Start it and read its output until it ends; when this is cancelled, it is asked to end
        before it is ended, with everything that it started."""
        child = ChildProcess(
            self._command,
            env=os.environ | environment(self._settings) | self._shared,
            line_bytes_max=_LINE_MAX,
            grace_s=_STOP_S,
            asked_by=signal.SIGTERM,
        )
        async with child:
            self._child = child
            while line := await _line(child.stdout):
                if url := _address(line, self._settings.host):
                    self._deaths = 0
                    await self._say(url)
                else:
                    _log.info("agents_line", extra={"line": line[:2000].decode(errors="replace")})
            await child.wait()

    async def _say(self, url: str) -> None:
        async with self._changed:
            self._url = url
            self._changed.notify_all()


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment that gives another process the same settings."""
    found: dict[str, str] = {}
    for name, value in settings:
        if isinstance(value, tuple):
            value = ",".join(value)
        elif isinstance(value, Path):
            value = value.resolve()
        found[f"CHERRY_{name.upper()}"] = "" if value is None else str(value)
    return found


async def _line(stream: asyncio.StreamReader) -> bytes:
    """Return the next line; a longer one than the limit is passed over."""
    while True:
        try:
            return await stream.readline()
        except ValueError:
            continue


def _address(line: bytes, host: str) -> str:
    try:
        port = json.loads(line)["port"]
    except (ValueError, KeyError, TypeError):
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}" if isinstance(port, int) else ""
