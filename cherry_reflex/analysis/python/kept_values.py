"""Values as files that hold nothing but data: tables and arrays as Arrow, the rest as JSON."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

Form = Literal["frame", "series", "array", "json"]

JSON_BYTES_MAX = 1_000_000
_DEPTH_MAX, _LENGTH_MAX = 20, 100_000
_TAG = "#"


class NotData(Exception):
    """The value is no plain data: a model, an open file, an object of a class of the code's own."""


def save(value: Any, path: Path) -> Form:
    """Write a value to a file and return its form. Raises NotData, also for tables with values
    that Arrow has no type for; no value is ever pickled."""
    import numpy as np
    import pandas as pd

    if type(value) is pd.DataFrame:
        _write_arrow(_table(value), path)
        return "frame"
    if type(value) is pd.Series:
        named = {"name": value.name}
        if not isinstance(value.name, str | int | float | bool | None):
            raise NotData
        _write_arrow(_table(value.to_frame("value")), path, named)
        return "series"
    if type(value) is np.ndarray:
        _write_arrow(_array_table(value), path, {"shape": value.shape, "dtype": value.dtype.str})
        return "array"
    text = json.dumps(_encoded(value, 0), ensure_ascii=True)
    if len(text) > JSON_BYTES_MAX:
        raise NotData
    path.write_text(text, "utf-8")
    return "json"


def read(path: Path, form: Form) -> Any:
    """Return the value that was written. Raises OSError, ValueError for a file that is not so."""
    if form == "json":
        return _decoded(json.loads(path.read_text("utf-8")))
    table, about = _read_arrow(path)
    if form == "array":
        values = table.column(0).to_numpy()
        return values.astype(about["dtype"]).reshape([int(n) for n in about["shape"]])
    frame = table.to_pandas()
    if form == "frame":
        return frame
    series = frame["value"]
    series.name = about["name"]
    return series


def _table(frame: Any) -> Any:
    import pyarrow as pa

    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        # Arrow would take lists of objects apart, and give them back as something else.
        if column.dtype == object and column.map(_is_nested).any():
            raise NotData
    try:
        return pa.Table.from_pandas(frame, preserve_index=True)
    except (pa.ArrowException, ValueError, TypeError, KeyError, OverflowError) as error:
        raise NotData from error


def _is_nested(value: Any) -> bool:
    return isinstance(value, list | dict | tuple | set) or hasattr(value, "__array__")


def _array_table(values: Any) -> Any:
    import pyarrow as pa

    if values.dtype.kind not in "biufMmU":
        raise NotData
    try:
        return pa.table({"value": pa.array(values.reshape(-1).tolist() if values.dtype.kind == "U"
                                           else values.reshape(-1))})  # fmt: skip
    except (pa.ArrowException, ValueError) as error:
        raise NotData from error


def _write_arrow(table: Any, path: Path, about: dict[str, Any] | None = None) -> None:
    import pyarrow.feather

    if about is not None:
        told = {**(table.schema.metadata or {}), b"cherry": json.dumps(about).encode()}
        table = table.replace_schema_metadata(told)
    pyarrow.feather.write_feather(table, str(path), compression="zstd")


def _read_arrow(path: Path) -> tuple[Any, dict[str, Any]]:
    import pyarrow.feather

    table = pyarrow.feather.read_table(str(path), memory_map=False)
    about = (table.schema.metadata or {}).get(b"cherry", b"{}")
    return table, json.loads(about)


def _encoded(value: Any, depth: int) -> Any:
    if depth > _DEPTH_MAX:
        raise NotData
    if value is None or type(value) in (bool, int, float, str):
        return value
    if hasattr(value, "__len__") and len(value) > _LENGTH_MAX:
        raise NotData
    if type(value) is list:
        return [_encoded(one, depth + 1) for one in value]
    if type(value) is dict and all(type(key) is str and key != _TAG for key in value):
        return {key: _encoded(one, depth + 1) for key, one in value.items()}
    if type(value) is dict:
        pairs = [[_encoded(k, depth + 1), _encoded(v, depth + 1)] for k, v in value.items()]
        return {_TAG: "dict", "of": pairs}
    if type(value) in (tuple, set, frozenset):
        parts = [_encoded(one, depth + 1) for one in value]
        return {_TAG: type(value).__name__, "of": parts}
    if type(value) in (date, datetime):
        return {_TAG: type(value).__name__, "of": value.isoformat()}
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return _encoded(value.item(), depth + 1)
    if type(value).__name__ == "Timestamp" and value == value:
        return {_TAG: "Timestamp", "of": value.isoformat()}
    raise NotData


def _decoded(told: Any) -> Any:
    if isinstance(told, list):
        return [_decoded(one) for one in told]
    if not isinstance(told, dict):
        return told
    if _TAG not in told:
        return {key: _decoded(one) for key, one in told.items()}
    kind, of = told[_TAG], told["of"]
    match kind:
        case "dict":
            return {_decoded(key): _decoded(one) for key, one in of}
        case "tuple":
            return tuple(_decoded(one) for one in of)
        case "set":
            return {_decoded(one) for one in of}
        case "frozenset":
            return frozenset(_decoded(one) for one in of)
        case "date":
            return date.fromisoformat(of)
        case "datetime":
            return datetime.fromisoformat(of)
        case "Timestamp":
            import pandas as pd

            return pd.Timestamp(of)
        case _:
            raise ValueError(f"no such kind: {kind}")
