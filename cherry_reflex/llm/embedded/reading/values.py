"""Values of columns that a question can mention."""

from collections.abc import Iterable, Mapping

from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.core.reading.condition import Scalar
from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.folding import folded

LETTERS_MAX = 80
"""Longer cells are sentences, which nobody names."""
_TWO = 2

Index = Mapping[str, tuple[str, ...]]
"""Values of columns by the columns' names, where more are known than the examples."""


def values_of(column: Column, index: Index) -> tuple[Scalar, ...]:
    """Return a column's values that words can name: those of the index, or the examples."""
    if column.type in TEMPORAL:
        return ()
    known: Iterable[object] = index.get(column.name) or column.examples
    found = [v for v in known if isinstance(v, bool | int | float | str)]
    return tuple(v for v in found if not isinstance(v, str) or 0 < len(v.strip()) <= LETTERS_MAX)


def positive_of(column: Column, values: tuple[Scalar, ...]) -> Scalar | None:
    """Return the value that means yes of a column with two, None where it has none."""
    if column.dtype.upper() == "BOOLEAN" or column.type == "boolean":
        return True
    known = [value for value in values if str(value).strip()]
    if not known or len(known) > _TWO or column.distinct > _TWO:
        return None
    if column.type in NUMERIC:
        return next((v for v in known if v == 1), None) if {0, 1} >= set(known) else None
    words = analysis_words.language("yes_no")
    said = {folded(str(value)): value for value in known}
    if not all(word in words["yes"] or word in words["no"] for word in said):
        return None
    return next((value for word, value in said.items() if word in words["yes"]), None)
