"""Prepared questions side by side, in a few sizes (each is compiled once)."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.reading.training.prepared import ITEM, WORD, Prepared
from cherry_reflex.llm.embedded.network.features import MARKS, PAIRS, RELATIONS, TRAITS
from cherry_reflex.llm.embedded.network.notation.symbols import SYMBOLS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIZES = ((12, 17, 13), (18, 24, 20), (30, 34, 32))
"""Segments, items and pieces of a batch. Longer questions are not trained on."""


@dataclass(frozen=True)
class Table:
    """The vectors of words, the places of words in the lexicon, and how many concepts there are."""

    vectors: "NDArray[np.float16]"
    lexicon: Mapping[str, int]
    concepts: int


def size_of(question: Prepared) -> int | None:
    """Return the place of the smallest size that a question fits in; None when none is enough."""
    need = (len(question.words), question.traits.shape[0], len(question.pieces))
    for place, size in enumerate(SIZES):
        if all(length <= most for length, most in zip(need, size, strict=True)):
            return place
    return None


def batches(
    questions: Sequence[Prepared], table: Table, count: int, rnd: random.Random
) -> Iterator[dict[str, Any]]:
    """Yield batches of one pass over the questions, of `count` each, shuffled."""
    by_size: dict[int, list[int]] = {}
    for place, question in enumerate(questions):
        size = size_of(question)
        if size is not None:
            by_size.setdefault(size, []).append(place)
    plan: list[tuple[int, list[int]]] = []
    for fitting, places in by_size.items():
        rnd.shuffle(places)
        plan += [(fitting, places[k : k + count]) for k in range(0, len(places), count)]
    rnd.shuffle(plan)
    for fitting, places in plan:
        while len(places) < count:
            places = [*places, *places][:count]
        yield batch([questions[k] for k in places], table, SIZES[fitting])


def batch(
    questions: Sequence[Prepared], table: Table, size: tuple[int, int, int]
) -> dict[str, Any]:
    """Return a batch: the network's arrays, and `target` (B x pieces) with its `weight`."""
    import numpy as np

    segments, items, pieces = size
    count = len(questions)
    made: dict[str, Any] = {
        "vectors": np.zeros((count, segments, table.vectors.shape[1]), np.float32),
        "names": np.zeros((count, items, table.vectors.shape[1]), np.float32),
        "marks": np.zeros((count, segments, MARKS), np.float32),
        "concepts": np.zeros((count, segments, table.concepts), np.float32),
        "words": np.zeros((count, segments), np.int32),
        "relations": np.zeros((count, segments, items, RELATIONS), np.float32),
        "pairs": np.zeros((count, items, items, PAIRS), np.float32),
        "traits": np.zeros((count, items, TRAITS), np.float32),
        "has_segment": np.zeros((count, segments), np.float32),
        "has_item": np.zeros((count, items), np.float32),
        "target": np.zeros((count, pieces), np.int32),
        "weight": np.zeros((count, pieces), np.float32),
    }
    for row, one in enumerate(questions):
        s, i = len(one.words), one.traits.shape[0]
        made["vectors"][row, :s] = table.vectors[one.words]
        named = one.names >= 0
        made["names"][row, :i][named] = table.vectors[one.names[named]]
        made["marks"][row, :s] = one.marks
        for segment, concept, strength in one.concepts:
            made["concepts"][row, segment, concept] = strength
        made["words"][row, :s] = [table.lexicon.get(text, 0) for text in one.texts]
        made["relations"][row, :s, :i] = one.relations
        made["pairs"][row, :i, :i] = one.pairs
        made["traits"][row, :i] = one.traits
        made["has_segment"][row, :s] = 1
        made["has_item"][row, :i] = 1
        places = [_place(number, items) for number in one.pieces]
        made["target"][row, : len(places)] = places
        made["weight"][row, : len(places)] = 1
    return made


def _place(number: int, items: int) -> int:
    """Return the place of a piece among symbols, items and segments of a batch."""
    if number >= 0:
        return number
    if number > WORD:
        return len(SYMBOLS) + (ITEM - number)
    return len(SYMBOLS) + items + (WORD - number)
