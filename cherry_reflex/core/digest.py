"""What a piece of work found, as whoever called it sees it: raw figures, the head of every table.

Nothing in it is rounded: a model that reasons over rounded figures states wrong ones. What does not
fit is left out, and said to be.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

Cell = str | int | float | bool | None
"""A value of a table as JSON has it: dates and times as ISO 8601 text, numbers in full."""


class FactDigest(BaseModel):
    """A computed truth: the key of a `core.operation.Fact`, and its parameters as they are."""

    model_config = ConfigDict(frozen=True)

    key: str
    params: dict[str, Any] = {}


class ColumnDigest(BaseModel):
    """A column of a table whose head did not fit: how many values there are, and which."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str = ""
    missing: int = 0
    distinct: int = 0
    minimum: Cell = None
    maximum: Cell = None
    mean: Cell = None


class TableDigest(BaseModel):
    """A table: its first rows, or where they do not fit a summary of each column.

    `name` is what SQL, Python and operations of later steps call it; the engine gives it.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    name: str = ""
    rows: int = 0
    columns: tuple[str, ...] = ()
    """Names of the columns of `head`."""
    head: tuple[tuple[Cell, ...], ...] = ()
    summary: tuple[ColumnDigest, ...] = ()
    rows_left_out: int = 0
    columns_left_out: tuple[str, ...] = ()


class Digest(BaseModel):
    """All that one call gave."""

    model_config = ConfigDict(frozen=True)

    facts: tuple[FactDigest, ...] = ()
    facts_left_out: int = 0
    tables: tuple[TableDigest, ...] = ()
    others: tuple[str, ...] = ()
    """Charts, files and models: kind, title, and what they show in words."""
    text: str = ""
    """What was printed, or what a worker of others said."""
    error: str = ""
    """Why it failed, with what to change where that is known (English)."""
