"""The rows that an operation looks at: one dataset, perhaps filtered, open in DuckDB."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.breadth import is_wide
from cherry_reflex.analysis.duck import connect, ident, literal, sql_name
from cherry_reflex.analysis.filters import Filter, Filtered, shown, where
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.dataset import Column, Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Fact, Tables
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import duckdb


class Source:
    """A dataset under its SQL name. What is executed is what is shown as `code`."""

    def __init__(
        self,
        connection: "duckdb.DuckDBPyConnection",
        tables: Tables,
        dataset: Dataset,
        filters: Sequence[Filter],
    ) -> None:
        self.connection = connection
        self.tables = tables
        self.dataset = dataset
        self.filters = tuple(filters)
        self.name = sql_name(dataset)
        path = literal(str(Tables.path(dataset)))
        connection.execute(f"CREATE VIEW {ident(self.name)} AS SELECT * FROM read_parquet({path})")
        self.rows = int(self.one(f"SELECT count(*) {self.of()}")[0])

    def of(self, *conditions: str) -> str:
        """Return `FROM … WHERE …` for the rows that meet the filters and `conditions`."""
        name = self.name if self.name.isascii() else ident(self.name)
        return f"FROM {name}{where(self.filters, self.dataset, *conditions)}"

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the first row of a query."""
        return self.connection.execute(sql).fetchone() or ()

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self.connection.execute(sql).fetchall()

    def column(self, name: str) -> Column:
        """Return a column that `check` found to exist."""
        column = self.dataset.column(name)
        if column is None:
            raise BadInput("column_unknown", column=name, dataset=self.dataset.name, columns="")
        return column

    def say(self, key: str, **params: Any) -> str:
        """Return a title or heading (`fact.<key>`) in the asker's language."""
        return text(f"fact.{key}", self.tables.language, **params)

    def facts(self) -> tuple[Fact, ...]:
        """Return what every reader must know: that only a part of the rows was looked at."""
        if not self.filters:
            return ()
        params = {"filters": shown(self.filters), "rows": self.rows, "total": self.dataset.rows}
        return (Fact(key="filtered", params=params, weight=0.95),)

    def table(self, title: str, sql: str, description: str = "", **meta: Any) -> ArtifactContent:
        """Run a query and return its result as a table artifact; `result` names it until the next,
        so that what is told of it needs no second run."""
        path = self.tables.folder / f"{new_id()}.parquet"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE result AS {sql}")
        self.connection.execute(
            f"COPY result TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        )
        return self._table(title, path, description, {"code": sql, "language": "sql", **meta})

    def listed(
        self, title: str, columns: Mapping[str, Sequence[Any]], description: str = "", **meta: Any
    ) -> ArtifactContent:
        """Return computed columns as a table artifact. Columns of several types become text."""
        import pyarrow
        import pyarrow.parquet

        def array(values: Sequence[Any]) -> Any:
            try:
                return pyarrow.array(list(values))
            except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError):
                return pyarrow.array([None if v is None else str(v) for v in values])

        path = self.tables.folder / f"{new_id()}.parquet"
        made = pyarrow.table({name: array(values) for name, values in columns.items()})
        pyarrow.parquet.write_table(made, path, compression="zstd")
        return self._table(title, path, description, meta)

    def chart(
        self, title: str, figure: Mapping[str, Any], description: str, **meta: Any
    ) -> ArtifactContent:
        """Return a Plotly figure as a chart artifact. Missing numbers are null."""
        data = json.dumps(figure, ensure_ascii=False, allow_nan=False).encode()
        return ArtifactContent(
            kind="chart",
            title=title,
            filename=f"{_filename(title)}.json",
            data=data,
            meta={"description": description, **meta, **_room(figure)},
        )

    def _table(self, title: str, path: Any, description: str, meta: dict[str, Any]) -> (
        ArtifactContent
    ):  # fmt: skip
        found = self.connection.execute(
            f"SELECT * FROM read_parquet({literal(str(path))}) LIMIT 0"
        ).description
        names = [str(column[0]) for column in found or ()]
        rows = self.one(f"SELECT count(*) FROM read_parquet({literal(str(path))})")[0]
        known = {"rows": int(rows), "columns": names, "description": description}
        return ArtifactContent(
            kind="table",
            title=title,
            filename=f"{_filename(title)}.parquet",
            path=path,
            meta={k: v for k, v in {**known, **meta}.items() if v not in ("", None)},
        )


@contextmanager
def opened(operation: Filtered, tables: Tables) -> Iterator[Source]:
    """Open what `operation` looks at.

    Raises BadInput `rows_none` when the table has no rows, `filter_empty` when no row meets the
    filters.
    """
    dataset = tables.get(operation.dataset)
    with connect(tables.folder) as connection:
        source = Source(connection, tables, dataset, operation.filters)
        if not source.rows and operation.filters:
            raise BadInput("filter_empty", filters=shown(operation.filters))
        if not source.rows:
            raise BadInput("rows_none", dataset=dataset.name)
        yield source


def _room(figure: Mapping[str, Any]) -> dict[str, Any]:
    """Return what tells a page, before it has the figure, how much room it takes."""
    layout = figure.get("layout", {})
    room = {"height": layout.get("height"), "wide": is_wide(figure.get("data", ()), layout)}
    return {key: value for key, value in room.items() if value}


def _filename(title: str) -> str:
    kept = "".join(c if c.isalnum() else "_" for c in title)
    return "_".join(part for part in kept.split("_") if part)[:80] or "table"
