"""Binds `empty` and `not empty` to the column beside it."""

from collections.abc import Iterator

from cherry_reflex.core.reading.condition import Comparison, Condition, Presence
from cherry_reflex.llm.embedded.reading.linked import ColumnView
from cherry_reflex.llm.embedded.reading.search.draft import Bound, Draft
from cherry_reflex.llm.embedded.reading.search.negation import negation_of
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

_COLUMNS = ("condition", "measure", "group")


def bind_presence(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with each `missing` or `present` bound to the nearest column, and without
    it where the whole question may be about what is missing."""
    places = draft.free((*path.places("missing"), *path.places("present")))
    if not places:
        yield from _denied(path, draft)
        return
    bound = draft
    for place in places:
        column = next(path.nearest(place, _COLUMNS, without=bound.used), None)
        if column is None:
            continue
        denial = negation_of(path, place)
        is_missing = (path.tokens[place].kind == "missing") != (denial is not None)
        made = presence_of(path.column(column), is_missing)
        used = [place, column] + ([denial] if denial is not None else [])
        bound = bound.using(*used, conditions=(*bound.conditions, Bound(made, place)))
    yield bound
    if any(path.tokens[place].kind == "missing" for place in places):
        yield draft.using(*places, task="missing", weight=-0.5)


def presence_of(column: ColumnView, is_missing: bool) -> Condition:
    """Return that a column is empty, or is not; an amount that is never empty is nothing, or
    something."""
    of = column_ref(column.name)
    if column.kind == "amount" and not column.column.missing:
        return Comparison(left=of, op="=" if is_missing else ">", right=0)
    return Presence(of=of, is_missing=is_missing)


def _denied(path: Path, draft: Draft) -> Iterator[Draft]:
    """A negation beside a column that no value follows: it has none."""
    yield draft
    for place in draft.free(path.places("neg")):
        column = next(path.nearest(place, ("condition",), 1, draft.used), None)
        if column is None or path.kind_of(column) == "flag":
            continue
        made = presence_of(path.column(column), True)
        conditions = (*draft.conditions, Bound(made, place))
        yield draft.using(place, column, weight=-0.3, conditions=conditions)
        return
