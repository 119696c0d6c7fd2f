"""How long to gather events before they are sent on: at once while the process is idle, longer the
busier it is."""

import asyncio
import time
from collections.abc import Callable

_SPAN_S = 0.1
_IDLE, _FULL = 0.3, 0.6
"""Shares of a processor: below the first nothing is gathered longer, above the second the most."""

_CALM, _DENSE = 400, 1200
"""The same for events a second, whatever the processor: a few lanes of one person are
sent as they come, fifty people's are gathered before the processor is busy with them."""

_PROMPT_S, _LATE_S = 0.006, 0.03
"""The same for how late the thread wakes, which tells of a machine that others keep busy."""


class AdaptiveBatching:
    """Gives the pause between two messages, from `least_s` to `most_s`.

    It follows the share of the last tenths of a second in which the calling thread computed, how
    many Events came, and how late it wakes: every message costs about the same however
    little it carries, so a busy process sends fewer. One object serves all streams of a thread.
    """

    def __init__(
        self,
        least_s: float,
        most_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self._least_s, self._most_s = least_s, most_s
        self._clock, self._worked = clock, worked
        self._at, self._work = clock(), worked()
        self.busy = 0.0
        """Share of a processor that the thread used lately, 0 to 1."""
        self.late_s = 0.0
        """How late it woke lately."""
        self.per_s = 0.0
        """Events that came lately, a second."""
        self._came = 0

    def passed(self) -> None:
        """Count an event."""
        self._came += 1

    async def pause(self, s: float | None = None) -> None:
        """Sleep for the pause that fits, or for `s` seconds."""
        wait_s = self.pause_s() if s is None else s
        due = self._clock() + wait_s
        await asyncio.sleep(wait_s)
        self.woke(self._clock() - due)

    def woke(self, late_s: float) -> None:
        """Note how long after it was due the thread woke."""
        self.late_s += (max(0.0, late_s) - self.late_s) / 16

    def pause_s(self) -> float:
        """Return the pause that fits now (seconds)."""
        passed = self._clock() - self._at
        if passed >= _SPAN_S:
            work = self._worked()
            share = (work - self._work) / passed
            # The longer it was not asked, the less the past counts.
            weight = min(1.0, passed / (4 * _SPAN_S))
            weight = max(weight, 0.25)
            self.busy += (share - self.busy) * weight
            self.per_s += (self._came / passed - self.per_s) * weight
            self._came = 0
            self._at, self._work = self._at + passed, work
        work_load = (self.busy - _IDLE) / (_FULL - _IDLE)
        news_load = (self.per_s - _CALM) / (_DENSE - _CALM)
        late_load = (self.late_s - _PROMPT_S) / (_LATE_S - _PROMPT_S)
        load = min(1.0, max(0.0, work_load, news_load, late_load))
        return self._least_s + (self._most_s - self._least_s) * load
