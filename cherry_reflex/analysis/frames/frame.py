"""The rows that an operation looks at, as a pandas frame."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact, Tables

if TYPE_CHECKING:
    import pandas as pd


def frame(
    operation: Filtered, tables: Tables, columns: Sequence[str], *, complete: bool = True
) -> "pd.DataFrame":
    """Return columns (each once) of the rows that an operation looks at, without rows that miss a
    value if `complete`. Infinite numbers count as missing.

    Raises BadInput `rows_none`, `filter_empty`, and `rows_all_missing` when no complete row is
    left.
    """
    import pandas as pd

    names = list(dict.fromkeys(columns))
    with open_source(operation, tables) as source:
        wanted = ", ".join(ident(name) for name in names)
        data: pd.DataFrame = source.connection.execute(f"SELECT {wanted} {source.of()}").df()
        dataset = source.dataset
    for name in names:
        if (column := dataset.column(name)) is not None and column.type in NUMERIC:
            data[name] = pd.to_numeric(data[name]).astype("float64")
            data[name] = data[name].where(data[name].abs() != float("inf"))
    if complete:
        data = data.dropna()
        if data.empty:
            raise BadInput("rows_all_missing", columns=", ".join(names), dataset=dataset.name)
    return data


def part(operation: Filtered, tables: Tables) -> tuple[Fact, ...]:
    """Return the fact that only a part of the rows was looked at, if that is so."""
    with open_source(operation, tables) as source:
        return source.facts()
