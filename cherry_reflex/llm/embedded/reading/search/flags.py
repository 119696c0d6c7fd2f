"""Binds yes/no columns that are named as conditions (`active accounts`, `반품된 주문`)."""

from collections.abc import Iterator

from cherry_reflex.core.reading.condition import Comparison, Condition
from cherry_reflex.llm.embedded.reading.linked import ColumnView
from cherry_reflex.llm.embedded.reading.search.draft import Bound, Draft
from cherry_reflex.llm.embedded.reading.search.negation import negation_of
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path
from cherry_reflex.llm.embedded.reading.search.presence import presence_of

PARTLY = ("time", "label", "text", "identifier", "level")
"""Kinds of columns that a row may be said to have, or not."""


def bind_flags(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with each flag that stands as a condition bound to its yes (or to its no,
    when negated), and each date or label named so bound to being there."""
    bound = draft
    for place in draft.free(path.places("condition")):
        column = path.column(place)
        if column.kind == "flag":
            denial = negation_of(path, place)
            made = flag_condition(column, denial is not None)
            weight = 0.0
        elif column.kind == "amount" or (
            column.kind in ("time", "label", "text", "identifier", "level")
            and column.column.missing
        ):
            denial = negation_of(path, place)
            made = presence_of(column, denial is not None)
            weight = -0.8
        else:
            continue
        used = [place] + ([denial] if denial is not None else [])
        conditions = (*bound.conditions, Bound(made, place))
        bound = bound.using(*used, weight=weight, conditions=conditions)
    yield bound


def flag_condition(column: ColumnView, is_negated: bool = False) -> Condition:
    """Return the condition that a flag is yes, or no."""
    of = column_ref(column.name)
    positive = column.positive if column.positive is not None else True
    if not is_negated:
        return Comparison(left=of, op="=", right=positive)
    others = [v for v in (column.values or column.column.examples) if v != positive]
    if len(others) == 1:
        return Comparison(left=of, op="=", right=others[0])
    if isinstance(positive, bool):
        return Comparison(left=of, op="=", right=not positive)
    return Comparison(left=of, op="!=", right=positive)
