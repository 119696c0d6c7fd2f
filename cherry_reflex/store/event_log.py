"""The event log: append, read again, follow. What a follower gets has been committed first."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, func
from sqlmodel import Session, col, select

from cherry_reflex.core.errors import CherryError, Unavailable
from cherry_reflex.core.events import EVENT, Event, Record, SummaryDelta, TextDelta
from cherry_reflex.core.view import RunView, apply
from cherry_reflex.store.database import Database
from cherry_reflex.store.feed import Feed
from cherry_reflex.store.schema import EventRow

PAGE = 500
PENDING_MAX = 2000
"""Events that may wait for the disk before `append` makes its caller wait too."""

_INSERT = (
    "INSERT INTO event (conversation_id, seq, run_id, at, type, body) VALUES (?, ?, ?, ?, ?, ?)"
)
"""Written out: SQLAlchemy's compiled insert costs several times as much as the write itself."""

BUSY_S = 10.0
"""How long a commit is tried again while another program holds the database."""

_VOLATILE = ("text_delta", "summary_delta", "status_changed", "output_line")
"""A power cut may lose the last of these; everything else waits for the disk."""


@dataclass
class _Entry:
    conversation_id: str
    run_id: str
    event: Event
    at: float
    also: Callable[[Connection, int], None] | None = None
    last: bool = False
    done: list["asyncio.Future[Record]"] = field(default_factory=list)


