"""What locked processes do in the tests: `python -m tests.processes.isolation.inside NAME FOLDER`
runs one of these in a process of its own and writes what it returns as JSON."""

import ctypes
import errno
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from cherry_reflex.processes.isolation import isolation, kernel, landlock, seccomp, system_calls
from cherry_reflex.processes.isolation.isolation import Access
from tests.processes.isolation.libraries import USES
from tests.processes.isolation.scene import NAMED

_PR_GET_PDEATHSIG = 2
_TCP, _TCP_ULP, _MPTCP, _NETLINK, _FAST_OPEN = 6, 31, 262, 16, 0x20000000


def locked(folder: Path) -> isolation.Enforced:
    """Lock this process, with a table to read and `folder / "results"` to write."""
    return isolation.isolate(Access(read=(folder / "table.csv",), write=(folder / "results",)))


def libraries(folder: Path) -> dict[str, str]:
    locked(folder)
    os.chdir(folder / "results")
    said = {}
    for name, use in USES.items():
        try:
            use(folder / "table.csv", folder / "results")
            said[name] = "works"
        except ModuleNotFoundError as error:
            said[name] = "works" if error.name == name else repr(error)
        except BaseException as error:
            said[name] = repr(error)
    return said


def enforced(folder: Path) -> dict[str, Any]:
    found = asdict(locked(folder))
    return {"enforced": found, "supported": asdict(isolation.supported()), **identity()}


def identity() -> dict[str, Any]:
    """Return who this process is, as the kernel says in /proc."""
    status = dict(
        line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines()
    )
    at_parents_death = ctypes.c_int()
    kernel.prctl(_PR_GET_PDEATHSIG, ctypes.addressof(at_parents_death))
    return {
        "user": int(status["Uid"].split()[0]),
        "groups": status["Groups"].split(),
        "capabilities": int(status["CapPrm"], 16) | int(status["CapEff"], 16),
        "bounding": int(status["CapBnd"], 16),
        "filters": status["Seccomp"],
        "threads": status["Threads"],
        "at_parents_death": at_parents_death.value,
        "maps": bool(Path("/proc/self/maps").read_text()),
    }


def files(folder: Path) -> str:
    """Everything that is usual in a folder of one's own."""
    locked(folder)
    table, results = folder / "table.csv", folder / "results"
    assert table.read_text() == "id,amount\n1,2\n"
    made = results / "made.txt"
    made.touch()
    made.touch()
    made.write_text("one")
    with made.open("a") as file:
        file.write(" two")
    with made.open("r+") as file:
        file.truncate(3)
        os.fsync(file.fileno())
    (results / "a" / "b").mkdir(parents=True)
    (results / "c").mkdir()
    made.rename(results / "a" / "b" / "made.txt").rename(results / "c" / "made.txt")
    os.replace(results / "c" / "made.txt", made)
    os.link(made, results / "c" / "again.txt")
    shutil.copy(table, results / "copy.csv")
    shutil.copy2(table, results / "copy2.csv")
    shutil.copytree(results / "c", results / "d")
    shutil.move(results / "copy.csv", results / "d")
    with tempfile.TemporaryDirectory(dir=results) as temporary:
        Path(temporary, "x").write_text("x")
    with tempfile.TemporaryFile(dir=results) as nameless:
        nameless.write(b"x")
    shutil.rmtree(results / "a")
    with open(os.devnull, "w") as sink:
        sink.write("nothing")
    assert len(os.urandom(4)) == 4
    return made.read_text() + (results / "d" / "again.txt").read_text()


def itself(folder: Path) -> str:
    """Everything that a process does to itself."""
    locked(folder)
    got: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, frame: got.append(number))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    assert len(got) == 3
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE)
    os.nice(1)
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    one, other = socket.socketpair()
    one.sendall(b"x")
    assert other.recv(1) == b"x"
    os.set_blocking(one.fileno(), False)
    assert os.listdir("/proc/self/fd")
    assert not os.isatty(one.fileno())
    _in_threads()
    _in_a_loop()
    return "works"


def _in_threads() -> None:
    from multiprocessing.pool import ThreadPool

    with ThreadPool(3) as pool:
        assert pool.map(abs, [-1, -2, -3]) == [1, 2, 3]


def _in_a_loop() -> None:
    import asyncio

    async def run() -> int:
        return await asyncio.to_thread(lambda: 1)

    assert asyncio.run(run()) == 1


def clients(folder: Path) -> dict[str, Any]:
    """A process that may connect to one port, and then no longer."""
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    right, wrong = (one.getsockname()[1] for one in servers)
    access = Access(read=(), write=(folder / "results",), connect=(right,))
    said: dict[str, Any] = {"complete": isolation.isolate(access).is_complete}
    one = socket.create_connection(("127.0.0.1", right))
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    said["peer"] = one.getpeername()[1] == right and one.getsockname()[1] > 0
    refused: dict[str, Callable[[], Any]] = {
        "another port": lambda: socket.create_connection(("127.0.0.1", wrong)),
        "another file": lambda: (folder / "secret").read_bytes(),
        "the system's users": lambda: Path("/etc/passwd").read_bytes(),
        "listening": lambda: socket.create_server(("127.0.0.1", 0)),
        "listening without a name": lambda: socket.socket().listen(),
        "a name": lambda: socket.socket().bind(("127.0.0.1", 0)),
        "datagrams": lambda: socket.socket(type=socket.SOCK_DGRAM),
        "paths": lambda: socket.socket(socket.AF_UNIX),
        "several paths of TCP": lambda: socket.socket(proto=_MPTCP),
        "another protocol": lambda: socket.socket().setsockopt(_TCP, _TCP_ULP, b"tls"),
        "sending first": lambda: socket.socket().sendto(b"x", _FAST_OPEN, ("127.0.0.1", right)),
    }
    said["before"] = {name: _refused(attempt) for name, attempt in refused.items()}
    isolation.stop_connecting()
    refused = {"the same port": lambda: socket.create_connection(("127.0.0.1", right))}
    refused |= {"a socket": socket.socket, "its own, again": lambda: one.connect(("127.0.0.1", 1))}
    said["after"] = {name: _refused(attempt) for name, attempt in refused.items()}
    one.sendall(b"works still")
    one.shutdown(socket.SHUT_WR)
    said["sent"] = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    return said


