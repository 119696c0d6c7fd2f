"""Conditions on rows, and on the results of groups."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from cherry_reflex.core.reading.expression import Expression
from cherry_reflex.core.reading.tagged import Tagged

Scalar = bool | int | float | str
"""A value of a cell; dates as ISO text (`2024-01-31`, `2024-01` for a month, `2024` for a year)."""

PeriodUnit = Literal["year", "quarter", "month", "week", "day", "hour"]


class MeasureRef(Tagged):
    """The result of one of the reading's measures, by its place from 0 (in `having` alone)."""

    kind: Literal["measure"] = "measure"
    index: int = 0


Side = Annotated[Expression | MeasureRef, Field(discriminator="kind")]


class Comparison(Tagged):
    """A side compared with a value of cells, or with another side. A date that is only a year or
    a month is a span: `=` means within it, `>` after its end."""

    kind: Literal["comparison"] = "comparison"
    left: Side
    op: Literal["=", "!=", ">", ">=", "<", "<="]
    right: Scalar | Side
    unit: Literal["", "day", "hour", "minute", "second"] = ""


class Membership(Tagged):
    """Whether a side is one of several values."""

    kind: Literal["membership"] = "membership"
    of: Expression
    values: tuple[Scalar, ...] = Field(min_length=1)


class Between(Tagged):
    """Whether a side lies between two values, both included (the whole of a month or a year)."""

    kind: Literal["between"] = "between"
    of: Side
    low: Scalar
    high: Scalar


class TextMatch(Tagged):
    """Whether a text contains, starts or ends with another, whatever its case."""

    kind: Literal["text"] = "text"
    of: Expression
    how: Literal["contains", "starts", "ends"] = "contains"
    text: str


class Presence(Tagged):
    """Whether a cell is empty, or is not."""

    kind: Literal["presence"] = "presence"
    of: Expression
    is_missing: bool = True


class AgainstMean(Tagged):
    """Whether a number lies above (or below) its mean over the rows that the other conditions
    leave; within each group of `within` where that is given."""

    kind: Literal["against_mean"] = "against_mean"
    of: Side
    op: Literal[">", "<"] = ">"
    within: tuple[Expression, ...] = ()


class TopShare(Tagged):
    """Whether a row belongs to the `percent` % of rows with the largest (or smallest) value."""

    kind: Literal["top_share"] = "top_share"
    of: Expression
    percent: float = Field(gt=0, le=100)
    direction: Literal["largest", "smallest"] = "largest"


class RelativePeriod(Tagged):
    """Whether a date lies in the last, this or the next `count` units, counted from the newest
    date of the column (of a table that ended long ago, "last month" is its own last month), or
    from today where `anchor` says so. `last` excludes the unit that the anchor lies in, unless
    `is_rolling`: then it is the span of that length that ends at the anchor."""

    kind: Literal["relative"] = "relative"
    of: Expression
    which: Literal["last", "this", "next"]
    count: int = Field(default=1, ge=1)
    unit: PeriodUnit
    anchor: Literal["newest", "today"] = "newest"
    is_rolling: bool = False


class All(Tagged):
    """Whether all parts hold."""

    kind: Literal["all"] = "all"
    parts: tuple["Condition", ...] = Field(min_length=1)


class AnyOf(Tagged):
    """Whether at least one part holds."""

    kind: Literal["any"] = "any"
    parts: tuple["Condition", ...] = Field(min_length=1)


class Not(Tagged):
    """Whether the part does not hold (rows without a value count as not holding)."""

    kind: Literal["not"] = "not"
    part: "Condition"


Condition = Annotated[
    Comparison
    | Membership
    | Between
    | TextMatch
    | Presence
    | AgainstMean
    | TopShare
    | RelativePeriod
    | All
    | AnyOf
    | Not,
    Field(discriminator="kind"),
]


def leaves_of(condition: "Condition | None") -> Iterator["Condition"]:
    """Yield the conditions within `and`, `or` and `not`, from left to right."""
    match condition:
        case None:
            return
        case All() | AnyOf():
            for part in condition.parts:
                yield from leaves_of(part)
        case Not():
            yield from leaves_of(condition.part)
        case _:
            yield condition
