"""Rights that come with who a process is: user, groups, capabilities (capabilities(7))."""

import os
import signal
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from cherry_reflex.processes.isolation import kernel
from cherry_reflex.processes.liveness import end_with_parent

_FIRST_ID = 2_000_000_000
"""Ids from here on, one for each process id, belong to nobody: the range 1,879,048,192 to
2,147,352,575 is unused by systemd ("Users, Groups, UIDs and GIDs on systemd Systems")."""
_OVERRIDE = 1 << 1  # CAP_DAC_OVERRIDE
_SECUREBITS = 0xEF
"""Being root, or becoming it, gives no capabilities, and this cannot be changed: every bit of
<linux/securebits.h> but KEEP_CAPS."""


def give_up(needed: Iterable[Path], read: Iterable[Path], write: Iterable[Path]) -> bool:
    """Give up all rights that this process has by its user, for good; return whether it has become
    a user of its own, which only root can.

    It does become one where that user reaches all of `needed` (libraries, folders alone), `read`
    and `write` (with all in them; what may be written is given to it). Otherwise root stays root
    without capabilities; where files of others are among what it may use, with CAP_DAC_OVERRIDE
    alone. No program started later gives rights back either (no_new_privs). It ends with its parent
    from now on.
    """
    needed, read, write = tuple(needed), tuple(read), tuple(write)
    parent = os.getppid()
    own, kept = False, 0
    if os.geteuid() == 0:
        with suppress(OSError):
            os.setgroups([])
        own = _can_be_own_user(needed, read, write)
        _forget_capabilities()
        if own:
            identity = _own_id()
            os.setresgid(identity, identity, identity)
            os.setresuid(identity, identity, identity)
        elif not _reaches_as_mere_root(needed, read, write):
            kept = _OVERRIDE
    with suppress(OSError):
        kernel.set_capabilities(permitted=kept, effective=kept)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    # A change of user takes both of these away: dumpable, or this process's own folder in /proc
    # would be root's (nobody else has its user, and it leaves no core: nothing is given away); and
    # the signal at the parent's death, which must not have come meanwhile.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    end_with_parent()
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return own


def _own_id() -> int:
    return _FIRST_ID + os.getpid()


def _can_be_own_user(
    needed: tuple[Path, ...], read: tuple[Path, ...], write: tuple[Path, ...]
) -> bool:
    """Return whether the user of its own reaches everything once what may be written is its own,
    and give that to it then."""
    identity = _own_id()
    others = tuple(path for path in read if not any(map(path.is_relative_to, write)))
    try:
        try:
            os.setegid(identity)
            os.seteuid(identity)
            reached = _reaches(needed, others, ()) and all(
                os.access(path.parent, os.X_OK, effective_ids=True) for path in write
            )
        finally:
            os.seteuid(0)
            os.setegid(0)
        if reached:
            for path in write:
                _give(path, identity)
    except OSError:
        # The id does not exist in this user namespace, or the file system keeps no owners.
        return False
    return reached


def _give(path: Path, identity: int) -> None:
    """Make a file, or a folder with all in it, a user's. Links inside are not followed, and a file
    inside that has another name elsewhere is left alone."""
    os.chown(path, identity, identity)
    for _, folders, files, descriptor in os.fwalk(path):
        for name in (*folders, *files):
            now = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            if stat.S_ISDIR(now.st_mode) or now.st_nlink == 1:
                os.chown(name, identity, identity, dir_fd=descriptor, follow_symlinks=False)


def _reaches_as_mere_root(*paths: tuple[Path, ...]) -> bool:
    """Return whether root without capabilities reaches everything; it has none in effect then."""
    with suppress(OSError):
        kernel.set_capabilities(permitted=_OVERRIDE, effective=0)
    return _reaches(*paths)


def _reaches(needed: tuple[Path, ...], read: tuple[Path, ...], write: tuple[Path, ...]) -> bool:
    return (
        all(map(_may_read, needed))
        and all(_may_read(one) for path in read for one in _with_content(path))
        and all(_may_read(one, os.W_OK) for path in write for one in _with_content(path))
    )


def _may_read(path: str | Path, also: int = 0) -> bool:
    search = os.X_OK if os.path.isdir(path) else 0
    return os.access(path, os.R_OK | search | also, effective_ids=True)


def _with_content(path: Path) -> Iterator[str | Path]:
    yield path
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            if not os.path.islink(found := os.path.join(folder, name)):
                yield found


def _forget_capabilities() -> None:
    """Take capabilities out of reach for later too. Each step needs CAP_SETPCAP, which a container
    may have taken already."""
    kernel.empty_bounding_set()
    with suppress(OSError):
        kernel.prctl(kernel.PR_CAP_AMBIENT, kernel.PR_CAP_AMBIENT_CLEAR_ALL)
    with suppress(OSError):
        kernel.prctl(kernel.PR_SET_SECUREBITS, _SECUREBITS)
