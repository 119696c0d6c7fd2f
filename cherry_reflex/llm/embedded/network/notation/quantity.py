"""Numbers as a column counts: `3천만원` of a column in 만원 is 3000, `20%` of a share is 0.2."""

import re
from collections.abc import Sequence

from cherry_reflex.core.reading.condition import MeasureRef, Side
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef
from cherry_reflex.core.reading.reading import Measure
from cherry_reflex.llm.embedded.network.notation.items import Items
from cherry_reflex.llm.embedded.reading.linked import NumberMeaning

MULTIPLES = {"천": 1e3, "만": 1e4, "십만": 1e5, "백만": 1e6, "천만": 1e7, "억": 1e8}
_UNIT = re.compile(rf"({'|'.join(sorted(MULTIPLES, key=len, reverse=True))})(\S+)")
PARTS = ("share", "rate", "growth")


def number_in(
    said: NumberMeaning, side: Side, items: Items, measures: Sequence[Measure] = ()
) -> float:
    """Return a number of the question as what it is compared with counts. `measures` are those that
    a `MeasureRef` refers to."""
    if said.is_percent:
        return round(said.value / 100, 9) if is_part(side, items, measures) else said.value
    view = items.view(side.name) if isinstance(side, ColumnRef) and not side.grain else None
    unit = _UNIT.fullmatch(view.column.unit) if view is not None else None
    if unit is not None and said.unit == unit.group(2) and said.value >= MULTIPLES[unit.group(1)]:
        return said.value / MULTIPLES[unit.group(1)]
    return said.value


def is_part(side: Side, items: Items, measures: Sequence[Measure] = ()) -> bool:
    """Whether a figure is a part of one (0 to 1) rather than a percentage (0 to 100)."""
    match side:
        case Arithmetic(op=op):
            return op in ("/", "ratio_of_sums")
        case ColumnRef(name=name):
            view = items.view(name)
            most = view.column.maximum if view is not None else None
            if isinstance(most, bool) or not isinstance(most, int | float):
                return False
            return most <= 1
        case MeasureRef(index=index) if index < len(measures):
            measure = measures[index]
            if measure.agg in PARTS:
                return True
            return measure.of is not None and is_part(measure.of, items)
        case _:
            return False
