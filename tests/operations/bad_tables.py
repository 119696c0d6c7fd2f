"""Tables that no analysis is made for, and arguments for any operation over them."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import Operation
from cherry_reflex.datasets.column_profile import profile

ROWS = 40
WIDE_COLUMNS = 2_000


def _ordinary(rows: int = ROWS) -> pd.DataFrame:
    """A table with a column of every type."""
    dice = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "number": dice.normal(size=rows).round(3),
            "amount": dice.integers(1, 50, rows),
            "group": dice.choice(["a", "b", "c"], rows),
            "kind": dice.choice(["x", "y"], rows),
            "day": pd.date_range("2024-01-01", periods=rows, freq="D"),
            "sure": dice.choice([True, False], rows),
            "words": [f"text {n} of many" for n in range(rows)],
        }
    )


def _missing() -> pd.DataFrame:
    frame = _ordinary()
    return pd.DataFrame(
        {
            "number": pd.Series([None] * ROWS, dtype="float64"),
            "amount": pd.Series([None] * ROWS, dtype="Int64"),
            "group": pd.Series([None] * ROWS, dtype="string"),
            "kind": pd.Series([None] * ROWS, dtype="string"),
            "day": pd.Series([None] * ROWS, dtype="datetime64[us]"),
            "sure": pd.Series([None] * ROWS, dtype="boolean"),
            "words": pd.Series([None] * ROWS, dtype="string"),
        }
    )[list(frame)]


def _mixed() -> pd.DataFrame:
    """Numbers, words, dates and blanks in the same columns, as text."""
    parts = ["12", "n/a", "2024-03-05", "1,234.5", "", "세 개", "-", "₩5,000", "3.5%", "TRUE"]
    return pd.DataFrame(
        {name: np.random.default_rng(n).choice(parts, ROWS) for n, name in enumerate("pqrs")}
    )


def _names() -> pd.DataFrame:
    """Names that SQL, Markdown, HTML and templates would take for their own."""
    odd = ['a "quoted" one', "select", "{slot}", "매출 (원)", "<b>x</b>", "a;b--c", "rows"]
    return _ordinary().set_axis(odd, axis=1)


def _extreme() -> pd.DataFrame:
    frame = _ordinary()
    frame["number"] = [float("inf"), float("-inf"), float("nan"), 1e308, -1e308] * (ROWS // 5)
    frame["amount"] = [2**62, -(2**62), 0, 1, -1] * (ROWS // 5)
    frame["day"] = pd.to_datetime(["0001-01-01", "9999-12-31"] * (ROWS // 2)).astype(
        "datetime64[us]"
    )
    frame["words"] = ["x" * 5_000, "🍒" * 50] * (ROWS // 2)
    return frame


def _wide() -> pd.DataFrame:
    dice = np.random.default_rng(1)
    frame = pd.DataFrame(
        dice.normal(size=(ROWS, WIDE_COLUMNS - 7)),
        columns=[f"c{n}" for n in range(WIDE_COLUMNS - 7)],
    )
    return pd.concat([_ordinary(), frame], axis=1)


TABLES = {
    "ordinary": _ordinary,
    "empty": lambda: _ordinary().iloc[:0],
    "one row": lambda: _ordinary(1),
    "two rows": lambda: _ordinary(2),
    "all missing": _missing,
    "constant": lambda: pd.concat([_ordinary(1)] * ROWS, ignore_index=True),
    "only text": lambda: _ordinary()[["words", "group"]],
    "only numbers": lambda: _ordinary()[["number"]],
    "mixed types": _mixed,
    "same words": lambda: _ordinary().replace({"group": {"b": "A"}, "kind": {"y": "X"}}),
    "one class": lambda: _ordinary().assign(kind="x", sure=True, group="a"),
    "odd names": _names,
    "extreme values": _extreme,
}


def profiled(frame: pd.DataFrame, folder: Path) -> Dataset:
    """Write a frame as Parquet, with the profile that an upload gets."""
    path = folder / "data.parquet"
    frame.to_parquet(path, index=False)
    with duckdb.connect() as connection:
        found = profile(connection, path)
    return Dataset(
        id="d1", name="data", uri=f"file://{path}", rows=found.rows, columns=found.columns
    )


def arguments(kind: type[Operation], dataset: Dataset) -> Iterator[dict[str, Any]]:
    """Yield arguments: every word of the required choices, first with the required columns alone,
    then with all. Columns have fitting types where there are any, else just any."""
    schema = kind.model_json_schema()
    required = set(schema.get("required", ()))
    properties = schema["properties"]
    choices = {
        name: p["enum"] for name, p in properties.items() if name in required and "enum" in p
    }
    for words in product(*choices.values()):
        fixed = dict(zip(choices, words, strict=True))
        for everything in (False, True):
            yield fixed | _columns(properties, required, dataset, everything=everything) | {
                name: value
                for name, value in _GIVEN.items()
                if name in required and name in properties and name not in choices
                and "x-column" not in properties[name]
            }  # fmt: skip


_GIVEN = {"sql": "SELECT * FROM data", "model": "none", "table": "none"}


def _columns(
    properties: dict[str, Any], required: set[str], dataset: Dataset, *, everything: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    used: list[str] = []
    for name, hint in properties.items():
        if "x-column" not in hint or (name not in required and not everything):
            continue
        types = hint["x-column"]
        fitting = [c.name for c in dataset.columns if not types or c.type in types]
        fitting = fitting or [column.name for column in dataset.columns]
        fresh = [column for column in fitting if column not in used] or fitting
        wanted = fresh[: max(2, hint.get("x-least", 0))] if hint.get("x-many") else fresh[:1]
        used += wanted
        found[name] = wanted if hint.get("x-many") else wanted[0]
    return found
