"""The labelled tables as datasets: rows drawn from what each file says of its columns, profiled as
uploads are."""

import hashlib
import json
import os
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cherry_reflex.core.dataset import Dataset

FOLDER = Path(os.environ.get("READING_QUESTIONS", Path(__file__).parent))
"""Where `tables` and `questions` are: others than ours can be measured."""
NAMES = tuple(sorted(path.stem for path in (FOLDER / "tables").glob("*.json")))
ROWS = 600
ABSENT = {"present": 0.97, "missing": 0.7}
"""Share of cells that have a value: in columns without and with empty cells in the sample."""


@cache
def described(name: str) -> dict[str, Any]:
    """Return what a table's file says: columns, values, a dozen rows."""
    found: dict[str, Any] = json.loads((FOLDER / "tables" / f"{name}.json").read_text("utf-8"))
    return found


def dataset_of(name: str, folder: Path) -> Dataset:
    """Return a table as a dataset of `ROWS` rows whose Parquet file is in `folder` (written when it
    is not there). The same name always gives the same rows."""
    import duckdb
    import pyarrow
    import pyarrow.parquet

    from cherry_reflex.analysis.value_index import write_values
    from cherry_reflex.datasets.column_profile import profile

    path = folder / f"{name}.parquet"
    table = described(name)
    if not path.exists():
        seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
        rnd = random.Random(seed)
        arrays = {
            column["name"]: pyarrow.array(
                _drawn(column, [row[place] for row in table["sample"]], rnd)
            )
            for place, column in enumerate(table["columns"])
        }
        folder.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(pyarrow.table(arrays), path)
    with duckdb.connect() as connection:
        found = profile(connection, path)
    write_values(path, found.values)
    units = {column["name"]: column.get("unit", "") for column in table["columns"]}
    return Dataset(
        id=name,
        name=name,
        uri=f"file://{path}",
        rows=found.rows,
        columns=tuple(c.model_copy(update={"unit": units[c.name]}) for c in found.columns),
    )


def _drawn(column: dict[str, Any], sample: Sequence[Any], rnd: random.Random) -> list[Any]:
    """Return a column's cells: those of the sample first, the others drawn from its values."""
    known = [value for value in column["values"] if value is not None]
    seen = [value for value in sample if value not in (None, "")]
    share = ABSENT["missing" if len(seen) < len(sample) else "present"]
    if column["kind"] in ("id", "flag"):
        share = 1.0
    draw = _drawer(column, [*known, *seen], rnd)
    fixed = [_typed(column["type"], value) for value in sample]
    more = [draw() if rnd.random() < share else None for _ in range(ROWS - len(fixed))]
    for place, value in enumerate(known[: len(more)]):
        more[place] = _typed(column["type"], value)
    return [*fixed, *more]


def _drawer(column: dict[str, Any], values: Sequence[Any], rnd: random.Random) -> Any:
    kind = column["type"]
    typed = [value for value in (_typed(kind, v) for v in values) if value is not None]
    if kind in ("date", "datetime"):
        low, high = min(typed), max(typed)
        seconds = int((high - low).total_seconds())
        if kind == "date":
            return lambda: low + timedelta(days=rnd.randint(0, (high - low).days))
        return lambda: low + timedelta(seconds=rnd.randrange(0, seconds + 1, 60))
    if kind == "integer" and column["kind"] != "code" and len(set(typed)) > 1:
        return lambda: rnd.randint(min(typed), max(typed))
    if kind == "number" and len(set(typed)) > 1:
        return lambda: round(rnd.uniform(min(typed), max(typed)), 2)
    if column["kind"] in ("id", "free text") and kind == "text":
        return lambda: f"{rnd.choice(typed)}{rnd.randrange(10**6):06d}"
    return lambda: rnd.choice(typed)


def _typed(kind: str, value: Any) -> Any:
    if value in (None, ""):
        return None
    if kind in ("date", "datetime"):
        found = datetime.fromisoformat(str(value).replace("Z", "").replace(".", "-"))
        return found.date() if kind == "date" else found.replace(tzinfo=None)
    if kind == "integer":
        return int(float(str(value).replace(",", "")))
    if kind == "number":
        return float(str(value).replace(",", ""))
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() in ("true", "y", "yes", "1")
    return str(value)
