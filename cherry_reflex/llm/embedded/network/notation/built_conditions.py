"""Conditions read from pieces."""

from collections.abc import Sequence
from typing import Any

from cherry_reflex.core.reading.condition import (
    AgainstMean,
    All,
    AnyOf,
    Between,
    Comparison,
    Condition,
    MeasureRef,
    Membership,
    Not,
    Presence,
    TextMatch,
    TopShare,
)
from cherry_reflex.core.reading.expression import ColumnRef, Expression
from cherry_reflex.core.reading.reading import Measure
from cherry_reflex.llm.embedded.network.notation import symbols
from cherry_reflex.llm.embedded.network.notation.built_expressions import (
    ExpressionBuilder,
    column_of,
    plain,
)
from cherry_reflex.llm.embedded.network.notation.items import Item
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer
from cherry_reflex.llm.embedded.network.notation.spans import during
from cherry_reflex.llm.embedded.reading.linked import DateMeaning, RelativeMeaning

DECADE = 9
"""From the first to the last year of a decade of age."""


class ConditionBuilder(ExpressionBuilder):
    """Reads conditions."""

    def _condition(self, piece: Piece) -> Condition:
        if isinstance(piece, Pointer):
            item = self._items.all[piece.place]
            assert item.value is not None
            return Comparison(left=column_of(item), op="=", right=item.value)
        name, _, rest = piece.partition(":")
        if name == "duration":
            compared = self._condition(next(self._pieces))
            return compared.model_copy(update={"unit": rest.removesuffix(":")})
        if name in symbols.COMPARISONS:
            return self._comparison(name)
        if name in ("above_mean", "below_mean", "above_mean_within", "below_mean_within"):
            of = self._expression(next(self._pieces))
            within = (self._expression(next(self._pieces)),) if name.endswith("within") else ()
            return AgainstMean(of=of, op=">" if name[0] == "a" else "<", within=within)
        match name:
            case "not":
                return _negated(self._condition(next(self._pieces)))
            case "and" | "or":
                parts = tuple(self._condition(next(self._pieces)) for _ in range(2))
                return _joined(name, parts)
            case "one_of":
                found = [self._item(), self._item(), *self._more(self._pointed)]
                values = tuple(item.value for item in found if item.value is not None)
                return Membership(of=column_of(found[0]), values=values)
            case "yes" | "no":
                return self._flag(name == "yes")
            case "top_share" | "bottom_share":
                percent = self._number()
                way: Any = "largest" if name == "top_share" else "smallest"
                of = self._expression(next(self._pieces))
                return TopShare(of=of, percent=percent, direction=way)
        of = self._expression(next(self._pieces))
        match name:
            case "in":
                first = self._bound(next(self._pieces), of)
                bounds = [first, *self._more(lambda more: self._bound(more, of))]
                return Membership(of=of, values=tuple(bounds))
            case "between":
                low = self._bound(next(self._pieces), of)
                high = self._bound(next(self._pieces), of, end=True)
                return Between(of=of, low=low, high=high)
            case "during":
                return self._during(of, self._item())
            case "decade":
                low = self._number()
                return Between(of=of, low=plain(low), high=plain(low + DECADE))
            case "missing" | "present":
                return Presence(of=of, is_missing=name == "missing")
            case _:
                pointer = next(self._pieces)
                assert isinstance(pointer, Pointer)
                text = self._items.linked.segments[pointer.place].text
                return TextMatch.model_validate({"of": of, "how": name, "text": text})

    def _comparison(self, op: str) -> Condition:
        left = self._expression(next(self._pieces))
        piece = next(self._pieces)
        if self._is_bound(piece):
            right: Any = self._bound(piece, left, end=op in (">", "<="))
        else:
            right = self._expression(piece)
        return Comparison.model_validate({"left": left, "op": op, "right": right})

    def _having(self, symbol: Piece, measures: Sequence[Measure]) -> Condition:
        if symbol in ("and", "or"):
            parts = tuple(self._having(next(self._pieces), measures) for _ in range(2))
            return _joined(str(symbol), parts)
        left = MeasureRef(index=index_of(next(self._pieces)))
        if symbol in ("above_mean", "below_mean"):
            return AgainstMean(of=left, op=">" if symbol == "above_mean" else "<")
        if symbol == "between":
            ends = [self._compared(next(self._pieces), left, measures) for _ in range(2)]
            return Between(of=left, low=ends[0], high=ends[1])
        piece = next(self._pieces)
        right: Any = (
            MeasureRef(index=index_of(piece))
            if is_result(piece)
            else self._compared(piece, left, measures)
        )
        return Comparison.model_validate({"left": left, "op": symbol, "right": right})

    def _flag(self, is_yes: bool) -> Condition:
        item = self._item()
        view = self._items.view(item.column)
        positive = view.positive if view is not None else None
        if positive is None:
            return Comparison(left=column_of(item), op="=", right=is_yes)
        others = [v for v in view.values if v != positive] if view is not None else []
        if is_yes or len(others) == 1:
            return Comparison(left=column_of(item), op="=", right=positive if is_yes else others[0])
        return Comparison(left=column_of(item), op="!=", right=positive)

    def _during(self, of: Expression, item: Item) -> Condition:
        assert isinstance(item.said, DateMeaning | RelativeMeaning)
        view = self._items.view(of.name) if isinstance(of, ColumnRef) else None
        return during(of, item.said, view)


def index_of(piece: Piece) -> int:
    return int(str(piece).partition(":")[2])


def is_result(piece: Piece) -> bool:
    return piece in symbols.RESULTS


def _joined(how: str, parts: Sequence[Condition]) -> Condition:
    kind = All if how == "and" else AnyOf
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else [part])
    return kind(parts=tuple(flat))


def _negated(part: Condition) -> Condition:
    if isinstance(part, Comparison) and part.op == "=":
        return part.model_copy(update={"op": "!="})
    return Not(part=part)
