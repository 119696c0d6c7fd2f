"""What the names of a reading stand for: its tables, their columns, and how they are joined."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cherry_reflex.analysis.sql.duckdb import ident, sql_name
from cherry_reflex.analysis.sql.types import is_numeric, is_text
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Join, Reading

_NAMES_TOLD = 60


class Probe(Protocol):
    """Answers what a query depends on and only the data know."""

    def newest(self, source: str, moment: str) -> dt.datetime | None:
        """Return the newest date of an SQL expression, or None when it has none."""
        ...

    def ends(self, source: str, number: str) -> tuple[float, float] | None:
        """Return the smallest and the largest number, or None when there is none."""
        ...

    def has(self, source: str, condition: str) -> bool:
        """Whether any row meets the condition."""
        ...


class Unprobed:
    """Stands in where only the fit of a reading is checked: nothing is read."""

    def newest(self, source: str, moment: str) -> dt.datetime | None:
        """Return None: unknown."""
        return None

    def ends(self, source: str, number: str) -> tuple[float, float] | None:
        """Return some range."""
        return 0.0, 1.0

    def has(self, source: str, condition: str) -> bool:
        """Take everything as there."""
        return True


@dataclass(frozen=True)
class Note:
    """What an answer has to say of how its query was made: rows kept or left out (`kept`,
    `left_out`, `as_not`, with the SQL of the column), what a relative period came to (`period`)."""

    kind: str
    name: str
    sql: str = ""
    params: dict[str, str] = field(default_factory=dict)


@dataclass
class Scope:
    """The tables of a reading. `notes` grows while conditions are compiled.

    `names` are the tables' names in SQL, those of the datasets unless others are given; `source`
    is what stands after FROM; where tables are joined, columns are told apart by the aliases `t0`,
    `t1`, …
    """

    datasets: tuple[Dataset, ...]
    joins: tuple[Join, ...]
    today: dt.date
    probe: Probe
    notes: list[Note] = field(default_factory=list)
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = self.names or tuple(map(sql_name, self.datasets))
        self.names = tuple(name if name.isascii() else ident(name) for name in names)
        if len(self.datasets) > 1:
            for place, join in enumerate(self.joins, 1):
                self._key(self.datasets[place], join.right)
                self._key_left(join, place)

    @property
    def main(self) -> Dataset:
        """The reading's own table."""
        return self.datasets[0]

    @property
    def source(self) -> str:
        """The tables, joined, as they stand after FROM."""
        if len(self.datasets) == 1:
            return self.names[0]
        made = f"{self.names[0]} AS t0"
        for place, join in enumerate(self.joins, 1):
            how = {"inner": "JOIN", "left": "LEFT JOIN", "anti": "ANTI JOIN"}[join.how]
            made += f" {how} {self.names[place]} AS t{place} ON {self._equal(join, place)}"
        return made

    def column(self, ref: ColumnRef) -> tuple[Column, str]:
        """Return a column and its SQL. Without a dataset named it is looked for in the reading's
        own table, then in those that are joined.

        Raises BadInput `column_unknown`, `dataset_unknown`.
        """
        places = self._places(ref.dataset)
        for place in places:
            if (column := self.datasets[place].column(ref.name)) is not None:
                if len(self.datasets) == 1:
                    return column, ident(ref.name)
                return column, f"t{place}.{ident(ref.name)}"
        raise unknown(ref.name, self.datasets[places[0]])

    def _places(self, name: str) -> list[int]:
        shown = [0]
        shown += [n for n, join in enumerate(self.joins, 1) if join.how != "anti"]
        if not name:
            return shown
        for place in shown:
            if name in (self.datasets[place].name, self.datasets[place].id):
                return [place]
        raise BadInput("dataset_unknown", name=name, names=", ".join(d.name for d in self.datasets))

    def _key(self, dataset: Dataset, name: str) -> Column:
        column = dataset.column(name)
        if column is None:
            raise unknown(name, dataset)
        return column

    def _key_left(self, join: Join, place: int) -> tuple[Column, str]:
        for earlier in range(place):
            if (column := self.datasets[earlier].column(join.left)) is not None:
                return column, f"t{earlier}.{ident(join.left)}"
        raise unknown(join.left, self.main)

    def _equal(self, join: Join, place: int) -> str:
        """Keys of unlike types are compared as texts, a whole number without its `.0`."""
        first, left = self._key_left(join, place)
        second = self._key(self.datasets[place], join.right)
        right = f"t{place}.{ident(join.right)}"
        types = first.dtype, second.dtype
        if is_text(types[0]) and is_numeric(types[1]):
            return f"TRY_CAST({left} AS DOUBLE) = {right}"
        if is_numeric(types[0]) and is_text(types[1]):
            return f"{left} = TRY_CAST({right} AS DOUBLE)"
        alike = first.type == second.type or all(map(is_numeric, types))
        if alike or all(map(is_text, types)):
            return f"{left} = {right}"
        return f"{left}::VARCHAR = {right}::VARCHAR"


def tables_of(reading: Reading, datasets: Sequence[Dataset]) -> tuple[Dataset, ...]:
    """Return the tables of a reading, its own first.

    Raises BadInput `dataset_unknown`, `dataset_missing`.
    """
    found = _named(datasets, reading.dataset)
    return (found, *(_named(datasets, join.dataset) for join in reading.joins))


def _named(datasets: Sequence[Dataset], name: str) -> Dataset:
    if not datasets:
        raise BadInput("dataset_missing")
    for dataset in datasets:
        if not name or name in (dataset.name, dataset.id):
            return dataset
    raise BadInput("dataset_unknown", name=name, names=", ".join(d.name for d in datasets))


def unknown(name: str, dataset: Dataset) -> BadInput:
    """Return what to raise for a column that is not there."""
    names = ", ".join(column.name for column in dataset.columns[:_NAMES_TOLD])
    return BadInput("column_unknown", column=name, dataset=dataset.name, columns=names)
