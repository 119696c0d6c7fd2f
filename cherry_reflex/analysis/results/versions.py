"""A new version of a dataset, as an artifact."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Tables

CODE_CHARS_MAX = 10_000
"""Longer code travels as a file: an artifact's meta stays small."""
_NAMES_CHARS_MAX = 3000


def new_file(tables: Tables) -> Path:
    """Return the path of a Parquet file to be made in the operation's folder."""
    return tables.folder / f"{new_id()}.parquet"


def version(
    path: Path,
    title: str,
    parents: Sequence[Dataset],
    *,
    steps: Sequence[Mapping[str, Any]],
    description: str = "",
    more: Mapping[str, Any] | None = None,
) -> ArtifactContent:
    """Return a Parquet file as a new dataset made from `parents` by `steps` (name, arguments)."""
    import pyarrow.parquet as pq

    footer = pq.ParquetFile(path)
    meta: dict[str, Any] = {
        "rows": footer.metadata.num_rows,
        "columns": _first(footer.schema_arrow.names),
        "parent": parents[0].id if parents else "",
        "parents": [parent.id for parent in parents],
        "steps": [dict(step) for step in steps],
        **(more or {}),
    }
    if description:
        meta["description"] = description[:1000]
    return ArtifactContent(
        kind="dataset", title=title, filename=f"{title}.parquet", path=path, meta=meta
    )


def script(code: str, title: str) -> ArtifactContent:
    """Return a long query as a file."""
    return ArtifactContent(
        kind="file",
        title=title,
        media_type="application/sql",
        filename=f"{title}.sql",
        data=code.encode(),
    )


def _first(names: Sequence[str]) -> list[str]:
    kept: list[str] = []
    room = _NAMES_CHARS_MAX
    for name in names:
        room -= len(name) + 4
        if room < 0:
            break
        kept.append(str(name))
    return kept
