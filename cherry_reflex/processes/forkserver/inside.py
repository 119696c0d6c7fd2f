"""What a process does first that the forkserver has just forked."""

import contextlib
import fcntl
import os
import runpy
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from cherry_reflex.processes import sandbox_worker
from cherry_reflex.processes.forkserver.header import Call, Program
from cherry_reflex.processes.isolation.isolation import prepare
from cherry_reflex.processes.liveness import end_with_parent


def be(work: Callable[[], int]) -> NoReturn:
    """Become a child that does a piece of work; called in the new process."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        status = work()
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def compute(connection: socket.socket, call: Call, noise: int) -> int:
    """Do a call; what is printed goes to `noise`."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    _keep(nothing, noise, noise, connection.fileno(), kept=prepare())
    return sandbox_worker.serve(3, call)


def run_program(descriptors: Sequence[int], program: Program) -> int:
    """Run a module of ours with these as standard input, output and error."""
    _keep(*descriptors)
    os.environ.clear()
    os.environ.update(program.env)
    os.chdir(program.cwd)
    sys.argv = [program.module]
    end_with_parent()
    runpy.run_module(program.module, run_name="__main__", alter_sys=True)
    return 0


def _keep(*descriptors: int, kept: Iterable[int] = ()) -> None:
    """Make these the descriptors from 0 on, and close all others but those that are `kept`."""
    # Away from their places first: one of them may lie where another belongs.
    moved = [fcntl.fcntl(one, fcntl.F_DUPFD, 64) for one in descriptors]
    for place, one in enumerate(moved):
        os.dup2(one, place)
    first = len(moved)
    for one in sorted(kept):
        os.closerange(first, one)
        first = one + 1
    os.closerange(first, 65_536)
