"""What Python and its libraries read while they run: their own folders, and harmless facts of the
machine. Nothing of the product but its package, and nothing that describes other processes."""

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]
_LIBRARY_NAMES = ("site-packages", "dist-packages")
_GROUPS = "/sys/fs/cgroup"
_OF_PREFIX = ("lib", "lib64", "pyvenv.cfg")
_SYSTEM = (
    *("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib"),
    *("/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/i18n", "/usr/share/icu"),
    *("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/fonts", "/etc/mime.types"),
    "/etc/ssl/openssl.cnf",
    # How many processors there are and how much memory: for pools of threads and of memory.
    *("/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/sys/vm/overcommit_memory"),
    *("/sys/devices/system/cpu", "/sys/devices/system/node"),
    "/sys/kernel/mm/transparent_hugepage/enabled",
    *("/dev/zero", "/dev/random", "/dev/urandom"),
)
"""Folders and files of the system that may be read."""

SINK = "/dev/null"
"""The one file outside the writable folders that may be written."""

OWN_PROCESS = tuple(
    f"/proc/self/{name}" for name in ("cgroup", "fd", "maps", "stat", "statm", "status")
)
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
    return _outermost(map(Path, (*_SYSTEM, *_limits_of_group())))


def _limits_of_group() -> Iterator[str]:
    """Yield where the limits of this process's control group may be (cgroups(7), version 2 and 1).

    Libraries size their pools by them, and DuckDB ends the process when it finds such a file and
    cannot open it."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for folder in {path.rstrip("/"), ""}:
            if not controllers:
                yield f"{_GROUPS}{folder}/memory.max"
                yield f"{_GROUPS}{folder}/cpu.max"
            if "memory" in controllers.split(","):
                yield f"{_GROUPS}/memory{folder}/memory.limit_in_bytes"
            if "cpu" in controllers.split(","):
                yield f"{_GROUPS}/cpu{folder}/cpu.cfs_quota_us"
                yield f"{_GROUPS}/cpu{folder}/cpu.cfs_period_us"


def _outermost(paths: Iterable[Path]) -> tuple[Path, ...]:
    existing = sorted({path.resolve() for path in paths if os.path.exists(path)})
    return tuple(path for path in existing if not any(map(existing.__contains__, path.parents)))


def _without_product(entry: Path) -> Path:
    holds_product = _PACKAGE.is_relative_to(entry.resolve())
    return _PACKAGE if holds_product and entry.name not in _LIBRARY_NAMES else entry
