"""How much room a figure needs on a page."""

from collections.abc import Mapping, Sequence
from typing import Any

HALF_CELLS_MAX = 8
"""Cells across that a heat map can have in half of the column."""

_BROAD = {"sankey", "parcoords", "parcats", "splom", "scattergeo", "choropleth", "scatter3d"}


def is_wide(data: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> bool:
    """Say whether a figure needs the whole column: many cells, several panels, maps, flows."""
    cells = (len(x) for trace in data if trace.get("type") == "heatmap" and (x := trace.get("x")))
    kinds = {trace.get("type") for trace in data}
    return (
        max(cells, default=0) > HALF_CELLS_MAX
        or bool(kinds & _BROAD)
        or "xaxis2" in layout
        or "yaxis2" in layout
    )
