"""A table that is changed step by step, each step a SELECT over the one before.

Every step is run at once, so that the next can look at what it left, and is kept as SQL: together
they are one query that makes the same table again.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.sql.duckdb import (
    connect,
    ident,
    literal,
    relation,
    sql_name,
    within_range,
)
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables

if TYPE_CHECKING:
    import duckdb

ROW = "__cherry_row"
"""A column of ours, taken off when the table is written: the row's place in the source."""
_ROWS_PER_GROUP = 122_880
_COLUMNS_AT_ONCE = 200


class Chain:
    """A table under change. `table` names its present form in the connection."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", source: Path, name: str) -> None:
        self.connection = connection
        self.table = "step_0"
        read = f"SELECT * FROM read_parquet({literal(str(source))})"
        self._source = name
        self._parts: list[tuple[str, str]] = []
        # The source is read where it lies; only what changes is materialised.
        kind, row = relation(source), f"row_number() OVER () AS {ROW}"
        connection.execute(f"CREATE {kind} step_0 AS SELECT *, {row} FROM ({read})")
        self._macros: dict[str, str] = {}
        self.columns: dict[str, str] = {}
        self.rows = 0
        self._look()

    def one(self, query: str) -> tuple[Any, ...]:
        """Return the only row of a query over `table`."""
        return self.connection.execute(query).fetchone() or ()

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query over `table`."""
        return self.connection.execute(query).fetchall()

    def define(self, name: str, body: str) -> None:
        """Define a macro `name(v)` that later steps may use; the code shows it once."""
        if name not in self._macros:
            self._macros[name] = f"CREATE OR REPLACE TEMP MACRO {name}(v) AS ({body})"
            self.connection.execute(self._macros[name])

    def replace(self, new: Mapping[str, str], *, force: bool = False) -> dict[str, int]:
        """Give columns new values (column -> SQL over the present table); return how many cells
        of each became something else. Nothing is done when none would, unless `force` (the type
        changes)."""
        changed = self._changed(new)
        wanted = {name: sql for name, sql in new.items() if changed[name] or force}
        if wanted:
            given = ", ".join(f"{sql} AS {ident(name)}" for name, sql in wanted.items())
            self.select(f"SELECT * REPLACE ({given}) FROM {{table}}")
        return changed

    def convert(self, column: str, sql: str) -> None:
        """Give a column another type; its cells are not compared, as all of them change."""
        self.select(f"SELECT * REPLACE ({sql} AS {ident(column)}) FROM {{table}}")

    def distinct(self, column: str) -> str:
        """Return the name of a table of a column's different values `v` and how many rows `n` have
        each. What is costly is tried on these rather than on every row."""
        name = ident(column)
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE tried AS SELECT {name} AS v, count(*) AS n "
            f"FROM {self.table} WHERE {name} IS NOT NULL GROUP BY 1"
        )
        return "tried"

    def select(self, query: str) -> int:
        """Make a SELECT the table; `{table}` in it stands for the present one and its rows must
        keep the column ROW. Return how many rows fewer there are."""
        before, old = self.rows, self.table
        name = f"step_{len(self._parts) + 1}"
        self.connection.execute(
            f"CREATE TEMP TABLE {name} AS {query.replace('{table}', self.table)}"
        )
        shown = query.replace("{table}", self.table).removesuffix(f" ORDER BY {ROW}")
        self._parts.append((name, shown))
        self.table = name
        if old != "step_0":
            self.connection.execute(f"DROP TABLE {old}")
        self._look()
        return before - self.rows

    def drop(self, names: Sequence[str]) -> None:
        """Take columns off."""
        self.select(f"SELECT * EXCLUDE ({', '.join(map(ident, names))}) FROM {{table}}")

    @property
    def code(self) -> str:
        """The SQL of all steps as one query over the dataset by its SQL name; empty when there
        are none."""
        if not self._parts:
            return ""
        last = self._parts[-1][0]
        with_row = f"SELECT *, row_number() OVER () AS {ROW} FROM {self._source}"
        parts = [("step_0", with_row), *self._parts]
        listed = ",\n".join(f"{name} AS (\n  {sql}\n)" for name, sql in parts)
        used = "".join(f"{macro};\n" for macro in self._macros.values())
        return f"{used}WITH {listed}\nSELECT * EXCLUDE ({ROW}) FROM {last} ORDER BY {ROW}"

    def write(self, target: Path) -> None:
        """Write the table as Parquet, rows in the order of the source."""
        self.connection.execute(
            f"COPY (SELECT * EXCLUDE ({ROW}) FROM {self.table} ORDER BY {ROW}) "
            f"TO {literal(str(target))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_PER_GROUP})"
        )

    def _changed(self, new: Mapping[str, str]) -> dict[str, int]:
        """Values that only change their type (`"1"` to 1) count as changed: the cell does."""
        counts: dict[str, int] = {}
        names = list(new)
        for start in range(0, len(names), _COLUMNS_AT_ONCE):
            part = names[start : start + _COLUMNS_AT_ONCE]
            asked = ", ".join(
                f"count(*) FILTER (n{n}::VARCHAR IS DISTINCT FROM o{n}::VARCHAR)"
                for n in range(len(part))
            )
            pairs = ", ".join(
                f"{new[name]} AS n{n}, {ident(name)} AS o{n}" for n, name in enumerate(part)
            )
            found = self.one(f"SELECT {asked} FROM (SELECT {pairs} FROM {self.table})")
            counts |= dict(zip(part, map(int, found), strict=True))
        return counts

    def _look(self) -> None:
        described = self.all(f"DESCRIBE {self.table}")
        self.columns = {str(row[0]): str(row[1]) for row in described if row[0] != ROW}
        self.rows = int(self.one(f"SELECT count(*) FROM {self.table}")[0])


@contextmanager
def open_chain(tables: Tables, dataset: Dataset) -> Iterator[Chain]:
    """Open a dataset for changing.

    Raises BadInput `table_empty_left` when there is nothing in it.
    """
    with within_range(), connect(tables.folder) as connection:
        chain = Chain(connection, Tables.path(dataset), sql_name(dataset))
        if not chain.rows or not chain.columns:
            raise BadInput("table_empty_left", name=dataset.name)
        yield chain
