"""Expressions, numbers and dates read from pieces."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from cherry_reflex.core.reading.condition import Scalar, Side
from cherry_reflex.core.reading.expression import Arithmetic, ColumnRef, Expression, Number, Today
from cherry_reflex.core.reading.reading import Measure
from cherry_reflex.llm.embedded.network.notation import symbols
from cherry_reflex.llm.embedded.network.notation.items import Item, Items
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer
from cherry_reflex.llm.embedded.network.notation.quantity import number_in
from cherry_reflex.llm.embedded.network.notation.spans import iso_of
from cherry_reflex.llm.embedded.reading.linked import DateMeaning, NumberMeaning

Read = TypeVar("Read")


class ExpressionBuilder:
    """Reads pieces from left to right."""

    def __init__(self, pieces: Sequence[Piece], items: Items) -> None:
        self._pieces: Iterator[Piece] = iter(pieces)
        self._items = items

    def _expression(self, piece: Piece) -> Expression:
        if isinstance(piece, Pointer):
            item = self._items.all[piece.place]
            return Number(value=item.number) if item.number is not None else column_of(item)
        name, _, rest = piece.partition(":")
        match name:
            case "grain":
                return ColumnRef.model_validate({"name": self._item().column, "grain": rest})
            case "duration":
                of = self._expression(next(self._pieces))
                return of.model_copy(update={"unit": rest})
            case "constant":
                return Number(value=float(rest))
            case "today":
                return Today()
        left = self._expression(next(self._pieces))
        right = self._expression(next(self._pieces))
        return Arithmetic.model_validate({"op": piece, "left": left, "right": right})

    def _bound(self, piece: Piece, side: Side, end: bool = False) -> Scalar:
        if isinstance(piece, Pointer) and piece.kind == symbols.DATE:
            said = self._items.all[piece.place].said
            if isinstance(said, DateMeaning) and said.low:
                return iso_of(said, end)
            return said.part or 1 if isinstance(said, DateMeaning) else ""
        return self._compared(piece, side)

    def _compared(self, piece: Piece, side: Side, measures: Sequence[Measure] = ()) -> int | float:
        """Return a number as what it is compared with counts."""
        if isinstance(piece, Pointer):
            said = self._items.all[piece.place].said
            if isinstance(said, NumberMeaning):
                return plain(number_in(said, side, self._items, measures))
        return plain(self._numeric(piece))

    def _is_bound(self, piece: Piece) -> bool:
        if isinstance(piece, Pointer):
            return piece.kind in (symbols.NUMBER, symbols.DATE)
        return piece in symbols.CONSTANTS

    def _more(self, read: Callable[[Piece], Read]) -> list[Read]:
        found = []
        while (piece := next(self._pieces)) != "stop":
            found.append(read(piece))
        return found

    def _item(self) -> Item:
        return self._pointed(next(self._pieces))

    def _pointed(self, piece: Piece) -> Item:
        assert isinstance(piece, Pointer)
        return self._items.all[piece.place]

    def _number(self) -> float:
        return self._numeric(next(self._pieces))

    def _numeric(self, piece: Piece) -> float:
        if isinstance(piece, str):
            return float(piece.partition(":")[2])
        return self._items.all[piece.place].number or 0.0


def column_of(item: Item) -> ColumnRef:
    return ColumnRef(name=item.column)


def plain(value: float) -> int | float:
    return int(value) if value == int(value) else value
