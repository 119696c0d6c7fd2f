"""Whether a process runs, as the kernel knows it: the event loop learns of a death only later."""

import asyncio
import os
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
