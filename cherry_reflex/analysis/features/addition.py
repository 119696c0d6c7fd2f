"""New columns beside those of a dataset, handed over as a new version of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from cherry_reflex.analysis.results.versions import new_file, version
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, LimitExceeded
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.i18n.catalogue import text

COLUMNS_MAX = 2000
_ROWS_PER_GROUP = 122_880


def added(
    operation: Operation,
    tables: Tables,
    dataset: Dataset,
    new: Mapping[str, Any],
    *,
    dropped: Sequence[str] = (),
    facts: Sequence[Fact] = (),
    code: str = "",
    beside: Sequence[ArtifactContent] = (),
) -> Outcome:
    """Return the outcome with the dataset, its columns `dropped` left out, `new` ones (name ->
    values, one a row) replaced or appended. Raises LimitExceeded `wrangle_columns`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = pq.read_table(Tables.path(dataset))
    columns: dict[str, Any] = dict(zip(data.column_names, data.columns, strict=True))
    columns |= {name: pa.array(values, from_pandas=True) for name, values in new.items()}
    data = pa.table({name: one for name, one in columns.items() if name not in set(dropped)})
    if data.num_columns > COLUMNS_MAX:
        raise LimitExceeded("wrangle_columns", columns=data.num_columns, limit=COLUMNS_MAX)
    path = new_file(tables)
    pq.write_table(data, path, compression="zstd", row_group_size=_ROWS_PER_GROUP)
    title = text("fact.features.version", tables.language, name=dataset.name)
    arguments = operation.model_dump(mode="json", exclude_defaults=True, exclude={"dataset"})
    made = version(path, title, [dataset], steps=[{"name": operation.name, "arguments": arguments}])
    known = {column.name for column in dataset.columns}
    fresh = [name for name in new if name not in known]
    params = {
        "added": len(fresh),
        "changed": len(new) - len(fresh),
        "dropped": len(dropped),
        "columns": data.num_columns,
        "rows": data.num_rows,
    }
    whole = Fact(key="features.whole", params=params, weight=2)
    return Outcome(
        facts=(whole, *facts),
        artifacts=(made, *beside),
        code=code,
        code_language="python" if code else "",
    )


def free(name: str, taken: Sequence[str]) -> str:
    """Return a column name that is not in use yet."""
    known = {other.casefold() for other in taken}
    found, number = name, 2
    while found.casefold() in known:
        found, number = f"{name}_{number}", number + 1
    return found


def columns_of(
    dataset: Dataset, wanted: Sequence[str], types: Sequence[str], *, but: Sequence[str] = ()
) -> list[str]:
    """Return the wanted columns, or all of those types (without `but`) when none is named.

    Raises BadInput `feature_no_column` when there are none.
    """
    found = list(dict.fromkeys(wanted)) or [
        c.name for c in dataset.columns if c.type in types and c.name not in but
    ]
    if not found:
        raise BadInput("feature_no_column", types=", ".join(types), dataset=dataset.name)
    return found
