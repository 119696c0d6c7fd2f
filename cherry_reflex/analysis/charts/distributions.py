"""Distributions compared between groups: ridges, violins, cumulative shares."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.charts.drawn import Drawn, drawn_outcome
from cherry_reflex.analysis.charts.sampled_rows import floats, group_names, sampled_rows
from cherry_reflex.analysis.results.artifacts import axis, measured_axis, plain
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

_ROWS_MAX = 20_000
_DRAWN_MAX = 3_000
_STEPS = 120
_OVERLAP = 1.6
_HEADINGS = ("rows", "quartile_1", "median_of", "quartile_3", "mean_of")


class Spread(Filtered):
    """Compare how a number is spread in groups: overlapping density ridges, violins with their
    boxes, or cumulative shares (ECDF)."""

    name: ClassVar[str] = "spread"
    examples: ClassVar[tuple[str, ...]] = (
        "그룹별 가격 분포를 능선 그래프로 그려줘",
        "등급에 따른 점수 분포를 바이올린으로 비교해줘",
        "누적 분포 곡선을 그려주세요",
        "Ridge plot of the price by region",
        "Compare the distributions with violins",
        "Draw the ECDF of delays by airline",
    )

    value: str = column_field("The number whose distribution is drawn.", *NUMERIC)
    group: str = column_field("The column of groups; empty for none.", *GROUPING, default="")
    kind: Literal["ridge", "violin", "ecdf"] = Field(
        "ridge", description="ridge: smooth densities; violin: with boxes; ecdf: exact shares."
    )

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_empty`, `chart_constant`."""
        with open_source(self, tables) as source:
            found = sampled_rows(source, [self.value, self.group], _ROWS_MAX, self.group)
            found.columns[self.value] = floats(found.columns[self.value])
            if len(set(found.columns[self.value])) < 2:
                raise BadInput("chart_constant", column=self.value)
            names = group_names(found, self.group, source) if self.group else [self.value]
            title = source.say(
                f"charts.title.{self.kind}" + ("_by" if self.group else ""),
                value=self.value,
                group=self.group,
            )
            parts = {
                name: (found.where(self.group, name) if self.group else found).columns[self.value]
                for name in names
            }
            draw = {"ridge": _ridges, "violin": _violins, "ecdf": _shares}[self.kind]
            data, layout = draw(parts, self.value, source)
            table = source.table(source.say("charts.table", title=title), self._sql(source))
            middle = sorted(source.all("SELECT * FROM result"), key=lambda r: r[3])
            facts = list(found.facts())
            if self.group and len(middle) > 1:
                params = {
                    "value": self.value,
                    "high": str(middle[-1][0]),
                    "highest": float(middle[-1][3]),
                    "low": str(middle[0][0]),
                    "lowest": float(middle[0][3]),
                }
                units = source.units(self.value, "highest", "lowest")
                facts.append(Fact(key="charts.medians", params=params, weight=2.0, units=units))
            return drawn_outcome(
                source,
                Drawn(
                    title,
                    data,
                    layout,
                    table,
                    description=source.say("charts.alt.spread", title=title, count=len(names)),
                    chosen={"value": self.value, "group": self.group, "kind": self.kind},
                    facts=facts,
                    sample=found.part,
                ),
            )

    def _sql(self, source: Source) -> str:
        """Return the quartiles of every group, of all rows."""
        value = ident(self.value)
        group = f"{ident(self.group)}::VARCHAR" if self.group else "''"
        heads = [source.say(f"heading.{h}") for h in _HEADINGS]
        known = [f"{value} IS NOT NULL", *([f"{ident(self.group)} IS NOT NULL"] * bool(self.group))]
        return (
            f"SELECT {group} AS {ident(self.group or ' ')}, count(*) AS {ident(heads[0])}, "
            f"quantile_cont({value}, 0.25)::DOUBLE AS {ident(heads[1])}, "
            f"median({value})::DOUBLE AS {ident(heads[2])}, "
            f"quantile_cont({value}, 0.75)::DOUBLE AS {ident(heads[3])}, "
            f"avg({value})::DOUBLE AS {ident(heads[4])} {source.of(*known)} GROUP BY 1 ORDER BY 1"
        )


