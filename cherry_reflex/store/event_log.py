"""The event log: append, read again, follow. What a follower gets has been committed first."""

import asyncio
import time
from collections.abc import AsyncIterator

from sqlalchemy import Connection

from cherry_reflex.concurrency.adaptive_batching import AdaptiveBatching
from cherry_reflex.core.errors import CherryError, Unavailable
from cherry_reflex.core.events import Event, Record, TextDelta
from cherry_reflex.core.run_view import RunView, apply
from cherry_reflex.store.database import Database
from cherry_reflex.store.entry import (
    INSERT,
    VOLATILE,
    Also,
    Entry,
    chars_of,
    merge,
    step_of,
)
from cherry_reflex.store.feed import Feeds
from cherry_reflex.store.log_query import PAGE, last_seq_of, records_of
from cherry_reflex.store.traffic import Traffic

PAUSE_MIN_S, PAUSE_MAX_S = 0.002, 0.05
"""Between two commits: the first while the process is idle, the second while it is busy. What
comes meanwhile is merged, so that the page's sockets have fewer messages to carry as well."""

_SHARED = 0.3
"""What a rest is worth (1: all of it) where nothing can be merged: lanes still share a commit."""

PENDING_MAX, PENDING_CHARS = 2000, 8_000_000
"""Events that may wait for the disk, and characters in them, before `post` makes its caller wait
too."""

_STORAGE = ("storage_full", "storage_busy", "storage_closed")
"""What is wrong with all of a batch, whichever part of it is written."""


