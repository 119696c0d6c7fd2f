"""The sandboxed half of taking a file in: format, parser, types, profile."""

import gzip
import zlib
from pathlib import Path
from typing import Any

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets import typing
from cherry_reflex.datasets.formats import csv, json, parquet, xlsx
from cherry_reflex.datasets.formats.probe import Format, Name, identify, safe_name
from cherry_reflex.datasets.formats.raw import Raw
from cherry_reflex.processes.sandbox_worker import Progress

_CHUNK_BYTES = 1 << 20
_RATIO_MAX = 1000
"""How much a gzip file may grow, above the first bytes: text of rows does not reach a tenth."""
_RATIO_FROM_BYTES = 500_000_000


def parse(payload: dict[str, Any], folder: Path, progress: Progress) -> dict[str, Any]:
    """Take in `payload.source` as `payload.options` say; its datasets are written to
    `payload.target`.

    `folder` is for scratch files. Raises BadInput saying what is wrong with the file.
    """
    options = ParseOptions.model_validate(payload["options"])
    source, target = Path(payload["source"]), Path(payload["target"])
    name = safe_name(payload["filename"])
    kind = identify(source, name)
    if kind == "gzip":
        source, name = _unzipped(source, folder / "unzipped", name, payload["bytes_max"])
        kind = identify(source, name)
        if kind == "gzip":
            raise BadInput("file_type", name=name.full, accepted="csv.gz")
    progress({"stage": "parse", "format": kind})
    raws = _raws(kind, source, name, folder, options)
    datasets = []
    for raw in raws:
        progress({"stage": "land", "sheet": raw.sheet})
        dataset_id = new_id()
        title = f"{name.stem} - {raw.sheet}" if raw.sheet and len(raws) > 1 else name.stem
        if raw.parsed and raw.parsed.tables > 1 and raw.parsed.options.table:
            title += f" ({raw.parsed.options.table})"
        file = target / f"{dataset_id}.parquet"
        dataset = typing.write_typed(
            raw, file, folder, dataset_id, title, payload["language"], options
        )
        dataset = dataset.model_copy(update={"source": name.full})
        datasets.append(dataset.model_dump(mode="json"))
    return {"datasets": datasets}


def _raws(kind: Format, source: Path, name: Name, folder: Path, options: ParseOptions) -> list[Raw]:
    match kind:
        case "csv":
            return csv.parse(source, name.full, folder, options)
        case "json":
            return json.parse(source, name.full, folder, options)
        case "xlsx":
            return xlsx.parse(source, name.full, folder, options)
        case "parquet":
            return parquet.parse(source, name.full, folder)
        case _:
            raise BadInput("file_type", name=name.full, accepted="")


def _unzipped(source: Path, target: Path, name: Name, bytes_max: int) -> tuple[Path, Name]:
    """Unpack a gzip file; a bomb ends where it grows out of proportion, or at `bytes_max`."""
    inner = name.full[: -len(".gz")]
    inner = inner if "." in inner else f"{inner}.csv"
    size = 0
    try:
        with gzip.open(source) as file, target.open("wb") as out:
            while chunk := file.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > bytes_max:
                    raise BadInput("file_inflates", name=name.full, limit=bytes_max)
                if size > max(_RATIO_FROM_BYTES, source.stat().st_size * _RATIO_MAX):
                    raise BadInput("file_ratio", name=name.full, ratio=_RATIO_MAX)
                out.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput("file_damaged", str(error), name=name.full) from error
    return target, safe_name(inner)
