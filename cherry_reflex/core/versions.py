"""Which of several datasets is the newest version of another: what the next question means."""

from collections.abc import Iterable, Mapping, Sequence

from cherry_reflex.core.dataset import Dataset

_SHARE = 0.5
"""Of a table's columns, and of its rows, that a new version of it still has."""


def superseded(datasets: Iterable[Dataset]) -> Mapping[str, Dataset]:
    """Return the datasets that a newer version takes the place of, by id, each with the newest one.

    A dataset made of another is a new version of it when it keeps at least half of the columns and
    of the rows: cleaned, retyped, with columns added. A summary of it, a small part, or one of
    several parts that make it up together is a table of its own.
    """
    known = {dataset.id: dataset for dataset in datasets}
    children: dict[str, list[Dataset]] = {}
    for dataset in known.values():
        if dataset.parent in known:
            children.setdefault(dataset.parent, []).append(dataset)
    found: dict[str, Dataset] = {}
    for parent, made in children.items():
        versions = [one for one in made if _is_version(one, known[parent], made)]
        if versions:
            found[parent] = versions[-1]
    for dataset_id in found:
        while (newer := found[dataset_id].id) in found:
            found[dataset_id] = found[newer]
    return found


def newest_first(datasets: Sequence[Dataset]) -> list[Dataset]:
    """Return datasets, given oldest first, with what the next question means first: newest versions
    (that made last before others), then uploads, then tables made on the way, then what is
    outdated."""
    gone = superseded(datasets)
    newest = {dataset.id for dataset in gone.values()}
    first = [dataset for dataset in reversed(datasets) if dataset.id in newest]
    others = [dataset for dataset in datasets if dataset.id not in newest]
    return first + sorted(others, key=lambda one: (one.id in gone, bool(one.parent)))


def _is_version(made: Dataset, parent: Dataset, siblings: Sequence[Dataset]) -> bool:
    names = {column.name for column in parent.columns}
    kept = sum(column.name in names for column in made.columns)
    if kept < len(names) * _SHARE or made.rows < parent.rows * _SHARE:
        return False
    return not any(made.rows + other.rows == parent.rows for other in siblings if other is not made)
