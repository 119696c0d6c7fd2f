"""Foreign files and heavy computations run in limited processes of their own.

Each call gets a fresh process in its own session: with limits on memory, processor time and file
size, no network where the system permits that, and an environment without our settings. It is
killed as a group at its time limit, at its memory limit, and when the caller is cancelled.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cherry_reflex.core import errors
from cherry_reflex.core.errors import CherryError, LimitExceeded, WorkerFailed
from cherry_reflex.processes.supervisor import ChildProcess
from cherry_reflex.settings import Settings

_LINE_BYTES_MAX = 32_000_000
"""Largest result of a call; everything larger travels as a file."""
_WATCH_S = 0.1
_STDERR_TAIL_BYTES = 2000
_QUERIES_AT_ONCE = 2
_ROOT = Path(__file__).resolve().parents[2]

Progress = Callable[[dict[str, Any]], None]


class Sandbox:
    """Runs targets in limited processes, at most `settings.sandboxes` at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = asyncio.Semaphore(settings.sandboxes)
        self.queries = asyncio.Semaphore(_QUERIES_AT_ONCE)
        """Held by whoever runs SQL of a model or a person."""
        self.timeout_s = settings.sandbox_s

    async def call(
        self,
        target: str,
        payload: dict[str, Any],
        *,
        folder: Path,
        timeout_s: float | None = None,
        memory_bytes: int | None = None,
        on_progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Run `module:function` with `payload` and return its result; it may write to `folder`.

        Limits default to the settings. The time limit counts from the start of the process, not
        from the wait for a free place. Raises the CherryError that the target raised;
        LimitExceeded `analysis_timeout` or `analysis_memory`; WorkerFailed `analysis_crashed` when
        the process died, `analysis_failed` when the target raised anything else.
        """
        seconds = timeout_s or self.timeout_s
        memory = memory_bytes or self._settings.sandbox_bytes
        request = {
            "target": target,
            "payload": payload,
            "folder": str(_made(folder)),
            "memory_bytes": memory,
            "cpu_s": int(seconds * 2 * (os.cpu_count() or 1)) + 5,
            "file_bytes": self._settings.upload_bytes_max * 4,
        }
        async with self._places:
            call = _Call(request, memory, on_progress)
            try:
                async with asyncio.timeout(seconds):
                    return await call.run()
            except TimeoutError as error:
                raise LimitExceeded("analysis_timeout", seconds=seconds) from error


class _Call:
    def __init__(
        self, request: dict[str, Any], memory_bytes: int, on_progress: Progress | None
    ) -> None:
        self._request = json.dumps(request).encode()
        self._memory_bytes = memory_bytes
        self._on_progress = on_progress
        self._too_large = False

    async def run(self) -> dict[str, Any]:
        child = ChildProcess(
            (sys.executable, "-m", "cherry_reflex.processes.sandbox_worker"),
            cwd=_ROOT,
            env=_environment(),
            tail_bytes=_STDERR_TAIL_BYTES,
            line_bytes_max=_LINE_BYTES_MAX,
        )
        async with child:
            watch = asyncio.create_task(self._watch(child))
            try:
                last = await self._converse(child)
                status = await child.wait()
                return self._result(last, status, await child.tail())
            finally:
                watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)

    async def _converse(self, child: ChildProcess) -> dict[str, Any] | None:
        with suppress(ConnectionError):
            child.stdin.write(self._request)
            await child.stdin.drain()
            child.stdin.close()
        last: dict[str, Any] | None = None
        try:
            while line := await child.stdout.readline():
                said = json.loads(line)
                if "progress" not in said:
                    last = said
                elif self._on_progress is not None:
                    self._on_progress(said["progress"])
        except ValueError as error:
            raise LimitExceeded("analysis_result", detail=str(error)) from error
        return last

    def _result(self, last: dict[str, Any] | None, status: int, noise: bytes) -> dict[str, Any]:
        if last is not None and "result" in last:
            result: dict[str, Any] = last["result"]
            return result
        if last is not None and "error" in last:
            raise _error(last["error"])
        detail = noise.decode("utf-8", "replace")
        if self._too_large or b"MemoryError" in noise or status == -signal.SIGKILL:
            raise LimitExceeded("analysis_memory", detail)
        if status == -signal.SIGXCPU:
            raise LimitExceeded("analysis_timeout", detail, seconds=0)
        cause = signal.Signals(-status).name if status < 0 else f"status {status}"
        raise WorkerFailed("analysis_crashed", detail, cause=cause)

    async def _watch(self, child: ChildProcess) -> None:
        import psutil  # type: ignore[import-untyped]

        with suppress(psutil.Error):
            process = psutil.Process(child.pid)
            while process.memory_info().rss <= self._memory_bytes:  # noqa: ASYNC110 - polled
                await asyncio.sleep(_WATCH_S)
            self._too_large = True
            child.kill()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder.absolute()


def _error(said: dict[str, Any]) -> CherryError:
    kind = getattr(errors, str(said.get("type")), WorkerFailed)
    if not (isinstance(kind, type) and issubclass(kind, CherryError)):
        kind = WorkerFailed
    return kind(said["code"], said.get("detail", ""), **said.get("params", {}))


def _environment() -> dict[str, str]:
    """Return an environment with no settings or secrets of ours."""
    kept = {
        name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH") if name in os.environ
    }
    return kept | {
        "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        # Arrow's own allocator sets a gigabyte aside that counts, used or not.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PYTHONUNBUFFERED": "1",
    }
