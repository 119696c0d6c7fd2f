"""Columns of a reading's rows as a pandas frame, for what SQL does not compute."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cherry_reflex.analysis.reading.compiler.expressions import compiled
from cherry_reflex.analysis.reading.compiler.groups import grouping
from cherry_reflex.analysis.reading.compiler.typed import Typed, looks_numeric, numeric
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.reading.words.headings import group_heading
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.reading.expression import ColumnRef, Expression
from cherry_reflex.core.reading.reading import Group, Reading

if TYPE_CHECKING:
    import pandas as pd

CATEGORIES_MAX = 50
_NUMBERS_AS_GROUPS = 12
Role = Literal["number", "category"]


@dataclass(frozen=True)
class Field:
    """A column or a calculation as an analysis uses it; `heading` is what people read. Groups are
    sorted by `key`."""

    expression: Expression
    value: Typed
    heading: str
    sql: str
    key: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.value.is_number


def field_of(opened: Opened, expression: Expression, *, as_number: bool = False) -> Field:
    """Return an expression as a field: numbers (texts that mostly are numbers too), or groups.

    Raises BadInput `column_type` where a number is needed.
    """
    heading = group_heading(Group(of=expression), opened.language)
    value = compiled(opened.scope, expression)
    reads = value.kind == "text" and looks_numeric(value.column)
    if as_number or reads or (value.kind == "boolean" and as_number):
        value = numeric(value)
    return Field(expression, value, heading, value.sql)


def group_of(opened: Opened, group: Group, where: str) -> Field:
    """Return a group as a field whose cells are what people read."""
    made = grouping(opened.scope, group, opened.language, where)
    heading = group_heading(group, opened.language)
    if made.shown == "{}":
        return Field(group.of, made.key, heading, made.key.sql, made.key.sql)
    shown = made.shown.replace("{}", f"({made.key.sql})")
    value = Typed(shown, "text", name=made.key.name)
    return Field(group.of, value, heading, shown, made.key.sql)


def number_columns(opened: Opened) -> tuple[ColumnRef, ...]:
    """Return the table's columns of numbers that measure something: no identifiers, no codes of
    time, nothing constant."""
    rows = opened.scope.main.rows
    found = []
    for column in opened.scope.main.columns:
        value = compiled(opened.scope, ColumnRef(name=column.name))
        is_own = column.type == "integer" and column.distinct == rows > _NUMBERS_AS_GROUPS
        if value.is_number and not value.is_name and not is_own and column.distinct > 1:
            found.append(ColumnRef(name=column.name))
    return tuple(found)


def measured_columns(reading: Reading) -> tuple[Expression, ...]:
    """Return what a reading is about: its columns, else what its measures are of."""
    if reading.columns:
        return tuple(dict.fromkeys(reading.columns))
    return tuple(dict.fromkeys(m.of for m in reading.measures if m.of is not None))


def known_method(said: str, known: Sequence[str]) -> None:
    """Raise BadInput `reading_method` for a method that was named and is not one of these: it is
    not replaced by another in silence."""
    if said and not any(word in said.casefold() for word in known):
        raise BadInput("reading_method", method=said, known=", ".join(known))


def is_group(field: Field) -> bool:
    """Whether a field holds groups: texts and flags, or whole numbers of few values."""
    return not field.is_number or (field.value.kind == "integer" and has_few(field))


def has_few(field: Field) -> bool:
    """Whether a column has so few values that they may stand for groups (discounts of 0, 10 and
    20 %)."""
    column = field.value.column
    return column is not None and 1 < column.distinct <= _NUMBERS_AS_GROUPS


def named(opened: Opened, parts: Sequence[object]) -> str:
    """Return what a group is called by its values; a missing one in words."""
    missing = opened.source.say("missing_value")
    return " · ".join(missing if part is None else str(part) for part in parts)


def frame(
    opened: Opened, fields: Sequence[Field], where: str, *, complete: bool = True
) -> "pd.DataFrame":
    """Return the cells of fields as columns `0`, `1`, …; without rows that miss one if `complete`.

    Raises BadInput `rows_all_missing` when no complete row is left.
    """
    import pandas as pd

    wanted = ", ".join(
        f"({f.sql})::DOUBLE AS c{n}" if f.is_number else f"({f.sql})::VARCHAR AS c{n}"
        for n, f in enumerate(fields)
    )
    data: pd.DataFrame = opened.source.connection.execute(
        f"SELECT {wanted} {opened.rows_of(where)}"
    ).df()
    data.columns = pd.Index(range(len(fields)))
    if complete:
        data = data.dropna()
        if data.empty:
            names = ", ".join(field.heading for field in fields)
            raise BadInput("rows_all_missing", columns=names, dataset=opened.scope.main.name)
    return data
