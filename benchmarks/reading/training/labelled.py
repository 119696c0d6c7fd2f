"""The labelled questions of people as material for training: as they are, and with other names."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reading.agreement import NAMED
from benchmarks.reading.datasets import dataset_of
from benchmarks.reading.generator.noise import slipped
from benchmarks.reading.labels import Labelled, labelled
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.knowledge.vocabulary import Group
from cherry_reflex.llm.embedded.reading.header import header_of
from cherry_reflex.llm.embedded.reading.view import groups_of
from cherry_reflex.llm.embedded.reading.vocabulary import by_name

FOLDS: tuple[tuple[str, ...], ...] = tuple(
    tuple(fold)
    for fold in json.loads((Path(__file__).parent.parent / "folds.json").read_text("utf-8"))
)
"""Names of the labelled tables in five parts. A part is held back, the others are trained on."""


@dataclass(frozen=True)
class Material:
    """A question over a dataset with its reading (None: nothing that a reading says)."""

    text: str
    language: Language
    dataset: Dataset
    reading: Reading | None


def tables_but(held: int) -> tuple[str, ...]:
    """Return the tables that are trained on when a part is held back (-1: none is)."""
    return tuple(name for k, fold in enumerate(FOLDS) if k != held for name in fold)


def as_is(tables: Sequence[str], folder: Path) -> Iterator[Material]:
    """Yield the questions that stand alone and have one meaning."""
    for table in tables:
        dataset = dataset_of(table, folder)
        for label in labelled(table):
            if label.after or label.why == "ambiguous":
                continue
            yield Material(label.text, label.language, dataset, reading_of(label))


def reading_of(label: Labelled) -> Reading | None:
    """Return what the network shall write: of what a reading only names, its task and where."""
    if not label.readings:
        return None
    return plain(label.readings[0])


def plain(reading: Reading) -> Reading:
    """Return a reading without what makes no difference."""
    if reading.task in NAMED:
        return Reading(task=reading.task, where=reading.where)
    if reading.task in ("aggregate", "export") and not reading.measures:
        reading = reading.model_copy(update={"task": "rows"})
    if reading.also:
        reading = reading.model_copy(update={"also": tuple(plain(one) for one in reading.also)})
    return reading


def renamed(materials: Sequence[Material], rnd: random.Random) -> list[Material]:
    """Return the questions of one table with other names of its columns, the same in all of them,
    with other values, perhaps a slip."""
    dataset = materials[0].dataset
    names: dict[str, str] = {}
    taken = {column.name for column in dataset.columns}
    for column in dataset.columns:
        others = [name for name in _other_names(column.name) if name not in taken]
        said = [m.text for m in materials if column.name in m.text]
        if others and rnd.random() < 0.5 and all(_once(text, column.name) for text in said):
            names[column.name] = rnd.choice(others)
            taken.add(names[column.name])
    columns = tuple(
        column.model_copy(update={"name": names.get(column.name, column.name)})
        for column in dataset.columns
    )
    dataset = dataset.model_copy(update={"columns": columns})
    return [_with_names(material, dataset, names, rnd) for material in materials]


def _with_names(
    material: Material, dataset: Dataset, names: dict[str, str], rnd: random.Random
) -> Material:
    text = material.text
    told: Any = material.reading.model_dump(mode="json") if material.reading is not None else None
    for column in material.dataset.columns:
        if column.name in names:
            text = text.replace(column.name, names[column.name])
            told = _replaced(told, "name", column.name, names[column.name])
            told = _replaced(told, "target", column.name, names[column.name])
        if column.type == "category" and rnd.random() < 0.5:
            text, told = _other_value(text, told, column.examples, rnd)
    if rnd.random() < 0.15:
        text = slipped(rnd, text)
    if rnd.random() < 0.2:
        text = text.lower() if rnd.random() < 0.5 else text.rstrip("?.!")
    said = Reading.model_validate(told) if told is not None else None
    return Material(text, material.language, dataset, said)


def _other_names(name: str) -> list[str]:
    is_korean = bool(re.search("[가-힣]", name))
    known: list[Group] = [by_name()[group] for group in groups_of(header_of(name))[:1]]
    phrases = [p for group in known for p in (group.ko if is_korean else group.en)]
    return [p for p in phrases if p != name and len(p.split()) <= 3]


def _once(text: str, name: str) -> bool:
    return len(name) > 2 and text.count(name) == 1


def _other_value(
    text: str, told: Any, values: Sequence[Any], rnd: random.Random
) -> tuple[str, Any]:
    """Say another value of a column where one is said as it is written."""
    said = [v for v in values if isinstance(v, str) and _once(text, v)]
    rest = [v for v in values if isinstance(v, str) and len(v) > 1 and v not in text]
    if told is None or not said or not rest:
        return text, told
    old, new = rnd.choice(said), rnd.choice(rest)
    changed = _replaced(told, None, old, new)
    return (text, told) if changed == told else (text.replace(old, new), changed)


def _replaced(told: Any, key: str | None, old: str, new: str) -> Any:
    """Return a dumped reading with a name (under `key`), or a value (None), replaced."""
    if isinstance(told, dict):
        return {
            k: new
            if v == old and (k == key or (key is None and k in ("right", "text")))
            else _replaced(v, key, old, new)
            for k, v in told.items()
        }
    if isinstance(told, list):
        return [
            new if key is None and part == old else _replaced(part, key, old, new) for part in told
        ]
    return told
