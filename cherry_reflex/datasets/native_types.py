"""Types that a source already has, brought to those that our tables hold without losing digits."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.datasets.casts.date_sql import UTC, at_zone

if TYPE_CHECKING:
    import duckdb

_KEPT = ("BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR")
_WIDENED = {
    "TINYINT": "BIGINT",
    "SMALLINT": "BIGINT",
    "INTEGER": "BIGINT",
    "UTINYINT": "BIGINT",
    "USMALLINT": "BIGINT",
    "UINTEGER": "BIGINT",
    "FLOAT": "DOUBLE",
    "TIMESTAMP_S": "TIMESTAMP",
    "TIMESTAMP_MS": "TIMESTAMP",
    "TIMESTAMP_NS": "TIMESTAMP",
}
_HUGE = ("HUGEINT", "UBIGINT", "UHUGEINT")
_DECIMAL = re.compile(r"DECIMAL\(([0-9]+),\s*([0-9]+)\)")
_EXACT_DIGITS = 15
"""Digits that a double holds whatever they are."""
_WHOLE_MAX = 2**63 - 1
ZONED = "TIMESTAMP WITH TIME ZONE"


def native(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    types: Mapping[str, str],
    zones: Mapping[str, str],
) -> dict[str, str]:
    """Return SQL for every column of `relation` in a type of ours.

    Decimals and whole numbers beyond a double or 64 bits stay exact, as DECIMAL; moments become the
    clock time of the zone that `zones` gives for the column, else of UTC. Raises BadInput
    `time_zone_unknown`.
    """
    largest = _largest(connection, relation, types)
    return {
        column: _sql(column, dtype, largest.get(column, 0), zones.get(column, UTC))
        for column, dtype in types.items()
    }


def _largest(
    connection: "duckdb.DuckDBPyConnection", relation: str, types: Mapping[str, str]
) -> dict[str, int]:
    """Return the largest whole part of the columns that may not fit a type of ours."""
    names = [name for name, dtype in types.items() if dtype in _HUGE or _DECIMAL.fullmatch(dtype)]
    if not names:
        return {}
    listed = ", ".join(f"max({ident(n)}), min({ident(n)})" for n in names)
    row = connection.execute(f"SELECT {listed} FROM {relation}").fetchone() or ()
    ends = [int(abs(value)) if value is not None else 0 for value in row]
    return {name: max(ends[2 * place : 2 * place + 2]) for place, name in enumerate(names)}


def _sql(column: str, dtype: str, largest: int, zone: str) -> str:
    name = ident(column)
    if dtype == "VARCHAR":
        return f"nullif({name}, '')"
    if dtype in _KEPT:
        return name
    if dtype in _WIDENED:
        return f"{name}::{_WIDENED[dtype]}"
    if dtype == ZONED:
        return at_zone(f"({name} AT TIME ZONE 'UTC')", zone)
    if decimal := _DECIMAL.fullmatch(dtype):
        return _decimal(name, int(decimal[2]), largest)
    if dtype in _HUGE:
        if largest <= _WHOLE_MAX:
            return f"{name}::BIGINT"
        return f"{name}::DECIMAL(38,0)" if largest < 10**38 else f"{name}::DOUBLE"
    if dtype.endswith("[]") or dtype.startswith(("STRUCT", "MAP", "UNION")):
        return f"to_json({name})::VARCHAR"
    return f"{name}::VARCHAR"


def _decimal(name: str, scale: int, largest: int) -> str:
    if scale == 0:
        return f"{name}::BIGINT" if largest <= _WHOLE_MAX else name
    is_exact = len(str(largest)) + scale <= _EXACT_DIGITS
    return f"{name}::DOUBLE" if is_exact else name