class EventLog:
    """Appends in order with group commit: what arrives while a commit is under way, or too soon
    after one, goes into the next one, and the texts of one lane are then merged. So a lone token
    is written at once, and many cost little each; what somebody waits for is written at once in
    any case. One process writes a database, and one task flushes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._batching = AdaptiveBatching(PAUSE_MIN_S, PAUSE_MAX_S)
        self._traffic = Traffic()
        self._resting_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._pending: list[Entry] = []
        self._pending_chars = 0
        self._last_of: dict[tuple[str, str], Entry] = {}
        self._seq: dict[str, int] = {}
        self._feeds = Feeds()
        self._lost: dict[tuple[str, str], CherryError] = {}
        self._flushing: asyncio.Task[None] | None = None
        self._hurry = False
        """Somebody waits for what is pending."""
        self._room = asyncio.Event()
        self._room.set()

    async def append(
        self,
        conversation_id: str,
        run_id: str,
        event: Event,
        also: Also | None = None,
        *,
        last: bool = False,
    ) -> Record:
        """Commit one event (and `also`, given its seq, in the same transaction). How a run ended
        is its `last` word, for which space is held in reserve.

        Raises Unavailable `storage_full`, `storage_busy` or `storage_broken`: nothing was written
        then. It raises also when an event that was posted before in the same lane could not be
        written: what follows a gap would look whole.
        """
        future: asyncio.Future[Record] = asyncio.get_running_loop().create_future()
        self._put(conversation_id, run_id, event, also, last=last).done.append(future)
        self._flush_now()
        return await future

    def lost(self, run_id: str) -> CherryError | None:
        """Return (once) why something that was posted of a run could not be written, if so."""
        keys = [key for key in self._lost if key[0] == run_id]
        causes = [self._lost.pop(key) for key in keys]
        return causes[0] if causes else None

    async def post(self, conversation_id: str, run_id: str, event: Event) -> None:
        """Queue an event and return at once, unless very many wait already.

        Raises what `append` raises when an earlier event of the lane could not be written.
        """
        if not self._room.is_set():
            await self._room.wait()
        if self._lost and (cause := self._lost.pop((run_id, step_of(event)), None)) is not None:
            raise cause
        self._put(conversation_id, run_id, event, None)
        self._came(chars_of(event))
        if self._flushing is None and self._timer is None:
            self._flush_soon()

    def add(self, run_id: str, step: str, text: str) -> bool:
        """Add text to a delta of the lane that waits; False where none does, or `post` has to be
        asked. Most tokens of a busy process go this way, and need no event of their own."""
        waiting = self._last_of.get((run_id, step))
        if waiting is None or type(waiting.event) is not TextDelta or waiting.also is not None:
            return False
        if not self._room.is_set() or self._lost:
            return False
        waiting.more.append(text)
        self._batching.passed()
        self._traffic.passed((run_id, step))
        self._came(len(text) + 1)
        return True

    async def settle(self) -> None:
        """Wait until everything that was queued before is committed."""
        if self._pending:
            self._flush_now()
        while self._flushing is not None:
            await asyncio.wait({self._flushing})

    async def close(self) -> None:
        """Write what is queued, without waiting for other programs that hold the database."""
        self._database.hurry()
        await self.settle()

    def _came(self, chars: int) -> None:
        self._pending_chars += chars
        if len(self._pending) >= PENDING_MAX or self._pending_chars >= PENDING_CHARS:
            self._room.clear()

    def _flush_soon(self) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() < self._resting_until:
            self._timer = loop.call_at(self._resting_until, self._rested, self._resting_until)
        else:
            self._flush_now()

    def _rested(self, due: float) -> None:
        self._batching.woke(asyncio.get_running_loop().time() - due)
        self._flush_now()

    def _flush_now(self) -> None:
        self._hurry = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush(), name="event-log")

    def _put(
        self,
        conversation_id: str,
        run_id: str,
        event: Event,
        also: Also | None,
        *,
        last: bool = False,
    ) -> Entry:
        step = step_of(event)
        self._batching.passed()
        if step:
            self._traffic.passed((run_id, step))
        before = self._last_of.get((run_id, step))
        if before is not None and also is None and merge(before, event):
            return before
        entry = Entry(conversation_id, run_id, event, time.time(), also, last)
        self._pending.append(entry)
        if step:
            self._last_of[run_id, step] = entry
        return entry

    async def _flush(self) -> None:
        try:
            while self._hurry and self._pending:
                self._hurry = False
                batch, self._pending, self._pending_chars = self._pending, [], 0
                self._last_of.clear()
                self._room.set()
                await self._commit(batch)
        finally:
            self._resting_until = asyncio.get_running_loop().time() + self._rest_s()
            self._flushing = None
            if self._pending:
                self._flush_soon()

    def _rest_s(self) -> float:
        """Return how long to gather now: less where whoever speaks has gathered already, so that
        little could be merged."""
        per_lane = self._traffic.per_lane() * PAUSE_MAX_S
        worth = min(1.0, max(_SHARED, per_lane - 1))
        return max(PAUSE_MIN_S, self._batching.pause_s() * worth)

    async def _commit(self, batch: list[Entry]) -> None:
        batch = self._after_gaps(batch)
        if not batch:
            return
        try:
            records = await self._written(batch)
        except Exception as error:
            # The numbers were not used: read them again before the next commit.
            for entry in batch:
                self._seq.pop(entry.conversation_id, None)
            cause = (
                error
                if isinstance(error, CherryError)
                else Unavailable("storage_broken", detail=str(error))
            )
            if len(batch) > 1 and cause.code not in _STORAGE:
                # One of them cannot be written; the others shall not suffer from it.
                half = len(batch) // 2
                await self._commit(batch[:half])
                await self._commit(batch[half:])
                return
            for entry in batch:
                self._fail(entry, cause)
            return
        fresh: dict[str, list[tuple[Record, int]]] = {}
        for entry, record in zip(batch, records, strict=True):
            fresh.setdefault(entry.conversation_id, []).append((record, len(entry.body)))
            for future in entry.done:
                if not future.done():
                    future.set_result(record)
        self._feeds.publish(fresh)

    async def _written(self, batch: list[Entry]) -> list[Record]:
        """Give every entry its number and write all of them in one transaction."""
        for conversation_id in {entry.conversation_id for entry in batch} - self._seq.keys():
            self._seq[conversation_id] = await self._database.read(last_seq_of(conversation_id))
        records, rows = [], []
        for entry in batch:
            where = entry.conversation_id
            seq = self._seq[where] = self._seq[where] + 1
            event = entry.whole()
            records.append(Record(run_id=entry.run_id, seq=seq, at=entry.at, event=event))
            rows.append((where, seq, entry.run_id, entry.at, event.type, entry.body))

        def change(connection: Connection) -> None:
            for entry, record in zip(batch, records, strict=True):
                if entry.also is not None:
                    entry.also(connection, record.seq)
            connection.exec_driver_sql(INSERT, rows)

        durable = any(entry.event.type not in VOLATILE for entry in batch)
        last = any(entry.last for entry in batch)
        await self._database.write(change, durable=durable, last=last)
        return records

    def _after_gaps(self, batch: list[Entry]) -> list[Entry]:
        """Leave out what follows a gap in its lane, until somebody was told of the gap."""
        kept = []
        for entry in batch:
            key = (entry.run_id, step_of(entry.event))
            if key in self._lost:
                self._fail(entry, self._lost.pop(key))
            else:
                kept.append(entry)
        return kept

    def _fail(self, entry: Entry, cause: CherryError) -> None:
        """Tell who waits for the entry; when nobody does, the lane's next event is told."""
        key = (entry.run_id, step_of(entry.event))
        if entry.done:
            self._lost.pop(key, None)
        else:
            self._lost[key] = cause
        for future in entry.done:
            if not future.done():
                future.set_exception(cause)

    async def last_seq(self, conversation_id: str) -> int:
        """Return the newest committed seq, 0 when there is none."""
        return await self._database.read(last_seq_of(conversation_id))

    async def read(
        self,
        conversation_id: str,
        after: int = 0,
        limit: int = PAGE,
        run_id: str = "",
        type: str = "",
    ) -> list[Record]:
        """Return up to `limit` records with seq > `after`, of one run or event type if given; fewer
        when they are long, and at least one when there is one."""

        query = records_of(conversation_id, after, limit, run_id, type)
        return await self._database.read(query)

    async def view(self, conversation_id: str, run_id: str) -> RunView:
        """Return a run as it stands now."""
        view = RunView(run_id=run_id)
        while records := await self.read(conversation_id, view.seq, PAGE, run_id):
            for record in records:
                apply(view, record)
        return view

    def follow(self, conversation_id: str, after: int = 0) -> AsyncIterator[list[Record]]:
        """Yield records with seq > `after` as they are committed, for ever, in batches; an empty
        list says once that the past is read and the present begins."""
        return self._feeds.follow(conversation_id, after, self.read)
