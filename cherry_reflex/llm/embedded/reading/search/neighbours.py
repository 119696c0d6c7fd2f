"""Readings that are one step away from another: something of it left out, or taken otherwise."""

from collections.abc import Iterator

from cherry_reflex.core.reading.condition import All, Condition
from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Measure, Reading
from cherry_reflex.llm.embedded.reading.search.parts import measure_of

EITHER = {"sum": "mean", "mean": "sum"}


def neighbours_of(reading: Reading) -> Iterator[Reading]:
    """Yield the readings that differ from one in one thing."""
    yield from _less_limited(reading)
    yield from _otherwise_measured(reading)
    yield from _less_grouped(reading)
    if reading.order is not None:
        bare = {"order": None, "top": None, "rank": None, "per": ()}
        yield reading.model_copy(update=bare)
        if reading.top is not None:
            yield reading.model_copy(update={"top": None, "per": ()})


def _less_limited(reading: Reading) -> Iterator[Reading]:
    if reading.where is not None:
        for rest in without_one(reading.where):
            yield reading.model_copy(update={"where": rest})
    if reading.having is not None:
        yield reading.model_copy(update={"having": None})


def without_one(where: Condition) -> Iterator[Condition | None]:
    """Yield a condition without each of its parts."""
    if not isinstance(where, All):
        yield None
        return
    for left_out in range(len(where.parts)):
        parts = tuple(p for i, p in enumerate(where.parts) if i != left_out)
        yield parts[0] if len(parts) == 1 else All(parts=parts)


def _otherwise_measured(reading: Reading) -> Iterator[Reading]:
    measures = reading.measures
    if reading.having is None and len(measures) > 1:
        for left_out in range(len(measures)):
            rest = tuple(m for i, m in enumerate(measures) if i != left_out)
            yield reading.model_copy(update={"measures": rest})
    if reading.task == "aggregate" and len(measures) == 1:
        only = measures[0]
        if only.agg in EITHER and only.of is not None:
            other = Measure.model_validate({"agg": EITHER[only.agg], "of": only.of})
            yield reading.model_copy(update={"measures": (other,)})
        if only.agg != "count" or only.of is not None:
            yield reading.model_copy(update={"measures": (measure_of("count"),)})
        if not reading.by and reading.having is None:
            columns = (only.of,) if isinstance(only.of, ColumnRef) else ()
            yield reading.model_copy(
                update={"task": "rows", "measures": (), "columns": columns, "order": None}
            )


def _less_grouped(reading: Reading) -> Iterator[Reading]:
    for left_out in range(len(reading.by)):
        rest = tuple(g for i, g in enumerate(reading.by) if i != left_out)
        update: dict[str, object] = {"by": rest, "per": ()}
        if not rest:
            update |= {"order": None, "top": None, "rank": None, "having": None}
        yield reading.model_copy(update=update)