def _refused(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except PermissionError:
        return True
    return False


def older_clients(folder: Path) -> list[bool]:
    """Where Landlock does not know of ports any one may be connected to, and nothing else."""
    server = socket.create_server(("127.0.0.1", 0))
    landlock.version = lambda: landlock.PORTS_VERSION - 1  # type: ignore[assignment]
    access = Access(read=(), write=(folder / "results",), connect=(1,))
    isolation.isolate(access)
    socket.create_connection(server.getsockname()).close()
    families = (socket.AF_UNIX, _NETLINK)
    return [_refused(partial(socket.socket, family)) for family in families]


def abort(folder: Path) -> None:
    locked(folder)
    os.abort()


def twice(folder: Path) -> bool:
    """A process that is locked already is locked again."""
    return locked(folder).is_complete and locked(folder).is_complete


def missing(folder: Path) -> list[Any]:
    """What is named must exist; nothing is locked then."""
    try:
        isolation.isolate(Access(read=(folder / "none.csv",), write=()))
    except FileNotFoundError as error:
        return [Path(error.filename).name, Path("/etc/passwd").exists(), len(os.listdir(folder))]
    return []


def with_threads(folder: Path) -> str:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        locked(folder)
    except RuntimeError as error:
        return str(error)
    finally:
        over.set()
        thread.join()
    return ""


def versions(folder: Path) -> dict[int, Any]:
    """The lock as older kernels' Landlock has it: fewer rights are known to it."""
    said = {}
    for version in range(landlock.version() + 1):
        reading, writing = os.pipe()
        if os.fork() == 0:
            landlock.version = lambda version=version: version  # type: ignore[assignment]
            found = locked(folder)
            tried = (
                found.missing,
                _may_read(folder / "secret"),
                _may_cut_off(folder),
                _moves(folder),
            )
            os.write(writing, json.dumps(tried).encode())
            os._exit(0)
        os.close(writing)
        said[version] = json.loads(os.fdopen(reading, "rb").read())
    return said


def _may_read(path: Path) -> bool:
    try:
        path.read_bytes()
    except PermissionError:
        return False
    return True


def _may_cut_off(folder: Path) -> bool:
    try:
        os.close(os.open(folder / "table.csv", os.O_RDONLY | os.O_TRUNC))
    except PermissionError:
        return False
    return True


def _moves(folder: Path) -> bool:
    made = folder / "results" / "made"
    made.write_text("x")
    made.rename(folder / "results" / "moved").unlink()
    return True


def without_filter(folder: Path) -> Any:
    """A kernel that takes no filter."""
    seccomp.is_supported = lambda: False  # type: ignore[assignment]
    return locked(folder).missing


def verdicts(folder: Path) -> list[str]:
    """Every number of the lists, on its own: of a process that may do everything else, so that a
    refusal is the filter's."""
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    assert seccomp.restrict(os.getpid())
    wanted = dict.fromkeys(system_calls.REFUSED, errno.EPERM)
    wanted |= dict.fromkeys(system_calls.ABSENT, errno.ENOSYS)
    wanted |= dict.fromkeys(system_calls.PRETENDED, 0)
    return [name for name, code in wanted.items() if _code(name) not in (code, None)]


def _code(name: str) -> int | None:
    number = NAMED[name][os.uname().machine == "aarch64"]
    if number is None:
        return None
    try:
        # Nothing that could be meant.
        kernel.system_call(number, *[-1] * 6)
    except OSError as error:
        return error.errno
    return 0


def cost(folder: Path) -> list[float]:
    """The time of the lock in microseconds: in a process just forked, which copies the memory that
    it touches, and a second time, when it has."""
    isolation.prepare()
    reading, writing = os.pipe()
    if os.fork() == 0:
        spent = []
        for _ in range(2):
            began = time.perf_counter_ns()
            locked(folder)
            spent.append((time.perf_counter_ns() - began) / 1000)
        os.write(writing, json.dumps(spent).encode())
        os._exit(0)
    os.close(writing)
    found: list[float] = json.loads(os.fdopen(reading, "rb").read())
    return found


_ALL: tuple[Callable[[Path], Any], ...] = (
    *(libraries, enforced, files, itself, abort, twice, missing, with_threads, versions),
    *(without_filter, verdicts, cost, clients, older_clients),
)

if __name__ == "__main__":
    known = {one.__name__: one for one in _ALL}
    print(json.dumps(known[sys.argv[1]](Path(sys.argv[2]))))
