"""What a limited process takes from itself before it touches anything foreign (Linux)."""

import ctypes
import os
import resource
import sys
from pathlib import Path

from cherry_reflex.processes.liveness import end_with_parent

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_HEADROOM_BYTES = 1_000_000_000
"""Address space that libraries and thread stacks reserve without using it."""


def lower(which: int, value: int) -> None:
    """Set a limit of this process (a `resource.RLIMIT_…`) for good, also for what it starts; never
    above the one that it has already."""
    _, hard = resource.getrlimit(which)
    limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (limit, limit))


def take(memory_bytes: int, cpu_s: int, file_bytes: int) -> None:
    """Limit this process's memory (bytes), processor time (s) and size of a written file (bytes).

    The address space gets some headroom, since libraries reserve more than they use; the
    forkserver watches the memory really used and ends the process at `memory_bytes`. What it has
    from the forkserver does not count.
    """
    space_bytes, data_bytes = _sizes()
    lower(resource.RLIMIT_AS, memory_bytes + _HEADROOM_BYTES + space_bytes)
    lower(resource.RLIMIT_DATA, memory_bytes + _HEADROOM_BYTES // 4 + data_bytes)
    lower(resource.RLIMIT_CPU, cpu_s)
    lower(resource.RLIMIT_FSIZE, file_bytes)
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_NOFILE, 256)
    end_with_parent()
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _sizes() -> tuple[int, int]:
    """Return the address space and the data (bytes) that this process has already."""
    try:
        sizes = [int(size) for size in Path("/proc/self/statm").read_text().split()]
    except OSError:
        return 0, 0
    page_bytes = resource.getpagesize()
    return sizes[0] * page_bytes, sizes[5] * page_bytes


def leave_network() -> bool:
    """Move into an empty network namespace; return whether the system permitted it.

    Root may do so directly, others through a user namespace where the kernel allows those. Where
    neither is permitted the process keeps its network: DuckDB is locked by its own settings then,
    and the parsers that run here open no connections.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0 and libc.unshare(_CLONE_NEWNET) == 0:
        return True
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)
