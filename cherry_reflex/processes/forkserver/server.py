"""The forkserver: `python -m cherry_reflex.processes.forkserver.server --socket PATH --places N`.

A caller opens a connection of its own for each child that it wants and writes a `Header`. For a
call the request follows; the child reads it from that connection and writes its results to it
(`sandbox_worker`). Of a request nothing is ever in the memory of this process, since every later
child would have it as well: there may be passwords in it. When a child has ended the server
writes how: `{"end": {"status": …, "reason": …, "noise": …}}`. A caller that closes its connection
has its child killed. At most N calls run at once; the others wait in the order in which they came.

It has one thread and no event loop, since a child gets a copy of this process.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import psutil  # type: ignore[import-untyped]
from pydantic import ValidationError

from cherry_reflex.processes.forkserver import inside, preload
from cherry_reflex.processes.forkserver.child import Child, children_of
from cherry_reflex.processes.forkserver.header import LENGTH, Call, Header, Program
from cherry_reflex.processes.isolation.isolation import prepare
from cherry_reflex.processes.liveness import end_with_parent

_PR_SET_CHILD_SUBREAPER = 36
_WATCH_MS = 50
_HEADER_BYTES_MAX = 65_536
_DESCRIPTORS = 3
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL | getattr(select, "POLLRDHUP", 0)


class Waiting:
    """A caller whose header is not whole yet, or that waits for a place."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.read = bytearray()
        self.header: Header | None = None
        self.descriptors: list[int] = []

    def take(self) -> bool:
        """Read what is there of the header; return False where the caller is not one of ours, or
        has left."""
        try:
            chunk, descriptors, _, _ = socket.recv_fds(
                self.connection, self._missing(), _DESCRIPTORS, socket.MSG_DONTWAIT
            )
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.read += chunk
        self.descriptors += descriptors
        if self._missing() == 0:
            try:
                self.header = Header.model_validate_json(self.read[LENGTH.size :])
            except ValidationError:
                return False
        return bool(chunk) and self._missing() < _HEADER_BYTES_MAX

    def close(self) -> None:
        """Close what came of it."""
        self.connection.close()
        for descriptor in self.descriptors:
            os.close(descriptor)

    def _missing(self) -> int:
        """Return how many bytes to read, and not one more: first the length, then the rest."""
        whole = LENGTH.size
        if len(self.read) >= whole:
            whole += LENGTH.unpack_from(self.read)[0]
        return whole - len(self.read)


class Server:
    """Accepts callers on a bound socket and forks a child for each."""

    def __init__(self, listening: socket.socket, places: int) -> None:
        self._listening = listening
        self._places = places
        self._poll = select.poll()
        self._new: dict[int, Waiting] = {}
        self._waiting: deque[Waiting] = deque()
        self._live: dict[int, Child] = {}
        self._warm = False
        """Whether all is imported that programs need; what is imported later is for calls."""
        self._ended: list[tuple[Child, int]] = []
        self._wake, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve until standard input is closed: the end of who started us."""
        for fd in (self._listening.fileno(), self._wake, 0):
            self._poll.register(fd, select.POLLIN)
        prepare()
        imports: Iterator[bool] | None = preload.steps()
        while True:
            # Programs need no watching: they wake us when they end.
            busy = self._ended or any(child.call is not None for child in self._live.values())
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
            if imports is not None and not ready:
                step = next(imports, None)
                self._warm = step is not False
                imports = imports if step is not None else None

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
                    one.close()
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
            one.close()

    def _fill(self) -> None:
        """Start whatever may start."""
        calls = sum(child.call is not None for child in self._live.values())
        for one in tuple(self._waiting):
            assert one.header is not None
            if one.header.program is not None and self._warm:
                self._waiting.remove(one)
                self._start_program(one, one.header.program)
            elif one.header.call is not None and calls < self._places:
                self._waiting.remove(one)
                self._start_call(one, one.header.call)
                calls += 1

    def _start_call(self, one: Waiting, call: Call) -> None:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        baseline_bytes = psutil.Process().memory_info().rss
        pid = _forked(partial(inside.compute, one.connection, call, writing))
        os.close(writing)
        child = Child(pid, one.connection, call, reading, baseline_bytes)
        self._begun(child)

    def _start_program(self, one: Waiting, program: Program) -> None:
        pid = _forked(partial(inside.run_program, one.descriptors, program))
        for descriptor in one.descriptors:
            os.close(descriptor)
        child = Child(pid, one.connection)
        if self._begun(child):
            child.tell({"begun": pid})

    def _begun(self, child: Child) -> bool:
        """Take in a child; return whether there is one: the system may have refused it."""
        if child.pid:
            self._live[child.pid] = child
            return True
        self._poll.unregister(child.connection)
        self._ended.append((child, os.EX_OSERR))
        return False

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
        for pid in children_of(os.getpid()):
            if pid not in self._live:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)


def _told(child: Child, status: int) -> bool:
    if not child.tell_end(status):
        return False
    child.close()
    return True


def _forked(work: Callable[[], int]) -> int:
    """Fork a child that does a piece of work; return its id, 0 where the system has no room."""
    try:
        pid = os.fork()
    except OSError:
        return 0
    if pid == 0:
        inside.be(work)
    return pid


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
