"""The tables of a reading, open in DuckDB, and what every task asks of them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cherry_reflex.analysis.reading.compiler.conditions import Conditions
from cherry_reflex.analysis.reading.compiler.scope import Scope, tables_of
from cherry_reflex.analysis.reading.words.phrases import Phrases, plain, unmarked
from cherry_reflex.analysis.sql.duckdb import connect, sql_name, within_range
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Fact, Tables
from cherry_reflex.core.reading.reading import Reading


@dataclass
class _DataProbe:
    """Asks the data; the same question once."""

    source: Source
    known: dict[tuple[str, ...], Any] = field(default_factory=dict)

    def newest(self, source: str, moment: str) -> dt.datetime | None:
        found = self._one(f"SELECT max({moment})::TIMESTAMP FROM {source}")
        return found[0] if found else None

    def ends(self, source: str, number: str) -> tuple[float, float] | None:
        found = self._one(f"SELECT min({number})::DOUBLE, max({number})::DOUBLE FROM {source}")
        return None if not found or found[0] is None else (found[0], found[1])

    def has(self, source: str, condition: str) -> bool:
        return bool(self._one(f"SELECT 1 FROM {source} WHERE {condition} LIMIT 1"))

    def _one(self, sql: str) -> tuple[Any, ...]:
        if (sql,) not in self.known:
            self.known[(sql,)] = self.source.one(sql)
        found: tuple[Any, ...] = self.known[(sql,)]
        return found


@dataclass
class Opened:
    """A reading whose tables are open. `is_brief` leaves out charts and tables: only the first
    fact is wanted (alternatives are told in a line)."""

    reading: Reading
    source: Source
    scope: Scope
    tables: Tables
    is_brief: bool = False
    sources: dict[str, Source] = field(default_factory=dict)
    """All tables that are open, by the dataset's id."""

    @property
    def language(self) -> Language:
        """The person's language."""
        return self.tables.language

    def one(self, sql: str) -> tuple[Any, ...]:
        """Return the first row of a query."""
        return self.source.one(sql)

    def all(self, sql: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return self.source.all(sql)

    def where(self) -> str:
        """Return the reading's condition on rows as SQL, empty for none."""
        return Conditions(self.scope).where(self.reading.where)

    def rows_of(self, where: str, *more: str) -> str:
        """Return `FROM … WHERE …` of the rows that meet all conditions."""
        parts = [f"({part})" if more else part for part in (where, *more) if part]
        kept = f" WHERE {' AND '.join(parts)}" if parts else ""
        return f"FROM {self.scope.source}{kept}"

    def count(self, where: str, *more: str) -> int:
        """Return how many rows meet all conditions."""
        return int(self.one(f"SELECT count(*) {self.rows_of(where, *more)}")[0])

    def missing(self, where: str, expressions: Sequence[str]) -> list[int]:
        """Return in how many rows that meet the condition each expression has no value."""
        if not expressions:
            return []
        counted = ", ".join(f"count(*) FILTER (WHERE ({one}) IS NULL)" for one in expressions)
        return [int(count) for count in self.one(f"SELECT {counted} {self.rows_of(where)}")]

    def some_rows(self, where: str) -> int:
        """Return how many rows meet the condition.

        Raises BadInput `filter_empty`, or `rows_none` of an empty table.
        """
        rows = self.count(where)
        if rows:
            return rows
        if self.reading.where is None:
            raise BadInput("rows_none", dataset=self.scope.main.name)
        said = Phrases(self.language, unmarked).condition(self.reading.where)
        raise BadInput("filter_empty", filters=plain(said))

    def notes(self, where: str) -> list[Fact]:
        """Return the facts of what conditions kept, left out, or came to."""
        facts: list[Fact] = []
        told: set[tuple[str, str]] = set()
        for note in self.scope.notes:
            if (note.kind, note.sql + str(note.params)) in told:
                continue
            told.add((note.kind, note.sql + str(note.params)))
            if note.kind in ("period", "unknown_value"):
                params = {"column": note.name, **note.params}
                facts.append(Fact(key=f"reading.{note.kind}", params=params, weight=0.6))
                continue
            (missing,) = self.missing(where if note.kind in ("kept", "as_not") else "", [note.sql])
            if missing:
                counted = {"column": note.name, "missing": missing}
                facts.append(Fact(key=f"reading.rows_{note.kind}", params=counted, weight=0.5))
        return facts


@contextmanager
def opened(reading: Reading, tables: Tables, today: dt.date) -> Iterator[Opened]:
    """Open the tables of a reading.

    Raises BadInput `dataset_unknown`, `dataset_missing`, `column_unknown`.
    """
    with within_range(), connect(tables.folder) as connection:
        yield _opened(reading, tables, today, connection, {})


def also_opened(one: Opened, reading: Reading, *, is_brief: bool) -> Opened:
    """Return another reading over what is open; tables that it needs besides are opened too.

    Raises what `opened` raises.
    """
    made = _opened(reading, one.tables, one.scope.today, one.source.connection, one.sources)
    made.is_brief = is_brief
    return made


def _opened(
    reading: Reading, tables: Tables, today: dt.date, connection: Any, known: dict[str, Source]
) -> Opened:
    datasets = tables_of(reading, tables.datasets)
    for dataset in datasets:
        if dataset.id not in known:
            known[dataset.id] = Source(connection, tables, _named_apart(dataset, known), ())
    sources = [known[dataset.id] for dataset in datasets]
    names = tuple(source.name for source in sources)
    scope = Scope(datasets, reading.joins, today, _DataProbe(sources[0]), names=names)
    return Opened(reading, sources[0], scope, tables, sources=known)


def _named_apart(dataset: Dataset, known: dict[str, Source]) -> Dataset:
    """Tables whose names are the same in SQL are told apart by numbers."""
    taken, number = {source.name for source in known.values()}, 2
    found = dataset
    while sql_name(found) in taken:
        found = dataset.model_copy(update={"name": f"{dataset.name}_{number}"})
        number += 1
    return found
