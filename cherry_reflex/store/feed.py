"""The newest records of a conversation in memory, for those who follow it."""

import asyncio
from dataclasses import dataclass, field

from cherry_reflex.core.events import Record

RING = 512
"""Records of a followed conversation kept in memory; who is further behind reads SQLite."""


@dataclass
class Feed:
    """What was committed last, and who waits for more."""

    ring: list[Record] = field(default_factory=list)
    wakes: set[asyncio.Event] = field(default_factory=set)

    def publish(self, records: list[Record]) -> None:
        """Keep what was committed, and wake those who wait."""
        self.ring += records
        if len(self.ring) > 2 * RING:
            del self.ring[:-RING]
        for wake in self.wakes:
            wake.set()

    def since(self, after: int) -> list[Record] | None:
        """The records after `after`, or None when the ring does not reach back that far.
        Seqs have no gaps, so a place in the ring is found by subtraction."""
        if not self.ring or self.ring[0].seq > after + 1:
            return None
        return self.ring[after + 1 - self.ring[0].seq :]
