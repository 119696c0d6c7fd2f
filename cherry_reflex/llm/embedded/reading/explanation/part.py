"""The parts of a reading that words can support."""

from typing import Literal, NamedTuple

from cherry_reflex.core.reading.condition import Scalar

PartKind = Literal[
    "column", "value", "number", "date", "relative", "text", "agg", "grain", "negation",
    "operator", "direction", "top", "rank", "by", "task", "method", "chart", "export",
    "arithmetic", "missing", "or", "mean", "bins", "today", "compare", "how",
]  # fmt: skip
PartRole = Literal[
    "", "measure", "group", "where", "when", "having", "order", "list", "per", "period", "target",
]  # fmt: skip


class Part(NamedTuple):
    """A part of a reading: its kind, what it says (`key`, of a `column` too where it is a value or
    a limit of one), where in the reading it stands, and the place of the part that it belongs to
    (-1 for none). `is_needed` is false of what is often left unsaid."""

    kind: PartKind
    key: Scalar = ""
    role: PartRole = ""
    head: int = -1
    column: str = ""
    is_needed: bool = True
    more: str = ""
    """What else tells it apart: the end of a span, the unit of a relative period."""
