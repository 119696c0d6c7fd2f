"""From a written reading to the reading."""

from collections.abc import Sequence
from typing import Any

from cherry_reflex.core.reading.condition import (
    All,
    Condition,
    RelativePeriod,
    Scalar,
)
from cherry_reflex.core.reading.expression import Expression
from cherry_reflex.core.reading.reading import (
    ByMeasure,
    Group,
    Horizon,
    Measure,
    Order,
    Period,
    Reading,
)
from cherry_reflex.llm.embedded.network.notation import symbols
from cherry_reflex.llm.embedded.network.notation.built_conditions import (
    ConditionBuilder,
    index_of,
    is_result,
)
from cherry_reflex.llm.embedded.network.notation.built_expressions import plain
from cherry_reflex.llm.embedded.network.notation.items import Items
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer
from cherry_reflex.llm.embedded.network.notation.spans import iso_of
from cherry_reflex.llm.embedded.reading.linked import DateMeaning, RelativeMeaning

BINS = 10


def build(pieces: Sequence[Piece], items: Items) -> Reading | None:
    """Return the reading that complete, grammatical pieces say; None for what no reading says."""
    if pieces[0] == symbols.NONE:
        return None
    return _Builder(pieces, items).readings()


class _Builder(ConditionBuilder):
    """Reads pieces from left to right, one method for each category."""

    def readings(self) -> Reading:
        """Return the first reading with those that follow it."""
        found = []
        while True:
            reading, goes_on = self._reading(str(next(self._pieces)))
            found.append(reading)
            if not goes_on:
                return found[0].model_copy(update={"also": tuple(found[1:])})

    def _reading(self, task: str) -> tuple[Reading, bool]:
        said: dict[str, Any] = {"task": task}
        wheres: list[Condition] = []
        havings: list[Condition] = []
        lists: dict[str, list[Any]] = {"measures": [], "by": [], "columns": [], "per": []}
        if task == "aggregate":
            lists["measures"].append(self._measure(next(self._pieces)))
        while (piece := next(self._pieces)) not in (symbols.END, "also"):
            if piece in symbols.PRODUCTIONS["measure"]:
                lists["measures"].append(self._measure(piece))
            elif piece == "by":
                lists["by"].append(self._group(next(self._pieces)))
            elif piece == "where":
                wheres.append(self._condition(next(self._pieces)))
            elif piece == "having":
                havings.append(self._having(next(self._pieces), lists["measures"]))
            elif piece == "per":
                lists["per"].append(self._expression(next(self._pieces)))
            elif isinstance(piece, Pointer) or piece in symbols.PRODUCTIONS["expression"]:
                lists["columns"].append(self._expression(piece))
            else:
                said |= self._clause(piece)
        said |= {name: tuple(values) for name, values in lists.items()}
        said["where"], said["having"] = _all(wheres), _all(havings)
        return Reading.model_validate(said), piece == "also"

    def _clause(self, symbol: str) -> dict[str, Any]:
        name, _, rest = symbol.partition(":")
        match name:
            case "descending" | "ascending":
                by = next(self._pieces)
                key = ByMeasure(index=index_of(by)) if is_result(by) else self._expression(by)
                return {"order": Order.model_validate({"by": key, "direction": name})}
            case "top":
                return {"top": int(self._number())}
            case "rank_of":
                return {"rank": int(self._number())}
            case "compare":
                return {"period": self._period()}
            case "horizon":
                said = self._item().said
                assert isinstance(said, DateMeaning | RelativeMeaning)
                is_relative = isinstance(said, RelativeMeaning)
                unit = said.unit if isinstance(said, RelativeMeaning) else _unit(said.grain)
                count = said.count if isinstance(said, RelativeMeaning) and is_relative else 1
                return {"horizon": Horizon.model_validate({"count": count, "unit": unit})}
            case "horizon_of":
                count = int(self._number())
                unit = str(next(self._pieces)).partition(":")[2]
                return {"horizon": Horizon.model_validate({"count": count, "unit": unit})}
            case "target":
                return {"target": self._item().column}
            case _:
                return {name: rest}

    def _period(self) -> Period:
        of = self._expression(next(self._pieces))
        unit = str(next(self._pieces)).partition(":")[2]
        sides = [self._period_side(of, unit) for _ in range(2)]
        return Period.model_validate(
            {"of": of, "unit": unit, "before": sides[0], "after": sides[1]}
        )

    def _period_side(self, of: Expression, unit: str) -> Condition | Scalar | None:
        piece = next(self._pieces)
        if piece == "nothing":
            return None
        if isinstance(piece, str):
            return RelativePeriod.model_validate(
                {"of": of, "which": piece, "count": 1, "unit": unit or "month"}
            )
        item = self._items.all[piece.place]
        if item.number is not None:
            return plain(item.number)
        if isinstance(item.said, DateMeaning) and item.said.low:
            text = iso_of(item.said)
            whole = text != item.said.low or item.said.low == item.said.high
            return text if whole else self._during(of, item)
        if item.said is not None:
            return self._during(of, item)
        return item.value

    def _measure(self, symbol: Piece) -> Measure:
        match symbol:
            case "when":
                when = self._condition(next(self._pieces))
                return self._measure(next(self._pieces)).model_copy(update={"when": when})
            case "per_entity":
                per = self._expression(next(self._pieces))
                return self._measure(next(self._pieces)).model_copy(update={"per": per})
            case "count" | "share":
                return Measure(agg=symbol)
            case "rate_when":
                return Measure(agg="rate", when=self._condition(next(self._pieces)))
            case "percentile":
                p = self._number()
                return Measure(agg="percentile", p=p, of=self._expression(next(self._pieces)))
        name = str(symbol).removesuffix("_of")
        of = self._expression(next(self._pieces))
        return Measure.model_validate({"agg": name, "of": of})

    def _group(self, piece: Piece) -> Group:
        match piece:
            case "bins":
                bins = int(self._number())
                return Group(of=self._expression(next(self._pieces)), bins=bins)
            case "some_bins":
                return Group(of=self._expression(next(self._pieces)), bins=BINS)
            case "width":
                width = self._number()
                return Group(of=self._expression(next(self._pieces)), width=width)
            case "edges":
                of = self._expression(next(self._pieces))
                edges = [self._number(), self._number(), *self._more(lambda p: self._numeric(p))]
                return Group(of=of, edges=tuple(edges))
        return Group(of=self._expression(piece))


def _unit(grain: str) -> str:
    return grain if grain in ("year", "quarter", "month", "week", "day", "hour") else "day"


def _all(parts: Sequence[Condition]) -> Condition | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(parts=tuple(parts))
