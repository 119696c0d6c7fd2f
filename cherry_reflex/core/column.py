"""Columns of a dataset, as workers and the model see them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from cherry_reflex.core.unit import Unit

ColumnType = Literal[
    "number", "integer", "text", "category", "date", "datetime", "boolean", "other"
]

_CATEGORY_DISTINCT = 50
_CATEGORY_DISTINCT_MAX = 1000
_CATEGORY_SHARE = 0.05
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")


class Column(BaseModel):
    """One column as workers and the model see it. `type` is the kind of analysis it allows:
    `category` is text with few distinct values; `dtype` is DuckDB's type name."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: ColumnType
    dtype: str = ""
    missing: int = 0
    distinct: int = 0
    is_distinct_estimate: bool = False
    """Whether `distinct` is an estimate (within some percent): of tables with very many rows."""
    minimum: Any = None
    maximum: Any = None
    examples: tuple[Any, ...] = ()
    """Up to 12 frequent values, most frequent first."""
    unit: str = ""
    """What its numbers count, as written beside them: `$`, `원`, `%`, `kg`; empty for none."""
    is_fraction: bool = False
    """Whether its percentages (`unit` is `%`) are kept as fractions: 0.25 is 25 %."""
    time: Literal["", "year", "month", "year_month"] = ""
    """The piece of time that whole numbers stand for: 2024, 1 to 12, 202401."""

    @property
    def shown_unit(self) -> Unit | None:
        """Its unit, as numbers of it are written with it; None when there is none."""
        return Unit(symbol=self.unit, is_fraction=self.is_fraction) if self.unit else None


def column_type(dtype: str, present: int = 0, distinct: int = 0) -> ColumnType:
    """Return the kind of a column from DuckDB's type name; texts with few distinct values among
    those present are categories."""
    if dtype in _INTEGERS:
        return "integer"
    if dtype in ("DOUBLE", "FLOAT", "HUGEINT", "UBIGINT") or dtype.startswith("DECIMAL"):
        return "number"
    if dtype == "BOOLEAN":
        return "boolean"
    if dtype == "DATE":
        return "date"
    if dtype.startswith("TIMESTAMP"):
        return "datetime"
    if dtype != "VARCHAR":
        return "other"
    few = 0 < distinct <= _CATEGORY_DISTINCT and distinct * 2 <= present
    some = 0 < distinct <= _CATEGORY_DISTINCT_MAX and distinct <= present * _CATEGORY_SHARE
    return "category" if few or some else "text"
