"""Conversations and their runs: listed, searched, renamed, deleted, restored."""

import time
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, delete, insert, or_, update
from sqlmodel import Session, col, select

from cherry_reflex.core.errors import NotFound
from cherry_reflex.core.ids import new_id
from cherry_reflex.store.database import Database
from cherry_reflex.store.schema import (
    ArtifactRow,
    ConversationRow,
    DatasetRow,
    EventRow,
    FeedbackRow,
    RememberedWordRow,
    RunRow,
)

TITLE_CHARS_MAX = 120
_NOBODY = ""
"""Owner of what is being removed for good; nobody has that name."""


class Conversation(BaseModel):
    """A conversation as lists show it. `live` says that a run of it is under way."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    created_at: float
    updated_at: float
    pinned: bool = False
    live: bool = False


class StoredRun(BaseModel):
    """A run as kept beside its events. `state` is `live` or how it ended."""

    model_config = ConfigDict(frozen=True)

    id: str
    conversation_id: str
    question: str
    summary: str = ""
    state: str
    first_seq: int
    created_at: float


class Conversations:
    """The repository. Everything asks for the owner; another's is NotFound."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, owner: str, title: str = "") -> Conversation:
        """Make an empty conversation."""
        now = time.time()
        row = ConversationRow(
            id=new_id(), owner=owner, title=_title(title), created_at=now, updated_at=now
        )
        values = row.model_dump()
        await self._database.write(
            lambda connection: connection.execute(insert(ConversationRow), [values])
        )
        return _conversation(row, live=False)

    async def get(self, owner: str, conversation_id: str) -> Conversation:
        """Return one. Raises NotFound `conversation_unknown`."""

        def query(session: Session) -> Conversation:
            row = session.get(ConversationRow, conversation_id)
            if row is None or row.owner != owner or row.deleted_at is not None:
                raise NotFound("conversation_unknown")
            return _conversation(row, live=conversation_id in _live(session, [conversation_id]))

        return await self._database.read(query)

    async def find(self, owner: str, text: str = "", limit: int = 200) -> list[Conversation]:
        """Return the newest first, pinned before all; with `text` those that contain it in
        title, questions or summaries."""

        def query(session: Session) -> list[Conversation]:
            statement = select(ConversationRow).where(
                ConversationRow.owner == owner, col(ConversationRow.deleted_at).is_(None)
            )
            if text.strip():
                like = f"%{_escape(text.strip())}%"
                hits = select(RunRow.conversation_id).where(
                    or_(
                        col(RunRow.question).like(like, escape="\\"),
                        col(RunRow.summary).like(like, escape="\\"),
                    )
                )
                statement = statement.where(
                    or_(
                        col(ConversationRow.title).like(like, escape="\\"),
                        col(ConversationRow.id).in_(hits),
                    )
                )
            statement = statement.order_by(
                col(ConversationRow.pinned).desc(), col(ConversationRow.updated_at).desc()
            )
            rows = session.exec(statement.limit(limit)).all()
            live = _live(session, [row.id for row in rows])
            return [_conversation(row, live=row.id in live) for row in rows]

        return await self._database.read(query)

    async def change(
        self,
        owner: str,
        conversation_id: str,
        *,
        title: str | None = None,
        pinned: bool | None = None,
    ) -> Conversation:
        """Rename or pin. Raises NotFound."""
        values: dict[str, object] = {}
        if title is not None:
            values["title"] = _title(title)
        if pinned is not None:
            values["pinned"] = pinned
        if values:
            await self._update(owner, conversation_id, values)
        return await self.get(owner, conversation_id)

    async def delete(self, owner: str, conversation_id: str) -> None:
        """Hide it; `restore` brings it back until `purge` has removed it. Raises NotFound."""
        await self._update(owner, conversation_id, {"deleted_at": time.time()})

    async def restore(self, owner: str, conversation_id: str) -> Conversation:
        """Undo a deletion. Raises NotFound."""
        await self._update(owner, conversation_id, {"deleted_at": None})
        return await self.get(owner, conversation_id)

    async def condemn(self, before: float) -> list[str]:
        """Take what was deleted before that Unix time from its owner, so that nobody restores it.
        Return the ids, also those of a removal that was interrupted: the caller removes their
        files and then calls `purge`."""
        gone = select(ConversationRow.id).where(
            or_(col(ConversationRow.deleted_at) < before, col(ConversationRow.owner) == _NOBODY)
        )
        if not await self._database.read(lambda session: session.exec(gone).first()):
            return []

        def change(connection: Connection) -> list[str]:
            ids = list(connection.execute(gone).scalars())
            named = col(ConversationRow.id).in_(ids)
            connection.execute(update(ConversationRow).where(named).values(owner=_NOBODY))
            return ids

        return await self._database.write(change)

    async def purge(self, ids: Sequence[str]) -> None:
        """Remove condemned conversations for good."""

        def change(connection: Connection) -> None:
            kept = (FeedbackRow, EventRow, ArtifactRow, RememberedWordRow, DatasetRow, RunRow)
            for table in kept:
                connection.execute(delete(table).where(col(table.conversation_id).in_(ids)))
            connection.execute(delete(ConversationRow).where(col(ConversationRow.id).in_(ids)))

        await self._database.write(change)

    async def run(self, owner: str, run_id: str) -> StoredRun:
        """Return a run. Raises NotFound `run_unknown`."""

        def query(session: Session) -> StoredRun:
            row = session.get(RunRow, run_id)
            conversation = session.get(ConversationRow, row.conversation_id) if row else None
            if (
                row is None
                or conversation is None
                or conversation.owner != owner
                or conversation.deleted_at is not None
            ):
                raise NotFound("run_unknown")
            return StoredRun.model_validate(row.model_dump())

        return await self._database.read(query)

    async def is_live(self, run_id: str) -> bool:
        """Return whether a run is under way; also of a conversation that is deleted meanwhile."""

        def query(session: Session) -> bool:
            row = session.get(RunRow, run_id)
            return row is not None and row.state == "live"

        return await self._database.read(query)

    async def has_run(self, conversation_id: str, run_id: str) -> bool:
        """Return whether the conversation has that run. Raises NotFound when another has it."""

        def query(session: Session) -> bool:
            row = session.get(RunRow, run_id)
            if row is not None and row.conversation_id != conversation_id:
                raise NotFound("run_unknown")
            return row is not None

        return await self._database.read(query)

    async def runs(self, conversation_id: str, limit: int, before: int = 0) -> list[StoredRun]:
        """Return the newest `limit` runs that began before seq `before`, oldest first."""

        def query(session: Session) -> list[StoredRun]:
            statement = select(RunRow).where(RunRow.conversation_id == conversation_id)
            if before:
                statement = statement.where(RunRow.first_seq < before)
            rows = session.exec(statement.order_by(col(RunRow.first_seq).desc()).limit(limit))
            return [StoredRun.model_validate(row.model_dump()) for row in rows][::-1]

        return await self._database.read(query)

    async def live_runs(self) -> list[StoredRun]:
        """Return the runs that were under way when the server last stopped."""

        def query(session: Session) -> list[StoredRun]:
            rows = session.exec(select(RunRow).where(RunRow.state == "live"))
            return [StoredRun.model_validate(row.model_dump()) for row in rows]

        return await self._database.read(query)

    async def _update(self, owner: str, conversation_id: str, values: dict[str, object]) -> None:
        def change(connection: Connection) -> int:
            return connection.execute(
                update(ConversationRow)
                .where(
                    col(ConversationRow.id) == conversation_id, col(ConversationRow.owner) == owner
                )
                .values(**values)
            ).rowcount

        if not await self._database.write(change):
            raise NotFound("conversation_unknown")


