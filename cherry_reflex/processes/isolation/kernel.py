"""System calls by number, prctl(2), and the errors that they give (Linux)."""

import ctypes
import os
import sys

_libc = ctypes.CDLL(None, use_errno=True)
_CAPABILITIES_MAX = 64
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP, PR_SET_SECUREBITS = 24, 28
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
"""Operations of prctl(2), as in <linux/prctl.h>."""


def system_call(number: int, *arguments: int | bytes | None) -> int:
    """Do a system call (syscall(2)) and return its result; bytes are passed by their address.

    Raises OSError with the kernel's errno; NotImplementedError on another system than Linux.
    """
    if sys.platform != "linux":
        raise NotImplementedError("system calls by number are Linux's")
    # A plain int would be passed with 32 bits.
    passed = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *passed))


def prctl(operation: int, *arguments: int) -> int:
    """Set or ask for something of this process (prctl(2)); arguments not given are 0.

    Raises OSError with the kernel's errno.
    """
    passed = [*arguments, 0, 0, 0, 0][:4]
    return _checked(_libc.prctl(operation, *map(ctypes.c_ulong, passed)))


def set_capabilities(permitted: int, effective: int) -> None:
    """Set this process's capabilities (capset(2)), as masks of 64 bits; none are inheritable.

    Raises OSError (EPERM) for a capability that it does not have.
    """
    header = (0x20080522).to_bytes(4, sys.byteorder) + bytes(4)  # _LINUX_CAPABILITY_VERSION_3, self
    words = [mask >> shift & 0xFFFFFFFF for shift in (0, 32) for mask in (effective, permitted, 0)]
    _checked(_libc.capset(header, b"".join(word.to_bytes(4, sys.byteorder) for word in words)))


def empty_bounding_set() -> None:
    """Have no program that is started later get a capability. Does nothing without CAP_SETPCAP."""
    for capability in range(_CAPABILITIES_MAX):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break  # EINVAL after the last


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
