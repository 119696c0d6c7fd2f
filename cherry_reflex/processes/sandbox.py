"""Foreign files and heavy computations run in limited processes of their own.

Each call gets a fresh process, forked from a warm one (`forkserver`): in its own session, with
limits on memory, processor time and disk, no network but what its caller names, and an environment
without our settings. It is killed as a group at its time limit, at its other limits, and when the
caller is cancelled.
"""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cherry_reflex.core import errors
from cherry_reflex.core.errors import CherryError, LimitExceeded, Unavailable, WorkerFailed
from cherry_reflex.processes.forkserver.connection import connected
from cherry_reflex.processes.forkserver.header import Call, Header
from cherry_reflex.processes.redaction import redacted
from cherry_reflex.settings import Settings

_LINE_BYTES_MAX = 32_000_000
"""Largest result of a call; everything larger travels as a file."""
_QUERIES_AT_ONCE = 2
_TRIES = 5
"""Forkservers that a call may lose before it has begun."""

Progress = Callable[[dict[str, Any]], None]


class Sandbox:
    """Runs targets in limited processes of the forkserver that listens at `address`."""

    def __init__(self, settings: Settings, address: Path) -> None:
        self._settings = settings
        self._address = address
        self.queries = asyncio.Semaphore(_QUERIES_AT_ONCE)
        """Held by whoever runs SQL of a model or a person."""
        self.timeout_s = settings.sandbox_s

    async def call(
        self,
        target: str,
        payload: dict[str, Any],
        *,
        folder: Path,
        read: Iterable[Path] = (),
        shared: Iterable[Path] = (),
        connect: Iterable[int] = (),
        modules: Iterable[str] = (),
        foreign: bool = False,
        timeout_s: float | None = None,
        memory_bytes: int | None = None,
        on_progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Run `module:function` with `payload` and return its result. It may write to `folder`,
        which is its own, and to the `shared` folders, which are made; of other files it can read
        those in `read`, which have to exist. It may connect to the ports `connect` of TCP, of any
        machine (`Access.connect`). `modules` are imported before that holds: the operator's, which
        may lie anywhere, and drivers. What is `foreign` code is run only where the kernel locks the
        process wholly (BadInput `python_unsafe` otherwise).

        Limits default to the settings. The time limit counts from the start of the process, not
        from the wait for a free place. Raises the CherryError that the target raised;
        LimitExceeded `analysis_timeout`, `analysis_memory`, `analysis_disk` or
        `analysis_threads`; WorkerFailed
        `analysis_crashed` when the process died, `analysis_failed` when the target raised anything
        else; Unavailable `sandbox_down` when there is no forkserver.
        """
        seconds = timeout_s or self.timeout_s
        file_bytes = self._settings.upload_bytes_max * 4
        own, given = _made(folder), [path.absolute() for path in read]
        others = [_made(path) for path in shared]
        request = {
            "target": target,
            "payload": payload,
            "cpu_s": int(seconds * 2 * (os.cpu_count() or 1)) + 5,
            "file_bytes": file_bytes,
            "modules": list(modules),
            "foreign": foreign,
            "read": [str(path) for path in given],
            "shared": [str(path) for path in others],
            "connect": sorted(set(connect)),
        }
        body = json.dumps(request).encode()
        wanted = Call(
            folder=own,
            memory_bytes=memory_bytes or self._settings.sandbox_bytes,
            disk_bytes=file_bytes,
            payload_bytes=len(body),
        )
        folders = {own, *others, *(path.parent for path in given)}
        message = Header(call=wanted).packed() + body
        for _ in range(_TRIES):
            made = await connected(self._address)
            reader, writer = await asyncio.open_unix_connection(sock=made, limit=_LINE_BYTES_MAX)
            try:
                writer.write(message)
                return await _Answer(reader, on_progress, folders).result(seconds)
            except _NotBegun:
                continue  # The forkserver died before; the one in its place does it.
            finally:
                # Whatever still runs of it is killed at that.
                writer.close()
        raise Unavailable("sandbox_down")


class _NotBegun(Exception):
    """Nothing was done yet, and nobody is left to do it."""


class _Answer:
    """What comes back from one call."""

    def __init__(
        self, reader: asyncio.StreamReader, on_progress: Progress | None, folders: set[Path]
    ) -> None:
        """Errors do not tell where the `folders` are."""
        self._folders = folders
        self._reader = reader
        self._on_progress = on_progress
        self._last: dict[str, Any] = {}
        self._end: dict[str, Any] = {}

    async def result(self, seconds: float) -> dict[str, Any]:
        """Return the result; `seconds` count from the start of the process. Raises _NotBegun."""
        if not await self._heard():
            if not self._end:
                raise _NotBegun
        else:
            try:
                async with asyncio.timeout(seconds):
                    while await self._heard():
                        pass
            except TimeoutError as error:
                raise LimitExceeded("analysis_timeout", seconds=seconds) from error
        return self._told()

    async def _heard(self) -> bool:
        """Take in the next line; return False after the last."""
        try:
            line = await self._reader.readline()
        except ConnectionError:
            return False
        except ValueError as error:
            raise LimitExceeded("analysis_result", detail=str(error)) from error
        said = _fields(line)
        if "progress" in said:
            if self._on_progress is not None and isinstance(said["progress"], dict):
                self._on_progress(said["progress"])
        elif isinstance(said.get("end"), dict):
            self._end = said["end"]
            return False
        elif said:
            self._last = said
            # The process need not be waited for: it is killed when we leave.
            return "result" not in said and "error" not in said
        return bool(line)

    def _told(self) -> dict[str, Any]:
        if isinstance(result := self._last.get("result"), dict):
            return result
        if isinstance(error := self._last.get("error"), dict):
            raise self._error(error)
        status, reason = self._end.get("status"), self._end.get("reason")
        noise = redacted(str(self._end.get("noise", "")), self._folders)
        if reason in ("disk", "threads"):
            raise LimitExceeded(f"analysis_{reason}", noise)
        if reason == "memory" or "MemoryError" in noise:
            raise LimitExceeded("analysis_memory", noise)
        if status == -signal.SIGXCPU:
            raise LimitExceeded("analysis_timeout", noise, seconds=0)
        raise WorkerFailed("analysis_crashed", noise, cause=_cause(status))

    def _error(self, said: dict[str, Any]) -> CherryError:
        kind = getattr(errors, str(said.get("type")), WorkerFailed)
        if not (isinstance(kind, type) and issubclass(kind, CherryError)):
            kind = WorkerFailed
        params = said.get("params")
        told = {
            name: redacted(value, self._folders) if isinstance(value, str) else value
            for name, value in (params if isinstance(params, dict) else {}).items()
            if name not in ("code", "detail")
        }
        code, detail = str(said.get("code", "analysis_failed")), str(said.get("detail", ""))
        return kind(code, redacted(detail, self._folders), **told)


def _cause(status: object) -> str:
    """Return how a process ended: the signal, or its status. Without any it was killed with its
    forkserver."""
    if not isinstance(status, int):
        return signal.SIGKILL.name
    with suppress(ValueError):
        return signal.Signals(-status).name
    return f"status {status}"


def _fields(line: bytes) -> dict[str, Any]:
    """Return what a line says; nothing of one that was cut off by the end of the process, or that
    foreign code has written."""
    with suppress(ValueError, RecursionError):
        said = json.loads(line)
        return said if isinstance(said, dict) else {}
    return {}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder.absolute()
