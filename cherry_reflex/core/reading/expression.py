"""What is measured or compared: a column, a part of a date, a number, or arithmetic over such."""

from typing import Annotated, Literal

from pydantic import Field

from cherry_reflex.core.reading.tagged import Tagged

Grain = Literal[
    "", "year", "quarter", "month", "week", "day", "hour", "weekday", "month_of_year", "hour_of_day"
]
"""How finely time is cut. `weekday`, `month_of_year` and `hour_of_day` fold all years together."""

ArithmeticOperator = Literal["+", "-", "*", "/", "ratio_of_sums"]
"""`ratio_of_sums` is the total of the left side over the total of the right side, in each group."""


class ColumnRef(Tagged):
    """A column by its name; with a `grain`, that part of its dates. `dataset` names the table
    where several are joined (the reading's own when empty)."""

    kind: Literal["column"] = "column"
    name: str
    grain: Grain = ""
    dataset: str = ""


class Number(Tagged):
    """A number that the question gives."""

    kind: Literal["number"] = "number"
    value: float


class Today(Tagged):
    """The day on which the question is asked."""

    kind: Literal["today"] = "today"


class Arithmetic(Tagged):
    """Two expressions combined. The difference of two dates is in days, or in `unit`."""

    kind: Literal["arithmetic"] = "arithmetic"
    op: ArithmeticOperator
    left: "Expression"
    right: "Expression"
    unit: Literal["", "day", "hour", "minute", "second"] = ""


Expression = Annotated[ColumnRef | Number | Today | Arithmetic, Field(discriminator="kind")]


def columns_of(expression: Expression) -> tuple[ColumnRef, ...]:
    """Return the columns that an expression names, from left to right."""
    match expression:
        case ColumnRef():
            return (expression,)
        case Arithmetic():
            return (*columns_of(expression.left), *columns_of(expression.right))
        case _:
            return ()
