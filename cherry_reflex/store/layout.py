"""Where everything is below the data directory. The names on the disk stay as they are: people have
data under them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cherry_reflex.analysis.experiments.logbook import FILE as MLFLOW_FILE
from cherry_reflex.settings import Settings

_UPLOADS, _DATASETS, _ARTIFACTS, _CONVERSATION_FILES = "uploads", "datasets", "artifacts", "shelves"


@dataclass(frozen=True)
class Layout:
    """The files and folders of one data directory. They are made by whoever writes to them."""

    data_dir: Path

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return that of the settings, with absolute paths."""
        return cls(settings.data_dir.resolve())

    @property
    def database(self) -> Path:
        """The SQLite file; SQLite keeps two more beside it."""
        return self.data_dir / "cherry.db"

    @property
    def lock(self) -> Path:
        """Held by the server that has the data."""
        return self.data_dir / "cherry.lock"

    @property
    def reserve(self) -> Path:
        """Space for the last words of runs when the disk is full."""
        return self.data_dir / "cherry.reserve"

    def uploads(self, conversation_id: str) -> Path:
        """Files as people gave them."""
        return self.data_dir / _UPLOADS / conversation_id

    def datasets(self, conversation_id: str) -> Path:
        """What they were read as: Parquet files."""
        return self.data_dir / _DATASETS / conversation_id

    def artifacts(self, conversation_id: str) -> Path:
        """What was made in its runs."""
        return self.data_dir / _ARTIFACTS / conversation_id

    def conversation_files(self, conversation_id: str) -> Path:
        """What one step saves and a later one finds, such as models (`Tables.conversation_files`).
        Named by a hash of the id, which comes from whoever asks and may be any text."""
        name = hashlib.sha256(conversation_id.encode()).hexdigest()[:32]
        return self.data_dir / _CONVERSATION_FILES / name

    def of_conversation(self, conversation_id: str) -> tuple[Path, ...]:
        """All folders of a conversation."""
        return (
            self.uploads(conversation_id),
            self.datasets(conversation_id),
            self.artifacts(conversation_id),
            self.conversation_files(conversation_id),
        )

    def unfinished(self) -> Iterator[Path]:
        """Yield uploads and artifacts that are being written, or that nobody wrote to the end."""
        for place in (_UPLOADS, _ARTIFACTS):
            yield from (self.data_dir / place).glob("*/*.part")

    @property
    def mlflow_database(self) -> Path:
        """MLflow's store of trainings. What belongs to it is beside it."""
        return self.data_dir / _CONVERSATION_FILES / MLFLOW_FILE

    @property
    def operations(self) -> Path:
        """Folders of single operations."""
        return self.data_dir / "work"

    @property
    def handed(self) -> Path:
        """Files that agents hand over, and those that come with messages of others."""
        return self.data_dir / "handed"

    @property
    def tools(self) -> Path:
        """Where our MCP tools leave the files of their artifacts."""
        return self.data_dir / "tools"

    @property
    def temporary(self) -> tuple[Path, ...]:
        """The folders of files that nobody needs for long: the store has copies of its own."""
        return self.operations, self.handed, self.tools

    @property
    def user_servers(self) -> Path:
        """The agents and tool servers that people added."""
        return self.data_dir / "team"

    @property
    def tool_approvals(self) -> Path:
        """Which tools of which server were agreed to."""
        return self.user_servers / "agreed.json"

    @property
    def models(self) -> Path:
        """Language models that were downloaded."""
        return self.data_dir / "models"

    @property
    def embedded_cache(self) -> Path:
        """What the embedded planner need not compute again."""
        return self.data_dir / "embedded"
