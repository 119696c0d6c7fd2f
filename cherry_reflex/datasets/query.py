"""SQL that a model or a person wrote: one read-only SELECT, in a locked process of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cherry_reflex.analysis.sql.duckdb import sql_name, sql_names
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, LimitExceeded
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Tables
from cherry_reflex.processes.sandbox import Sandbox

__all__ = ["ROWS_MAX", "QueryResult", "query", "sql_name", "sql_names"]

ROWS_MAX = 100_000
SQL_CHARS_MAX = 20_000
TIMEOUT_S = 20.0
_GRACE_S = 1.0


@dataclass(frozen=True)
class QueryResult:
    """The result of a query: a Parquet file with at most `ROWS_MAX` rows."""

    path: Path
    rows: int
    columns: tuple[str, ...]
    truncated: bool


async def query(
    sql: str,
    datasets: Sequence[Dataset],
    *,
    folder: Path,
    sandbox: Sandbox,
    rows_max: int = ROWS_MAX,
    timeout_s: float = TIMEOUT_S,
) -> QueryResult:
    """Run one SELECT over the datasets, which are tables named by `sql_names(datasets)`.

    At most two queries run at once. Raises BadInput `sql_empty`, `sql_long`, `sql_many`,
    `sql_not_select`, `sql_failed` (with DuckDB's reason, fit to be sent back to a model);
    LimitExceeded `sql_time`, `sql_result`, `analysis_memory`.
    """
    if not sql.strip():
        raise BadInput("sql_empty")
    if len(sql) > SQL_CHARS_MAX:
        raise BadInput("sql_long", limit=SQL_CHARS_MAX)
    names = sql_names(datasets)
    target = _target(folder)
    async with sandbox.queries:
        try:
            said = await sandbox.call(
                "cherry_reflex.datasets.readonly_query:run",
                {
                    "sql": sql,
                    "tables": {names[d.id]: str(Tables.path(d)) for d in datasets},
                    "target": str(target),
                    "rows_max": rows_max,
                    "timeout_s": timeout_s,
                },
                folder=folder,
                read=[Tables.path(dataset) for dataset in datasets],
                timeout_s=timeout_s + _GRACE_S,
            )
        except LimitExceeded as error:
            if error.code == "analysis_timeout":
                raise LimitExceeded("sql_time", error.detail, seconds=timeout_s) from error
            raise
    return QueryResult(target, said["rows"], tuple(said["columns"]), said["truncated"])


def _target(folder: Path) -> Path:
    return folder.absolute() / f"{new_id()}.parquet"
