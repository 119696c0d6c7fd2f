"""Rights that come with who a process is: user, groups, capabilities (capabilities(7))."""

import os
import signal
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path

from cherry_reflex.processes.isolation import kernel, roots
from cherry_reflex.processes.liveness import end_with_parent

_FIRST_ID = 2_000_000_000
"""Ids from here on, one for each process id, belong to nobody: the range 1,879,048,192 to
2,147,352,575 is unused by systemd ("Users, Groups, UIDs and GIDs on systemd Systems")."""
_ROOT, _ANYBODY = 0, -1
_OVERRIDE = 1 << 1  # CAP_DAC_OVERRIDE
_SECUREBITS = 0xEF
"""Being root, or becoming it, gives no capabilities, and this cannot be changed: every bit of
<linux/securebits.h> but KEEP_CAPS."""


def prepare() -> None:
    """Find out once who reaches the libraries."""
    if os.geteuid() == 0:
        _libraries_are_open_to(_ANYBODY)
        _libraries_are_open_to(_ROOT)


def give_up(
    read: tuple[Path, ...], write: tuple[Path, ...], *, may_change_user: bool = True
) -> bool:
    """Give up all rights that this process has by its user, for good; return whether it has become
    a user of its own, which only root can.

    It does become one where that user reaches the libraries, and all of `read` and `write` with
    what is in them; what may be written is given to it. Otherwise root stays root without
    capabilities; where files of others are among what it may use, with CAP_DAC_OVERRIDE alone. No
    program started later gives rights back either (no_new_privs). It ends with its parent from now
    on.
    """
    parent = os.getppid()
    own, kept = False, 0
    if os.geteuid() == 0:
        with suppress(OSError):
            os.setgroups([])
        own = may_change_user and _can_be_own_user(read, write)
        _forget_capabilities()
        if own:
            identity = _own_id()
            os.setresgid(identity, identity, identity)
            os.setresuid(identity, identity, identity)
        elif not _reaches_as_mere_root(read, write):
            kept = _OVERRIDE
    try:
        kernel.set_capabilities(permitted=kept, effective=kept)
    except OSError:
        # A container may have taken that one already.
        kernel.set_capabilities(permitted=0, effective=0)
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


def _can_be_own_user(read: tuple[Path, ...], write: tuple[Path, ...]) -> bool:
    """Return whether the user of its own reaches everything once what may be written is its own,
    and give that to it then."""
    if not _libraries_are_open_to(_ANYBODY):
        return False
    identity = _own_id()
    others = tuple(path for path in read if not any(map(path.is_relative_to, write)))
    try:
        try:
            os.setegid(identity)
            os.seteuid(identity)
            reached = _reaches(others, ()) and all(
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


def _reaches_as_mere_root(read: tuple[Path, ...], write: tuple[Path, ...]) -> bool:
    """Return whether root without capabilities reaches everything; it has none in effect then."""
    with suppress(OSError):
        kernel.set_capabilities(permitted=_OVERRIDE, effective=0)
    return _libraries_are_open_to(_ROOT) and _reaches(read, write)


@cache
def _libraries_are_open_to(identity: int) -> bool:
    """Return whether a user with a group of the same id may read the libraries' folders, by the
    modes of these and of all above them."""
    read_and_search, search = 0o5, 0o1
    return all(
        _is_open_to(identity, path, read_and_search)
        and all(_is_open_to(identity, above, search) for above in path.parents)
        for path in roots.of_python()
        if path.is_dir()
    )


def _is_open_to(identity: int, path: Path, wanted: int) -> bool:
    now = path.stat()
    shift = 6 if now.st_uid == identity else 3 if now.st_gid == identity else 0
    return now.st_mode >> shift & wanted == wanted


def _reaches(read: tuple[Path, ...], write: tuple[Path, ...]) -> bool:
    return all(_may(os.R_OK, path) for path in read) and all(
        _may(os.R_OK | os.W_OK, path) for path in write
    )


def _may(mode: int, path: str | Path) -> bool:
    """Return whether the user in effect has rights to a file, or a folder with all in it."""
    if not os.path.isdir(path):
        return os.access(path, mode, effective_ids=True)
    if not os.access(path, mode | os.X_OK, effective_ids=True):
        return False
    with os.scandir(path) as content:
        return all(one.is_symlink() or _may(mode, one.path) for one in content)


def _forget_capabilities() -> None:
    """Take capabilities out of reach for later too. Each step needs CAP_SETPCAP, which a container
    may have taken already."""
    kernel.empty_bounding_set()
    with suppress(OSError):
        kernel.prctl(kernel.PR_CAP_AMBIENT, kernel.PR_CAP_AMBIENT_CLEAR_ALL)
    with suppress(OSError):
        kernel.prctl(kernel.PR_SET_SECUREBITS, _SECUREBITS)
