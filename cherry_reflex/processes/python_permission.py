"""Whether Python code that a model or a person wrote may be run here."""

from cherry_reflex.processes.isolation.isolation import supported
from cherry_reflex.settings import Settings


def is_locked() -> bool:
    """Return whether the kernel can lock code into its sandbox wholly: its files, its signals, no
    network, no other program. Where it cannot, no foreign code is run."""
    return supported().is_complete


def no_python(settings: Settings, *, locked: bool | None = None) -> str:
    """Return why Python code is not run, as the code of an error: `python_off` by the operator's
    setting, `python_unsafe` where the sandbox is not locked (asked of `is_locked` unless given).
    Empty where it is run."""
    if not settings.runs_python:
        return "python_off"
    return "" if (is_locked() if locked is None else locked) else "python_unsafe"
