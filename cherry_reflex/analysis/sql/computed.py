"""Columns that an operation's arguments compute: SQL expressions where a column may stand."""

from typing import Any

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal, sql_name
from cherry_reflex.analysis.sql.expression import Expression, expression, failed
from cherry_reflex.core.column import Column, column_type
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Operation, Tables

_AGGREGATED = "x-aggregated"
"""Hint of a field whose expression may put many rows into one value; such a one is no column."""


class ComputedColumn(Column):
    """A column that is not in the file: `sql` computes it of those that are."""

    sql: str


def with_computed(operation: Operation, tables: Tables) -> Tables:
    """Return the tables with the expressions among an operation's arguments as columns of its
    dataset, each named by its text.

    Raises BadInput `expression_invalid`, `column_unknown`, and `column_type` when what one gives is
    of a type that does not fit where it stands.
    """
    dataset = tables.get(operation.dataset)
    made: dict[str, ComputedColumn] = {}
    for field, info in type(operation).model_fields.items():
        hint = info.json_schema_extra
        if not isinstance(hint, dict) or not hint.get("x-expression"):
            continue
        value: Any = getattr(operation, field)
        for text in [value] if isinstance(value, str) else value:
            if not text or dataset.column(text) is not None or text in made:
                continue
            found = checked(dataset, text)
            if found.is_aggregate:
                if hint.get(_AGGREGATED):
                    continue
                raise failed(text, ValueError("it aggregates; here each row needs a value"))
            column = _looked_at(dataset, text, found, tables)
            wanted: Any = hint.get("x-column") or ()
            if wanted and column.type not in wanted:
                given = {"column": text, "type": column.type, "wanted": ", ".join(wanted)}
                raise BadInput("column_type", **given, field=field)
            made[text] = column
    if not made:
        return tables
    grown = dataset.model_copy(update={"columns": (*dataset.columns, *made.values())})
    others = [grown if one is dataset else one for one in tables.datasets]
    return tables.model_copy(update={"datasets": tuple(others)})


def checked(dataset: Dataset, text: str) -> Expression:
    """Return an expression over the columns of a dataset.

    Raises BadInput `expression_invalid`, `column_unknown`.
    """
    names = [column.name for column in dataset.columns if not isinstance(column, ComputedColumn)]
    return expression(text, names, sql_name(dataset))


def selected(dataset: Dataset, name: str) -> str:
    """Return what comes after FROM for a dataset that is called `name` in SQL: with its computed
    columns, where it has some."""
    made = [c for c in dataset.columns if isinstance(c, ComputedColumn)]
    if not made:
        return name
    columns = ", ".join(f"{column.sql} AS {ident(column.name)}" for column in made)
    return f"(SELECT *, {columns} FROM {name}) AS {name}"


def _looked_at(dataset: Dataset, text: str, found: Expression, tables: Tables) -> ComputedColumn:
    """Return the column of an expression, with what operations ask of any column."""
    import duckdb

    name = sql_name(dataset)
    path = literal(str(Tables.path(dataset)))
    with connect(tables.folder) as connection:
        connection.execute(f"CREATE VIEW {ident(name)} AS SELECT * FROM read_parquet({path})")
        lock(connection, tables, dataset)
        source = f"(SELECT {found.sql} AS v FROM {ident(name)})"
        try:
            dtype = str(connection.execute(f"DESCRIBE SELECT v FROM {source}").fetchall()[0][1])
            sql = found.sql
            if dtype in ("DOUBLE", "FLOAT"):
                # 1 / 0 is infinite: no average and no chart can have it.
                sql = f"CASE WHEN isfinite({sql}) THEN {sql} END"
                odd = connection.execute(f"SELECT bool_or(NOT isfinite(v)) FROM {source}")
                if not (odd.fetchone() or (False,))[0]:
                    sql = found.sql
            row = connection.execute(
                f"SELECT count(*), count(v), approx_count_distinct(v) FROM {source}"
            ).fetchone() or (0, 0, 0)
            low, high = (None, None)
            kind = column_type(dtype, row[1], row[2])
            if kind in ("number", "integer", "date", "datetime"):
                ends = connection.execute(
                    f"SELECT min(v), max(v) FROM (SELECT {sql} AS v FROM {ident(name)})"
                ).fetchone()
                low, high = ends or (None, None)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise failed(text, error, [c.name for c in dataset.columns]) from error
    return ComputedColumn(
        name=text, type=kind, dtype=dtype, missing=row[0] - row[1], distinct=row[2],
        is_distinct_estimate=True, minimum=low, maximum=high, sql=sql,
    )  # fmt: skip


def lock(connection: Any, tables: Tables, *datasets: Dataset) -> None:
    """Let a database see the files of these datasets and its own folder, and nothing else."""
    paths = ", ".join(literal(str(Tables.path(dataset))) for dataset in datasets)
    connection.execute(f"SET allowed_paths = [{paths}]")
    connection.execute(f"SET allowed_directories = [{literal(str(tables.folder))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET max_expression_depth = 250")
    connection.execute("SET lock_configuration = true")
