"""Where tables are reshaped: datasets open by their SQL names, results written as new datasets."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.results.versions import CODE_CHARS_MAX, new_file, script, version
from cherry_reflex.analysis.sql.computed import lock
from cherry_reflex.analysis.sql.duckdb import connect, ident, literal, sql_names, within_range
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput, LimitExceeded
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import duckdb

COLUMNS_MAX = 2000
ROWS_MAX = 20_000_000
"""Largest table that is made."""
_ROWS_PER_GROUP = 122_880


class Bench:
    """The datasets of one operation, in one connection."""

    def __init__(
        self,
        connection: "duckdb.DuckDBPyConnection",
        tables: Tables,
        datasets: Sequence[Dataset],
    ) -> None:
        self.connection, self.tables, self.datasets = connection, tables, tuple(datasets)
        self._names = sql_names(self.datasets)
        for dataset in self.datasets:
            path = literal(str(Tables.path(dataset)))
            connection.execute(
                f"CREATE VIEW {self.name(dataset)} AS SELECT * FROM read_parquet({path})"
            )
        lock(connection, tables, *self.datasets)

    def name(self, dataset: Dataset) -> str:
        """Return the dataset's name in SQL."""
        name = self._names[dataset.id]
        return name if name.isascii() else ident(name)

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the first row of a query."""
        return self.connection.execute(sql).fetchone() or ()

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self.connection.execute(sql).fetchall()

    def types(self, relation: str) -> dict[str, str]:
        """Return column -> DuckDB type of a table or a query in brackets."""
        return {str(r[0]): str(r[1]) for r in self.all(f"DESCRIBE SELECT * FROM {relation}")}

    def say(self, key: str, **params: Any) -> str:
        """Return words of the catalogue (`fact.wrangling.<key>`) in the person's language."""
        return text(f"fact.wrangling.{key}", self.tables.language, **params)

    def outcome(
        self,
        operation: Operation,
        sql: str,
        title: str,
        facts: Sequence[Fact] = (),
        *,
        more: Mapping[str, Any] | None = None,
        beside: Sequence[ArtifactContent] = (),
    ) -> Outcome:
        """Make the table of a query the new dataset `title`, and say how large it is.

        Raises LimitExceeded `wrangle_columns` or `wrangle_rows` when it is too large.
        """
        path = new_file(self.tables)
        if (wide := len(self.types(f"({sql})"))) > COLUMNS_MAX:
            raise LimitExceeded("wrangle_columns", columns=wide, limit=COLUMNS_MAX)
        self.connection.execute(
            f"COPY (SELECT * FROM ({sql}) LIMIT {ROWS_MAX + 1}) TO {literal(str(path))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_PER_GROUP})"
        )
        arguments = operation.model_dump(mode="json", exclude_defaults=True, exclude={"dataset"})
        made = version(
            path,
            title,
            self.datasets,
            steps=[{"name": operation.name, "arguments": arguments}],
            more=more,
        )
        if made.meta["rows"] > ROWS_MAX:
            raise LimitExceeded("wrangle_rows", limit=ROWS_MAX)
        params = {"title": title, "rows": made.meta["rows"], "columns": wide}
        params["before"] = self.one(f"SELECT count(*) FROM {self.name(self.datasets[0])}")[0]
        whole = Fact(key="wrangling.result", params=params, weight=2)
        artifacts = [made, *beside]
        if len(sql) > CODE_CHARS_MAX:
            artifacts.append(script(sql, self.say("code", title=title)))
            sql = ""
        return Outcome(
            facts=(whole, *facts),
            artifacts=tuple(artifacts),
            code=sql,
            code_language="sql" if sql else "",
        )


@contextmanager
def open_bench(tables: Tables, *datasets: Dataset) -> Iterator[Bench]:
    """Open datasets (the first is the one that is changed).

    Raises BadInput `table_empty_left` when it has no rows.
    """
    with within_range(), connect(tables.folder) as connection:
        bench = Bench(connection, tables, datasets)
        if not bench.one(f"SELECT count(*) FROM {bench.name(datasets[0])}")[0]:
            raise BadInput("table_empty_left", name=datasets[0].name)
        yield bench


def new_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a column name that is not in use yet: SQL does not tell upper from lower case."""
    known = {name.casefold() for name in taken}
    name, number = wanted, 2
    while name.casefold() in known:
        name, number = f"{wanted}_{number}", number + 1
    return name
