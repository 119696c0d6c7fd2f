"""What people's words mean in their datasets: word -> column, as they have chosen."""

import time
from collections.abc import Sequence

from sqlalchemy import Connection, delete
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import col

from cherry_reflex.store.database import Database
from cherry_reflex.store.schema import RememberedWordRow

WORDS_MAX = 200
"""Of a dataset; the oldest are forgotten when there are more."""
WORD_CHARS_MAX = 80


class RememberedWords:
    """The repository. Who asks has been checked to own the datasets. What is known of a dataset is
    read with it (`store.datasets`): a version that was made of it knows the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, conversation_id: str, dataset_id: str, word: str, column: str) -> None:
        """Remember what a word means, in place of what it meant before."""
        row = RememberedWordRow(
            dataset_id=dataset_id,
            word=_key(word),
            conversation_id=conversation_id,
            column=column,
            at=time.time(),
        )

        def change(connection: Connection) -> None:
            values = row.model_dump()
            meant = {"column": column, "at": row.at}
            connection.execute(
                insert(RememberedWordRow)
                .values(values)
                .on_conflict_do_update(index_elements=["dataset_id", "word"], set_=meant)
            )
            here = col(RememberedWordRow.dataset_id) == dataset_id
            newest = (
                RememberedWordRow.__table__.select()  # type: ignore[attr-defined]
                .with_only_columns(col(RememberedWordRow.word))
                .where(here)
                .order_by(col(RememberedWordRow.at).desc())
                .limit(WORDS_MAX)
            )
            connection.execute(
                delete(RememberedWordRow).where(here, col(RememberedWordRow.word).not_in(newest))
            )

        await self._database.write(change)

    async def forget(self, dataset_ids: Sequence[str], word: str) -> None:
        """Forget a word of those datasets; one that is not known is forgotten already."""
        gone = delete(RememberedWordRow).where(
            col(RememberedWordRow.dataset_id).in_(dataset_ids),
            col(RememberedWordRow.word) == _key(word),
        )
        await self._database.write(lambda connection: connection.execute(gone))


def _key(word: str) -> str:
    return " ".join(word.split()).casefold()[:WORD_CHARS_MAX]
