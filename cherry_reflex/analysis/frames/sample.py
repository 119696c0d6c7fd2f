"""Columns of a dataset as a pandas frame, at most so many rows; what is a sample says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered, where
from cherry_reflex.analysis.sql.source import has_expressions, open_source
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact, Tables

SEED = 7
"""All random choices of an analysis start from it, so that the same question gives the same."""
_BATCH_ROWS = 50_000


@dataclass(frozen=True)
class Sample:
    """`frame` holds `used` rows of `total`, in the dataset's order. Where only rows that meet
    conditions were asked for, `total` counts those, `where` says them as SQL and `facts` tell."""

    frame: Any
    used: int
    total: int
    where: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether rows were left out."""
        return self.used < self.total

    def code(self, dataset: Dataset) -> str:
        """Return the Python that reads these rows of a dataset (all columns)."""
        path = f"{dataset.name}.parquet"
        if not self.where:
            return f"pd.read_parquet({path!r})"
        return f"duckdb.sql({f'SELECT * FROM {literal(path)}{self.where}'!r}).df()"


def read(dataset: Dataset, columns: Sequence[str], *, rows_max: int = 0) -> Sample:
    """Read columns (each once) as a frame; a random part of `rows_max` rows when there are more.

    Dates become timestamps, decimals floats, infinities missing. Raises BadInput `table_no_rows`.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = list(dict.fromkeys(columns))
    source = pq.ParquetFile(Tables.path(dataset))
    total = source.metadata.num_rows
    if total == 0:
        raise BadInput("table_no_rows", dataset=dataset.name)
    if rows_max and total > rows_max:
        picked = np.sort(np.random.default_rng(SEED).choice(total, rows_max, replace=False))
        parts, start = [], 0
        # Batch by batch, so that a wide table is never in memory as a whole.
        for batch in source.iter_batches(_BATCH_ROWS, columns=names):
            mine = picked[(picked >= start) & (picked < start + batch.num_rows)] - start
            parts.append(batch.take(pa.array(mine)))
            start += batch.num_rows
        table = pa.Table.from_batches(parts)
    else:
        table = source.read(columns=names)
    frame = framed(table.select(names))
    return Sample(frame, len(frame), total)


def read_part(
    operation: Filtered, tables: Tables, columns: Sequence[str], *, rows_max: int = 0
) -> Sample:
    """Read columns of the rows that meet an operation's filters, as `read` does; `total` counts
    those rows.

    Raises BadInput `table_no_rows`, `filter_empty`.
    """
    import numpy as np

    dataset = tables.get(operation.dataset)
    if not has_expressions(dataset, operation.conditions) and not operation.filters:
        return read(dataset, columns, rows_max=rows_max)
    wanted = ", ".join(ident(name) for name in dict.fromkeys(columns))
    with open_source(operation, tables) as source:
        found = source.connection.sql(f"SELECT {wanted} {source.of()}").to_arrow_table()
        facts = source.facts()
    total = found.num_rows
    if rows_max and total > rows_max:
        picked = np.random.default_rng(SEED).choice(total, rows_max, replace=False)
        found = found.take(np.sort(picked))
    frame = framed(found)
    return Sample(frame, len(frame), total, where(operation.conditions, dataset), facts)


def framed(table: Any) -> Any:
    """Return an Arrow table as a frame: dates as timestamps, decimals as floats, infinities
    missing."""
    import numpy as np

    for place, field in enumerate(table.schema):
        if (kind := _plainer(field.type)) is not None:
            table = table.set_column(place, field.name, table.column(place).cast(kind, safe=False))
    frame = table.to_pandas()
    numbers = frame.select_dtypes("floating").columns
    frame[numbers] = frame[numbers].replace([np.inf, -np.inf], np.nan)
    return frame


def _plainer(kind: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_decimal(kind):
        return pa.float64()
    if pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is not None):
        return pa.timestamp("us")
    if pa.types.is_dictionary(kind):
        return pa.string()
    return None
