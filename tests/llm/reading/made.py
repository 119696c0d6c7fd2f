"""Linked questions made by hand: a table of sales, and words with what they mean."""

import re
from collections.abc import Mapping, Sequence

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import ENGLISH, Language
from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnKind,
    ColumnMeaning,
    ColumnView,
    ConceptMeaning,
    Linked,
    Meaning,
    Segment,
    TableView,
    ValueMeaning,
)

COLUMNS: tuple[tuple[Column, ColumnKind], ...] = (
    (Column(name="region", type="category", examples=("North", "South", "East")), "label"),
    (Column(name="product", type="category", examples=("Tea", "Milk")), "label"),
    (Column(name="sales", type="number", minimum=0.0, maximum=900.0), "amount"),
    (Column(name="cost", type="number", minimum=0.0, maximum=500.0), "amount"),
    (Column(name="price", type="number", minimum=1.0, maximum=99.0, unit="만원"), "level"),
    (Column(name="customer", type="text"), "identifier"),
    (Column(name="paid", type="boolean", examples=(True, False)), "flag"),
    (
        Column(name="ordered", type="date", minimum="2023-05-02", maximum="2024-04-30"),
        "time",
    ),
    (Column(name="shipped", type="date", missing=3), "time"),
)


def view() -> TableView:
    """Return the view of a table of sales."""
    dataset = Dataset(id="s", name="sales", rows=100, columns=tuple(c for c, _ in COLUMNS))
    columns = tuple(
        ColumnView(c, kind, (c.name,), values=c.examples, positive=True if kind == "flag" else None)
        for c, kind in COLUMNS
    )
    return TableView(dataset, columns, ("orders",))


def column(name: str) -> ColumnMeaning:
    """Return the meaning that names a column."""
    return ColumnMeaning(name)


def value(name: str, cell: str) -> ValueMeaning:
    """Return the meaning that names a value."""
    return ValueMeaning(name, cell)


def concept(name: str) -> ConceptMeaning:
    """Return a concept."""
    return ConceptMeaning(name)


def linked(
    text: str,
    meanings: Mapping[str, Meaning | Sequence[Meaning]],
    language: Language = ENGLISH,
    function: str = "",
) -> Linked:
    """Return a question whose words, parted by blanks and `+`, mean what is said; a word of
    several meanings has a list. The words of `function` are function words."""
    segments, candidates = [], []
    plain = text.replace("+", "")
    start = 0
    for word in re.split(r"[ +]", text):
        start = plain.index(word, start)
        segments.append(
            Segment(word, start, start + len(word), is_function=word in function.split())
        )
        start += len(word)
    words = [s.text for s in segments]
    for phrase, found in meanings.items():
        parts = re.split(r"[ +]", phrase)
        for first in range(len(words) - len(parts) + 1):
            if words[first : first + len(parts)] == parts:
                for meaning in [found] if not isinstance(found, Sequence) else found:
                    candidates.append(Candidate(first, first + len(parts), meaning, "exact"))
    return Linked(plain, language, tuple(segments), tuple(candidates), view())
