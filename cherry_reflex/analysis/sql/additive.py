"""Whether the numbers of a column add up to something."""

from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.measures import How
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import NUMERIC, Fact

_RATES = frozenset(
    {"%", "‰", "%p", "pp", "퍼센트", "percent", "pct", "포인트", "°c", "℃", "°f", "℉", "도", "degc"}
    | {"degf", "psu", "db", "ppm", "ppb", "bpm", "hz"}
)
"""Units of shares, temperatures and concentrations; what is per something has a `/` in its unit."""


def is_additive(column: Column) -> bool:
    """Return whether a total of the column means something, as far as its unit and its kind tell:
    shares, temperatures, speeds and years do not add up. (What names mean is not known here.)"""
    unit = column.unit.strip().casefold()
    return not column.time and unit not in _RATES and "/" not in unit


def suited_how(column: Column | None, how: How, *, is_given: bool) -> How:
    """Return how a measure is put together: as it was asked for, else by its total, or by its
    average where a total means nothing."""
    if column is None:
        return "count"
    if is_given or how != "sum" or column.type not in NUMERIC or is_additive(column):
        return how
    return "mean"


def averaging_facts(source: Source, measure: str, how: str, *, is_given: bool) -> tuple[Fact, ...]:
    """Return what is to be said of a measure that does not add up: that it was averaged, or, where
    a total was asked for, that it means little."""
    column = source.dataset.column(measure) if measure else None
    if column is None or column.type not in NUMERIC or not column.unit or is_additive(column):
        return ()
    params = {"column": measure, "unit": column.unit}
    if how == "mean" and not is_given:
        return (Fact(key="averaged", params=params, weight=0.65),)
    if how != "sum":
        return ()
    mean = source.one(f"SELECT avg({ident(measure)})::DOUBLE {source.of()}")[0]
    units = measures.units(source, measure, "mean", "mean")
    return (Fact(key="total_of_rates", params={**params, "mean": mean}, weight=0.95, units=units),)
