"""What the sandbox's tests run inside it."""

import os
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cherry_reflex.core.errors import BadInput

Progress = Callable[[dict[str, Any]], None]


def echo(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    print("noise on standard output")
    progress({"done": 1})
    (folder / "made.txt").write_text("여기")
    return {"payload": payload, "environment": dict(os.environ)}


def refuse(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    raise BadInput("dataset_unknown", name="매출", names="a")


def stumble(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    raise ZeroDivisionError("by zero")


def hang(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    (folder / "pids").write_text(str(os.getpid()))
    progress({"ready": True})
    time.sleep(600)
    return {}


def abort(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    os.abort()


def hoard(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    kept = []
    while True:
        kept.append(bytearray(os.urandom(1_000_000)) * 10)


def overflow(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    with (folder / "large").open("wb") as file:
        resource_limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
        file.truncate(resource_limit + 1)
    return {}


def connect(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    try:
        socket.create_connection(("127.0.0.1", payload["port"]), timeout=5).close()
    except OSError:
        return {"connected": False}
    return {"connected": True}


def converse(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """Talk to the server at `port`, and try to reach what else there is."""
    with socket.create_connection(("127.0.0.1", payload["port"]), timeout=5) as one:
        one.sendall(b"hello\n")
        heard = one.makefile().readline()
    attempts: dict[str, Callable[[], Any]] = {
        "other port": lambda: socket.create_connection(("127.0.0.1", payload["other"])),
        "datagrams": lambda: socket.socket(type=socket.SOCK_DGRAM),
        "paths": lambda: socket.socket(socket.AF_UNIX),
        "listening": lambda: socket.create_server(("127.0.0.1", 0)),
        "files": Path("/etc/passwd").read_bytes,
    }
    return {"heard": heard, "worked": [name for name, one in attempts.items() if _works(one)]}


def _works(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except PermissionError:
        return False
    return True


def look(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """What the process is: its modules, its open files, its group."""
    return {
        "modules": [name for name, module in sys.modules.items() if module is not None],
        "open": [_opened(number) for number in range(256)],
        "pid": os.getpid(),
        "group": os.getpgid(0),
        "session": os.getsid(0),
    }


def forge(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """Write lines of its own to the caller, as code that others wrote might."""
    os.write(3, "".join(f"{line}\n" for line in payload["lines"]).encode())
    return {"own": True}


def spin(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """Start a thousand threads."""
    threading.stack_size(65_536)
    for _ in range(1_000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    time.sleep(600)
    return {}


def burn(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """Use the processor for ever."""
    while True:
        pass


def _opened(number: int) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""


def fill(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """Write files of 10 MB, or empty ones, for ever."""
    for number in range(10**9):
        (folder / f"{number}").write_bytes(b"" if payload.get("empty") else bytes(10_000_000))
    return {}


def shout(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """Print more than anybody would read, then die."""
    for _ in range(2_000):
        print("x" * 10_000)
    print("the end", flush=True)
    os.abort()


def meet(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """Wait until another has come too; return whether it has."""
    (folder / payload["me"]).touch()
    until = time.monotonic() + payload["seconds"]
    while time.monotonic() < until:
        if (folder / payload["other"]).exists():
            return {"met": True}
        time.sleep(0.01)
    return {"met": False}
