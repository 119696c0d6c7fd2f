"""Values of tables and facts as JSON has them, with all of their digits."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from cherry_reflex.core.digest import Cell
from cherry_reflex.core.text import cut, mended

CELL_CHARS = 200
"""Of a text in a table."""
PARAM_CHARS = 2_000
_PARTS_MAX = 200
_EXACT_MAX = 2**53
"""Larger whole numbers are text: A2A and JavaScript know no numbers but doubles."""


def cell(value: Any, chars_max: int = CELL_CHARS) -> Cell:
    """Return a value as a cell: missing and infinite ones None, dates in ISO form, decimals as the
    float that is the same, and what JSON does not know as short text."""
    if hasattr(value, "item") and not isinstance(value, bytes | str):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _EXACT_MAX else str(value)
    if isinstance(value, float):
        return float(value) if value == value and abs(value) != float("inf") else None
    if isinstance(value, Decimal):
        near = float(value)
        return near if value.is_finite() and Decimal(repr(near)) == value else f"{value:f}"
    if value != value:  # not a time
        return None
    if isinstance(value, datetime):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, date | time):
        return value.isoformat()
    return cut(mended(value if isinstance(value, str) else str(value)), chars_max)


def param(value: Any) -> Any:
    """Return a parameter of a fact as JSON has it: lists and objects whole, up to 200 parts."""
    if isinstance(value, Mapping):
        return {str(key): param(one) for key, one in list(value.items())[:_PARTS_MAX]}
    if isinstance(value, list | tuple | set | frozenset):
        return [param(one) for one in list(value)[:_PARTS_MAX]]
    if hasattr(value, "tolist"):  # of numpy
        return param(value.tolist())
    return cell(value, PARAM_CHARS)