def begun(
    run_id: str, conversation_id: str, question: str, at: float
) -> Callable[[Connection, int], None]:
    """Return what the log commits beside RunStarted: the run's row, and the title it may give."""

    def also(connection: Connection, seq: int) -> None:
        row = RunRow(
            id=run_id,
            conversation_id=conversation_id,
            question=question,
            first_seq=seq,
            created_at=at,
        )
        connection.execute(insert(RunRow), [row.model_dump()])
        here = col(ConversationRow.id) == conversation_id
        connection.execute(update(ConversationRow).where(here).values(updated_at=at))
        connection.execute(
            update(ConversationRow)
            .where(here, col(ConversationRow.title) == "")
            .values(title=_title(question))
        )

    return also


def ended(run_id: str, state: str, summary: str, at: float) -> Callable[[Connection, int], None]:
    """Return what the log commits beside a terminal event: how the run ended."""

    def also(connection: Connection, seq: int) -> None:
        connection.execute(
            update(RunRow)
            .where(col(RunRow.id) == run_id)
            .values(state=state, summary=summary, ended_at=at, last_seq=seq)
        )

    return also


def resumed(run_id: str) -> Callable[[Connection, int], None]:
    """Return what the log commits when a step of a finished run is retried."""

    def also(connection: Connection, _: int) -> None:
        connection.execute(
            update(RunRow).where(col(RunRow.id) == run_id).values(state="live", last_seq=None)
        )

    return also


def _conversation(row: ConversationRow, *, live: bool) -> Conversation:
    return Conversation.model_validate({**row.model_dump(), "live": live})


def _live(session: Session, ids: Sequence[str]) -> set[str]:
    statement = select(RunRow.conversation_id).where(
        RunRow.state == "live", col(RunRow.conversation_id).in_(ids)
    )
    return set(session.exec(statement))


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_CHARS_MAX else line[: TITLE_CHARS_MAX - 1] + "…"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
