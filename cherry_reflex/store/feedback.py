"""How people found the answers: one word a run, kept beside it."""

import time
from typing import Literal

from sqlalchemy import Connection, delete, insert
from sqlmodel import col, select

from cherry_reflex.store.database import Database
from cherry_reflex.store.schema import FeedbackRow

Value = Literal["", "up", "down"]


class Feedback:
    """The repository. Who asks has been checked to own the run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, conversation_id: str, run_id: str, value: Value, note: str = "") -> None:
        """Keep a word on a run in place of the one before; `""` takes it back."""
        row = FeedbackRow(
            run_id=run_id, conversation_id=conversation_id, value=value, note=note, at=time.time()
        )
        values = row.model_dump()

        def change(connection: Connection) -> None:
            connection.execute(delete(FeedbackRow).where(col(FeedbackRow.run_id) == run_id))
            if value:
                connection.execute(insert(FeedbackRow), [values])

        await self._database.write(change)

    async def of(self, conversation_id: str) -> dict[str, str]:
        """Return run id -> value of the runs of a conversation that have one."""
        statement = select(FeedbackRow).where(FeedbackRow.conversation_id == conversation_id)
        rows = await self._database.read(lambda session: session.exec(statement).all())
        return {row.run_id: row.value for row in rows}
