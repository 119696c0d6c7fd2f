"""Whether a process runs, as the kernel knows it: the event loop learns of a death only later."""

import asyncio
import ctypes
import os
import signal
import sys


def alive(process: asyncio.subprocess.Process) -> bool:
    """Return whether a process that we started still runs."""
    if process.returncode is not None:
        return False
    if sys.platform == "win32":
        return True
    try:
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, process.pid, options) is None
    except ChildProcessError:
        return False


_PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """Called in a new process before its program: have the kernel end it when we die in a way that
    leaves us no time to (prctl(2)). It may hang, and then never notices that nobody listens."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
