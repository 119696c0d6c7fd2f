"""The whole lock of a process that is about to run foreign code: what it may use, and what the
kernel enforces of that."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from cherry_reflex.processes.isolation import landlock, privileges, roots, seccomp, semaphores
from cherry_reflex.processes.isolation.landlock import Rule

_connecting: list[int] = []
"""Ports that this process, which is locked, may still connect to."""


@dataclass(frozen=True)
class Access:
    """What a locked process may use besides the interpreter and its libraries."""

    read: tuple[Path, ...]
    """Files, and folders with all in them, that may be read."""
    write: tuple[Path, ...]
    """Files, and folders in which files and folders may be made, changed, renamed and removed, by
    this process alone."""
    shared: tuple[Path, ...] = ()
    """The same, where others write at the same time."""
    connect: tuple[int, ...] = ()
    """Ports of TCP that may be connected to, until `stop_connecting`: at any address, of which
    neither Landlock nor a filter knows; and any port where Landlock is older than its version 4."""


@dataclass(frozen=True)
class Enforced:
    """What the kernel enforces; what is not among it is left to whoever asks."""

    files: bool
    """Only what `Access` names can be read or changed, contents and attributes."""
    network: bool
    """No socket of any kind can be made, but those for `Access.connect`."""
    signals: bool
    """No other process can be sent a signal."""
    system_calls: bool
    """No processes, programs, debugging, namespaces, shared memory, rare parts of the kernel."""
    own_user: bool
    """The process is a user of its own, or can become one where that user reaches its files."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of what is not enforced."""
        return tuple(part.name for part in fields(self) if not getattr(self, part.name))

    @property
    def needed(self) -> tuple[str, ...]:
        """The names of what is missing of a whole lock; a user of its own is an extra."""
        return tuple(name for name in self.missing if name != "own_user")

    @property
    def is_complete(self) -> bool:
        """Whether the lock is whole."""
        return not self.needed


def isolate(access: Access) -> Enforced:
    """Lock this process for good, and return what this kernel enforces.

    Called by a process with a single thread, which is to run foreign code; `prepare` makes it
    faster. Descriptors that are open already stay usable: close those first. It can no longer leave
    its group or session, nor change the signal that it gets at its parent's death. A process of
    root gives what may be written to the user that it becomes.

    Raises OSError when a file or folder of `access` does not exist, RuntimeError when the process
    has other threads, which would stay free. A kernel that lacks a part raises nothing.
    """
    if sys.platform != "linux":
        return _enforced(landlocked=False, filtered=False, own_user=False)
    _check_alone()
    rules = (*_given(access), *_constant_rules())
    semaphores.replace()
    # What others write to as well cannot be given to a user of its own.
    own_user = privileges.give_up(
        access.read, (*access.write, *access.shared), may_change_user=not access.shared
    )
    own_process = landlock.existing(roots.OWN_PROCESS, landlock.READ)
    landlocked = landlock.restrict((*rules, *own_process), access.connect)
    filtered = seccomp.restrict(os.getpid(), connects=bool(access.connect))
    _connecting.extend(access.connect)
    # A rule holds for an inode, and /proc makes new ones once it has forgotten a file: those of
    # this process stay open.
    _close(rules)
    return _enforced(landlocked, filtered, own_user)


def stop_connecting() -> None:
    """Refuse this process, where it was locked with `Access.connect`, every further socket, for
    good: the connections that it has are all that it will have. Others stay as they are."""
    if _connecting:
        seccomp.restrict(os.getpid())
        _connecting.clear()


def prepare() -> frozenset[int]:
    """Do once, before processes are forked that lock themselves, what is the same for all: find the
    libraries' folders and hold them open, and build the filter.

    Returns the descriptors of those folders. They must stay open, and the same, until `isolate`,
    which closes them: another file with such a number would be given in the folder's place.
    """
    if sys.platform != "linux":
        return frozenset()
    privileges.prepare()
    seccomp.prepare()
    return frozenset(rule.descriptor for rule in _constant_rules())


@cache
def supported() -> Enforced:
    """Return what `isolate` would enforce here, by asking the kernel for its versions; this process
    stays as it is."""
    own_user = sys.platform == "linux" and os.geteuid() == 0
    return _enforced(landlock.version() > 0, seccomp.is_supported(), own_user)


def _enforced(landlocked: bool, filtered: bool, own_user: bool) -> Enforced:
    return Enforced(
        files=landlocked and filtered,
        network=filtered,
        signals=filtered,
        system_calls=filtered,
        own_user=own_user,
    )


def _check_alone() -> None:
    with suppress(FileNotFoundError):
        # One name of its own, one in the folder above, and one for each thread.
        if os.stat("/proc/self/task").st_nlink > 3:
            raise RuntimeError("only a process with a single thread can be locked")


def _given(access: Access) -> tuple[Rule, ...]:
    return (
        *(landlock.opened(path, landlock.READ) for path in access.read),
        *(landlock.opened(path, landlock.WRITE) for path in (*access.write, *access.shared)),
    )


@cache
def _constant_rules() -> tuple[Rule, ...]:
    return (
        *landlock.existing((*roots.of_python(), *roots.of_system()), landlock.READ),
        *landlock.existing((roots.SINK,), landlock.WRITE),
    )


def _close(rules: Iterable[Rule]) -> None:
    for rule in rules:
        os.close(rule.descriptor)
    _constant_rules.cache_clear()
