"""Takes the gathering of news out of a process, to see what it saves (`measure --each`)."""

import os

ASKED = "BENCH_EACH"
"""Set in the environment where every piece of news shall be sent by itself."""


def arrange() -> None:
    """Do so where it was asked for; before anything is served."""
    if not os.environ.get(ASKED):
        return
    from cherry_reflex.store import event_log
    from cherry_reflex.wire.a2a import desk, server

    for module in (event_log, desk, server):
        module.PAUSE_MIN_S = module.PAUSE_MAX_S = 0.0  # type: ignore[attr-defined]
