"""A figure with everything that goes with it."""

from dataclasses import dataclass, field
from typing import Any

from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Fact


@dataclass(frozen=True)
class Drawn:
    """A Plotly figure as data and layout, without colours and template: the page has the theme.
    `table` holds the same numbers, `description` is the text alternative."""

    title: str
    data: list[dict[str, Any]]
    layout: dict[str, Any]
    description: str
    table: ArtifactContent
    facts: tuple[Fact, ...] = ()
    sample: str = ""
    chosen: dict[str, Any] = field(default_factory=dict)


def axis(title: str, **more: Any) -> dict[str, Any]:
    """Return an axis with its title; it makes room for its labels by itself."""
    return {"title": {"text": title}, "automargin": True, **more}


def drawn_artifact(source: Source, drawn: Drawn) -> ArtifactContent:
    """Return the figure as an artifact."""
    layout = {"title": {"text": drawn.title}, **drawn.layout}
    meta: dict[str, Any] = {"table": drawn.table.title, "chosen": drawn.chosen}
    for key in ("code", "language"):
        if key in drawn.table.meta:
            meta[key] = drawn.table.meta[key]
    if drawn.sample:
        meta["sample"] = drawn.sample
    figure = {"data": drawn.data, "layout": layout}
    return source.chart(drawn.title, figure, drawn.description, **meta)


def plain(value: Any) -> Any:
    """Return a value as JSON has it; numbers with six significant digits keep figures small."""
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if isinstance(value, float):
        if value != value or abs(value) == float("inf"):
            return None
        return float(f"{value:.6g}")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return float(value) if hasattr(value, "as_tuple") else str(value)
