"""The inside of the sandbox: `python -m cherry_reflex.processes.sandbox_worker`.

Reads one request (a JSON object) from standard input, runs its target and writes JSON lines:
`{"progress": …}` any number of times, then `{"result": …}` or `{"error": …}`. Whatever libraries
print goes to standard error. A target is `module:function`, called as
`function(payload, folder, progress) -> dict`.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from cherry_reflex.core.errors import CherryError
from cherry_reflex.processes import limits

Progress = Callable[[dict[str, Any]], None]


def main() -> None:
    """Serve the one request."""
    request = json.loads(sys.stdin.buffer.read())
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(kind: str, value: Any) -> None:
        channel.write(json.dumps({kind: value}, ensure_ascii=True, allow_nan=False) + "\n")
        channel.flush()

    limits.take(request["memory_bytes"], request["cpu_s"], request["file_bytes"])
    limits.leave_network()
    folder = Path(request["folder"])
    os.chdir(folder)
    try:
        module, _, function = request["target"].partition(":")
        target = getattr(import_module(module), function)
        say("result", target(request["payload"], folder, lambda said: say("progress", said)))
    except CherryError as error:
        say("error", {"type": type(error).__name__, **error.failure().model_dump(mode="json")})
    except Exception as error:
        traceback.print_exc()
        code = "analysis_memory" if _is_memory(error) else "analysis_failed"
        kind = "LimitExceeded" if code == "analysis_memory" else "WorkerFailed"
        detail = f"{type(error).__name__}: {error}"
        say("error", {"type": kind, "code": code, "params": {}, "detail": detail[:2000]})


def _is_memory(error: BaseException) -> bool:
    names = {base.__name__ for base in type(error).__mro__}
    return bool(names & {"MemoryError", "OutOfMemoryException", "ArrowMemoryError"})


if __name__ == "__main__":
    main()
