"""The process that runs a notebook: `python -m cherry_reflex.analysis.reports.runner FILE SECONDS`.

Limits itself before anything runs; the kernel inherits the limits. Prints one JSON line,
`{"problem": ""}` when every cell ran.
"""

import json
import resource
import sys
from pathlib import Path

from cherry_reflex.processes import limits
from cherry_reflex.processes.liveness import end_with_parent

_MEMORY_BYTES = 4_000_000_000
_FILE_BYTES = 500_000_000


def main() -> None:
    """Run the notebook in place."""
    end_with_parent()
    path, seconds = Path(sys.argv[1]), int(sys.argv[2])
    for which, value in (
        (resource.RLIMIT_CPU, seconds * 2),
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        limits.lower(which, value)
    sys.stdout.write(json.dumps({"problem": _problem(path, seconds)}) + "\n")


def _problem(path: Path, seconds: int) -> str:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    book = nbformat.read(path, as_version=4)
    client = NotebookClient(
        book,
        timeout=seconds,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return str(error)[-1500:] or type(error).__name__
    nbformat.write(book, path)
    return ""


if __name__ == "__main__":
    main()
