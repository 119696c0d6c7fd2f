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


def renamed(material: Material, rnd: random.Random) -> Material:
    """Return a question with other names of columns, other values, perhaps a slip."""
    text, reading = material.text, material.reading
    told: Any = reading.model_dump(mode="json") if reading is not None else None
    columns = []
    for column in material.dataset.columns:
        name = column.name
        others = _other_names(name)
        if others and rnd.random() < 0.5:
            new = rnd.choice(others)
            is_said = name in text
            if not is_said or _once(text, name):
                text = text.replace(name, new) if is_said else text
                told = _replaced(told, "name", name, new)
                column = column.model_copy(update={"name": new})
        if column.type == "category" and rnd.random() < 0.5:
            text, told = _other_value(text, told, column.examples, rnd)
        columns.append(column)
    if len({column.name for column in columns}) < len(columns):
        return material
    if rnd.random() < 0.15:
        text = slipped(rnd, text)
    if rnd.random() < 0.2:
        text = text.lower() if rnd.random() < 0.5 else text.rstrip("?.!")
    dataset = material.dataset.model_copy(update={"columns": tuple(columns)})
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
