"""What is written in the texts of a dataset: more of it than the examples of its columns.

A question may name any value of a column, and finding which column it is of must not read the
table. So whoever makes a dataset keeps the values of its texts in a small file beside its Parquet
file, with which it is moved and removed. Only what runs on this machine reads it: no message
carries it.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import Tables

COMPLETE_MAX = 2000
"""A column with at most so many different values is kept as a whole."""
FREQUENT_MAX = 500
"""Of other columns, so many of the most frequent values are kept."""
VALUE_CHARS_MAX = 120
"""What is longer is a text, which nobody names."""
BYTES_MAX = 300_000
"""The size of a file. Where it would be larger, the columns with the most lose their rarest."""

_COLUMNS = TypeAdapter(dict[str, tuple[str, ...]])


def beside(parquet: Path) -> Path:
    """Return where the values of a Parquet file are kept."""
    return parquet.parent / f"{parquet.stem}.values.json"


def write_values(parquet: Path, values: Mapping[str, Sequence[str]]) -> None:
    """Keep values beside a Parquet file: by column, the most frequent first."""
    text = json.dumps(_within(values, BYTES_MAX), ensure_ascii=False, separators=(",", ":"))
    beside(parquet).write_text(text, "utf-8")


def values_of(dataset: Dataset) -> Mapping[str, tuple[str, ...]]:
    """Return the values of a dataset's texts and categories by column, the most frequent first:
    all of a column that has no more than `COMPLETE_MAX`, up to `FREQUENT_MAX` of others.

    Of a dataset that none are kept of (an older one, one that lies elsewhere), the columns'
    examples.
    """
    path = beside(Tables.path(dataset))
    try:
        state = path.stat()
        kept = _read(path, state.st_mtime_ns, state.st_size)
    except (OSError, ValidationError):
        kept = {}
    texts = [column for column in dataset.columns if column.type in ("text", "category")]
    return {
        column.name: kept.get(column.name)
        or tuple(one for one in column.examples if isinstance(one, str))
        for column in texts
    }


@lru_cache(maxsize=16)
def _read(path: Path, modified_ns: int, size_bytes: int) -> dict[str, tuple[str, ...]]:
    if size_bytes > BYTES_MAX:
        raise OSError(f"{path} is none of ours")
    return _COLUMNS.validate_json(path.read_bytes())


def _within(values: Mapping[str, Sequence[str]], bytes_max: int) -> dict[str, list[str]]:
    """Return the values that fit, each column having at least its share of the room."""
    sizes = {name: [_size(one) for one in listed] for name, listed in values.items()}
    kept: dict[str, list[str]] = {}
    room = bytes_max - len("{}")
    smallest_first = sorted(values, key=lambda name: sum(sizes[name]))
    for done, name in enumerate(smallest_first):
        share = room // (len(values) - done)
        used, many = _size(name) + len(":[]"), 0
        for size in sizes[name]:
            if used + size > share:
                break
            used, many = used + size, many + 1
        if many:
            kept[name] = list(values[name][:many])
            room -= used
    return {name: kept[name] for name in values if name in kept}


def _size(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False).encode()) + len(",")
