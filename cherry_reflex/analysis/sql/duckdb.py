"""DuckDB as all computations use it: memory bounded, names and values quoted in one place."""

import resource
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput

if TYPE_CHECKING:
    import duckdb

_MEMORY_BYTES = 1_000_000_000
_MEMORY_BYTES_MIN = 200_000_000
_THREADS = 2
_COLUMNS_SEEN = 200
_CELLS_HELD = 10_000_000
_RESERVED_WORDS = """
all analyse analyze and any array as asc asof asymmetric at both case cast check collate column
constraint create cross default deferrable desc describe distinct do else end except false fetch for
foreign from full glob grant group having in initially inner intersect into is isnull join lambda
lateral leading left like limit map natural not notnull null offset on only or order outer over
pivot placing positional primary qualify references returning right select semi show
similar some struct summarize symmetric table then to trailing true union unique unpivot using
values variadic verbose when where window with
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())


def connect(folder: Path) -> "duckdb.DuckDBPyConnection":
    """Open an in-memory DuckDB that spills to `folder` and stays inside the process's limits."""
    import duckdb

    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    memory = _MEMORY_BYTES if limit == resource.RLIM_INFINITY else limit // 2
    return duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{max(memory, _MEMORY_BYTES_MIN) // 1_000_000}MB",
            "threads": _THREADS,
            "temp_directory": str(folder / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )


def relation(path: Path) -> str:
    """Return `VIEW` for a Parquet file that is best read where it lies, `TABLE` for one of many
    columns and few rows: finding them costs more, query by query, than holding them."""
    import pyarrow.parquet

    footer = pyarrow.parquet.read_metadata(path)
    few = footer.num_rows * footer.num_columns <= _CELLS_HELD
    return "TABLE" if few and footer.num_columns > _COLUMNS_SEEN else "VIEW"


@contextmanager
def within_range() -> Iterator[None]:
    """Raise BadInput `numbers_extreme` for what is too large to compute with."""
    import duckdb

    try:
        yield
    except (duckdb.OutOfRangeException, OverflowError) as error:
        raise BadInput("numbers_extreme", detail=str(error)) from error


def ident(name: str) -> str:
    """Return a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """Return a value as an SQL literal. Raises BadInput `value_unusable` for what has none."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise BadInput("value_unusable", value=str(value))
        return repr(value)
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    text = str(value)
    if "\0" in text:
        raise BadInput("value_unusable", value=text.replace("\0", "␀"))
    return "'" + text.replace("'", "''") + "'"


def sql_name(dataset: Dataset) -> str:
    """Return the table name of a dataset in SQL: its name in letters, digits and underscores."""
    name = "".join(c if c.isalnum() or c == "_" else " " for c in dataset.name)
    name = "_".join(name.split()).lower() or "data"
    if name[0].isdigit():
        name = f"t_{name}"
    return f"{name}_table" if name in _RESERVED else name


def sql_names(datasets: Sequence[Dataset]) -> Mapping[str, str]:
    """Return id -> table name, made different by numbers where names collide."""
    found: dict[str, str] = {}
    for dataset in datasets:
        base = name = sql_name(dataset)
        number = 2
        while name in found.values():
            name, number = f"{base}_{number}", number + 1
        found[dataset.id] = name
    return found
