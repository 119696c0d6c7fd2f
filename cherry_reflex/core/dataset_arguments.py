"""Which dataset the arguments of a step mean, once it is known what the steps before it made."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.versions import superseded

DATASET_PREFIX = "dataset:"
"""Before the name or id of a dataset in the arguments of any MCP tool."""
DATASET_FIELDS = frozenset({"dataset", "other"})
"""Fields of operations that name a dataset (`x-dataset` in their schemas)."""


def newest_versions(before: Iterable[Dataset], made: Iterable[Dataset]) -> dict[str, Dataset]:
    """Return, by name, which of the datasets that steps have `made` is the newest version of
    another: one that was there `before` them, or that they made on the way."""
    made = list(made)
    known = {dataset.id: dataset for dataset in (*before, *made)}
    fresh = {dataset.id for dataset in made}
    return {
        known[old].name: newest
        for old, newest in superseded(known.values()).items()
        if newest.id in fresh
    }


def settled(
    arguments: Mapping[str, Any] | None, newest: Mapping[str, Dataset]
) -> dict[str, Any] | None:
    """Return arguments in which a dataset that is named means its newest version. An id means
    exactly that dataset, and so does a name beside that of the newer version: both are meant."""
    if arguments is None:
        return None
    named = set(_named(arguments))
    meant = {
        name: dataset.name
        for name, dataset in newest.items()
        if not named & {dataset.name, dataset.id}
    }
    return {key: _settled(value, key, meant) for key, value in arguments.items()}


def _settled(value: Any, key: str, meant: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _settled(one, name, meant) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_settled(one, "", meant) for one in value]
    if isinstance(value, str) and value.startswith(DATASET_PREFIX):
        name = value.removeprefix(DATASET_PREFIX)
        return DATASET_PREFIX + meant.get(name, name)
    if isinstance(value, str) and key in DATASET_FIELDS:
        return meant.get(value, value)
    return value


def _named(value: Any, key: str = "") -> Iterator[str]:
    """Yield what names a dataset."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _named(one, name)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _named(one)
    elif isinstance(value, str) and (key in DATASET_FIELDS or value.startswith(DATASET_PREFIX)):
        yield value.removeprefix(DATASET_PREFIX)
