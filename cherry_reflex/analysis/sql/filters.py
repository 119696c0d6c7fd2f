"""Conditions on rows that any planner can fill: a column, a comparison, a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cherry_reflex.analysis.sql.computed import with_computed
from cherry_reflex.analysis.sql.duckdb import ident, literal, sql_name
from cherry_reflex.analysis.sql.expression import condition
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    NUMERIC,
    TEMPORAL,
    Operation,
    Tables,
    column_field,
    written_field,
)

Comparison = Literal[
    "=", "!=", ">", ">=", "<", "<=", "in", "not in", "between", "contains", "regex",
    "year", "month", "is missing", "is not missing",
]  # fmt: skip
Scalar = str | int | float | bool

_SIGNS = {
    "in": "=", "!=": "≠", "not in": "≠", ">=": "≥", "<=": "≤", "contains": "∋", "regex": "~",
}  # fmt: skip
_WITHOUT_VALUE = ("is missing", "is not missing")
_PAIR = 2
_MONTHS = 12


class Filter(BaseModel):
    """Keep only the rows whose column compares to the value in this way."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str = column_field("Column to compare.")
    op: Comparison = Field(
        "=",
        description="Comparison. `year` and `month` compare that part of a date (2024, or 3), "
        "`in` takes a list, `between` two values (both included), `contains` part of a text.",
    )
    value: Scalar | tuple[Scalar, ...] = Field(
        "",
        description="Value to compare with; a list for `in` and `between`. Dates as 2024-01-31, "
        "2024-01 or 2024.",
        json_schema_extra={"x-value": "column"},
    )

    def check(self, dataset: Dataset) -> None:
        """Raise BadInput when the column is unknown or the comparison does not fit it."""
        self.sql(dataset)

    def sql(self, dataset: Dataset) -> str:
        """Return the condition in DuckDB's SQL, its values quoted.

        Raises BadInput `column_unknown`, `filter_type`, `filter_value`.
        """
        column = dataset.column(self.column)
        if column is None:
            names = ", ".join(c.name for c in dataset.columns[:60])
            raise BadInput(
                "column_unknown", column=self.column, dataset=dataset.name, columns=names
            )
        name, values = ident(self.column), () if self.op in _WITHOUT_VALUE else self._values()
        match self.op:
            case "year" | "month":
                if column.type not in TEMPORAL:
                    raise BadInput("filter_type", column=self.column, type=column.type, op=self.op)
                numbers = [literal(self._part(value)) for value in values]
                return f"{self.op}({name}) IN ({', '.join(numbers)})"
            case "is missing" | "is not missing":
                return f"{name} IS {'NOT ' if self.op == 'is not missing' else ''}NULL"
            case "regex":
                return f"regexp_matches({name}::VARCHAR, {literal(str(values[0]))})"
            case "contains":
                needle = literal(str(values[0]).lower())
                return f"contains(lower({name}::VARCHAR), {needle})"
            case "in":
                return f"({' OR '.join(self._equal(column, value) for value in values)})"
            case "not in":
                joined = " OR ".join(self._equal(column, value) for value in values)
                return f"({joined}) IS NOT TRUE"
            case "between":
                if len(values) != _PAIR:
                    raise BadInput("filter_value", column=self.column, value=self.shown_value)
                low, high = values
                first, last = self._compared(column, ">=", low), self._compared(column, "<=", high)
                return f"({first} AND {last})"
            case "=":
                return self._equal(column, values[0])
            case "!=":
                return f"({self._equal(column, values[0])}) IS NOT TRUE"
            case _:
                return self._compared(column, self.op, values[0])

    @property
    def shown(self) -> str:
        """The condition for readers, in no particular language."""
        if self.op == "year":
            return f"{self.column}: {self.shown_value}"
        if self.op == "month":
            return f"{self.column}: {self.shown_value} (month)"
        if self.op == "between":
            return f"{self.column}: {' – '.join(str(v) for v in self._values())}"
        if self.op in _WITHOUT_VALUE:
            return f"{self.column} {'=' if self.op == 'is missing' else '≠'} ∅"
        sign = _SIGNS.get(self.op, self.op)
        return f"{self.column} {sign} {self.shown_value}"

    @property
    def shown_value(self) -> str:
        """The value, or the values, for readers."""
        return ", ".join(str(value) for value in self._values())

    def _values(self) -> tuple[Scalar, ...]:
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        if not values or (values == ("",) and "value" not in self.model_fields_set):
            raise BadInput("filter_value", column=self.column, value="")
        return values

    def _part(self, value: Scalar) -> int:
        try:
            number = int(str(value).strip()[:4] if self.op == "year" else str(value).strip())
        except ValueError as error:
            raise BadInput("filter_value", column=self.column, value=str(value)) from error
        if self.op == "month" and not 1 <= number <= _MONTHS:
            raise BadInput("filter_value", column=self.column, value=str(value))
        return number

    def _equal(self, column: Column, value: Scalar) -> str:
        if column.type in TEMPORAL:
            # A year, a month or a day is a span of time.
            first, last = self._compared(column, ">=", value), self._compared(column, "<=", value)
            return f"({first} AND {last})"
        return f"{ident(column.name)} = {self._literal(column, value)}"

    def _compared(self, column: Column, sign: str, value: Scalar) -> str:
        name = ident(column.name)
        if column.type not in TEMPORAL:
            if column.type in ("boolean", "other"):
                raise BadInput("filter_type", column=self.column, type=column.type, op=self.op)
            return f"{name} {sign} {self._literal(column, value)}"
        first, unit = self._moment(value)
        start = literal(first)
        if unit == "second":
            return f"{name} {sign} {start}"
        if sign in (">=", "<"):
            return f"{name} {sign} {start}"
        after = f"({start} + INTERVAL 1 {unit.upper()})"
        return f"{name} {'<' if sign == '<=' else '>='} {after}"

    def _moment(self, value: Scalar) -> tuple[date | datetime, str]:
        """Return where a span of time begins, and its unit."""
        given = str(value).strip().rstrip(".")
        for mark in ("년", "월", "/", "."):
            given = given.replace(mark, "-")
        given = given.replace("일", "").replace("- ", "-").strip("- ")
        for form, unit in (("%Y", "year"), ("%Y-%m", "month"), ("%Y-%m-%d", "day")):
            try:
                return datetime.strptime(given.replace(" ", ""), form).date(), unit
            except ValueError:
                continue
        try:
            return datetime.fromisoformat(given).replace(tzinfo=None), "second"
        except ValueError as error:
            raise BadInput("filter_value", column=self.column, value=str(value)) from error

    def _literal(self, column: Column, value: Scalar) -> str:
        try:
            if column.type in NUMERIC:
                if isinstance(value, int | float):
                    return literal(value)
                number = float(str(value).replace(",", ""))
                return literal(int(number) if number.is_integer() else number)
            if column.type == "boolean":
                known = {"true": True, "1": True, "false": False, "0": False}
                return literal(known[str(value).strip().lower()])
        except (ValueError, KeyError, OverflowError) as error:
            raise BadInput("filter_value", column=self.column, value=str(value)) from error
        return literal(str(value))


