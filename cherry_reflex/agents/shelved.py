"""An analyst whose conversation has a shelf: what one step saves, a later one finds."""

import hashlib
from dataclasses import dataclass

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.work import Work

_FOLDER = "shelves"


@dataclass(frozen=True)
class ShelvedAnalyst(Analyst):
    """The analysts' flow with `Tables.shelf` set. The shelf is named by a hash of the
    conversation's id, since that id comes from whoever asks and may be any text."""

    def _tables(self, work: Work) -> Tables:
        name = hashlib.sha256(work.conversation_id.encode()).hexdigest()[:32]
        shelf = self.office.data_dir / _FOLDER / name
        return super()._tables(work).model_copy(update={"shelf": shelf})
