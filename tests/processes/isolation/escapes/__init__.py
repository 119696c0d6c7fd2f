"""Ways out of the lock, by name. Each either raises OSError or has worked."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.processes.isolation.scene import Scene

Attempt = Callable[[Scene], None]
EVERYBODY, ROOT, NOBODY = ("root", "user"), ("root",), ()


@dataclass(frozen=True)
class Escape:
    attempt: Attempt
    works_for: tuple[str, ...]
    """Who is shown to succeed without the lock: whoever does no harm by it."""


ESCAPES: dict[str, Escape] = {}


def escape(works_for: tuple[str, ...] = EVERYBODY) -> Callable[[Attempt], Attempt]:
    def register(attempt: Attempt) -> Attempt:
        name = attempt.__name__.replace("_", "-")
        assert name not in ESCAPES
        ESCAPES[name] = Escape(attempt, works_for)
        return attempt

    return register


def load() -> dict[str, Escape]:
    """Return all of them."""
    from tests.processes.isolation.escapes import (  # noqa: F401 - they register themselves
        attributes,
        files,
        machine,
        others,
        programs,
        signals,
        sockets,
    )

    return ESCAPES
