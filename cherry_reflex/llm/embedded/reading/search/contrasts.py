"""Binds comparisons of one column with another: `paid later than due`, `수량이 예상보다 적은`."""

from collections.abc import Iterator
from typing import get_args

from cherry_reflex.core.reading.condition import Comparison
from cherry_reflex.llm.embedded.reading.search.draft import Bound, Draft, Operator
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

COMPARABLE = (("amount", "level", "rate"), ("time",), ("label", "code", "identifier", "text"))
"""Kinds of columns that are compared with one another."""


def bind_contrasts(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft as it is, and with two columns of a like kind compared by the operator (or
    the superlative: `higher`) that stands by them."""
    yield draft
    columns = draft.free(path.places("condition"))
    if len(columns) < 2:
        return
    left, right = columns[:2]
    kinds = {path.kind_of(left), path.kind_of(right)}
    if not any(kinds <= set(like) for like in COMPARABLE):
        return
    if path.tokens[left].column == path.tokens[right].column:
        return
    for place, op in _operators(path, draft):
        sides = (column_ref(path.tokens[p].column) for p in (left, right))
        made = Comparison(left=next(sides), op=op, right=next(sides))
        used = (left, right, place)
        yield draft.using(*used, weight=0.5, conditions=(*draft.conditions, Bound(made, left)))


def _operators(path: Path, draft: Draft) -> Iterator[tuple[int, Operator]]:
    for place in draft.free(path.places("op")):
        for op in get_args(Operator):
            if op == path.tokens[place].detail:
                yield place, op
    ways: tuple[tuple[str, Operator], ...] = (("top", ">"), ("bottom", "<"), ("neg", "!="))
    for kind, op in ways:
        yield from ((place, op) for place in draft.free(path.places(kind)))
