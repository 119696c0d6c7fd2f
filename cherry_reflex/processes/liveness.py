"""Whether a process runs, as the kernel knows it: the event loop learns of a death only later."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None


def alive(child: int) -> bool:
    """Return whether a process that we started, and whose end nobody has heard of, still runs."""
    if sys.platform != "linux":
        return True  # for all that can be known
    try:
        return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def end_with_parent() -> None:
    """Have the kernel end this process when its parent dies in a way that leaves it no time to
    (prctl(2), Linux only). This one may hang, and then never notices that nobody listens.

    Safe to call between fork and exec: nothing is looked up here."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
