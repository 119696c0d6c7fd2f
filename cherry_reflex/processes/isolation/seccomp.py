"""Which system calls this process may do, by a filter (seccomp(2), SECCOMP_SET_MODE_FILTER).

The filter is a program for the kernel's classic BPF machine. It sees the number of a call and its
arguments, but no memory that they point to. Calls of another architecture (int 0x80, x32) end the
process, since their numbers mean something else.
"""

import ctypes
import errno
import os
import struct
import sys
from collections.abc import Iterable
from functools import cache

from cherry_reflex.processes.isolation import system_calls
from cherry_reflex.processes.isolation.kernel import system_call

_SET_MODE_FILTER, _GET_ACTION_AVAIL = 1, 2
_ALL_THREADS = 1  # SECCOMP_FILTER_FLAG_TSYNC
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""By machine: the place in a pair of numbers, and the AUDIT_ARCH_… of <linux/audit.h>."""
_X32_BIT = 0x40000000

# Verdicts, <linux/seccomp.h>.
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_REFUSE, _ABSENT, _PRETEND = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS, _ERRNO

# Instructions, <linux/filter.h>: load a word, mask it, jump, return.
_LOAD, _AND, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ABOVE, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x25, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16

_CLONE_THREAD = 0x00010000
_CLONE_NEW = 0x7E020080  # every namespace of clone(2) and unshare(2)
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPE = 1, 1, 0xF
_AF_INET, _AF_INET6, _TCP = 2, 10, 6
_PRIO_PROCESS, _IOPRIO_WHO_PROCESS = 0, 1

_IOCTLS = (
    *(0x5401, 0x802C542A, 0x5413),  # TCGETS, TCGETS2, TIOCGWINSZ: is it a terminal, and how wide
    *(0x541B, 0x5421, 0x5450, 0x5451),  # FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
)
"""The only permitted ioctl(2)s: others push input into terminals (TIOCSTI), name who gets signals
(FIOSETOWN), and change flags of files that may only be read (FS_IOC_SETFLAGS)."""
_SOCKET_OPTIONS = {
    1: (9,),  # SOL_SOCKET: SO_KEEPALIVE
    # IPPROTO_TCP: TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT
    _TCP: (1, 4, 5, 6, 18),
}
"""The only options of sockets that may be set, by level: by others a socket gets another protocol,
of which Landlock does not know (TCP_ULP), or connects by sending (TCP_FASTOPEN_CONNECT)."""
_FCNTLS_REFUSED = (
    *(8, 10, 15),  # F_SETOWN, F_SETSIG, F_SETOWN_EX: signals to others
    *(1024, 1026),  # F_SETLEASE, F_NOTIFY: holding up others, watching a folder
)
_PRCTLS_REFUSED = (
    1,  # PR_SET_PDEATHSIG: would outlive the parent
    *(33, 35, 36),  # PR_MCE_KILL, PR_SET_MM, PR_SET_CHILD_SUBREAPER
    *(62, 0x59616D61),  # PR_SCHED_CORE, PR_SET_PTRACER: name other processes
)

_INSTRUCTION_BYTES = 8  # struct sock_filter
_GROUP = 32  # numbers
_PID = -1
"""Stands for the id of the process that the filter is for."""

_Instruction = tuple[int, int, int, int]
_Block = list[_Instruction]
_REFUSED: _Block = [(_RETURN, 0, 0, _REFUSE)]


@cache
def is_supported() -> bool:
    """Return whether this kernel takes filters, and this machine's numbers are known."""
    if sys.platform != "linux" or not _architecture() or sys.maxsize < 2**32:
        return False
    try:
        for verdict in (_KILL, _ERRNO):
            wanted = struct.pack("=I", verdict)
            system_call(_own_number(), _GET_ACTION_AVAIL, 0, wanted)
    except OSError:
        return False
    return True


