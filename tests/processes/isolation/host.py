"""Tries escapes, each in a forked process of its own, and writes what became of them as JSON.

`python -m tests.processes.isolation.host root|user locked|client|free FOLDER NAME…`; a client is a
locked process that may connect, to another port.
"""

import errno
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from cherry_reflex.processes.isolation import isolation, kernel
from tests.processes.isolation import escapes, scene
from tests.processes.isolation.scene import Scene

NOBODY = 65534
_LONGEST_S = 20
_OTHER_PORT = 9


def main() -> None:
    who, how, root, *names = sys.argv[1:]
    Path(root).chmod(0o777)
    isolation.prepare()
    known = escapes.load()
    if who == "user" and os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 1)
    with scene.opened(Path(root)) as made:
        said = {name: _tried(known[name].attempt, made, how) for name in names}
    print(json.dumps(said))


def _tried(attempt: escapes.Attempt, made: Scene, how: str) -> dict[str, Any]:
    scene.renew(made)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.write(writing, json.dumps(_try(attempt, made, how)).encode())
        os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if said:
        outcome: dict[str, Any] = json.loads(said)
        return outcome
    if os.WIFSIGNALED(status):
        ended = signal.Signals(os.WTERMSIG(status))
        return {"refused": ended == signal.SIGSYS, "detail": ended.name}
    # It has become another program.
    return {"refused": False, "worked": status == 0, "detail": f"status {status}"}


def _try(attempt: escapes.Attempt, made: Scene, how: str) -> dict[str, Any]:
    signal.alarm(_LONGEST_S)
    try:
        if how != "free":
            connect = (_OTHER_PORT,) if how == "client" else ()
            access = isolation.Access(read=(made.table,), write=(made.folder,), connect=connect)
            isolation.isolate(access)
        attempt(made)
    except OSError as error:
        refusals = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EXDEV)
        name = errno.errorcode.get(error.errno or 0, "")
        return {"refused": error.errno in refusals, "detail": f"{name} {error}", "errno": name}
    except BaseException:
        return {"refused": False, "detail": traceback.format_exc()}
    return {"refused": False, "worked": True, "detail": "worked"}


if __name__ == "__main__":
    main()
