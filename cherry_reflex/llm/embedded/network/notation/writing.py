"""From a reading to the pieces that it is written in."""

from collections.abc import Callable

from cherry_reflex.core.reading.condition import Condition, RelativePeriod, Scalar
from cherry_reflex.core.reading.reading import ByMeasure, Group, Measure, Period, Reading
from cherry_reflex.llm.embedded.network.notation import symbols
from cherry_reflex.llm.embedded.network.notation.items import Items
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer
from cherry_reflex.llm.embedded.network.notation.written_conditions import ConditionWriter
from cherry_reflex.llm.embedded.network.notation.written_expressions import Unwritable
from cherry_reflex.llm.embedded.reading.linked import DateMeaning, RelativeMeaning


def write(reading: Reading | None, items: Items) -> list[Piece]:
    """Return a reading (None: nothing that a reading says) in pieces that the grammar allows.
    Raises Unwritable for what the symbols cannot say, or what is not among the items."""
    if reading is None:
        return [symbols.NONE, symbols.END]
    return _Writer(items).readings(reading)


class _Writer:
    def __init__(self, items: Items) -> None:
        self._items = items
        self._conditions = ConditionWriter(items)
        self._expressions = self._conditions.expressions

    def readings(self, reading: Reading) -> list[Piece]:
        pieces = self._reading(reading)
        for further in reading.also:
            if further.also:
                raise Unwritable("nested readings")
            pieces += ["also", *self._reading(further)]
        return [*pieces, symbols.END]

    def _reading(self, reading: Reading) -> list[Piece]:
        if reading.joins or reading.dataset:
            raise Unwritable("several tables")
        if reading.task not in symbols.TASKS:
            raise Unwritable(reading.task)
        if reading.task == "aggregate" and not reading.measures:
            raise Unwritable("no measure")
        pieces: list[Piece] = [reading.task]

        def write_having(condition: Condition) -> list[Piece]:
            return self._conditions.write_having(condition, reading.measures)

        pieces += [piece for m in reading.measures for piece in self._measure(m)]
        pieces += [piece for e in reading.columns for piece in self._expressions.write(e)]
        pieces += [piece for g in reading.by for piece in ("by", *self._group(g))]
        pieces += self._each("where", reading.where, self._conditions.write)
        pieces += self._each("having", reading.having, write_having)
        if reading.order is not None:
            by = reading.order.by
            key = [_result(by.index)] if isinstance(by, ByMeasure) else self._expressions.write(by)
            pieces += [reading.order.direction, *key]
        if reading.top is not None:
            pieces += ["top", self._expressions.number(reading.top, "count")]
        elif reading.rank is not None:
            pieces += ["rank_of", self._expressions.number(reading.rank, "count")]
        pieces += [piece for e in reading.per for piece in ("per", *self._expressions.write(e))]
        pieces += self._named("method", reading.method, symbols.METHODS)
        pieces += self._named("how", reading.how, symbols.HOWS)
        if reading.period is not None:
            pieces += self._period(reading.period)
        if reading.horizon is not None:
            pieces += self._horizon(reading.horizon.count, reading.horizon.unit)
        if reading.target:
            pieces += ["target", self._expressions.column(reading.target)]
        pieces += self._named("chart", reading.chart, symbols.CHARTS)
        pieces += self._named("export", reading.export, symbols.EXPORTS)
        return pieces

    def _each(
        self,
        clause: str,
        condition: Condition | None,
        write_one: Callable[[Condition], list[Piece]],
    ) -> list[Piece]:
        if condition is None:
            return []
        parts = condition.parts if condition.kind == "all" else (condition,)
        return [piece for part in parts for piece in (clause, *write_one(part))]

    def _named(self, clause: str, value: str, known: tuple[str, ...]) -> list[Piece]:
        if not value:
            return []
        symbol = f"{clause}:{value}"
        if symbol not in known:
            raise Unwritable(symbol)
        return [symbol]

    def _measure(self, measure: Measure) -> list[Piece]:
        if measure.per is not None:
            rest = measure.model_copy(update={"per": None})
            return ["per_entity", *self._expressions.write(measure.per), *self._measure(rest)]
        agg, of, when = measure.agg, measure.of, measure.when
        if of is None and when is not None and agg in ("rate", "share", "mean"):
            return ["rate_when", *self._conditions.write(when)]
        if when is not None:
            rest = measure.model_copy(update={"when": None})
            return ["when", *self._conditions.write(when), *self._measure(rest)]
        if of is None:
            if agg not in ("count", "share"):
                raise Unwritable(f"{agg} of nothing")
            return [agg]
        written = self._expressions.write(of)
        if agg in symbols.ONE_OPERAND:
            return [agg, *written]
        if agg == "percentile":
            if measure.p is None:
                raise Unwritable("percentile without a number")
            return [agg, self._expressions.number(measure.p, "percent"), *written]
        return [f"{agg}_of", *written]

    def _group(self, group: Group) -> list[Piece]:
        of = self._expressions.write(group.of)
        if group.edges:
            if len(group.edges) < 2:
                raise Unwritable("one edge")
            numbers = [self._expressions.number(edge) for edge in group.edges]
            return ["edges", *of, *numbers, "stop"]
        if group.width is not None:
            return ["width", self._expressions.number(group.width, "width"), *of]
        if group.bins is None:
            return of
        try:
            return ["bins", self._expressions.number(group.bins, "bin_count"), *of]
        except Unwritable:
            return ["some_bins", *of]

    def _period(self, period: Period) -> list[Piece]:
        of = self._expressions.write(period.of)
        unit = f"period:{period.unit}" if period.unit else "no_unit"
        before = self._side(period, period.before)
        return ["compare", *of, unit, before, self._side(period, period.after)]

    def _side(self, period: Period, side: Condition | Scalar | None) -> Piece:
        if side is None:
            return "nothing"
        if isinstance(side, bool | int | float | str):
            return self._conditions.scalar_of_period(period.of, side)
        found = self._conditions.date_of(period.of, side)
        if found is not None:
            return found
        if isinstance(side, RelativePeriod) and side.which != "next" and side.count == 1:
            return side.which
        raise Unwritable("side of a comparison")

    def _horizon(self, count: int, unit: str) -> list[Piece]:
        for place, item in self._items.of_kind(symbols.DATE):
            said = item.said
            if isinstance(said, RelativeMeaning) and (said.count, said.unit) == (count, unit):
                return ["horizon", Pointer(symbols.DATE, place)]
            if isinstance(said, DateMeaning) and said.grain == unit and count == 1:
                return ["horizon", Pointer(symbols.DATE, place)]
        return ["horizon_of", self._expressions.number(count, "count"), f"period:{unit}"]


def _result(index: int) -> str:
    symbol = f"result:{index}"
    if symbol not in symbols.RESULTS:
        raise Unwritable(symbol)
    return symbol
