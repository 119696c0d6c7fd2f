"""What Python and its libraries read while they run: their own folders, and harmless facts of the
machine. Nothing of the product but its package, and nothing that describes other processes."""

import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]
_LIBRARY_NAMES = ("site-packages", "dist-packages")
_OF_PREFIX = ("lib", "lib64", "pyvenv.cfg")
_SYSTEM = (
    *("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib"),
    *("/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/i18n", "/usr/share/icu"),
    *("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/fonts", "/etc/mime.types"),
    # How many processors there are and how much memory: for pools of threads and of memory.
    *("/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/sys/vm/overcommit_memory"),
    *("/sys/devices/system/cpu", "/sys/devices/system/node"),
    "/sys/kernel/mm/transparent_hugepage/enabled",
    *("/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/memory.max"),
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    *("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
    *("/dev/zero", "/dev/random", "/dev/urandom"),
)
"""Folders and files of the system that may be read."""

SINK = "/dev/null"
"""The one file outside the writable folders that may be written."""

OWN_PROCESS = tuple(f"/proc/self/{name}" for name in ("fd", "maps", "stat", "statm", "status"))
"""What a process may read of itself (proc_pid(5)). Not the whole folder: its `net` lists the
connections of the whole machine, and `environ` is what the process was started with."""


@cache
def of_python() -> tuple[Path, ...]:
    """Return the existing folders and files that the interpreter imports from.

    Of the folder that holds the product only its package is among them: data may lie there too.
    A prefix counts with its libraries only, since `/usr` may hold the product.
    """
    found = [
        Path(prefix, name)
        for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix)
        for name in _OF_PREFIX
    ]
    # An empty entry of either path is the folder in which the process runs: not a library.
    found += [_PACKAGE, *(_without_product(Path(entry)) for entry in sys.path if entry)]
    found += map(Path, filter(None, os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)))
    return _outermost(found)


@cache
def of_system() -> tuple[Path, ...]:
    """Return the existing folders and files of the system that libraries read."""
    return _outermost(map(Path, _SYSTEM))


def _outermost(paths: Iterable[Path]) -> tuple[Path, ...]:
    existing = sorted({path.resolve() for path in paths if os.path.exists(path)})
    return tuple(path for path in existing if not any(map(existing.__contains__, path.parents)))


def _without_product(entry: Path) -> Path:
    holds_product = _PACKAGE.is_relative_to(entry.resolve())
    return _PACKAGE if holds_product and entry.name not in _LIBRARY_NAMES else entry
