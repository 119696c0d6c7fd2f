"""SQL with the type of what it gives."""

from dataclasses import dataclass, replace
from typing import Literal

from cherry_reflex.core.column import Column
from cherry_reflex.core.errors import BadInput

Kind = Literal["number", "integer", "text", "boolean", "date", "datetime", "time", "other"]

NUMBERS: tuple[Kind, ...] = ("number", "integer")
MOMENTS: tuple[Kind, ...] = ("date", "datetime")
_MOSTLY = 0.5


@dataclass(frozen=True)
class Typed:
    """An SQL expression. `unit` is what its numbers count; `name` the column, or the columns of
    a calculation, as people read them; `column` is given where it is a column and nothing else.
    `is_name` marks numbers that name something (years, identifiers): written without separators."""

    sql: str
    kind: Kind
    unit: str = ""
    name: str = ""
    column: Column | None = None
    is_name: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it can be calculated with."""
        return self.kind in NUMBERS

    @property
    def is_moment(self) -> bool:
        """Whether it is a date or a time of a date."""
        return self.kind in MOMENTS


def kind_of(column: Column) -> Kind:
    """Return what a column holds: a category is text; a time of the day is told by its dtype."""
    if column.type == "category":
        return "text"
    if column.type == "other" and column.dtype.startswith("TIME") and "STAMP" not in column.dtype:
        return "time"
    return column.type


def looks_numeric(column: Column | None) -> bool:
    """Whether at least half of a text column's frequent values are numbers: then the others are
    cells without a number, which are left out and said."""
    if column is None or not column.examples:
        return False
    return sum(map(_is_number, column.examples)) >= len(column.examples) * _MOSTLY


def numeric(value: Typed, field: str = "measure") -> Typed:
    """Return the value as a number: yes is 1 and no is 0, texts that mostly are numbers are read.

    Raises BadInput `column_type` for what is none.
    """
    if value.is_number:
        return value
    if value.kind == "boolean":
        return replace(value, sql=f"({value.sql})::INTEGER", kind="integer")
    if value.kind == "text" and looks_numeric(value.column):
        return replace(value, sql=as_number(value.sql), kind="number")
    raise BadInput(
        "column_type",
        column=value.name,
        type=value.column.type if value.column else value.kind,
        wanted="number, integer",
        field=field,
    )


def as_number(sql: str) -> str:
    """Return SQL that reads a text as a number, NULL where it is none: `1,234`, `₩5,000`, `3.5%`
    too."""
    return f"TRY_CAST(regexp_replace(trim({sql}), '[,%₩$€£¥\\s]|원$', '', 'g') AS DOUBLE)"


def _is_number(value: object) -> bool:
    try:
        float(str(value).strip().strip("%₩$€£¥원").replace(",", ""))
    except ValueError:
        return False
    return True