def restrict(pid: int, *, connects: bool = False) -> bool:
    """Refuse this process (`pid`), all its threads, what `system_calls` lists, for good; return
    whether the kernel took the filter. Needs no_new_privs.

    One that `connects` may make sockets of TCP, and connect them to anywhere: it sees no address
    and no port. Filters add up: it may be refused that later, by another call of this.
    """
    if not is_supported():
        return False
    template, places = _template(connects)
    program = bytearray(template)
    for place in places:
        program[place : place + 4] = struct.pack("=I", pid)
    held = (ctypes.c_char * len(program)).from_buffer(program)
    # struct sock_fprog: the number of instructions and where they are.
    described = struct.pack("@HP", len(program) // _INSTRUCTION_BYTES, ctypes.addressof(held))
    number = _own_number()
    try:
        return system_call(number, _SET_MODE_FILTER, _ALL_THREADS, described) == 0
    except OSError:
        return False


def prepare() -> None:
    """Build the filters, all but the id of the process."""
    if is_supported():
        for connects in (False, True):
            _template(connects)


def _own_number() -> int:
    place, _ = _architecture() or (0, 0)
    return system_calls.SECCOMP[place]


def _architecture() -> tuple[int, int] | None:
    return _ARCHITECTURES.get(os.uname().machine) if sys.byteorder == "little" else None


@cache
def _template(connects: bool) -> tuple[bytes, tuple[int, ...]]:
    """Return the packed filter, and where in it the process's id belongs."""
    _, architecture = _architecture() or (0, 0)
    program: _Block = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_JUMP_AT_LEAST, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _KILL),
        (_JUMP_ABOVE, 0, 1, system_calls.NEWEST),
        (_RETURN, 0, 0, _ABSENT),
    ]
    # In groups that are passed over as a whole: the kernel runs the filter once for every number
    # when it takes it, and a jump goes 255 instructions at most.
    rules = sorted(_rules(connects).items())
    for end in range(_GROUP, system_calls.NEWEST + _GROUP + 1, _GROUP):
        group = _chosen({number: block for number, block in rules if end - _GROUP <= number < end})
        program += [(_JUMP_AT_LEAST, len(group), 0, end), *group]
    program.append((_RETURN, 0, 0, _ALLOW))
    places = [at * _INSTRUCTION_BYTES + 4 for at, one in enumerate(program) if one[3] == _PID]
    return b"".join(struct.pack("=HBBI", *one[:3], max(one[3], 0)) for one in program), tuple(
        places
    )


def _chosen(rules: dict[int, _Block]) -> _Block:
    """Return the verdict about the number that is loaded: its rule's, or that it may be done."""
    decided = {number: block for number, block in rules.items() if block != _REFUSED}
    refused = [number for number in rules if number not in decided]
    group: _Block = []
    for number, block in decided.items():
        group += [(_JUMP_EQUAL, 0, len(block), number), *block]
    for left, number in zip(range(len(refused), 0, -1), refused, strict=True):
        group.append((_JUMP_EQUAL, left, 0, number))
    return [*group, (_RETURN, 0, 0, _ALLOW), *_REFUSED]


def _rules(connects: bool) -> dict[int, _Block]:
    """Return what is done about each call, by its number; a block ends with a verdict on every way
    through it."""
    itself = (0, _PID)
    thread = _unless(0, _CLONE_THREAD, _CLONE_THREAD | _CLONE_NEW)
    # A pair of datagram sockets could be made to send to any socket that has a path.
    stream = [*_unless(0, _AF_UNIX), *_unless(1, _SOCK_STREAM, _SOCK_TYPE)]
    nobody = [*_unless(4, 0), *_unless(4, 0, high=True)]
    decided: dict[str, _Block] = {
        "kill": _among(0, (_PID,)),
        "tkill": _among(0, (_PID,)),
        "tgkill": _among(0, (_PID,)),
        "rt_sigqueueinfo": _among(0, (_PID,)),
        "rt_tgsigqueueinfo": _among(0, (_PID,)),
        "prlimit64": _among(0, itself),
        "sched_setaffinity": _among(0, itself),
        "sched_setparam": _among(0, itself),
        "sched_setscheduler": _among(0, itself),
        "sched_setattr": _among(0, itself),
        "setpriority": [*_unless(0, _PRIO_PROCESS), *_among(1, itself)],
        "ioprio_set": [*_unless(0, _IOPRIO_WHO_PROCESS), *_among(1, itself)],
        "clone": [*thread, (_RETURN, 0, 0, _ALLOW)],
        "socketpair": [*stream, (_RETURN, 0, 0, _ALLOW)],
        "sendto": [*nobody, (_RETURN, 0, 0, _ALLOW)],
        "setsockopt": _setting_socket(),
        "open": _opening(1),
        "openat": _opening(2),
        "utime": _timing(1),
        "utimes": _timing(1),
        "futimesat": _timing(2),
        "utimensat": _timing(2),
        "ioctl": _among(1, _IOCTLS),
        "fcntl": _among(1, _FCNTLS_REFUSED, found=_REFUSE, otherwise=_ALLOW),
        "prctl": _among(0, _PRCTLS_REFUSED, found=_REFUSE, otherwise=_ALLOW),
    }
    rules = {system_calls.CONDITIONAL[name]: block for name, block in decided.items()}
    for names, verdict in (
        (system_calls.REFUSED, _REFUSE),
        (system_calls.ABSENT, _ABSENT),
        (system_calls.PRETENDED, _PRETEND),
    ):
        rules |= {numbers: [(_RETURN, 0, 0, verdict)] for numbers in names.values()}
    if connects:
        client = system_calls.OF_CLIENTS
        rules |= {client["socket"]: _client_socket(), client["connect"]: [(_RETURN, 0, 0, _ALLOW)]}
    place, _ = _architecture() or (0, 0)
    return {here: block for both, block in rules.items() if (here := both[place]) is not None}


