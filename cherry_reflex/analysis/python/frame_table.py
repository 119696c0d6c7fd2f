"""Values of pandas and NumPy as Arrow tables that any reader of Parquet understands."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROWS_MAX = 100_000
"""Rows of a table that is shown; a dataset has all of its rows."""
COLUMNS_MAX = 2000
HEAD_ROWS, HEAD_CHARS = 30, 4000
"""What is told of a table: its first rows, in so many characters at most."""
_CELL_CHARS = 60
_ROWS_PER_GROUP = 122_880


def frame_of(value: Any) -> "pd.DataFrame | None":
    """Return a value that is a table as a frame: frames, series, indexes, arrays of one or two
    dimensions, groups (their sizes), tables of Arrow and relations of DuckDB. None
    for all else."""
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        return value
    if isinstance(value, pd.Series):
        return _of_series(value)
    if isinstance(value, pd.Index):
        return value.to_frame(index=False, name=None if any(value.names) else "value")
    if isinstance(value, pd.api.typing.DataFrameGroupBy | pd.api.typing.SeriesGroupBy):
        return _of_series(pd.Series(value.size(), name="size"))
    if isinstance(value, np.ndarray) and value.ndim in (1, 2) and value.dtype.names is None:
        columns = ["value"] if value.ndim == 1 else [str(n) for n in range(value.shape[1])]
        return pd.DataFrame(value.reshape(value.shape[0], -1), columns=columns)
    if isinstance(value, pd.api.extensions.ExtensionArray):
        return pd.DataFrame({"value": value})
    kind = f"{type(value).__module__}.{type(value).__name__}"
    if kind in ("pyarrow.lib.Table", "pyarrow.lib.RecordBatch"):
        return frame_of(value.to_pandas())
    if type(value).__name__ == "DuckDBPyRelation":
        return frame_of(value.df())
    return None


def arrow_of(frame: "pd.DataFrame", *, rows_max: int | None = None) -> "pa.Table":
    """Return a frame as an Arrow table, its index as the first columns unless it only counts.

    Headings become different texts. What Parquet or a reader of it has no type for (periods,
    intervals, durations, complex numbers, nested and mixed values) becomes text.
    """
    import pyarrow as pa

    shown = frame if rows_max is None else frame.iloc[:rows_max]
    names: list[str] = []
    arrays: list[pa.Array | pa.ChunkedArray] = []
    for name, values in _columns(shown):
        names.append(_apart(name, names))
        arrays.append(_array(values))
    return pa.table(arrays, names=names)


def write(table: "pa.Table", path: Path) -> None:
    """Write a table as a Parquet file, as datasets are."""
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd", row_group_size=_ROWS_PER_GROUP)


def head(table: "pa.Table") -> str:
    """Return the first rows of a table as text, a line a row, in at most `HEAD_CHARS` characters.
    Numbers have ten digits that count."""
    lines = [" | ".join(_cell(name) for name in table.column_names)[:HEAD_CHARS]]
    room = HEAD_CHARS - len(lines[0])
    columns = [column.to_pylist() for column in table.slice(0, HEAD_ROWS).columns]
    for row in zip(*columns, strict=True):
        line = " | ".join(_cell(value) for value in row)
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    return "\n".join(lines)


def _of_series(series: "pd.Series") -> "pd.DataFrame":
    named = series if series.name is not None else series.rename("value")
    frame = named.to_frame()
    if not _counts(series.index) and frame.index.names == [None]:
        frame.index = frame.index.rename("index")  # labels of a series are part of what it says
    return frame


def _columns(frame: "pd.DataFrame") -> Iterable[tuple[str, "pd.Series"]]:
    import pandas as pd

    index = frame.index
    labels = index.nlevels == 1 and index.name is None and pd.api.types.is_integer_dtype(index)
    if not labels:
        for level, name in enumerate(index.names):
            usual = "index" if index.nlevels == 1 else f"level_{level}"
            values = index.get_level_values(level)
            yield _heading(name if name is not None else usual), values.to_series(index=index)
    for place, name in enumerate(frame.columns):
        yield _heading(name), frame.iloc[:, place]


def _counts(index: "pd.Index") -> bool:
    import pandas as pd

    return isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1


def _heading(name: Any) -> str:
    parts = name if isinstance(name, tuple) else (name,)
    told = " / ".join(str(part) for part in parts if str(part) != "")
    return told.encode("utf-8", "replace").decode() or "column"


def _apart(name: str, taken: list[str]) -> str:
    known = {one.casefold() for one in taken}
    shown, number = name, 2
    while shown.casefold() in known:
        shown, number = f"{name} ({number})", number + 1
    return shown


def _array(values: "pd.Series") -> "pa.Array | pa.ChunkedArray":
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _array(values.astype(dtype.categories.dtype))
    if isinstance(dtype, pd.SparseDtype):
        return _array(pd.Series(np.asarray(values)))
    try:
        found = pa.array(values, from_pandas=True)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return _texts(values)
    kind = found.type
    if pa.types.is_float16(kind):
        return found.cast(pa.float32())
    if (
        pa.types.is_nested(kind)
        or pa.types.is_duration(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or isinstance(kind, pa.BaseExtensionType)
    ):
        return _texts(values)
    return found.cast(pa.string()) if pa.types.is_string_view(kind) else found


def _texts(values: "pd.Series") -> "pa.Array":
    import pyarrow as pa

    return pa.array([_text(value) for value in values], pa.large_string())


def _text(value: Any) -> str | None:
    import pandas as pd

    if isinstance(value, list | dict | tuple | set):
        told = list(value) if isinstance(value, set) else value
        try:
            text = json.dumps(told, ensure_ascii=False, default=str)
        except (TypeError, ValueError, RecursionError):
            text = str(value)
    elif value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    else:
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.encode("utf-8", "replace").decode()


def _cell(value: Any) -> str:
    text = "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
    plain = " ".join(text.split())
    return plain if len(plain) <= _CELL_CHARS else plain[: _CELL_CHARS - 1] + "…"
