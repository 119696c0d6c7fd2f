"""Artifacts: what a worker hands back besides words. Large data only ever travels by reference."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

ArtifactKind = Literal["text", "table", "chart", "file", "dataset", "model", "plan"]

MEDIA_TYPES: dict[str, str] = {
    "text": "text/markdown",
    "table": "application/vnd.apache.parquet",
    "chart": "application/vnd.plotly.v1+json",
    "file": "application/octet-stream",
    "dataset": "application/vnd.apache.parquet",
    "model": "application/octet-stream",
    "plan": "application/json",
}
"""The media type in which each kind travels and is stored, unless the artifact says another."""


class ArtifactContent(BaseModel):
    """An artifact on its way in: its bytes, or a file that holds them.

    `meta` is small (< 16 KB) and free; these keys are known to the page: `rows`, `columns` (names),
    `code` and `language` (the query or code that made it), `description` (one sentence; of a
    chart, its text alternative), `chosen` (the columns that were chosen, by role),
    `table` (of a chart: the title of the table artifact with the same numbers),
    `sample` (rows used, of how many), `units` (of a table: column -> `core.unit.Unit`),
    `reading` (how the question was understood: `sentence`, `reading`, `band`, `probability`,
    `unused`, `alternatives`, and `words` where they are known).
    """

    model_config = ConfigDict(frozen=True)

    kind: ArtifactKind
    title: str
    media_type: str = ""
    filename: str = ""
    data: bytes | None = None
    path: Path | None = None
    meta: dict[str, Any] = {}

    @property
    def type(self) -> str:
        """The media type, the kind's own where none was given."""
        return self.media_type or MEDIA_TYPES[self.kind]


class ArtifactRef(BaseModel):
    """A stored artifact. Its bytes are at `/api/artifacts/<id>`."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: ArtifactKind
    title: str
    media_type: str
    filename: str
    size_bytes: int
    meta: dict[str, Any] = {}
