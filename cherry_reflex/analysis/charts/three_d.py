"""Three numbers in space: points, or a surface of means."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.charts.sampled_rows import floats, group_names, rows_table, sampled_rows
from cherry_reflex.analysis.results.artifacts import plain
from cherry_reflex.analysis.sql.duckdb import ident
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    Fact,
    Outcome,
    Tables,
    column_field,
)

_ROWS_MAX = 2_500
_CELLS = 24


class Space(Filtered):
    """Draw three numbers in 3-D: a cloud of points that can be turned, or a surface of the mean z
    over x and y."""

    name: ClassVar[str] = "space"
    examples: ClassVar[tuple[str, ...]] = (
        "세 변수를 3차원 산점도로 그려줘",
        "3D로 돌려볼 수 있는 그래프를 만들어줘",
        "가격을 면적과 층수에 따른 3차원 곡면으로 보여주세요",
        "3-D scatter plot of the three measurements",
        "Draw a surface of price over area and age",
        "Show the points in three dimensions",
    )

    x: str = column_field("First number.", *NUMERIC)
    y: str = column_field("Second number.", *NUMERIC)
    z: str = column_field("Third number, drawn upwards.", *NUMERIC)
    color: str = column_field("The column of groups; empty for none.", *GROUPING, default="")
    kind: Literal["points", "surface"] = Field("points", description="Points, or a surface.")

    def check(self, tables: Tables) -> None:
        """Also: three different columns."""
        super().check(tables)
        if len({self.x, self.y, self.z}) < 3:
            raise BadInput("chart_same", columns=", ".join((self.x, self.y, self.z)))

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_empty`, `chart_constant`."""
        with open_source(self, tables) as source:
            if self.kind == "surface":
                return self._surface(source)
            return self._points(source)

    def _layout(self) -> dict[str, Any]:
        named = {f"{n}axis": {"title": {"text": getattr(self, n)}} for n in "xyz"}
        return {"scene": named, "height": 560, "showlegend": bool(self.color)}

    def _points(self, source: Source) -> Outcome:
        found = sampled_rows(source, [self.x, self.y, self.z, self.color], _ROWS_MAX, self.color)
        colors = group_names(found, self.color, source) if self.color else [""]
        data = []
        for color in colors:
            part = found.where(self.color, color) if self.color else found
            ends = {n: plain(floats(part.columns[getattr(self, n)])) for n in "xyz"}
            marker = {"size": 4, "opacity": 0.75}
            data.append(
                {"type": "scatter3d", "mode": "markers", "name": color, **ends, "marker": marker}
            )
        names = {"x": self.x, "y": self.y, "z": self.z}
        title = source.say("charts.title.space", **names)
        drawn = {"rows": found.used, "columns": ", ".join(names.values())}
        return drawn_outcome(
            source,
            Drawn(
                title,
                data,
                self._layout(),
                rows_table(source, title, found),
                description=source.say("charts.alt.space", rows=found.used, **names),
                chosen={**names, "color": self.color},
                facts=[*found.facts(), Fact(key="charts.drawn", params=drawn, weight=1.0)],
                sample=found.part,
            ),
        )

    def _surface(self, source: Source) -> Outcome:
        """Return the mean of z in cells of x and y; cells without rows stay open."""
        x, y, z = (ident(n) for n in (self.x, self.y, self.z))
        there = [f"{n} IS NOT NULL" for n in (x, y, z)]
        ends = source.one(f"SELECT min({x}), max({x}), min({y}), max({y}) {source.of(*there)}")
        if ends[0] is None:
            raise BadInput("chart_empty", columns=", ".join((self.x, self.y, self.z)))
        left, right, low, high = (float(end) for end in ends)
        if left == right or low == high:
            raise BadInput("chart_constant", column=self.x if left == right else self.y)
        wide, tall = (right - left) / _CELLS, (high - low) / _CELLS
        names = {"x": self.x, "y": self.y, "z": self.z}
        title = source.say("charts.title.surface", **names)
        rows_head = source.say("heading.rows")
        cells = (
            f"SELECT least(floor(({x} - {left!r}) / {wide!r}), {_CELLS - 1})::INT AS i, "
            f"least(floor(({y} - {low!r}) / {tall!r}), {_CELLS - 1})::INT AS j, "
            f"avg({z})::DOUBLE AS v, count(*) AS n {source.of(*there)} GROUP BY 1, 2"
        )
        table = source.table(
            source.say("charts.table", title=title),
            f"SELECT {left!r} + (i + 0.5) * {wide!r} AS {x}, "
            f"{low!r} + (j + 0.5) * {tall!r} AS {y}, v AS {z}, n AS {ident(rows_head)} "
            f"FROM ({cells}) ORDER BY i, j",
        )
        grid: list[list[float | None]] = [[None] * _CELLS for _ in range(_CELLS)]
        for i, j, value, _ in source.all(cells):
            grid[j][i] = float(f"{value:.6g}")
        data = [
            {
                "type": "surface",
                "x": plain(left + (i + 0.5) * wide for i in range(_CELLS)),
                "y": plain(low + (j + 0.5) * tall for j in range(_CELLS)),
                "z": grid,
                "colorbar": {"title": {"text": self.z}},
                "connectgaps": False,
            }
        ]
        filled = sum(value is not None for line in grid for value in line)
        params = {"filled": filled, "cells": _CELLS**2}
        return drawn_outcome(
            source,
            Drawn(
                title,
                data,
                self._layout(),
                table,
                description=source.say("charts.alt.surface", **names),
                chosen=names,
                facts=[Fact(key="charts.surface", params=params, weight=1.4)],
            ),
        )
