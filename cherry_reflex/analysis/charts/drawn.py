"""A figure with everything that goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Fact, Outcome


@dataclass(frozen=True)
class Drawn:
    """A Plotly figure as data and layout, without colours and template: the page has the theme.
    `table` holds the same numbers, `description` is the text alternative, `sample` says of how
    many rows it is drawn when these are not all, `chosen` are the columns by role."""

    title: str
    data: list[dict[str, Any]]
    layout: dict[str, Any]
    table: ArtifactContent
    description: str
    facts: Sequence[Fact] = ()
    sample: str = ""
    chosen: dict[str, Any] = field(default_factory=dict)
    frames: Sequence[dict[str, Any]] = ()
    """The steps of an animation."""


def drawn_artifact(source: Source, drawn: Drawn) -> ArtifactContent:
    """Return the figure as an artifact."""
    layout = {"title": {"text": drawn.title}, **drawn.layout}
    figure: dict[str, Any] = {"data": drawn.data, "layout": layout}
    if drawn.frames:
        figure["frames"] = list(drawn.frames)
    chosen = {role: value for role, value in drawn.chosen.items() if value}
    meta: dict[str, Any] = {"table": drawn.table.title, "chosen": chosen}
    for key in ("code", "language"):
        if key in drawn.table.meta:
            meta[key] = drawn.table.meta[key]
    if drawn.sample:
        meta["sample"] = drawn.sample
    return source.chart(drawn.title, figure, drawn.description, **meta)


def drawn_outcome(source: Source, drawn: Drawn) -> Outcome:
    """Return the figure with its table, and what is to be said of both."""
    code = str(drawn.table.meta.get("code", ""))
    return Outcome(
        facts=(*drawn.facts, *source.facts()),
        artifacts=(drawn_artifact(source, drawn), drawn.table),
        code=code,
        code_language="sql" if code else "",
    )
