"""Rows of a database, kept as a Parquet file with the types that our tables have."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cherry_reflex.core.errors import LimitExceeded
from cherry_reflex.datasets.connections.session import Rows
from cherry_reflex.datasets.formats.headings import headings

_VALUE_CHARS = 2_000
_BYTES_MAX = 200_000_000


@dataclass(frozen=True)
class SavedRows:
    """How many rows were kept, in which columns, and whether there were more."""

    rows: int
    columns: tuple[str, ...]
    truncated: bool


def save_rows(rows: Rows, path: Path, rows_max: int) -> SavedRows:
    """Write at most `rows_max` rows to `path`. Raises LimitExceeded `sql_result`, BadInput
    `columns_many`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names, _ = headings(rows.names)
    columns: list[list[Any]] = [[] for _ in names]
    count = size = 0
    truncated = False
    for batch in rows.batches:
        part = batch[: rows_max - count]
        truncated = len(part) < len(batch)
        for values, column in zip(zip(*part, strict=True), columns, strict=False):
            plain = [_plain(value) for value in values]
            size += sum(len(v) if isinstance(v, str) else 8 for v in plain)
            column.extend(plain)
        count += len(part)
        if size > _BYTES_MAX:
            raise LimitExceeded("sql_result", limit=_BYTES_MAX)
        if truncated:
            break
    table = pa.table({n: _array(v) for n, v in zip(names, columns, strict=True)})
    pq.write_table(table, path, compression="zstd")
    return SavedRows(count, tuple(names), truncated)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value)[: _VALUE_CHARS // 2].hex()
    if isinstance(value, str):
        return value[:_VALUE_CHARS]
    if isinstance(value, dict | list | tuple):
        return str(value)[:_VALUE_CHARS]
    return value


def _array(values: Sequence[Any]) -> Any:
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    try:
        if kinds == {int, float}:
            return pa.array([None if v is None else float(v) for v in values])
        made = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    if pa.types.is_null(made.type):
        return made.cast(pa.string())
    if pa.types.is_timestamp(made.type) and made.type.tz:
        return made.cast(pa.timestamp("us"), safe=False)
    if pa.types.is_time(made.type) or pa.types.is_duration(made.type):
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    return made
