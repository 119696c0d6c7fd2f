"""What is read of the event log."""

from collections.abc import Callable

from sqlalchemy import func
from sqlmodel import Session, col, select

from cherry_reflex.core.events import EVENT, Record
from cherry_reflex.store.schema import EventRow, RunRow

PAGE, PAGE_CHARS = 500, 8_000_000
"""The most that is read at once: records, and characters of them."""


def records_of(
    conversation_id: str, after: int, limit: int, run_id: str, type: str
) -> Callable[[Session], list[Record]]:
    """Return what reads up to `limit` records with seq > `after`, of one run or type if given."""

    def query(session: Session) -> list[Record]:
        # Columns and not rows: objects of SQLAlchemy's would cost more than all the rest.
        statement = select(EventRow.run_id, EventRow.seq, EventRow.at, EventRow.body).where(
            EventRow.conversation_id == conversation_id, EventRow.seq > after
        )
        if run_id:
            statement = statement.where(EventRow.run_id == run_id)
            run = session.get(RunRow, run_id)
            if run is not None:
                statement = statement.where(EventRow.seq >= run.first_seq)
                if run.last_seq is not None:
                    statement = statement.where(EventRow.seq <= run.last_seq)
        if type:
            statement = statement.where(EventRow.type == type)
        rows = session.exec(statement.order_by(col(EventRow.seq)).limit(limit))
        found, chars = [], 0
        for whose, seq, at, body in rows:
            found.append(Record(run_id=whose, seq=seq, at=at, event=EVENT.validate_json(body)))
            chars += len(body)
            if chars >= PAGE_CHARS:
                break
        return found

    return query


def last_seq_of(conversation_id: str) -> Callable[[Session], int]:
    """Return what reads the newest seq, 0 when there is none."""

    def query(session: Session) -> int:
        statement = select(func.max(EventRow.seq)).where(
            EventRow.conversation_id == conversation_id
        )
        return session.exec(statement).one() or 0

    return query
