"""Taking a file in: any supported format to Parquet with a full profile."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cherry_reflex.analysis.value_index import beside
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, LimitExceeded, WorkerFailed
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.core.operation import Tables
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.formats.probe import safe_name
from cherry_reflex.processes.sandbox import Sandbox

_BYTES_A_SECOND = 4_000_000
"""The slowest parsing that is waited for."""
_BYTES_MAX = 4_000_000_000


async def ingest(
    source: Path,
    filename: str,
    *,
    folder: Path,
    sandbox: Sandbox,
    options: ParseOptions = ParseOptions(),  # noqa: B008 - frozen
    language: Language = ENGLISH,
    on_progress: Callable[[dict[str, Any]], None] | None = None,
) -> list[Dataset]:
    """Convert a file to `<folder>/<dataset id>.parquet`, its values beside it, one dataset per
    table (xlsx: per sheet, or only that of `options`). `options` override what would be found
    out; `language` is that of the notes.

    Raises BadInput naming what is wrong with the file and where, LimitExceeded when it needs more
    memory or time than allowed. Nothing of a file that fails is kept.
    """
    source, folder = _located(source), _located(folder)
    scratch = folder / f".ingest-{new_id()}"
    made = scratch / "made"
    name = safe_name(filename).full
    seconds = max(sandbox.timeout_s, _size(source) / _BYTES_A_SECOND)
    try:
        made.mkdir(parents=True)
        said = await sandbox.call(
            "cherry_reflex.datasets.parse:parse",
            {
                "source": str(source),
                "filename": filename,
                "target": str(made),
                "options": options.model_dump(mode="json"),
                "language": language,
                "bytes_max": _BYTES_MAX,
            },
            folder=scratch,
            read=[source],
            timeout_s=seconds,
            on_progress=on_progress,
        )
        return [_moved(Dataset.model_validate(one), folder) for one in said["datasets"]]
    except WorkerFailed as error:
        if error.code == "analysis_crashed":
            raise BadInput("file_damaged", error.detail, name=name) from error
        raise
    except LimitExceeded as error:
        if error.code == "analysis_memory":
            raise LimitExceeded("file_memory", error.detail, name=name) from error
        if error.code == "analysis_timeout":
            raise LimitExceeded(
                "file_time", error.detail, name=name, seconds=round(seconds)
            ) from error
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _located(path: Path) -> Path:
    return path.absolute()


def _size(source: Path) -> int:
    if not source.is_file():
        raise BadInput("file_missing", name=source.name)
    return source.stat().st_size


def _moved(dataset: Dataset, folder: Path) -> Dataset:
    target = folder / f"{dataset.id}.parquet"
    made = Tables.path(dataset)
    beside(made).replace(beside(target))
    made.replace(target)
    return dataset.model_copy(update={"uri": f"file://{target}"})
