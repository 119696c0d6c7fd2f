"""The forkserver as its owner has it: started with us, replaced when it dies, ended with us."""

import asyncio
import contextlib
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from cherry_reflex.processes.supervisor import ChildProcess

ADDRESS_VARIABLE = "CHERRY_SANDBOX"
"""Environment of our own processes: the socket of the forkserver that they share."""
_ROOT = Path(__file__).resolve().parents[3]
_log = logging.getLogger(__name__)
_BACKOFF_FIRST_S, _BACKOFF_MAX_S, _STEADY_S = 0.02, 2.0, 5.0


class Forkserver:
    """`python -m cherry_reflex.processes.forkserver.server`, supervised: an async context
    manager. Its `address` stays the same over its deaths."""

    def __init__(self, places: int) -> None:
        """`places`: how many computations run at once."""
        self._places = places
        self._folder = Path()
        self._child: ChildProcess | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        # Not in the data folder: the path of a socket is short (108 bytes), and for us alone.
        self._folder = Path(tempfile.mkdtemp(prefix="cherry-"))
        self._keeper = asyncio.create_task(self._keep(), name="forkserver")
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def address(self) -> Path:
        """The socket that it listens on."""
        return self._folder / "socket"

    @property
    def pid(self) -> int:
        """The process's id; 0 while there is none."""
        return self._child.pid if self._child is not None else 0

    async def _keep(self) -> None:
        pause_s = _BACKOFF_FIRST_S
        while True:
            began = time.monotonic()
            child = ChildProcess(command(self.address, self._places), cwd=_ROOT, env=environment())
            try:
                async with child:
                    self._child = child
                    await child.wait()
            except OSError as error:
                _log.error("forkserver_not_started", extra={"detail": str(error)})
            if time.monotonic() - began >= _STEADY_S:
                pause_s = _BACKOFF_FIRST_S
            _log.warning("forkserver_died", extra={"pause_s": pause_s})
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _BACKOFF_MAX_S)


@asynccontextmanager
async def shared(places: int) -> AsyncIterator[Path]:
    """Yield the address of the forkserver of who started this process, else of one of its own."""
    if address := os.environ.get(ADDRESS_VARIABLE):
        yield Path(address)
        return
    async with Forkserver(places) as own:
        yield own.address


def command(address: Path, places: int) -> tuple[str, ...]:
    """Return the command line of a forkserver that listens at that path."""
    module = "cherry_reflex.processes.forkserver.server"
    return (sys.executable, "-m", module, "--socket", str(address), "--places", str(places))


def environment() -> dict[str, str]:
    """Return its environment, with no settings or secrets of ours."""
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
        "JOBLIB_MULTIPROCESSING": "0",
        "MPLBACKEND": "Agg",
        "LOKY_MAX_CPU_COUNT": str(os.cpu_count() or 1),  # nobody has to be asked
        # Arrow's own allocator sets a gigabyte aside that counts, used or not.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        # Nor may it start a thread: the forkserver has to have one only.
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "PYTHONUNBUFFERED": "1",
    }
