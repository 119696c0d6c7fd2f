"""An analyst whose conversation has files that last: what one step saves, a later one finds."""

from dataclasses import dataclass
from pathlib import Path

from cherry_reflex.agents.analyst import Analyst
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.worker import WorkerRequest
from cherry_reflex.store.layout import Layout


@dataclass(frozen=True)
class SavingAnalyst(Analyst):
    """The analysts' flow with `Tables.conversation_files` set."""

    def _tables(self, work: WorkerRequest) -> Tables:
        return super()._tables(work).model_copy(update={"conversation_files": self._files(work)})

    def _files(self, work: WorkerRequest) -> Path:
        return Layout(self.services.data_dir).conversation_files(work.conversation_id)
