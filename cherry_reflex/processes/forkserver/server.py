"""The forkserver: `python -m cherry_reflex.processes.forkserver.server --socket PATH --places N`.

A caller opens a connection of its own for each call and writes a `Header` as a line of JSON, then
the request. The server forks a child, which reads the request from that connection and writes its
results to it (`sandbox_worker`). When the child has ended the server writes how:
`{"end": {"status": …, "reason": …, "noise": …}}`. A caller that closes its connection has its
child killed. At most N children run at once; the others wait in the order in which they came.

It has one thread and no event loop, since a child gets a copy of this process.
"""

import argparse
import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from pydantic import ValidationError

from cherry_reflex.processes import sandbox_worker
from cherry_reflex.processes.forkserver import preload
from cherry_reflex.processes.forkserver.child import Child, Header
from cherry_reflex.processes.liveness import end_with_parent

_PR_SET_CHILD_SUBREAPER = 36
_WATCH_MS = 50
_HEADER_BYTES_MAX = 65_536
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL | getattr(select, "POLLRDHUP", 0)


class Waiting:
    """A caller whose header is not whole yet, or that waits for a place."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.read = bytearray()
        self.header: Header | None = None

    def take(self) -> bool:
        """Read what is there of the header; return False where the caller is not one of ours, or
        has left."""
        try:
            chunk = self.connection.recv(_HEADER_BYTES_MAX, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.read += chunk
        line, end, rest = bytes(self.read).partition(b"\n")
        if end:
            try:
                self.header = Header.model_validate_json(line)
            except ValidationError:
                return False
            self.read = bytearray(rest)
        return bool(chunk) and len(line) < _HEADER_BYTES_MAX


class Server:
    """Accepts callers on a bound socket and forks a child for each."""

    def __init__(self, listening: socket.socket, places: int) -> None:
        self._listening = listening
        self._places = places
        self._poll = select.poll()
        self._new: dict[int, Waiting] = {}
        self._waiting: deque[Waiting] = deque()
        self._live: dict[int, Child] = {}
        self._ended: list[tuple[Child, int]] = []
        self._wake, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve until standard input is closed: the end of who started us."""
        for fd in (self._listening.fileno(), self._wake, 0):
            self._poll.register(fd, select.POLLIN)
        imports: Iterator[str] | None = preload.steps()
        while True:
            busy = self._live or self._ended
            pause_ms = 0 if imports is not None else _WATCH_MS if busy else None
            ready = self._poll.poll(pause_ms)
            if any(fd == 0 for fd, _ in ready) and not os.read(0, 4096):
                return
            for fd, what in ready:
                self._heard(fd, what)
            self._reap()
            self._fill()
            for child in self._live.values():
                child.listen()
                child.watch()
            self._ended = [(one, status) for one, status in self._ended if not _told(one, status)]
            if imports is not None and not ready and next(imports, None) is None:
                imports = None
                gc.collect()
                gc.freeze()  # a collection in a child would copy all of it

    def close(self) -> None:
        """Kill what still runs."""
        for child in self._live.values():
            child.kill()

    def _heard(self, fd: int, what: int) -> None:
        if fd == self._listening.fileno():
            with contextlib.suppress(OSError):
                connection, _ = self._listening.accept()
                self._new[connection.fileno()] = Waiting(connection)
                self._poll.register(connection, select.POLLIN)
        elif fd == self._wake:
            os.read(self._wake, 4096)
        elif (one := self._new.get(fd)) is not None:
            is_ours = one.take()
            if one.header is not None or not is_ours:
                del self._new[fd]
                self._poll.unregister(fd)
                if one.header is not None:
                    # From here on only its end is heard of: the rest is the child's to read.
                    self._poll.register(fd, getattr(select, "POLLRDHUP", 0))
                    self._waiting.append(one)
                else:
                    one.connection.close()
        elif what & _GONE:
            self._left(fd)

    def _left(self, fd: int) -> None:
        """The caller has closed its connection."""
        self._poll.unregister(fd)
        for child in self._live.values():
            if child.connection.fileno() == fd:
                child.kill()
        for one in [one for one in self._waiting if one.connection.fileno() == fd]:
            self._waiting.remove(one)
            one.connection.close()

    def _fill(self) -> None:
        while self._waiting and len(self._live) < self._places:
            self._fork(self._waiting.popleft())

    def _fork(self, one: Waiting) -> None:
        assert one.header is not None
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        baseline_bytes = psutil.Process().memory_info().rss
        pid = os.fork()
        if pid == 0:
            _be_child(one, writing)
        os.close(writing)
        self._live[pid] = Child(pid, one.connection, reading, one.header, baseline_bytes)

    def _reap(self) -> None:
        """Take in the ends of children, and kill what they have left behind: as their subreaper we
        inherit whatever they started."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            child = self._live.pop(pid, None)
            if child is None:
                continue
            child.kill_group()
            child.listen()
            with contextlib.suppress(KeyError, OSError):
                self._poll.unregister(child.connection)
            self._ended.append((child, os.waitstatus_to_exitcode(status)))
        for pid in _children():
            if pid not in self._live:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)


def _told(child: Child, status: int) -> bool:
    if not child.tell_end(status):
        return False
    child.close()
    return True


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path("/proc/self/task", str(os.getpid()), "children")
                .read_text().split()]  # fmt: skip
    except OSError:
        return []


def _be_child(one: Waiting, noise: int) -> None:
    """Become the computation; never returns."""
    status = 1
    try:
        assert one.header is not None
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        kept = one.connection.fileno()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(noise, 1)
        os.dup2(noise, 2)
        connection = os.dup2(kept, 3)
        os.closerange(4, 65_536)
        status = sandbox_worker.serve(connection, bytes(one.read), one.header)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", required=True, help="path of the socket to listen on")
    parser.add_argument("--places", type=int, default=4, help="children at once")
    given = parser.parse_args(arguments)
    end_with_parent()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(given.socket)
        listening.bind(given.socket)
        listening.listen(512)
        server = Server(listening, given.places)
        try:
            server.run()
        finally:
            server.close()
    # Tearing down so many libraries takes its time and, with some, words on standard error.
    os._exit(0)


if __name__ == "__main__":
    main()
