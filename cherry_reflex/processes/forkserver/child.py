"""A computation as the forkserver sees it: a forked child whose limits are watched from outside."""

import contextlib
import json
import os
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from cherry_reflex.processes.forkserver.header import Call

TAIL_BYTES = 2_000
FILES_MAX = 20_000
"""Files that a computation may leave in its folder."""
THREADS_MAX = 256
"""Threads of a computation and of all that it started, where something could be started."""
_FOLDER_EVERY_S = 0.3


@dataclass(eq=False)
class Child:
    """A running child: `connection` is the caller's; `call` has its limits, None for a program of
    ours. What a call prints comes through `noise`, of which the last bytes are kept.
    `baseline_bytes` is the memory that it had from the server when it began."""

    pid: int
    connection: socket.socket
    call: Call | None = None
    noise: int | None = None
    baseline_bytes: int = 0
    reason: str = ""
    """Which limit it was ended at: `memory`, `threads`, `disk`, or empty."""
    _tail: bytearray = field(default_factory=bytearray)
    _looked_s: float = 0.0

    def listen(self) -> None:
        """Take in what it has printed, without waiting."""
        if self.noise is None:
            return
        with contextlib.suppress(OSError):
            while chunk := os.read(self.noise, 65_536):
                self._tail += chunk
                del self._tail[:-TAIL_BYTES]

    def watch(self) -> None:
        """Kill it where it, with all that it started, uses more than it may."""
        if self.call is None or self.reason:
            return
        used_bytes, threads = self._used()
        if used_bytes > self.call.memory_bytes:
            self._end("memory")
        elif threads > THREADS_MAX:
            self._end("threads")
        elif time.monotonic() - self._looked_s >= _FOLDER_EVERY_S:
            if not _fits(self.call.folder, self.call.disk_bytes):
                self._end("disk")
            self._looked_s = time.monotonic()

    def kill(self) -> None:
        """Kill it and its group, at once; only while it has not been waited for."""
        self.kill_group()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self.pid, signal.SIGKILL)  # it may not have left our group yet

    def kill_group(self) -> None:
        """Kill what is left of its group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def tell_end(self, status: int) -> bool:
        """Tell the caller how it ended (negative: the signal); return whether that was taken."""
        return self.tell({"end": {"status": status, "reason": self.reason, "noise": self._shown()}})

    def tell(self, said: dict[str, Any]) -> bool:
        """Write to the caller without waiting; return whether that was taken, or need not be."""
        # A line of its own: the child may have been killed in the middle of one.
        line = f"\n{json.dumps(said)}\n".encode()
        try:
            return self.connection.send(line, socket.MSG_DONTWAIT) == len(line)
        except BlockingIOError:
            return False
        except OSError:
            return True  # nobody listens any more

    def close(self) -> None:
        """Close what the server holds of it."""
        self.connection.close()
        if self.noise is not None:
            os.close(self.noise)

    def _end(self, reason: str) -> None:
        self.reason = reason
        self.kill()

    def _shown(self) -> str:
        return self._tail.decode("utf-8", "replace")

    def _used(self) -> tuple[int, int]:
        """Return the memory (bytes) and the threads of it and all that it started."""
        used_bytes = threads = 0
        for pid in family(self.pid):
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                used_bytes += max(0, process.memory_info().rss - self.baseline_bytes)
                threads += process.num_threads()
        return used_bytes, threads


def children_of(pid: int) -> list[int]:
    """Return the processes that one has started (proc_pid_tid_children(5)). psutil would look at
    every process of the machine."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for path in Path(f"/proc/{pid}/task").glob("*/children"):
            found += map(int, path.read_text().split())
    return found


def family(pid: int) -> list[int]:
    """Return a process and all that it and these have started."""
    found, waiting = [], [pid]
    while waiting:
        found.append(one := waiting.pop())
        waiting += children_of(one)
    return found


def _fits(folder: Path, bytes_max: int) -> bool:
    """Whether the files in a folder take no more than so many bytes on disk, and are not too
    many."""
    used = count = 0
    waiting = [str(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if count > FILES_MAX:
                    return False
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        used += entry.stat(follow_symlinks=False).st_blocks * 512
    return used <= bytes_max