def _client_socket() -> _Block:
    """Return the rule for socket(2) of who connects: TCP, of either version of IP. Of the other
    protocols of streams (MPTCP, SCTP) Landlock does not know."""
    stream = _unless(1, _SOCK_STREAM, _SOCK_TYPE)
    family = _among(0, (_AF_INET, _AF_INET6))
    refused_else = [*_load(2, 0xFFFFFFFF), (_JUMP_EQUAL, 2, 0, 0), (_JUMP_EQUAL, 1, 0, _TCP)]
    return [*refused_else, *_REFUSED, *stream, *family]


def _setting_socket() -> _Block:
    """Return the rule for setsockopt(2)."""
    block: _Block = []
    for level, options in _SOCKET_OPTIONS.items():
        chosen = _among(2, options)
        block += [*_load(1, 0xFFFFFFFF), (_JUMP_EQUAL, 0, len(chosen), level), *chosen]
    return [*block, *_REFUSED]


def _opening(argument: int) -> _Block:
    """Return the rule for open(2)'s flags: what opens neither for reading nor for writing may cut
    off a file all the same, and so may what opens for reading; Landlock sees it from its version 3
    on."""
    flags = os.O_ACCMODE | os.O_TRUNC
    refused = (os.O_RDONLY | os.O_TRUNC, os.O_ACCMODE, os.O_ACCMODE | os.O_TRUNC)
    return _among(argument, refused, mask=flags, found=_REFUSE, otherwise=_ALLOW)


def _timing(argument: int) -> _Block:
    """Return the rule for setting times, of which Landlock does not know: copying sets given ones,
    and is told that it has; setting the present time, by NULL, is refused, since `Path.touch` makes
    the file then, and would take success for its being there."""
    given = (_RETURN, 0, 0, _PRETEND)
    low, high = (_load(argument, 0xFFFFFFFF, high=high) for high in (False, True))
    return [*low, (_JUMP_EQUAL, 1, 0, 0), given, *high, (_JUMP_EQUAL, 1, 0, 0), given, *_REFUSED]


def _among(
    argument: int,
    values: Iterable[int],
    *,
    mask: int = 0xFFFFFFFF,
    found: int = _ALLOW,
    otherwise: int = _REFUSE,
) -> _Block:
    """Return a verdict by whether an argument's lower 32 bits, masked, are one of the values.

    Every argument looked at this way is an int for the kernel, which drops the upper bits too.
    """
    block = _load(argument, mask)
    for value in values:
        block += [(_JUMP_EQUAL, 0, 1, value), (_RETURN, 0, 0, found)]
    return [*block, (_RETURN, 0, 0, otherwise)]


def _unless(argument: int, value: int, mask: int = 0xFFFFFFFF, *, high: bool = False) -> _Block:
    """Return a refusal unless 32 bits of an argument, masked, are the value; else it goes on."""
    loaded = _load(argument, mask, high=high)
    return [*loaded, (_JUMP_EQUAL, 1, 0, value), (_RETURN, 0, 0, _REFUSE)]


def _load(argument: int, mask: int, *, high: bool = False) -> _Block:
    at = _ARGUMENTS_AT + 8 * argument + 4 * high
    return [(_LOAD, 0, 0, at), (_AND, 0, 0, mask)]
