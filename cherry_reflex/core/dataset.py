"""Datasets: uploaded or derived tables, kept as Parquet."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

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
    minimum: Any = None
    maximum: Any = None
    examples: tuple[Any, ...] = ()
    """Up to 12 frequent values, most frequent first."""


class Dataset(BaseModel):
    """A table by reference. `uri` is `file:///….parquet` for our own workers, or a URL."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    uri: str = ""
    rows: int
    columns: tuple[Column, ...]
    size_bytes: int = 0
    source: str = ""
    """The file name it came from."""
    sheet: str = ""
    encoding: str = ""
    version: int = 1
    parent: str = ""
    """The id of the dataset that it was made from, if any."""
    note: str = ""
    upload: str = ""
    """The kept file that it was read from, by which it can be read again; empty for others."""
    replaces: str = ""
    """The id of the dataset whose file was read again, in another encoding, to make this one."""

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((c for c in self.columns if c.name == name), None)


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
