"""What is removed by itself, and when.

The web process removes, once at its start, what a crash left half written and conversations that
were deleted long ago; the agents' process removes, now and again, what workers left behind.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.core.ids import new_id
from cherry_reflex.processes.sandbox import Sandbox
from cherry_reflex.store.layout import Layout

if TYPE_CHECKING:
    # Not for the agents' process, which has no database.
    from cherry_reflex.store.conversations import Conversations

UNDO_S = 24 * 3600
"""A deleted conversation can be restored for so long, and until the next start after that."""
TEMPORARY_S = 3600.0
"""How long files stay that workers leave for others."""
_PERIOD_S = TEMPORARY_S / 4


async def tidy_at_start(layout: Layout, conversations: "Conversations", sandbox: Sandbox) -> None:
    """Remove what was left by the process before this one, and what it was told to remove."""
    await asyncio.to_thread(remove_unfinished, layout, time.time())
    # When that cannot be written now, the next start does it.
    with suppress(Unavailable):
        await remove_deleted_conversations(layout, conversations, sandbox, time.time() - UNDO_S)


@asynccontextmanager
async def tidying_temporary(layout: Layout) -> AsyncIterator[None]:
    """Remove what has grown old in the temporary folders, now and again, as long as this is
    open."""

    async def tidy() -> None:
        while True:
            await asyncio.to_thread(remove_temporary, layout, time.time() - TEMPORARY_S)
            await asyncio.sleep(_PERIOD_S)

    task = asyncio.create_task(tidy(), name="janitor")
    try:
        yield
    finally:
        task.cancel()


def remove_unfinished(layout: Layout, before: float) -> None:
    """Remove uploads and artifacts that were begun before that Unix time and never became whole."""
    for part in layout.unfinished():
        with suppress(OSError):
            if part.stat().st_mtime < before:
                part.unlink()


def remove_temporary(layout: Layout, before: float) -> None:
    """Remove what lies untouched in the temporary folders since that Unix time."""
    for folder in layout.temporary:
        for path in folder.glob("*"):
            with suppress(OSError):
                if path.stat().st_mtime > before:
                    continue
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()


async def remove_deleted_conversations(
    layout: Layout, conversations: "Conversations", sandbox: Sandbox, before: float
) -> None:
    """Remove conversations that were deleted before that Unix time for good: files, experiments,
    rows. Raises Unavailable when the database cannot be written."""
    gone = await conversations.condemn(before)
    for conversation_id in gone:
        for folder in layout.of_conversation(conversation_id):
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    if gone and layout.mlflow_database.is_file():
        files = [str(layout.conversation_files(conversation_id)) for conversation_id in gone]
        await sandbox.call(
            "cherry_reflex.analysis.experiments.forgetting:forget",
            {"conversation_files": files},
            folder=layout.operations / new_id(),
            shared=[layout.mlflow_database.parent],
        )
    if gone:
        # Last: a removal that is interrupted is found by its rows, and done at the next start.
        await conversations.purge(gone)
