"""Expressions and numbers in pieces."""

from collections.abc import Callable, Sequence

from cherry_reflex.core.reading.condition import Side
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression, Number, Today
from cherry_reflex.core.reading.reading import Measure
from cherry_reflex.llm.embedded.network.notation import symbols
from cherry_reflex.llm.embedded.network.notation.items import Items
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer
from cherry_reflex.llm.embedded.network.notation.quantity import number_in
from cherry_reflex.llm.embedded.reading.linked import NumberMeaning


class Unwritable(Exception):
    """The symbols cannot say it, or it is not among the items of the question."""


class ExpressionWriter:
    """Writes expressions; numbers that a question says several times are pointed at in turn."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._used: set[int] = set()

    def write(self, expression: Expression) -> list[Piece]:
        """Return an expression in pieces. Raises Unwritable."""
        match expression:
            case ColumnRef(name=name, grain=""):
                return [self.column(name)]
            case ColumnRef(name=name, grain=grain):
                return [f"grain:{grain}", self.column(name)]
            case Arithmetic(op=op, left=left, right=right, unit=unit):
                duration: list[Piece] = [f"duration:{unit}"] if unit else []
                return [*duration, op, *self._operand(left), *self._operand(right)]
            case _:
                raise Unwritable(expression.kind)

    def _operand(self, expression: Expression) -> list[Piece]:
        match expression:
            case Number(value=value):
                return [self.number(value)]
            case Today():
                return ["today"]
            case _:
                return self.write(expression)

    def column(self, name: str) -> Pointer:
        """Return the pointer at a column. Raises Unwritable."""
        place = self._items.columns.get(name)
        if place is None:
            raise Unwritable(f"column {name}")
        return Pointer(symbols.COLUMN, place)

    def compared(self, value: float, side: Side, measures: Sequence[Measure] = ()) -> Piece:
        """Return a number that something is compared with. Raises Unwritable."""
        return self._number(value, "number", lambda s: number_in(s, side, self._items, measures))

    def number(self, value: float, category: str = "number") -> Piece:
        """Return a number that the question says, or a constant. Raises Unwritable."""
        return self._number(value, category, lambda said: said.value)

    def _number(self, value: float, category: str, read: Callable[[NumberMeaning], float]) -> Piece:
        fits = symbols.FITTING.get(category)
        if fits is not None and not fits(value):
            raise Unwritable(f"{category} {value}")
        found = [
            place
            for place, item in self._items.of_kind(symbols.NUMBER)
            if isinstance(item.said, NumberMeaning) and _equal(read(item.said), value)
        ]
        fresh = [place for place in found if place not in self._used]
        if found:
            place = (fresh or found)[0]
            self._used.add(place)
            return Pointer(symbols.NUMBER, place)
        constant = f"constant:{value:g}"
        if constant not in symbols.PRODUCTIONS[category]:
            raise Unwritable(f"number {value:g}")
        return constant


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(1.0, abs(other))
