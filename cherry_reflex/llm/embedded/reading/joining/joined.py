"""A table with the columns of those that its rows are looked up in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.value_index import values_of
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.folding import singular
from cherry_reflex.llm.embedded.reading.header import header_of
from cherry_reflex.llm.embedded.reading.joining.keys import Link, links_of, words_of
from cherry_reflex.llm.embedded.reading.values import Index

TABLES_MAX = 6
"""More tables than this are not looked through for keys."""
COLUMNS_MAX = 60
NAMES = ("name", "title", "code", "이름", "명칭", "코드")
"""Headers that say nothing without their table."""


@dataclass(frozen=True)
class Joined:
    """`dataset` has the columns of all; `columns` says of each that comes from another table which
    one that is and what it is called there; `index` has the values of texts."""

    base: Dataset
    dataset: Dataset
    links: tuple[Link, ...]
    columns: tuple[tuple[str, str, str], ...]
    index: Index

    def plain(self, reading: Reading) -> Reading:
        """Return a reading of `dataset` as one of `base`, joined with what it needs; where all
        columns are another table's, as one of that: its rows count once."""
        known = {(name, ""): (own, table) for name, table, own in self.columns}
        used: set[str] = set()
        made = _renamed(reading, known, used)
        also = tuple(self.plain(one) for one in reading.also)
        if len(used) == 1 and "" not in used and not counts_rows(reading):
            (table,) = used
            made = _renamed(made, {(own, table): (own, "") for _, _, own in self.columns}, set())
            return made.model_copy(update={"dataset": table, "also": also})
        for link in reversed(self.links):
            if link.join.dataset in used:
                used.add(link.source)
        joins = tuple(link.join for link in self.links if link.join.dataset in used)
        return made.model_copy(update={"dataset": self.base.name, "joins": joins, "also": also})

    def whole(self, reading: Reading) -> Reading:
        """Return a reading of `base` as one of `dataset`: the other way round."""
        known = {(own, table): (name, "") for name, table, own in self.columns}
        also = tuple(self.whole(one) for one in reading.also)
        made = _renamed(reading, known, set())
        return made.model_copy(update={"dataset": self.dataset.name, "joins": (), "also": also})


def counts_rows(reading: Reading) -> bool:
    """Whether rows as such are counted or listed, so that it matters of which table they are."""
    if reading.measures:
        return any(measure.of is None for measure in reading.measures)
    return reading.task in ("aggregate", "rows")


def joined(datasets: Sequence[Dataset]) -> tuple[Joined, ...]:
    """Return the tables that can be read with others, those first that reach most."""
    if not 1 < len(datasets) <= TABLES_MAX:
        return ()
    found = [(one, links_of(one, datasets)) for one in datasets]
    reaching = sorted((pair for pair in found if pair[1]), key=lambda pair: -len(pair[1]))
    made: list[Joined] = []
    for base, links in reaching:
        # A table that another one reaches is read with that one.
        if not any(base.name == link.join.dataset for one in made for link in one.links):
            made.append(_made(base, links, datasets))
    return tuple(made)


def _made(base: Dataset, links: Sequence[Link], datasets: Sequence[Dataset]) -> Joined:
    by_name = {dataset.name: dataset for dataset in datasets}
    columns = list(base.columns)
    index: dict[str, tuple[str, ...]] = dict(values_of(base))
    taken = {column.name for column in columns}
    moved: list[tuple[str, str, str]] = []
    for join in (link.join for link in links):
        other = by_name[join.dataset]
        values = values_of(other)
        for column in other.columns:
            if column.name == join.right or len(columns) >= COLUMNS_MAX:
                continue
            name = _name(column.name, other, taken)
            taken.add(name)
            moved.append((name, other.name, column.name))
            columns.append(column.model_copy(update={"name": name}))
            if column.name in values:
                index[name] = values[column.name]
    dataset = base.model_copy(
        update={
            "id": "+".join([base.id, *(by_name[link.join.dataset].id for link in links)]),
            "columns": tuple(columns),
        }
    )
    return Joined(base, dataset, tuple(links), tuple(moved), index)


def _name(name: str, dataset: Dataset, taken: set[str]) -> str:
    """Return what a column is called beside those of other tables: `name` of airlines is the
    `airline name`."""
    words = header_of(name).spelled
    if name not in taken and not (len(words) == 1 and words[0] in NAMES):
        return name
    table = " ".join(map(singular, words_of(dataset)))
    made, number = f"{table} {name}", 2
    while made in taken:
        made, number = f"{table} {name} {number}", number + 1
    return made


def _renamed(
    reading: Reading, known: Mapping[tuple[str, str], tuple[str, str]], used: set[str]
) -> Reading:
    """Return a reading with other (name, table) for columns; `used` grows by the tables
    of all its columns."""

    def moved(told: Any) -> Any:
        if isinstance(told, list):
            return [moved(one) for one in told]
        if not isinstance(told, dict):
            return told
        place = told.get("name", ""), told.get("dataset", "")
        if told.get("kind") == "column":
            name, table = known.get(place, place)
            used.add(table)
            return {**told, "name": name, "dataset": table}
        return {key: moved(value) for key, value in told.items()}

    told = reading.model_dump(mode="json", exclude_defaults=True, exclude={"also", "joins"})
    return Reading.model_validate(moved(told))
