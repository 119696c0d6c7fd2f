"""What a locked process tries to get at: another's files, sockets and processes, all made for it.

The scene belongs to a host: the parent of every process that tries to escape. It stands for the
server, and is what signals, debuggers and limits are aimed at.
"""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cherry_reflex.processes.isolation import system_calls
from cherry_reflex.processes.isolation.kernel import system_call

NAMED = system_calls.REFUSED | system_calls.ABSENT | system_calls.PRETENDED
NAMED |= system_calls.CONDITIONAL
PROJECT = Path(__file__).resolve().parents[3]
HANDLE_BYTES = 128
_AT_FDCWD = -100


@dataclass(frozen=True)
class Scene:
    """Where everything is; descriptors are open in the host, and in what it forks."""

    root: Path
    host: int
    port: int
    buffer: int
    """Address of some bytes of the host."""
    upload_descriptor: int
    uploads_descriptor: int
    program_descriptor: int
    pidfd: int
    terminal: int
    stream: int
    """A TCP socket, not connected."""
    handle: bytes
    """The database by struct file_handle; empty where the file system has none."""
    root_descriptor: int

    @property
    def table(self) -> Path:
        """May be read."""
        return self.root / "uploads" / "table.csv"

    @property
    def folder(self) -> Path:
        """May be written."""
        return self.root / "results"

    @property
    def upload(self) -> Path:
        """Somebody else's."""
        return self.root / "uploads" / "other.csv"

    @property
    def database(self) -> Path:
        return self.root / "cherry.db"

    @property
    def environment(self) -> Path:
        return self.root / ".env"

    @property
    def elsewhere(self) -> Path:
        """A folder that everybody may write, but for the lock."""
        return self.root / "elsewhere"

    @property
    def unix_path(self) -> str:
        return str(self.root / "stream.sock")

    @property
    def datagram_path(self) -> str:
        return str(self.root / "datagram.sock")

    @property
    def abstract(self) -> str:
        return f"\0cherry-lock-{self.host}"


@contextmanager
def opened(root: Path) -> Iterator[Scene]:
    """Make the files, the sockets and the open descriptors of a scene in this process."""
    sockets = []
    for family, kind, address in (
        (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        (socket.AF_UNIX, socket.SOCK_STREAM, str(root / "stream.sock")),
        (socket.AF_UNIX, socket.SOCK_DGRAM, str(root / "datagram.sock")),
        (socket.AF_UNIX, socket.SOCK_STREAM, f"\0cherry-lock-{os.getpid()}"),
    ):
        sockets.append(socket.socket(family, kind))
        sockets[-1].bind(address)
        if kind == socket.SOCK_STREAM:
            sockets[-1].listen(64)
    unconnected = socket.socket()
    renew_files(root)
    buffer = ctypes.create_string_buffer(b"host", 8)
    handle = b""
    with suppress(OSError):
        handle = file_handle(root / "cherry.db")
    scene = Scene(
        root=root,
        host=os.getpid(),
        port=sockets[0].getsockname()[1],
        buffer=ctypes.addressof(buffer),
        upload_descriptor=os.open(root / "uploads" / "other.csv", os.O_RDONLY),
        uploads_descriptor=os.open(root / "uploads", os.O_RDONLY),
        program_descriptor=os.open("/bin/true", os.O_RDONLY),
        pidfd=os.pidfd_open(os.getpid()),
        terminal=os.openpty()[1],
        stream=unconnected.fileno(),
        handle=handle,
        root_descriptor=os.open(root, os.O_RDONLY),
    )
    try:
        yield scene
    finally:
        for one in (*sockets, unconnected):
            one.close()
        del buffer


def renew(scene: Scene) -> None:
    """Make everything as it was at first, for the next attempt."""
    renew_files(scene.root)
    with socket.socket() as one:
        os.dup2(one.fileno(), scene.stream)


def renew_files(root: Path) -> None:
    """Make the files as they were at first; what is open stays the same file."""
    for name in ("uploads", "results", "elsewhere"):
        folder = root / name
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)
    for name in ("results", "elsewhere"):
        for left in (root / name).iterdir():
            left.rmdir() if left.is_dir() and not left.is_symlink() else left.unlink()
    for name in ("uploads/table.csv", "uploads/other.csv", "cherry.db", ".env", "elsewhere/kept"):
        file = root / name
        file.write_text("id,secret\n1,2\n")
        file.chmod(0o666)
    (root / "elsewhere" / "empty").mkdir()


def call(name: str, *arguments: int | bytes | None) -> int:
    """Do a system call by its name; ENOSYS where this machine does not have it."""
    numbers = NAMED[name]
    number = numbers[os.uname().machine == "aarch64"]
    return system_call(-1 if number is None else number, *arguments)


def address(data: ctypes.Array[ctypes.c_char]) -> int:
    return ctypes.addressof(data)


def pointers(*texts: bytes) -> ctypes.Array[ctypes.c_char_p]:
    """Return an array of C strings that ends with NULL."""
    return (ctypes.c_char_p * (len(texts) + 1))(*texts, None)


def file_handle(path: Path) -> bytes:
    """Return a file's struct file_handle. Raises OSError where the file system has none."""
    handle = ctypes.create_string_buffer(struct.pack("=Ii", HANDLE_BYTES, 0), 8 + HANDLE_BYTES)
    mount = ctypes.create_string_buffer(4)
    call("name_to_handle_at", _AT_FDCWD, os.fsencode(path), address(handle), address(mount), 0)
    return handle.raw


if sys.platform != "linux":
    raise ImportError("the scene is Linux's")
