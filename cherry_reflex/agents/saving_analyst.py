"""An analyst whose conversation has a shelf: what one step saves, a later one finds."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.worker import WorkerRequest

_FOLDER = "shelves"


def shelf(data_dir: Path, conversation_id: str) -> Path:
    """Return the folder of a conversation's shelf. It is named by a hash of the conversation's id,
    since that id comes from whoever asks and may be any text."""
    name = hashlib.sha256(conversation_id.encode()).hexdigest()[:32]
    return data_dir / _FOLDER / name


@dataclass(frozen=True)
class SavingAnalyst(Analyst):
    """The analysts' flow with `Tables.shelf` set."""

    def _tables(self, work: WorkerRequest) -> Tables:
        place = shelf(self.services.data_dir, work.conversation_id)
        return super()._tables(work).model_copy(update={"shelf": place})
