"""Parts of readings that are made over and over in a search: each is made once."""

from functools import lru_cache

from cherry_reflex.core.reading.expression import ColumnRef, Expression, Grain
from cherry_reflex.core.reading.reading import Aggregation, Measure


@lru_cache(maxsize=4096)
def column_ref(name: str, grain: Grain = "") -> ColumnRef:
    """Return the reference to a column."""
    return ColumnRef(name=name, grain=grain)


@lru_cache(maxsize=4096)
def measure_of(agg: Aggregation, of: Expression | None = None) -> Measure:
    """Return an aggregation of an expression, or of rows."""
    return Measure(agg=agg, of=of)
