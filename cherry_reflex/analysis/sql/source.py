"""The rows that an operation looks at: one dataset, perhaps filtered, open in DuckDB."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.results import artifacts
from cherry_reflex.analysis.sql.computed import ComputedColumn, lock, selected
from cherry_reflex.analysis.sql.duckdb import (
    connect,
    ident,
    literal,
    relation,
    sql_name,
    within_range,
)
from cherry_reflex.analysis.sql.expression import failed
from cherry_reflex.analysis.sql.filters import Filter, Filtered, Where, shown, where
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.operation import Fact, Tables
from cherry_reflex.core.unit import Unit
from cherry_reflex.i18n.catalogue import text

if TYPE_CHECKING:
    import duckdb

_UNITS_MAX = 100
"""Columns of a table whose units are kept with it: an artifact's meta stays small."""


class Source:
    """A dataset under its SQL name. What is executed is what is shown as `code`."""

    def __init__(
        self,
        connection: "duckdb.DuckDBPyConnection",
        tables: Tables,
        dataset: Dataset,
        filters: Sequence[Filter | Where],
    ) -> None:
        self.connection = connection
        self.tables = tables
        self.dataset = dataset
        self.filters = tuple(filters)
        self.name = sql_name(dataset)
        kind = relation(Tables.path(dataset))
        path = literal(str(Tables.path(dataset)))
        finite = _finite(dataset)
        connection.execute(
            f"CREATE {kind} {ident(self.name)} AS SELECT *{finite} FROM read_parquet({path})"
        )
        if has_expressions(dataset, self.filters):
            lock(connection, tables, dataset)
        self.rows = int(self.one(f"SELECT count(*) {self.of()}")[0])

    def of(self, *conditions: str) -> str:
        """Return `FROM … WHERE …` for the rows that meet the filters and `conditions`."""
        name = self.name if self.name.isascii() else ident(self.name)
        return (
            f"FROM {selected(self.dataset, name)}{where(self.filters, self.dataset, *conditions)}"
        )

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the only row of a query."""
        # All of it: an open result would block relations of the same connection.
        return next(iter(self.all(sql)), ())

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self.connection.execute(sql).fetchall()

    def column(self, name: str) -> Column:
        """Return a column that `check` found to exist."""
        column = self.dataset.column(name)
        if column is None:
            raise BadInput("column_unknown", column=name, dataset=self.dataset.name, columns="")
        return column

    def units(self, column: str, *names: str) -> dict[str, Unit]:
        """Return the unit of a column for each of the params of a fact that are values of it."""
        found = self.dataset.column(column)
        unit = found.shown_unit if found else None
        return dict.fromkeys(names, unit) if unit else {}

    def unit(self, column: str) -> Unit | None:
        """Return the unit of a column, None when it has none."""
        found = self.dataset.column(column)
        return found.shown_unit if found else None

    def say(self, key: str, **params: Any) -> str:
        """Return a title or heading (`fact.<key>`) in the person's language."""
        return text(f"fact.{key}", self.tables.language, **params)

    def text(self, key: str, **params: Any) -> str:
        """Return a sentence of the catalogue in the person's language."""
        return text(key, self.tables.language, **params)

    def facts(self) -> tuple[Fact, ...]:
        """Return what every reader must know: that only a part of the rows was looked at."""
        if not self.filters:
            return ()
        params = {"filters": shown(self.filters), "rows": self.rows, "total": self.dataset.rows}
        return (Fact(key="filtered", params=params, weight=0.95),)

    def table(
        self,
        title: str,
        sql: str,
        description: str = "",
        *,
        units: Mapping[str, Unit] | None = None,
        **meta: Any,
    ) -> ArtifactContent:
        """Run a query and return its result as a table artifact; `result` names it until the next,
        so that what is told of it needs no second run. Columns of the dataset keep their units,
        `units` are those of others."""
        path = self.tables.folder / f"{new_id()}.parquet"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE result AS {sql}")
        self.connection.execute(
            f"COPY result TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        )
        names = [str(row[0]) for row in self.all("DESCRIBE result")]
        told = {"code": sql, "language": "sql", **self._units(names, units), **meta}
        return artifacts.stored(title, path, description=description, **told)

    def listed(
        self,
        title: str,
        columns: Mapping[str, Sequence[Any]],
        description: str = "",
        *,
        units: Mapping[str, Unit] | None = None,
        **meta: Any,
    ) -> ArtifactContent:
        """Return computed columns as a table artifact; units as `table` has them."""
        told = {**self._units(list(columns), units), **meta}
        return artifacts.table(self.tables, title, columns, description=description, **told)

    def _units(self, names: Sequence[str], given: Mapping[str, Unit] | None) -> dict[str, Any]:
        own = {c.name: c.shown_unit for c in self.dataset.columns if c.unit}
        found = {name: unit for name in names if (unit := (given or {}).get(name, own.get(name)))}
        shown = {name: unit.model_dump() for name, unit in list(found.items())[:_UNITS_MAX]}
        return {"units": shown} if shown else {}

    def chart(
        self, title: str, figure: Mapping[str, Any], description: str, **meta: Any
    ) -> ArtifactContent:
        """Return a Plotly figure as a chart artifact. Missing numbers are null."""
        return artifacts.figure(title, figure, description, **meta)


def _finite(dataset: Dataset) -> str:
    """Return what makes infinite numbers missing: of columns whose profile has no bounds, since
    it has none of infinite ones."""
    replaced = [
        f"CASE WHEN isfinite({ident(c.name)}) THEN {ident(c.name)} END AS {ident(c.name)}"
        for c in dataset.columns
        if not isinstance(c, ComputedColumn)
        and c.type == "number" and (c.minimum is None or c.maximum is None)
        and c.dtype in ("", "DOUBLE", "FLOAT")
    ]  # fmt: skip
    return f" REPLACE ({', '.join(replaced)})" if replaced else ""


@contextmanager
def open_source(operation: Filtered, tables: Tables) -> Iterator[Source]:
    """Open what `operation` looks at.

    Raises BadInput `rows_none` when the table has no rows, `filter_empty` when no row meets the
    filters.
    """
    dataset = tables.get(operation.dataset)
    with within_range(), _told_of(operation, dataset), connect(tables.folder) as connection:
        source = Source(connection, tables, dataset, operation.conditions)
        if not source.rows and operation.conditions:
            raise BadInput("filter_empty", filters=shown(operation.conditions))
        if not source.rows:
            raise BadInput("rows_none", dataset=dataset.name)
        yield source


def has_expressions(dataset: Dataset, conditions: Sequence[Filter | Where]) -> bool:
    """Whether something that a person or a model wrote is computed."""
    return any(isinstance(c, ComputedColumn) for c in dataset.columns) or any(
        isinstance(one, Where) for one in conditions
    )


@contextmanager
def _told_of(operation: Filtered, dataset: Dataset) -> Iterator[None]:
    """Tell what DuckDB finds wrong with an expression: types that do not fit, texts that are no
    numbers."""
    import duckdb

    written = [c.name for c in dataset.columns if isinstance(c, ComputedColumn)]
    written += [operation.where] if operation.where else []
    try:
        yield
    except (
        duckdb.BinderException,
        duckdb.ConversionException,
        duckdb.InvalidInputException,
    ) as error:
        if not written:
            raise
        raise failed("; ".join(written), error, [c.name for c in dataset.columns]) from error
