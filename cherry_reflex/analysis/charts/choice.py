"""What a chart is drawn of: its kind, and the columns that were chosen."""

from dataclasses import dataclass
from typing import Literal

from cherry_reflex.analysis.sql.measures import How, Period

Kind = Literal[
    "bar",
    "grouped_bar",
    "stacked_bar",
    "line",
    "area",
    "scatter",
    "histogram",
    "box",
    "violin",
    "heatmap",
    "pie",
    "donut",
    "treemap",
]
LINES: tuple[Kind, ...] = ("line", "area")
SHARES: tuple[Kind, ...] = ("pie", "donut", "treemap")
GROUPED: tuple[Kind, ...] = ("bar", "grouped_bar", "stacked_bar", *LINES, *SHARES)
"""The kinds that draw one number per group."""


@dataclass(frozen=True)
class ChartChoice:
    """The arguments of a chart, settled: what each of them means is said at `Chart`."""

    kind: Kind
    x: str
    y: str
    color: str
    how: How
    period: Period
    top: int
