"""Tables in and out: columns of a dataset as a frame, results as Parquet artifacts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.sample import read
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Tables

if TYPE_CHECKING:
    import pandas as pd


def frame(
    tables: Tables, dataset: str, columns: Sequence[str], *, complete: bool = True
) -> "pd.DataFrame":
    """Return columns of a dataset (each once), without rows that miss a value if `complete`.

    Infinite numbers count as missing. Raises BadInput `table_no_rows`, and `rows_all_missing`
    when no complete row is left.
    """
    found = tables.get(dataset)
    names = list(dict.fromkeys(columns))
    data: pd.DataFrame = read(found, names).frame
    for name in names:
        if (column := found.column(name)) is not None and column.type in ("number", "integer"):
            data[name] = data[name].astype("float64")
    if complete:
        data = data.dropna()
        if data.empty:
            raise BadInput("rows_all_missing", columns=", ".join(names), dataset=found.name)
    return data


def table(
    tables: Tables, title: str, columns: Mapping[str, Sequence[Any]], **meta: Any
) -> ArtifactContent:
    """Return a table artifact of equally long columns, in their order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = pa.table({name: pa.array(list(values)) for name, values in columns.items()})
    path = tables.folder / f"table-{new_id()}.parquet"
    pq.write_table(made, path)
    told = {"rows": made.num_rows, "columns": list(columns), **meta}
    return ArtifactContent(kind="table", title=title, path=path, meta=told)
