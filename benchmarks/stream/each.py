"""Takes the gathering of events out of a process, to see what it saves (`measure --each`)."""

import os

ASKED = "BENCH_EACH"
"""Set in the environment where every event shall be sent by itself."""


def arrange() -> None:
    """Do so where it was asked for; before anything is served."""
    if not os.environ.get(ASKED):
        return
    from cherry_reflex.a2a.server import context, endpoint
    from cherry_reflex.store import event_log

    for module in (event_log, context, endpoint):
        module.PAUSE_MIN_S = module.PAUSE_MAX_S = 0.0  # type: ignore[attr-defined]
