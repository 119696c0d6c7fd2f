"""Histograms: how often values of a column occur, in bins of equal width."""

import math
from typing import Any

from cherry_reflex.analysis.charts.choice import ChartChoice
from cherry_reflex.analysis.charts.drawn import Drawn
from cherry_reflex.analysis.results.artifacts import axis, measured_axis, plain, plain_value
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import TEMPORAL, Fact

_BINS_MIN, _BINS_MAX = 8, 60
_GROUPS_MAX = 12


def draw(source: Source, choice: ChartChoice) -> Drawn:
    """Draw `x` (or `y`, when it is the only one), split by `color`."""
    return histogram(source, choice.x or choice.y, choice.color if choice.x else "")


def histogram(source: Source, column: str, color: str = "") -> Drawn:
    """Draw how often values of a column occur, in bins of equal width (Freedman and Diaconis)."""
    name = ident(column)
    temporal = source.column(column).type in TEMPORAL
    number = f"epoch({name})" if temporal else f"{name}::DOUBLE"
    usable = f"isfinite({number})"
    found = source.one(
        f"SELECT count(*), min({number}), max({number}), quantile_cont({number}, 0.25), "
        f"quantile_cont({number}, 0.75), median({number}), avg({number}) "
        f"{source.of(f'{name} IS NOT NULL', usable)}"
    )
    rows, low, high, first, third, median, mean = found
    if not rows:
        raise BadInput("values_none", column=column)
    if not math.isfinite(high - low):
        raise BadInput("numbers_extreme")
    whole = source.column(column).type == "integer"
    width = _width(rows, low, high, first, third, whole=whole)
    bins = math.ceil((high - low + whole) / width) or 1
    place = f"least(floor(({number} - {literal(low)}) / {literal(width)}), {bins - 1})"
    edges = [f"{literal(low)} + {place} * {literal(width)}"]
    edges.append(f"{edges[0]} + {literal(width)}")
    if temporal:
        edges = [f"to_timestamp({edge})::TIMESTAMP" for edge in edges]
    headings = [source.say("heading.from"), source.say("heading.to"), source.say("heading.rows")]
    split = f", coalesce({ident(color)}::VARCHAR, '–') AS {ident(color)}" if color else ""
    sql = (
        f"SELECT {edges[0]} AS {ident(headings[0])}, {edges[1]} AS {ident(headings[1])}{split}, "
        f"count(*) AS {ident(headings[2])} {source.of(f'{name} IS NOT NULL', usable)} "
        "GROUP BY ALL ORDER BY ALL"
    )
    title = source.say("title.distribution", column=column)
    unit = source.unit(column)
    units = dict.fromkeys(headings[:2], unit) if unit else {}
    table = source.table(source.say("title.table_of", title=title), sql, units=units)
    series: dict[str, list[Any]] = {}
    for row in source.all("SELECT * FROM result"):
        series.setdefault(str(row[2]) if color else column, []).append(row)
    data = [
        {
            "type": "bar",
            "name": label,
            "x": plain(row[0] for row in part),
            "y": [int(row[-1]) for row in part],
            "width": plain_value(width * (1000 if temporal else 1)),
            "offset": 0,
            "customdata": plain(row[1] for row in part),
            "hovertemplate": "%{x} – %{customdata}: %{y}<extra></extra>",
        }
        for label, part in list(series.items())[:_GROUPS_MAX]
    ]
    layout = {
        "xaxis": measured_axis(column, source.unit(column)),
        "yaxis": axis(headings[2], rangemode="tozero"),
        "bargap": 0,
        "barmode": "stack",
        "showlegend": bool(color),
    }
    facts: tuple[Fact, ...] = ()
    if not temporal:
        params = {"column": column, "median": median, "mean": mean, "first": first, "third": third}
        units = source.units(column, "median", "mean", "first", "third")
        facts = (Fact(key="chart.spread", params=params, weight=0.6, units=units),)
    description = source.say(
        "chart.histogram_description", column=column, rows=int(rows), bins=bins
    )
    return Drawn(title, data, layout, table, description, facts)


def _width(rows: int, low: float, high: float, first: float, third: float, *, whole: bool) -> float:
    if low == high:
        return 1.0
    width = 2 * (third - first) / math.cbrt(rows) or (high - low) / _BINS_MIN
    bins = min(_BINS_MAX, max(_BINS_MIN, math.ceil((high - low) / width)))
    width = (high - low) / bins
    if whole:
        # Bins of whole numbers hold equally many of them.
        return float(max(1, math.ceil((high - low + 1) / bins)))
    return width
