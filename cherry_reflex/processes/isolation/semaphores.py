"""Locks of `multiprocessing` without shared memory.

They are POSIX semaphores, files in /dev/shm, where other processes keep theirs: a locked process
may make none. It cannot start processes either, so that its locks have threads to lock only.
`multiprocessing.pool.ThreadPool`, and joblib's threads with it, make such a lock.
"""

import _multiprocessing  # type: ignore[import-not-found]
import threading

_RECURSIVE = 0  # the kind of multiprocessing.RLock; 1 is a semaphore


class ThreadSemaphore:
    """As `_multiprocessing.SemLock`, for the threads of one process."""

    SEM_VALUE_MAX = 2**31 - 1
    handle = 0
    name = None
    """Nothing that `multiprocessing` would have to watch, by another process."""

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind, self.maxvalue = kind, maxvalue
        self._changed = threading.Condition()
        self._value = value
        self._taken = 0
        self._owner = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take one, waiting at most `timeout` seconds; return whether one was free."""
        with self._changed:
            if self.kind != _RECURSIVE or not self._is_mine():
                limit = timeout if block else 0
                if not self._changed.wait_for(lambda: self._value > 0, limit):
                    return False
                self._value -= 1
                self._owner = threading.get_ident()
            self._taken += 1
            return True

    def release(self) -> None:
        """Give one back. Raises AssertionError for another's lock, ValueError past `maxvalue`."""
        with self._changed:
            if self.kind == _RECURSIVE and not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self.kind != _RECURSIVE and self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._taken -= 1
            if self.kind != _RECURSIVE or self._taken == 0:
                self._value += 1
                self._changed.notify()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()

    def _is_mine(self) -> bool:
        return self._taken > 0 and self._owner == threading.get_ident()

    def _count(self) -> int:
        return self._taken

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        self._taken = 0


def replace() -> None:
    """Have `multiprocessing` make its locks for threads only, from now on."""
    _multiprocessing.SemLock = ThreadSemaphore
