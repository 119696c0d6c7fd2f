"""An operation that looks around in the process of a connected database."""

import ctypes
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.core.outside import Outside
from cherry_reflex.datasets.connections.outside import given, outside_of
from cherry_reflex.datasets.connections.registry import connection
from cherry_reflex.datasets.connections.session import open_session
from cherry_reflex.processes.isolation.isolation import stop_connecting

_C = ctypes.CDLL(None)
_C.memmem.restype = ctypes.c_void_p
_C.memmem.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t)


class Look(Operation):
    """Look for what should not be there. Passwords come in two parts, the second one backwards, so
    that looking for one does not put it there."""

    name = "look"
    needs_data = False
    database: str
    files: tuple[Path, ...]
    passwords: dict[str, tuple[str, str]]
    other_port: int

    def check(self, tables: Tables) -> None:
        pass

    def outside(self) -> Outside:
        return outside_of(connection(self.database))

    def run(self, tables: Tables) -> Outcome:
        (chosen,) = given(tables)
        with open_session(chosen) as session:
            stop_connecting()
            said = {
                "tables": len(session.tables()),
                "files": [str(path) for path in self.files if _works(path.read_bytes)],
                "passwords": [name for name, parts in self.passwords.items() if _holds(*parts)],
                "environment": sorted(name for name in os.environ if name.startswith("CHERRY")),
                "connected": _works(lambda: _connect(self.other_port)),
                "socket": _works(socket.socket),
            }
        return Outcome(facts=(Fact(key="looked", params=said),))


def _connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port)).close()


def _works(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _holds(first: str, backwards: str) -> bool:
    """Whether a text is anywhere in the memory of this process."""
    wanted, rest = first.encode(), backwards.encode()
    for begin, end in _memory():
        at = begin
        while found := _C.memmem(at, end - at, wanted, len(wanted)):
            at = found + len(wanted)
            if ctypes.string_at(at, min(len(rest), end - at))[::-1] == rest:
                return True
    return False


def _memory() -> Iterator[tuple[int, int]]:
    for line in Path("/proc/self/maps").read_text().splitlines():
        where, how, _, _, inode, *_ = line.split()
        if how.startswith("rw") and inode == "0":
            begin, _, end = where.partition("-")
            yield int(begin, 16), int(end, 16)
