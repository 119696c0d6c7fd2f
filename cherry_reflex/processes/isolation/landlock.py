"""Which files this process may open, and which ports it may connect to, by Landlock (landlock(7),
kernel doc userspace-api/landlock).

A rule names a file or a folder with all in it, by inode, and what may be done there; everything
else that the kernel's version of Landlock knows of is refused. What it does not know of - chmod,
chown, extended attributes, times, watching a folder - is refused by `seccomp`. Metadata (stat,
readlink, whether a path exists) cannot be hidden by either.
"""

import os
import stat
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from cherry_reflex.processes.isolation.kernel import system_call

# The numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_RULE_PATH_BENEATH, _RULE_NET_PORT = 1, 2

(
    _EXECUTE,
    _WRITE_FILE,
    _READ_FILE,
    _READ_DIR,
    _REMOVE_DIR,
    _REMOVE_FILE,
    _MAKE_CHAR,
    _MAKE_DIR,
    _MAKE_REG,
    _MAKE_SOCK,
    _MAKE_FIFO,
    _MAKE_BLOCK,
    _MAKE_SYM,
    _REFER,
    _TRUNCATE,
    _IOCTL_DEV,
) = (1 << bit for bit in range(16))
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
"""The rights that a rule for a single file may give; others are EINVAL there."""
_NEWER_RIGHTS = ((_REFER, 2), (_TRUNCATE, 3), (_IOCTL_DEV, 5))
_ALL_RIGHTS = (1 << 16) - 1

READ = _READ_FILE | _READ_DIR
WRITE = READ | _WRITE_FILE | _TRUNCATE | _MAKE_DIR | _MAKE_REG | _REMOVE_DIR | _REMOVE_FILE | _REFER
"""Plain files and folders. No links by name, pipes, sockets and devices: whoever reads the folder
afterwards has more rights, would follow a link to anywhere, and would wait for a pipe for ever."""

PORTS_VERSION = 4
"""The first version that knows of TCP."""
_SCOPES_VERSION = 6
_BIND_TCP, _CONNECT_TCP = 1, 2
_SCOPES = 0b11  # abstract unix sockets, signals


@dataclass(frozen=True)
class Rule:
    """A file or folder, held open (O_PATH), and what may be done there."""

    descriptor: int
    attributes: bytes
    """As the kernel takes them (struct landlock_path_beneath_attr)."""


@cache
def version() -> int:
    """Return the version (ABI) of Landlock that this kernel has; 0 without it, or elsewhere than on
    Linux."""
    if sys.platform != "linux":
        return 0
    try:
        return system_call(_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


@cache
def handled() -> int:
    """Return the rights that this kernel's Landlock knows, and takes away where no rule gives
    them."""
    unknown = (right for right, since in _NEWER_RIGHTS if version() < since)
    return _ALL_RIGHTS & ~sum(unknown)


def opened(path: str | os.PathLike[str], rights: int) -> Rule:
    """Return a rule for an existing file or folder: READ or WRITE. Raises OSError where there is
    none."""
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    given = rights & handled()
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        given &= _OF_FILES
    return Rule(descriptor, struct.pack("=Qi", given, descriptor))


def existing(paths: Iterable[str | os.PathLike[str]], rights: int) -> tuple[Rule, ...]:
    """Return rules for those of the files and folders that exist and can be reached."""
    rules = []
    for path in paths:
        with suppress(OSError):
            rules.append(opened(path, rights))
    return tuple(rules)


def restrict(rules: Iterable[Rule], ports: Iterable[int] = ()) -> bool:
    """Refuse this thread, and those that it starts, every file that no rule gives, TCP but to the
    `ports`, and signals and abstract sockets to outside, for good; return whether the kernel has
    Landlock.

    Needs no_new_privs. A rule for a port holds for every address. The kernel enforces what its
    version knows: TCP from 4 on, signals and sockets from 6 on. Cutting off a file is known from 3
    on, `seccomp` refuses it before.
    """
    if version() == 0:
        return False
    net = _BIND_TCP | _CONNECT_TCP if version() >= PORTS_VERSION else 0
    scopes = _SCOPES if version() >= _SCOPES_VERSION else 0
    # An older kernel takes the longer struct as long as what it does not know is 0.
    attributes = struct.pack("=QQQ", handled(), net, scopes)
    try:
        ruleset = system_call(_CREATE_RULESET, attributes, len(attributes), 0)
    except OSError:
        return False
    try:
        for rule in rules:
            # What cannot be given stays refused.
            with suppress(OSError):
                system_call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule.attributes, 0)
        for port in ports if net else ():
            # struct landlock_net_port_attr
            allowed = struct.pack("=QQ", _CONNECT_TCP, port)
            with suppress(OSError):
                system_call(_ADD_RULE, ruleset, _RULE_NET_PORT, allowed, 0)
        system_call(_RESTRICT_SELF, ruleset, 0)
    except OSError:
        return False
    finally:
        os.close(ruleset)
    return True
