"""By which columns one table looks things up in another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from cherry_reflex.analysis.value_index import values_of
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.core.reading.reading import Join
from cherry_reflex.llm.embedded.reading.folding import folded, singular
from cherry_reflex.llm.embedded.reading.header import header_of

SHARED = 0.5
"""Of the values of a column that are known, so many have to be in the other table."""
_IDENTIFIERS = ("id", "no", "number", "code", "key", "번호", "코드", "아이디")


@dataclass(frozen=True)
class Link:
    """`source` is the name of the table from which a join leads on."""

    source: str
    join: Join


def key_of(dataset: Dataset, other: Dataset) -> Join | None:
    """Return how the rows of a table find one row each in another: by a column that has the same
    name there, or is named after that table (`customer_id` in orders, `id` in customers), whose
    values occur there once. None where there is no such column, or more than one."""
    found = [
        Join(dataset=other.name, left=mine.name, right=theirs.name)
        for mine, theirs in product(dataset.columns, other.columns)
        if _is_key(theirs, other)
        and _is_named(mine, theirs, other)
        and _is_alike(mine, theirs)
        and _is_shared(mine, theirs, values_of(dataset), values_of(other))
    ]
    return found[0] if len(found) == 1 else None


def links_of(dataset: Dataset, others: Sequence[Dataset]) -> tuple[Link, ...]:
    """Return all tables that a table's rows find one row in, also by way of another one."""
    found: list[Link] = []
    reached, left = [dataset], [one for one in others if one.id != dataset.id]
    for one in reached:
        for other in tuple(left):
            if (join := key_of(one, other)) is not None:
                found.append(Link(one.name, join))
                reached.append(other)
                left.remove(other)
    return tuple(found)


def words_of(dataset: Dataset) -> tuple[str, ...]:
    """Return the words of a table's name, without what a file name ends with."""
    return header_of(dataset.name.rsplit(".", 1)[0]).words


def _is_key(column: Column, dataset: Dataset) -> bool:
    """Whether a column tells the rows of its table apart."""
    is_exact = not column.is_distinct_estimate
    return (
        column.type not in (*TEMPORAL, "boolean", "other", "number")
        and dataset.rows > 1
        and is_exact
        and column.missing == 0
        and column.distinct == dataset.rows
    )


def _is_named(mine: Column, theirs: Column, other: Dataset) -> bool:
    first, second = (folded("".join(header_of(c.name).words)) for c in (mine, theirs))
    if first == second:
        return True
    table = singular(folded("".join(words_of(other))))
    return second in _IDENTIFIERS and first in (table + second, table)


def _is_alike(mine: Column, theirs: Column) -> bool:
    return (mine.type in NUMERIC) == (theirs.type in NUMERIC) and mine.type not in TEMPORAL


def _is_shared(
    mine: Column,
    theirs: Column,
    known: Mapping[str, Sequence[str]],
    known_there: Mapping[str, Sequence[str]],
) -> bool:
    """Whether most of what is known of one column can be in the other."""
    if mine.type in NUMERIC:
        low, high = theirs.minimum, theirs.maximum
        given = [value for value in mine.examples if isinstance(value, int | float)]
        if low is None or high is None or not given:
            return False
        return len([v for v in given if low <= v <= high]) >= SHARED * len(given)
    there = {str(value).strip() for value in known_there.get(theirs.name) or theirs.examples}
    values = [str(value).strip() for value in known.get(mine.name) or mine.examples]
    if not values:
        return False
    is_whole = len(there) >= theirs.distinct
    least = SHARED if is_whole else SHARED * len(there) / max(1, theirs.distinct)
    return sum(value in there for value in values) >= least * len(values)
