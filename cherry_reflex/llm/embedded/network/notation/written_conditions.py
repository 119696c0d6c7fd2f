"""Conditions in pieces."""

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
    RelativePeriod,
    Scalar,
    Side,
    TextMatch,
    TopShare,
)
from cherry_reflex.core.reading.expression import ColumnRef, Expression, Today
from cherry_reflex.core.reading.reading import Measure
from cherry_reflex.llm.embedded.network.notation import symbols
from cherry_reflex.llm.embedded.network.notation.built_conditions import DECADE
from cherry_reflex.llm.embedded.network.notation.items import Items
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer
from cherry_reflex.llm.embedded.network.notation.spans import during, months_of, texts_of
from cherry_reflex.llm.embedded.network.notation.written_expressions import (
    ExpressionWriter,
    Unwritable,
)
from cherry_reflex.llm.embedded.reading.linked import DateMeaning, NumberMeaning


class ConditionWriter:
    """Writes the conditions of one question."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self.expressions = ExpressionWriter(items)

    def write(self, condition: Condition) -> list[Piece]:
        """Return a condition on rows in pieces. Raises Unwritable."""
        date = self._date_condition(condition)
        if date is not None:
            return date
        match condition:
            case All(parts=parts) | AnyOf(parts=parts):
                how = "and" if isinstance(condition, All) else "or"
                pieces = self.write(parts[-1])
                for part in reversed(parts[:-1]):
                    pieces = [how, *self.write(part), *pieces]
                return pieces
            case Not(part=part):
                return ["not", *self.write(part)]
            case Comparison():
                return self._comparison(condition)
            case Membership(of=of, values=values):
                return self._membership(of, values)
            case Between(of=of, low=low, high=high):
                return self._between(of, low, high)
            case TextMatch(of=of, how=how, text=text):
                return [how, *self.expressions.write(of), self._text(text)]
            case Presence(of=of, is_missing=is_missing):
                return ["missing" if is_missing else "present", *self.expressions.write(of)]
            case AgainstMean(of=of, op=op, within=within) if not isinstance(of, MeasureRef):
                name = "above_mean" if op == ">" else "below_mean"
                if len(within) > 1:
                    raise Unwritable("a mean within several groups")
                group = self.expressions.write(within[0]) if within else []
                return [name + "_within" * bool(within), *self.expressions.write(of), *group]
            case TopShare(of=of, percent=percent, direction=direction):
                name = "top_share" if direction == "largest" else "bottom_share"
                number = self.expressions.number(percent, "percent")
                return [name, number, *self.expressions.write(of)]
        raise Unwritable(condition.kind)

    def write_having(self, condition: Condition, measures: Sequence[Measure] = ()) -> list[Piece]:
        """Return a condition on the results of groups in pieces. Raises Unwritable."""
        match condition:
            case All(parts=parts) | AnyOf(parts=parts):
                how = "and" if isinstance(condition, All) else "or"
                pieces = self.write_having(parts[-1], measures)
                for part in reversed(parts[:-1]):
                    pieces = [how, *self.write_having(part, measures), *pieces]
                return pieces
            case Comparison(left=left, op=op, right=right):
                if isinstance(right, MeasureRef):
                    return [op, _result(left), _result(right)]
                return [op, _result(left), self._number(right, left, measures)]
            case Between(of=of, low=low, high=high):
                ends = [self._number(end, of, measures) for end in (low, high)]
                return ["between", _result(of), *ends]
            case AgainstMean(of=of, op=op, within=()):
                return ["above_mean" if op == ">" else "below_mean", _result(of)]
        raise Unwritable(condition.kind)

    def date_of(self, of: Expression, condition: Condition) -> Pointer | None:
        """Return the date of the question that a condition on `of` says, or None."""
        written = self._date_condition(condition)
        if written is not None and len(written) == 3 and written[0] == "during":
            return written[2] if isinstance(written[2], Pointer) else None
        return None

    def scalar_of_period(self, of: Expression, value: Scalar) -> Piece:
        """Return the value that a side of a comparison of periods is. Raises Unwritable."""
        text = str(value)
        for place, item in self._items.of_kind(symbols.DATE):
            if isinstance(item.said, DateMeaning) and text in texts_of(item.said):
                return Pointer(symbols.DATE, place)
        name = of.name if isinstance(of, ColumnRef) else ""
        pointer = self._value(name, value)
        if pointer is not None:
            return pointer
        for place, item in self._items.of_kind(symbols.NUMBER):
            if item.number is not None and text == f"{item.number:g}":
                return Pointer(symbols.NUMBER, place)
        raise Unwritable(f"period {text}")

    def _date_condition(self, condition: Condition) -> list[Piece] | None:
        """Return `during` with the date that means the condition; None when there is none."""
        of = getattr(condition, "of", None) or getattr(condition, "left", None)
        if not isinstance(of, ColumnRef) or isinstance(condition, MeasureRef):
            return None
        plain = of.model_copy(update={"grain": ""})
        view = self._items.view(of.name)
        wanted = _span_of(condition)
        found: list[tuple[int, int]] = []
        for place, item in self._items.of_kind(symbols.DATE):
            said = item.said
            assert said is not None and not isinstance(said, NumberMeaning)
            meant = during(plain, said, view)
            if meant == condition or (
                isinstance(condition, RelativePeriod)
                and isinstance(meant, RelativePeriod)
                and _period_key(condition) == _period_key(meant)
            ):
                found.append((0, place))
            elif wanted is not None and isinstance(said, DateMeaning) and _covers(said, wanted):
                found.append((1 if said.low else 2, place))
        if not found:
            return None
        return ["during", *self.expressions.write(plain), Pointer(symbols.DATE, min(found)[1])]

    def _comparison(self, condition: Comparison) -> list[Piece]:
        left, op, right = condition.left, condition.op, condition.right
        if isinstance(left, MeasureRef) or isinstance(right, MeasureRef):
            raise Unwritable("a result among conditions on rows")
        if condition.unit:
            rest = condition.model_copy(update={"unit": ""})
            return [f"duration:{condition.unit}:", *self._comparison(rest)]
        if isinstance(right, Today):
            return [op, *self.expressions.write(left), "today"]
        if not isinstance(right, bool | int | float | str):
            return [op, *self.expressions.write(left), *self.expressions.write(right)]
        if op in ("=", "!=") and isinstance(left, ColumnRef) and not left.grain:
            found = self._equality(left.name, right)
            if found is not None:
                return found if op == "=" else ["not", *found]
        if op == "!=":
            date = self._date_condition(condition.model_copy(update={"op": "="}))
            if date is not None:
                return ["not", *date]
        return [op, *self.expressions.write(left), self._bound(right, left)]

    def _equality(self, column: str, value: Scalar) -> list[Piece] | None:
        view = self._items.view(column)
        if view is not None and view.kind == "flag":
            pointer = self.expressions.column(column)
            if view.positive is not None and same_value(view.positive, value):
                return ["yes", pointer]
            others = [v for v in view.values if not same_value(v, view.positive)]
            if others and same_value(others[0], value) and len(others) == 1:
                return ["no", pointer]
            if isinstance(value, bool):
                return ["yes" if value else "no", pointer]
        found = self._value(column, value)
        return None if found is None else [found]

    def _membership(self, of: Expression, values: tuple[Scalar, ...]) -> list[Piece]:
        if isinstance(of, ColumnRef) and not of.grain:
            found = [self._value(of.name, value) for value in values]
            pointers = [pointer for pointer in found if pointer is not None]
            if len(pointers) == len(values):
                if len(pointers) == 1:
                    return [pointers[0]]
                return ["one_of", *pointers, "stop"]
        bounds = [self._bound(value, of) for value in values]
        return ["in", *self.expressions.write(of), *bounds, "stop"]

    def _between(self, of: Any, low: Scalar, high: Scalar) -> list[Piece]:
        if isinstance(of, MeasureRef):
            raise Unwritable("a result among conditions on rows")
        written = self.expressions.write(of)
        if not isinstance(low, str) and not isinstance(high, str) and high - low == DECADE:
            for place, item in self._items.of_kind(symbols.NUMBER):
                said = item.said
                if isinstance(said, NumberMeaning) and said.is_decade and said.value == low:
                    return ["decade", *written, Pointer(symbols.NUMBER, place)]
        return ["between", *written, self._bound(low, of), self._bound(high, of)]

    def _bound(self, value: Scalar, side: Side) -> Piece:
        if isinstance(value, bool):
            raise Unwritable(f"value {value}")
        if isinstance(value, int | float):
            return self._number(value, side)
        for place, item in self._items.of_kind(symbols.DATE):
            if isinstance(item.said, DateMeaning) and value in texts_of(item.said):
                return Pointer(symbols.DATE, place)
        raise Unwritable(f"value {value}")

    def _number(self, value: Any, side: Side, measures: Sequence[Measure] = ()) -> Piece:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unwritable(f"value {value}")
        return self.expressions.compared(value, side, measures)

    def _value(self, column: str, value: Scalar) -> Pointer | None:
        for place, item in self._items.of_kind(symbols.VALUE):
            if item.column == column and same_value(item.value, value):
                return Pointer(symbols.VALUE, place)
        return None

    def _text(self, text: str) -> Pointer:
        for place, segment in enumerate(self._items.linked.segments):
            if segment.text.lower() == text.lower():
                return Pointer(symbols.TEXT, place)
        raise Unwritable(f"text {text}")


def same_value(one: Scalar | None, other: Scalar | None) -> bool:
    """Whether two cells are written alike, whatever their case and type."""
    if one is None or other is None:
        return False
    if _text_of(one) == _text_of(other):
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _text_of(value: Scalar) -> str:
    return str(value).strip().lower()


def _result(side: Any) -> str:
    symbol = f"result:{side.index}" if isinstance(side, MeasureRef) else ""
    if symbol not in symbols.RESULTS:
        raise Unwritable("not a result")
    return symbol


def _period_key(period: RelativePeriod) -> tuple[str, int, str]:
    return period.which, period.count, period.unit


def _span_of(condition: Condition) -> tuple[str, str] | None:
    """Return the first and the last text of a condition that dates lie within a span."""
    match condition:
        case Between(low=str(low), high=str(high)):
            return low[:10], high[:10]
        case Comparison(op="=", right=str(right)):
            return right[:10], right[:10]
        case _:
            return None


def _covers(said: DateMeaning, span: tuple[str, str]) -> bool:
    """Whether a date is that span; one without a year in whichever year."""
    low, high = span
    if said.low:
        texts = texts_of(said)
        return (low == high and low in texts) or (
            low.startswith(said.low[: len(low)]) and high == said.high[: len(high)]
        )
    if said.grain not in ("month", "quarter") or len(low) < 7 or low[:4] != high[:4]:
        return False
    first, last = months_of(said)
    is_month_text = low == high and len(low) == 7 and first == last
    is_whole = low[8:10] in ("", "01") and (len(high) < 10 or int(high[8:10]) >= 28)
    return low[5:7] == f"{first:02d}" and high[5:7] == f"{last:02d}" and (is_whole or is_month_text)