Parts = dict[str, list[float]]
Drawing = tuple[list[dict[str, Any]], dict[str, Any]]


def _density(values: Sequence[float], grid: Any) -> Any:
    """Return the density of values along a grid: Gaussian kernels of Scott's bandwidth. (That of
    SciPy is the same; importing it takes longer than all the rest.)"""
    import numpy as np

    known = np.asarray(values, dtype=float)
    width = known.std(ddof=1) * len(known) ** -0.2
    distances = (grid[:, None] - known[None, :]) / width
    kernels = np.exp(-0.5 * distances**2).sum(axis=1)
    return kernels / (len(known) * width * np.sqrt(2 * np.pi))


def _ridges(parts: Parts, value: str, source: Source) -> Drawing:
    """Return Gaussian kernel densities (Scott's bandwidth), one above another."""
    import numpy as np

    every = np.concatenate([np.asarray(v) for v in parts.values()])
    low, high = np.percentile(every, [0.25, 99.75])
    low, high = (low, high) if high > low else (every.min(), every.max())
    if not np.isfinite(high - low) or not np.isfinite(every.std()):
        raise BadInput("numbers_extreme")
    grid = np.linspace(low, high, _STEPS)
    curves = {}
    for name, values in parts.items():
        if len(set(values)) > 1:
            curves[name] = _density(values, grid)
    if not curves:
        raise BadInput("chart_constant", column=value)
    step = max(float(curve.max()) for curve in curves.values()) / _OVERLAP
    data: list[dict[str, Any]] = []
    for place, (name, curve) in enumerate(reversed(curves.items())):
        base = place * step
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": plain([*grid, *grid[::-1]]),
                "y": plain([*(curve + base), *([base] * len(grid))]),
                "fill": "toself",
            }
        )
    names = list(reversed(list(curves)))
    layout = {
        "xaxis": measured_axis(value, source.unit(value)),
        "yaxis": axis(
            "", tickvals=plain(n * step for n in range(len(names))), ticktext=names, zeroline=False
        ),
        "showlegend": False,
        "height": max(380, 70 * len(names) + 120),
    }
    # The front ridges are the lower ones: they are drawn last.
    return data[::-1], layout


def _violins(parts: Parts, value: str, source: Source) -> Drawing:
    data = [
        {
            "type": "violin",
            "name": name,
            "y": plain(_thinned(values)),
            "box": {"visible": True},
            "meanline": {"visible": True},
            "points": False,
        }
        for name, values in parts.items()
    ]
    return data, {
        "xaxis": axis(""),
        "yaxis": measured_axis(value, source.unit(value)),
        "showlegend": False,
    }


def _shares(parts: Parts, value: str, source: Source) -> Drawing:
    import numpy as np

    data = []
    for name, values in parts.items():
        ordered = np.sort(np.asarray(values))
        at = np.unique(np.linspace(0, len(ordered) - 1, min(len(ordered), 400)).astype(int))
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": name,
                "x": plain(ordered[at]),
                "y": plain((at + 1) / len(ordered)),
                "line": {"shape": "hv"},
            }
        )
    share = source.say("heading.share_cumulative")
    layout = {
        "xaxis": measured_axis(value, source.unit(value)),
        "yaxis": axis(share, range=[0, 1.01], tickformat=".0%"),
        "showlegend": len(parts) > 1,
    }
    return data, layout


def _thinned(values: list[float]) -> list[float]:
    """Return at most so many values, by even steps through their order."""
    import numpy as np

    if len(values) <= _DRAWN_MAX:
        return values
    ordered = np.sort(np.asarray(values))
    at = np.linspace(0, len(ordered) - 1, _DRAWN_MAX).astype(int)
    return [float(v) for v in ordered[at]]
