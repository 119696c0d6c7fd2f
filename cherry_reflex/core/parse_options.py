"""How a file is read into a table: what a person may say of it, and what was understood."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cherry_reflex.core.column import ColumnType
from cherry_reflex.core.errors import BadInput

LeftOutReason = Literal[
    "title",
    "unit",
    "filter",
    "comment",
    "note",
    "total",
    "blank",
    "header_again",
    "ragged",
    "hidden",
]


class ParseOptions(BaseModel):
    """What is said of how a file is read. None (and no types) means: find it out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheet: str | None = None
    """Of a workbook; of JSON the path of the table, such as `response.body.items`."""
    table: int | None = Field(default=None, ge=0)
    """Which of several tables of a sheet, counted from 1 in reading order."""
    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: int | None = Field(default=None, ge=0)
    """Rows above the heading: titles, units, filters, comments."""
    header_rows: int | None = Field(default=None, ge=0, le=3)
    """Rows of the heading, 0 for a table without one. Several are joined into one name."""
    footer_rows: int | None = Field(default=None, ge=0)
    """Rows below the data: notes, sources."""
    decimal_mark: Literal[".", ","] | None = None
    day_first: bool | None = None
    """Whether 03/04/2025 is the third of April."""
    time_zone: str | None = None
    """IANA name of the zone in which times with an offset are shown."""
    months_as_rows: bool | None = None
    """Whether columns that are months (or years) become one date column and one of values."""
    totals: Literal["leave_out", "keep"] | None = None
    """What is done with rows that sum up others."""
    skip_ragged: bool | None = None
    """Whether rows with another number of fields are left out, after the person said so."""
    types: dict[str, ColumnType] = {}
    """The types of columns, by name, where they are not to be found out."""
    units: dict[str, str] = {}
    """The units of columns of numbers, by name, where they are not to be found out."""

    @classmethod
    def of(cls, said: "str | Mapping[str, Any]") -> "ParseOptions":
        """Return the options that somebody gave, as JSON or as a mapping.

        Raises BadInput `options_wrong` (reason).
        """
        try:
            return cls.model_validate_json(said) if isinstance(said, str) else cls(**said)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "options"
            raise BadInput("options_wrong", reason=f"{place}: {first['msg']}") from error

    def changed(self, changes: "ParseOptions") -> "ParseOptions":
        """Return these options with those that `changes` was made with; types and units change
        column by column. None among them takes back what was said."""
        given = {name: getattr(changes, name) for name in changes.model_fields_set}
        for name in {"types", "units"} & given.keys():
            given[name] = {**getattr(self, name), **given[name]}
        return self.model_copy(update=given)


class LeftOut(BaseModel):
    """Rows (or a sheet) of the file that are not in the table, and why."""

    model_config = ConfigDict(frozen=True)

    reason: LeftOutReason
    row: int
    """The first of them in the file, counted from 1."""
    rows: int = 1
    text: str = ""
    """What stands there, at most 200 characters."""


class ParseReport(BaseModel):
    """How a file was read: the options as they were used, which of them are guesses, and what
    was left out."""

    model_config = ConfigDict(frozen=True)

    options: ParseOptions
    asked: ParseOptions = ParseOptions()
    """What a person has said, which is kept when the file is read again."""
    guesses: tuple[str, ...] = ()
    """Names of options that another careful reader might set otherwise."""
    left_out: tuple[LeftOut, ...] = ()
    left_out_more: int = 0
    """How many more there are than are listed."""
    tables: int = 1
    """Tables in the same sheet."""
    hidden_sheets: tuple[str, ...] = ()
