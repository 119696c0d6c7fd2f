"""How densely events come: whether waiting for more of them is worth it."""

import time
from collections.abc import Callable

_SPAN_S = 0.5


class Traffic:
    """How many events a second come in a lane, of those where any come."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since, self._events, self._lanes = clock(), 0, set[tuple[str, str]]()
        self._last = 0.0

    def passed(self, lane: tuple[str, str]) -> None:
        """Count an event."""
        self._events += 1
        self._lanes.add(lane)

    def per_lane(self) -> float:
        """Return the mean over the last half second or more."""
        now = self._clock()
        if now - self._since >= _SPAN_S:
            self._last = self._events / max(1, len(self._lanes)) / (now - self._since)
            self._since, self._events, self._lanes = now, 0, set()
        return self._last
