"""The newest records of a conversation in memory, for those who follow it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from cherry_reflex.core.events import Record

RING, RING_CHARS = 512, 4_000_000
"""Records of a followed conversation kept in memory, and characters of them; who is further behind
reads SQLite."""


@dataclass
class Feed:
    """What was committed last, and who waits for more."""

    ring: list[Record] = field(default_factory=list)
    wakes: set[asyncio.Event] = field(default_factory=set)
    _sizes: list[int] = field(default_factory=list)
    _chars: int = 0

    def publish(self, entries: list[tuple[Record, int]]) -> None:
        """Keep what was committed, each with its length, and wake those who wait."""
        for record, chars in entries:
            self.ring.append(record)
            self._sizes.append(chars)
            self._chars += chars
        if len(self.ring) > 2 * RING or self._chars > 2 * RING_CHARS:
            gone = 0
            while len(self.ring) - gone > RING or self._chars > RING_CHARS:
                self._chars -= self._sizes[gone]
                gone += 1
            del self.ring[:gone], self._sizes[:gone]
        for wake in self.wakes:
            wake.set()

    def since(self, after: int) -> list[Record] | None:
        """The records after `after`, or None when the ring does not reach back that far.
        Seqs have no gaps, so a place in the ring is found by subtraction."""
        if not self.ring or self.ring[0].seq > after + 1:
            return None
        return self.ring[after + 1 - self.ring[0].seq :]


class Feeds:
    """The feeds of the conversations that somebody follows."""

    def __init__(self) -> None:
        self.of: dict[str, Feed] = {}
        """By conversation."""

    def publish(self, fresh: Mapping[str, list[tuple[Record, int]]]) -> None:
        """Hand on what was committed, by conversation, each record with its length."""
        for conversation_id, entries in fresh.items():
            if feed := self.of.get(conversation_id):
                feed.publish(entries)

    async def follow(
        self,
        conversation_id: str,
        after: int,
        read: Callable[[str, int], Awaitable[list[Record]]],
    ) -> AsyncIterator[list[Record]]:
        """Yield records with seq > `after` as they come, for ever, in batches; an empty list says
        once that the past is over. There is no queue for a follower: one that is slow finds what
        it missed in the ring, or `read` finds it in SQLite."""
        feed = self.of.setdefault(conversation_id, Feed())
        wake = asyncio.Event()
        feed.wakes.add(wake)
        caught_up = False
        try:
            while True:
                wake.clear()
                records = feed.since(after)
                if records is None:
                    records = await read(conversation_id, after)
                if records:
                    after = records[-1].seq
                    yield records
                    continue
                if not caught_up:
                    caught_up = True
                    yield []
                    continue
                await wake.wait()
        finally:
            feed.wakes.discard(wake)
            if not feed.wakes:
                self.of.pop(conversation_id, None)
