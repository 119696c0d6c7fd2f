"""Runs the cells of a notebook in this process: a kernel would want sockets and a process of its
own, which no sandbox permits."""

import contextlib
import shutil
import sys
from pathlib import Path
from typing import Any

_PROBLEM_CHARS = 1_500
_INLINE = "module://matplotlib_inline.backend_inline"


def run_cells(book: Any, folder: Path) -> str:
    """Run the code cells of a notebook (nbformat 4) one after the other in `folder`, and put their
    outputs into it. Return what went wrong in the first that failed, empty when none did."""
    import matplotlib
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib_inline.backend_inline import configure_inline_support
    from traitlets.config import Config

    no_history = Config({"HistoryManager": {"enabled": False}})
    own = folder / ".ipython"
    shell: Any = InteractiveShell.instance(config=no_history, ipython_dir=str(own))
    shell.display_formatter.active_types = shell.display_formatter.format_types  # not text alone
    before = matplotlib.get_backend()
    try:
        with contextlib.chdir(folder):
            matplotlib.use(_INLINE)
            configure_inline_support(shell, _INLINE)
            for number, cell in enumerate(_code_cells(book), 1):
                cell.execution_count = number
                if problem := _run(shell, cell):
                    return problem[-_PROBLEM_CHARS:]
    finally:
        matplotlib.use(before)
        InteractiveShell.clear_instance()
        shutil.rmtree(own, ignore_errors=True)
    return ""


def _code_cells(book: Any) -> list[Any]:
    return [cell for cell in book.cells if cell.cell_type == "code"]


def _run(shell: Any, cell: Any) -> str:
    from IPython.utils.capture import capture_output
    from nbformat import v4

    with capture_output() as captured:
        shell.display_trap.hook = sys.displayhook  # values of cells are captured as well
        ran = shell.run_cell(cell.source, store_history=False)
    cell.outputs = [
        v4.new_output("stream", name=name, text=text)
        for name, text in (("stdout", captured.stdout), ("stderr", captured.stderr))
        if text
    ]
    for shown in captured.outputs:
        made = v4.new_output("display_data", data=_plain(shown.data), metadata=shown.metadata or {})
        cell.outputs.append(made)
    error = ran.error_before_exec or ran.error_in_exec
    return f"{type(error).__name__}: {error}" if error is not None else ""


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an output as JSON has it: pictures in Base64."""
    import base64

    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in data.items()
    }
