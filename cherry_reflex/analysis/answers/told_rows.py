"""The first rows of a query's result as facts, for words and summaries."""

from typing import TYPE_CHECKING, Any

from cherry_reflex.core.operation import Fact
from cherry_reflex.i18n.number import number

if TYPE_CHECKING:
    import pyarrow

_TOLD_ROWS = 20
"""So many rows of a result are told in words; all are in the table."""

_TOLD_COLUMNS = 8
_VALUE_CHARS = 80


def told_rows(result: "pyarrow.Table") -> list[Fact]:
    """Return a fact for each of the first rows, in the result's own order."""
    told = result.slice(0, _TOLD_ROWS).select(result.column_names[:_TOLD_COLUMNS]).to_pylist()
    return [
        Fact(
            key="sql_row",
            params={"place": place, "values": [f"{k} = {_value(v)}" for k, v in row.items()]},
            weight=1.0 - place / 100,
            is_repeat=True,
        )
        for place, row in enumerate(told, 1)
    ]


def _value(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "–" if value is None else str(value)
    if isinstance(value, int | float):
        return number(value)
    return str(value)[:_VALUE_CHARS]
