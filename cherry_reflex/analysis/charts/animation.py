"""A chart that moves through time: one frame a period, the same axes all along."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.results.artifacts import axis
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.filters import Filtered
from cherry_reflex.analysis.sql.source import Source, open_source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import (
    GROUPING,
    NUMERIC,
    TEMPORAL,
    Fact,
    Outcome,
    Tables,
    column_field,
)

FRAMES_MAX = 60
GROUPS_MAX = 40
_FRAME_MS = 700
_MARGIN = 0.06


class Motion(Filtered):
    """Draw an animated chart: bars, or points of two numbers, for groups, with one frame for each
    period of a date or value of a column; a slider and a play button move through them."""

    name: ClassVar[str] = "motion"
    examples: ClassVar[tuple[str, ...]] = (
        "연도별로 움직이는 애니메이션 차트를 그려줘",
        "시간에 따라 제품 순위가 바뀌는 막대 애니메이션을 보여줘",
        "국가별 소득과 수명의 변화를 움직이는 그래프로 그려주세요",
        "Animate the sales of each product over the years",
        "Bar chart race by month",
        "Show how income and life expectancy move over time",
    )

    frame: str = column_field("The date or column whose values are the frames.", *GROUPING)
    group: str = column_field("The column of groups that move.", *GROUPING)
    y: str = column_field("The number measured; empty counts rows.", *NUMERIC, default="")
    x: str = column_field(
        "A second number: points of x and y move; empty for bars.", *NUMERIC, default=""
    )
    how: Literal["sum", "mean", "count", "median"] = Field(
        "sum", description="How rows of a group and frame come together."
    )

    def check(self, tables: Tables) -> None:
        """Also: frame and group differ; points need both numbers."""
        super().check(tables)
        if self.frame == self.group:
            raise BadInput("chart_same", columns=self.frame)
        if self.x and not self.y:
            raise BadInput("measure_needed", how=self.how)

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_empty`, `chart_frames` with a single frame."""
        with open_source(self, tables) as source:
            how = self.how if self.y else "count"
            value = measures.heading_of(source, self.y, how)
            across = measures.heading_of(source, self.x, how) if self.x else ""
            title = source.say("charts.title.motion", value=value, group=self.group)
            table = source.table(
                source.say("charts.table", title=title), self._sql(source, value, across, how)
            )
            rows: list[Any] = [
                (str(r[0]), str(r[1]), *(float(v) for v in r[2:]))
                for r in source.all("SELECT * FROM result")
            ]
            frames = list(dict.fromkeys(row[0] for row in rows))
            if not rows:
                raise BadInput("chart_empty", columns=", ".join((self.frame, self.group)))
            if len(frames) < 2:
                raise BadInput("chart_frames", column=self.frame)
            data, layout, moving = self._drawn(rows, frames, value, across, source)
            facts = [
                Fact(
                    key="charts.frames",
                    params={"count": len(frames), "first": frames[0], "last": frames[-1]},
                    weight=1.4,
                )
            ]
            for place, weight in ((0, 1.9), (-1, 2.0)):
                mine = [row for row in rows if row[0] == frames[place]]
                best = max(mine, key=lambda row: row[-1])
                params = {"frame": best[0], "group": best[1], "value": best[-1], "heading": value}
                facts.append(Fact(key="charts.frame_top", params=params, weight=weight))
            described = source.say(
                "charts.alt.motion",
                title=title,
                count=len(frames),
                first=frames[0],
                last=frames[-1],
            )
            return drawn_outcome(
                source,
                Drawn(
                    title,
                    data,
                    layout,
                    table,
                    description=described,
                    chosen={"frame": self.frame, "group": self.group, "x": self.x, "y": self.y},
                    facts=facts,
                    frames=moving,
                ),
            )

    def _sql(self, source: Source, value: str, across: str, how: str) -> str:
        """Return frame, group and the measures; the largest groups, at most so many frames."""
        frame, group = f"{ident(self.frame)}::VARCHAR", f"{ident(self.group)}::VARCHAR"
        if source.column(self.frame).type in TEMPORAL:
            name = ident(self.frame)
            days = source.one(f"SELECT date_diff('day', min({name}), max({name})) {source.of()}")
            period = measures.period_for(int(days[0] or 0))
            frame = measures.label(measures.cut(self.frame, period), period)
        elif source.column(self.frame).type in NUMERIC:
            frame = ident(self.frame)
        there = [f"{ident(self.frame)} IS NOT NULL", f"{ident(self.group)} IS NOT NULL"]
        kept = source.all(
            f"SELECT {group} {source.of(*there)} GROUP BY 1 "
            f"ORDER BY {measures.sql(self.y, how)} DESC NULLS LAST, 1 LIMIT {GROUPS_MAX}"
        )
        if not kept:
            raise BadInput("chart_empty", columns=", ".join((self.frame, self.group)))
        there.append(f"{group} IN ({', '.join(literal(row[0]) for row in kept)})")
        wanted = [(self.x, across)] if self.x else []
        wanted.append((self.y, value))
        listed = ", ".join(f"{measures.sql(c, how)}::DOUBLE AS {ident(h)}" for c, h in wanted)
        numbers = " AND ".join(f"{ident(h)} IS NOT NULL" for _, h in wanted)
        inner = (
            f"SELECT {frame} AS {ident(self.frame)}, {group} AS {ident(self.group)}, {listed} "
            f"{source.of(*there)} GROUP BY 1, 2"
        )
        return (
            f"SELECT * FROM ({inner}) WHERE {numbers} AND {ident(self.frame)} IN "
            f"(SELECT DISTINCT {ident(self.frame)} FROM ({inner}) ORDER BY 1 LIMIT {FRAMES_MAX}) "
            f"ORDER BY 1, 2"
        )

    def _drawn(
        self, rows: list[Any], frames: list[str], value: str, across: str, source: Source
    ) -> tuple[list[dict[str, Any]], dict[str, Any], list[dict[str, Any]]]:
        names = list(dict.fromkeys(row[1] for row in rows))
        known = {(row[0], row[1]): row[2:] for row in rows}

        def trace(frame: str) -> dict[str, Any]:
            found = [known.get((frame, name)) for name in names]
            ends = [None if f is None else float(f"{f[-1]:.6g}") for f in found]
            if not across:
                return {"type": "bar", "x": names, "y": ends}
            left = [None if f is None else float(f"{f[0]:.6g}") for f in found]
            points = {"type": "scatter", "mode": "markers+text", "x": left, "y": ends}
            return {
                **points, "text": names, "textposition": "top center", "marker": {"size": 11},
            }  # fmt: skip

        layout: dict[str, Any] = {
            "yaxis": axis(value, range=_range([r[-1] for r in rows], from_zero=not across)),
            "showlegend": False,
            "sliders": [_slider(frames, self.frame)],
            "updatemenus": [_buttons(source)],
            "margin": {"b": 110},
            "height": 500,
        }
        if across:
            layout["xaxis"] = axis(across, range=_range([r[2] for r in rows], from_zero=False))
        else:
            layout["xaxis"] = axis(self.group, type="category")
        moving = [{"name": frame, "data": [trace(frame)]} for frame in frames]
        return [trace(frames[0])], layout, moving


def _range(values: list[float], *, from_zero: bool) -> list[float]:
    low, high = min(values), max(values)
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low or abs(high) or 1.0) * _MARGIN
    ends = (low - (0 if from_zero and low == 0 else room), high + room)
    return [float(f"{end:.6g}") for end in ends]


def _slider(frames: list[str], name: str) -> dict[str, Any]:
    still = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}}
    return {
        "active": 0,
        "currentvalue": {"prefix": f"{name}: "},
        "pad": {"t": 46},
        "steps": [
            {"label": frame, "method": "animate", "args": [[frame], still]} for frame in frames
        ],
    }


def _buttons(source: Source) -> dict[str, Any]:
    play = {"frame": {"duration": _FRAME_MS, "redraw": True}, "fromcurrent": True}
    stop = {"frame": {"duration": 0, "redraw": False}, "mode": "immediate"}
    return {
        "type": "buttons",
        "direction": "left",
        "x": 0,
        "y": -0.18,
        "xanchor": "left",
        "yanchor": "top",
        "buttons": [
            {"label": source.say("charts.play"), "method": "animate", "args": [None, play]},
            {"label": source.say("charts.stop"), "method": "animate", "args": [[None], stop]},
        ],
    }
