"""Measures that a table lacks but has the columns for: click-through rate, 객단가, 불량률."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression
from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.folding import phrase_key
from cherry_reflex.llm.embedded.reading.linked import ColumnView, TableView

PREFIX = "formula:"
"""How the concepts of formulas begin."""


@dataclass(frozen=True)
class Formula:
    """A measure as two others combined, each a column of the first vocabulary group that a table
    has. `op` is an `ArithmeticOperator`."""

    name: str
    op: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    phrases: tuple[str, ...]

    def expression(self, view: TableView) -> Expression | None:
        """Return the formula over a table's columns; None where one of its sides is missing."""
        left, right = _first(view, self.left), _first(view, self.right)
        if left is None or right is None or left == right:
            return None
        sides = {"left": ColumnRef(name=left.name), "right": ColumnRef(name=right.name)}
        return Arithmetic.model_validate({"op": self.op, **sides})


def expression_of(concept: str, view: TableView) -> Expression | None:
    """Return what a concept of a formula (`formula:click_through_rate`) is in a table, or None."""
    known = _by_name().get(concept.removeprefix(PREFIX))
    return known.expression(view) if known and concept.startswith(PREFIX) else None


@cache
def formulas() -> tuple[Formula, ...]:
    """Return all formulas that are known."""
    return tuple(
        Formula(
            name=entry["name"],
            op=entry["op"],
            left=tuple(entry["left"]),
            right=tuple(entry["right"]),
            phrases=(*entry["en"], *entry["ko"]),
        )
        for entry in analysis_words.formulas()
    )


def formulas_by_phrase(view: TableView) -> Mapping[str, tuple[str, ...]]:
    """Return, for the phrases of the formulas that a table allows, their concepts."""
    found: dict[str, list[str]] = {}
    for formula in formulas():
        if formula.expression(view) is not None:
            for phrase in formula.phrases:
                found.setdefault(phrase_key(phrase), []).append(PREFIX + formula.name)
    return {phrase: tuple(concepts) for phrase, concepts in found.items()}


@cache
def _by_name() -> Mapping[str, Formula]:
    return {formula.name: formula for formula in formulas()}


def _first(view: TableView, groups: Iterable[str]) -> ColumnView | None:
    """Return a column of the first group that the table has, one whose first group it is before
    others."""
    for group in groups:
        owners = [column for column in view.columns if group in column.groups]
        if owners:
            return min(owners, key=lambda column: column.groups.index(group))
    return None
