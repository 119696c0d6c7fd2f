"""The inside of the sandbox: what a forked child does with one request.

It reads the request (JSON) from its caller's connection, locks itself, runs the target and writes
JSON lines: `{"begun": pid}`, `{"progress": …}` any number of times, then `{"result": …}` or
`{"error": …}`. Whatever libraries print goes to standard error. A target is `module:function`,
called as `function(payload, folder, progress) -> dict`.
"""

import json
import os
import tempfile
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.errors import BadInput, CherryError
from cherry_reflex.processes import limits
from cherry_reflex.processes.isolation.isolation import Access, isolate

if TYPE_CHECKING:
    from cherry_reflex.processes.forkserver.header import Call

Progress = Callable[[dict[str, Any]], None]


def serve(connection: int, call: "Call") -> int:
    """Serve the one request that comes through a file descriptor; return the exit status."""
    request = _request(connection, call.payload_bytes)
    if request is None:
        return 0  # the caller has left
    channel = os.fdopen(connection, "w", encoding="utf-8")

    def say(kind: str, value: Any) -> None:
        channel.write(json.dumps({kind: value}, ensure_ascii=True, allow_nan=False) + "\n")
        channel.flush()

    say("begun", os.getpid())
    limits.take(call.memory_bytes, request["cpu_s"], request["file_bytes"])
    folder = call.folder
    os.chdir(folder)
    os.environ["TMPDIR"] = os.environ["MPLCONFIGDIR"] = str(folder)
    tempfile.tempdir = None
    try:
        module, _, function = request["target"].partition(":")
        target = getattr(import_module(module), function)
        for name in request["modules"]:
            import_module(name)
        enforced = isolate(_access(request, folder))
        if request["foreign"] and not enforced.is_complete:
            raise BadInput("python_unsafe")
        if not enforced.network and not request["connect"]:
            limits.leave_network()
        say("result", target(request["payload"], folder, lambda said: say("progress", said)))
    except CherryError as error:
        say("error", {"type": type(error).__name__, **error.failure().model_dump(mode="json")})
    except Exception as error:
        traceback.print_exc()
        code = "analysis_memory" if _is_memory(error) else "analysis_failed"
        kind = "LimitExceeded" if code == "analysis_memory" else "WorkerFailed"
        detail = f"{type(error).__name__}: {error}"
        say("error", {"type": kind, "code": code, "params": {}, "detail": detail[:2000]})
    return 0


def _access(request: dict[str, Any], folder: Path) -> Access:
    read, shared = (tuple(map(Path, request[key])) for key in ("read", "shared"))
    connect = tuple(request["connect"])
    return Access(read=read, write=(folder,), shared=shared, connect=connect)


def _request(connection: int, size_bytes: int) -> dict[str, Any] | None:
    read = bytearray()
    while len(read) < size_bytes:
        chunk = os.read(connection, min(size_bytes - len(read), 1 << 20))
        if not chunk:
            return None
        read += chunk
    request: dict[str, Any] = json.loads(read)
    return request


def _is_memory(error: BaseException) -> bool:
    names = {base.__name__ for base in type(error).__mro__}
    return bool(names & {"MemoryError", "OutOfMemoryException", "ArrowMemoryError"})