class EventLog:
    """Appends in order with group commit: what arrives while a commit is under way goes into the
    next one, and the texts of one lane are then merged. So a lone token is written at once, and
    many cost little each. One process writes a database, and one task flushes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending: list[_Entry] = []
        self._last_of: dict[tuple[str, str], _Entry] = {}
        self._seq: dict[str, int] = {}
        self._feeds: dict[str, Feed] = {}
        self._lost: dict[tuple[str, str], CherryError] = {}
        self._flushing: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._room.set()

    async def append(
        self,
        conversation_id: str,
        run_id: str,
        event: Event,
        also: Callable[[Connection, int], None] | None = None,
        *,
        last: bool = False,
    ) -> Record:
        """Commit one event (and `also`, given its seq, in the same transaction). How a run ended
        is its `last` word, for which space is held in reserve.

        Raises Unavailable `storage_full`, `storage_busy` or `storage_broken`: nothing was written
        then. It raises also when an event that was posted before in the same lane could not be
        written: what follows a gap would look whole.
        """
        return await self._put(conversation_id, run_id, event, also, last=last)

    def lost(self, run_id: str) -> CherryError | None:
        """Return (once) why something that was posted of a run could not be written, if so."""
        keys = [key for key in self._lost if key[0] == run_id]
        causes = [self._lost.pop(key) for key in keys]
        return causes[0] if causes else None

    async def post(self, conversation_id: str, run_id: str, event: Event) -> None:
        """Queue an event and return at once, unless very many wait already.

        Raises what `append` raises when an earlier event of the lane could not be written.
        """
        await self._room.wait()
        if (cause := self._lost.pop((run_id, _step(event)), None)) is not None:
            raise cause
        self._put(conversation_id, run_id, event, None, wanted=False)

    async def settle(self) -> None:
        """Wait until everything that was queued before is committed."""
        while self._flushing is not None:
            await asyncio.wait({self._flushing})

    def _put(
        self,
        conversation_id: str,
        run_id: str,
        event: Event,
        also: Callable[[Connection, int], None] | None,
        *,
        wanted: bool = True,
        last: bool = False,
    ) -> "asyncio.Future[Record]":
        future: asyncio.Future[Record] = asyncio.get_running_loop().create_future()
        step = _step(event)
        before = self._last_of.get((run_id, step))
        if before is not None and before.also is None and also is None and _merge(before, event):
            entry = before
        else:
            entry = _Entry(conversation_id, run_id, event, time.time(), also, last)
            self._pending.append(entry)
            if step:
                self._last_of[run_id, step] = entry
            if len(self._pending) >= PENDING_MAX:
                self._room.clear()
        if wanted:
            entry.done.append(future)
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush(), name="event-log")
        return future

    async def _flush(self) -> None:
        try:
            while self._pending:
                batch, self._pending = self._pending, []
                self._last_of.clear()
                self._room.set()
                await self._commit(batch)
        finally:
            self._flushing = None

    async def _commit(self, batch: list[_Entry]) -> None:
        batch = self._after_gaps(batch)
        if not batch:
            return
        conversations = {entry.conversation_id for entry in batch}
        try:
            for conversation_id in conversations - self._seq.keys():
                self._seq[conversation_id] = await self._database.read(_last_seq(conversation_id))
            records = []
            for entry in batch:
                self._seq[entry.conversation_id] += 1
                records.append(
                    Record(
                        run_id=entry.run_id,
                        seq=self._seq[entry.conversation_id],
                        at=entry.at,
                        event=entry.event,
                    )
                )
            rows = [_row(e.conversation_id, r) for e, r in zip(batch, records, strict=True)]

            def change(connection: Connection) -> None:
                for entry, record in zip(batch, records, strict=True):
                    if entry.also is not None:
                        entry.also(connection, record.seq)
                connection.exec_driver_sql(_INSERT, rows)

            durable = any(entry.event.type not in _VOLATILE for entry in batch)
            await self._write(change, durable=durable, last=any(entry.last for entry in batch))
        except Exception as error:
            # The numbers were not used: read them again before the next commit.
            for conversation_id in conversations:
                self._seq.pop(conversation_id, None)
            cause = (
                error
                if isinstance(error, CherryError)
                else Unavailable("storage_broken", detail=str(error))
            )
            for entry in batch:
                self._fail(entry, cause)
            return
        fresh: dict[str, list[Record]] = {}
        for entry, record in zip(batch, records, strict=True):
            fresh.setdefault(entry.conversation_id, []).append(record)
            for future in entry.done:
                if not future.done():
                    future.set_result(record)
        for conversation_id, news in fresh.items():
            if feed := self._feeds.get(conversation_id):
                feed.publish(news)

    def _after_gaps(self, batch: list[_Entry]) -> list[_Entry]:
        """Leave out what follows a gap in its lane, until somebody was told of the gap."""
        kept = []
        for entry in batch:
            key = (entry.run_id, _step(entry.event))
            if key in self._lost:
                self._fail(entry, self._lost.pop(key))
            else:
                kept.append(entry)
        return kept

    def _fail(self, entry: _Entry, cause: CherryError) -> None:
        """Tell who waits for the entry; when nobody does, the lane's next event is told."""
        key = (entry.run_id, _step(entry.event))
        if entry.done:
            self._lost.pop(key, None)
        else:
            self._lost[key] = cause
        for future in entry.done:
            if not future.done():
                future.set_exception(cause)

    async def _write(
        self, change: Callable[[Connection], None], *, durable: bool, last: bool
    ) -> None:
        """Commit; while another program holds the database, what comes waits in memory."""
        give_up = time.monotonic() + BUSY_S
        while True:
            try:
                return await self._database.write(change, durable=durable, last=last)
            except Unavailable as error:
                if error.code != "storage_busy" or time.monotonic() > give_up:
                    raise

    async def last_seq(self, conversation_id: str) -> int:
        """Return the newest committed seq, 0 when there is none."""
        return await self._database.read(_last_seq(conversation_id))

    async def read(
        self,
        conversation_id: str,
        after: int = 0,
        limit: int = PAGE,
        run_id: str = "",
        type: str = "",
    ) -> list[Record]:
        """Return up to `limit` records with seq > `after`, of one run or event type if given."""

        def query(session: Session) -> list[Record]:
            # Columns and not rows: objects of SQLAlchemy's would cost more than all the rest.
            statement = select(EventRow.run_id, EventRow.seq, EventRow.at, EventRow.body).where(
                EventRow.conversation_id == conversation_id, EventRow.seq > after
            )
            if run_id:
                statement = statement.where(EventRow.run_id == run_id)
            if type:
                statement = statement.where(EventRow.type == type)
            rows = session.exec(statement.order_by(col(EventRow.seq)).limit(limit))
            return [
                Record(run_id=run, seq=seq, at=at, event=EVENT.validate_json(body))
                for run, seq, at, body in rows
            ]

        return await self._database.read(query)

    async def view(self, conversation_id: str, run_id: str) -> RunView:
        """Return a run as it stands now."""
        view = RunView(run_id=run_id)
        while records := await self.read(conversation_id, view.seq, PAGE, run_id):
            for record in records:
                apply(view, record)
        return view

    async def follow(self, conversation_id: str, after: int = 0) -> AsyncIterator[list[Record]]:
        """Yield records with seq > `after` as they are committed, for ever, in batches.

        An empty list says once that the past is read and the present begins. There is no queue
        for a follower: one that is slow finds what it missed in the ring or in SQLite.
        """
        feed = self._feeds.setdefault(conversation_id, Feed())
        wake = asyncio.Event()
        feed.wakes.add(wake)
        caught_up = False
        try:
            while True:
                wake.clear()
                records = feed.since(after)
                if records is None:
                    records = await self.read(conversation_id, after)
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
                self._feeds.pop(conversation_id, None)


def _step(event: Event) -> str:
    return str(getattr(event, "step", "summary" if isinstance(event, SummaryDelta) else ""))


def _merge(entry: _Entry, event: Event) -> bool:
    """Add the text of `event` to a waiting delta of the same lane; False when that cannot be."""
    old = entry.event
    if isinstance(old, TextDelta) and isinstance(event, TextDelta):
        entry.event = TextDelta(step=old.step, text=old.text + event.text)
        return True
    if isinstance(old, SummaryDelta) and isinstance(event, SummaryDelta):
        entry.event = SummaryDelta(text=old.text + event.text)
        return True
    return False


def _row(conversation_id: str, record: Record) -> tuple[str, int, str, float, str, str]:
    event = record.event
    body = event.model_dump_json()
    return conversation_id, record.seq, record.run_id, record.at, event.type, body


def _last_seq(conversation_id: str) -> Callable[[Session], int]:
    def query(session: Session) -> int:
        statement = select(func.max(EventRow.seq)).where(
            EventRow.conversation_id == conversation_id
        )
        return session.exec(statement).one() or 0

    return query
