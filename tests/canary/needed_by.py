"""Whose detail it is that a canary looks at."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def needed_by(module: str, detail: str) -> Iterator[None]:
    """Whatever goes wrong within is told as: `module` (a file of ours, from the root) leans on
    `detail`, which has changed."""
    assert (ROOT / module).is_file(), f"{module} is not there: name the one that needs this now"
    try:
        yield
    except Exception as error:
        raise AssertionError(
            f"{module} leans on this, which has changed: {detail} ({type(error).__name__}: {error})"
        ) from error