@dataclass(frozen=True)
class Where:
    """A condition that was written as an SQL expression."""

    text: str

    def sql(self, dataset: Dataset) -> str:
        """Return the condition, checked. Raises BadInput `expression_invalid`, `column_unknown`."""
        names = [c.name for c in dataset.columns]
        return f"({condition(self.text, names, sql_name(dataset)).sql})"

    @property
    def shown(self) -> str:
        """The condition for readers."""
        return self.text.strip()


class Filtered(Operation):
    """The base of operations that may look at a part of the rows only, and compute with columns
    that its arguments make (`x-expression`)."""

    filters: tuple[Filter, ...] = Field(
        default=(),
        max_length=12,
        description="Conditions that rows must all meet, such as only the year 2024; empty for "
        "all rows.",
    )

    where: str = written_field(
        "SQL condition on the rows, such as a > 3 AND b IS NOT NULL.", default="", max_length=2000
    )

    @property
    def conditions(self) -> tuple[Filter | Where, ...]:
        """All conditions that rows must meet."""
        return (*self.filters, *([Where(self.where)] if self.where.strip() else []))

    def opened(self, tables: Tables) -> Tables:
        """Return the tables with a column for each SQL expression among the arguments.

        Raises BadInput `expression_invalid`, `column_unknown`, `column_type`.
        """
        opened = with_computed(self, tables)
        if opened is not tables:
            self.check(opened)
        return opened

    def check(self, tables: Tables) -> None:
        """Raise BadInput when columns or filters do not fit the dataset."""
        super().check(tables)
        dataset = tables.get(self.dataset)
        for one in self.filters:
            one.check(dataset)


def where(filters: Sequence[Filter | Where], dataset: Dataset, *more: str) -> str:
    """Return a WHERE clause of all filters and `more` conditions, empty when there are none."""
    conditions = [one.sql(dataset) for one in filters] + [m for m in more if m]
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def shown(filters: Sequence[Filter | Where]) -> str:
    """Return the filters for readers."""
    return "; ".join(one.shown for one in filters)
