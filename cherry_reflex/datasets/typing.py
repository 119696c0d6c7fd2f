"""From a raw table to a dataset: types found, nested values flattened, columns profiled."""

from pathlib import Path
from typing import TYPE_CHECKING

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.datasets import casts
from cherry_reflex.datasets.column_profile import profile
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX
from cherry_reflex.datasets.formats.raw import ROWS_PER_GROUP, Raw
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import duckdb

_NAMED_MAX = 5
_KEPT = ("BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR")
_WIDENED = {
    "TINYINT": "BIGINT",
    "SMALLINT": "BIGINT",
    "INTEGER": "BIGINT",
    "UTINYINT": "BIGINT",
    "USMALLINT": "BIGINT",
    "UINTEGER": "BIGINT",
    "FLOAT": "DOUBLE",
    "TIMESTAMP_S": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "TIMESTAMP_NS": "TIMESTAMP",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
}


def write_typed(
    raw: Raw, target: Path, work: Path, dataset_id: str, name: str, language: Language = ENGLISH
) -> Dataset:
    """Write the typed Parquet file `target` and return its dataset (`uri` set; the `note`, in
    `language`, says which words were read as missing values).

    Raises BadInput `table_empty` when there are no columns or rows.
    """
    source = f"read_parquet({literal(str(raw.path))})"
    with connect(work) as connection:
        types = _types(connection, source)
        texts = [column for column, dtype in types.items() if dtype == "VARCHAR"]
        found = casts.find(connection, source, texts, dates_only=raw.texts)
        left = [column for column in texts if column not in found]
        words = casts.absent(connection, source, left) if raw.worded else {}
        selected = []
        for column, dtype in types.items():
            if column in found:
                sql = found[column].confirmed
            else:
                sql = casts.present(column) if column in words else _plain(column, dtype)
            if raw.sheet and dtype.startswith("TIMESTAMP") and _whole_days(connection, source, sql):
                sql = f"{sql}::DATE"
            selected.append(f"{sql} AS {ident(column)}")
        connection.execute(
            f"COPY (SELECT {', '.join(selected)} FROM {source}) TO {literal(str(target))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_PER_GROUP})"
        )
        rows, columns = profile(connection, target)
    if not columns or not rows:
        raise BadInput("table_empty", name=name)
    return Dataset(
        id=dataset_id,
        name=name,
        uri=f"file://{target}",
        rows=rows,
        columns=columns,
        size_bytes=target.stat().st_size,
        sheet=raw.sheet,
        encoding=raw.encoding,
        note=_worded(words, language),
    )


def _worded(words: dict[str, int], language: Language) -> str:
    if not words:
        return ""
    named = ", ".join(f"{name} ({count:,})" for name, count in list(words.items())[:_NAMED_MAX])
    key = "worded_more" if len(words) > _NAMED_MAX else "worded"
    return text(f"fact.note.{key}", language, columns=named, more=len(words) - _NAMED_MAX)


def flatten(
    connection: "duckdb.DuckDBPyConnection", source: str, types: dict[str, str]
) -> dict[str, str]:
    """Return SQL -> name for every column of `source`, structs taken apart to `outer.inner`.

    Raises BadInput `columns_many`.
    """
    found: dict[str, str] = {}
    open_columns = [(ident(column), column, dtype) for column, dtype in types.items()]
    while open_columns:
        sql, name, dtype = open_columns.pop(0)
        if not dtype.startswith("STRUCT(") or dtype.endswith("[]"):
            found[sql] = name
        else:
            inner = connection.execute(
                f"DESCRIBE SELECT unnest(s) FROM (SELECT {sql} AS s FROM {source} LIMIT 1)"
            ).fetchall()
            open_columns[:0] = [
                (f"({sql})[{literal(str(row[0]))}]", f"{name}.{row[0]}", str(row[1]))
                for row in inner
            ]
        if len(found) > COLUMNS_MAX:
            raise BadInput("columns_many", limit=COLUMNS_MAX)
    return found


def _types(connection: "duckdb.DuckDBPyConnection", source: str) -> dict[str, str]:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def _whole_days(connection: "duckdb.DuckDBPyConnection", source: str, sql: str) -> bool:
    """Excel has no dates without a time of day."""
    row = connection.execute(
        f"SELECT count(*) FROM {source} WHERE {sql} <> date_trunc('day', {sql})"
    ).fetchone()
    return row is not None and row[0] == 0


def _plain(column: str, dtype: str) -> str:
    name = ident(column)
    if dtype == "VARCHAR":
        return f"nullif({name}, '')"
    if dtype in _KEPT:
        return name
    if dtype in _WIDENED:
        return f"{name}::{_WIDENED[dtype]}"
    if dtype.startswith("DECIMAL"):
        return f"{name}::DOUBLE"
    if dtype in ("HUGEINT", "UBIGINT", "UHUGEINT"):
        return f"{name}::VARCHAR"
    if dtype.endswith("[]") or dtype.startswith(("STRUCT", "MAP", "UNION")):
        return f"to_json({name})::VARCHAR"
    return f"{name}::VARCHAR"
