"""Scatter plots: points of two numbers, with the straight line that fits them best."""

from typing import Any

from cherry_reflex.analysis.charts.choice import ChartChoice
from cherry_reflex.analysis.charts.drawn import Drawn
from cherry_reflex.analysis.results.artifacts import measured_axis, plain
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, Fact

_POINTS_MAX = 5000
_COLORS_MAX = 10
_TREND_ROWS_MIN = 3
_SEED = 7


def draw(source: Source, choice: ChartChoice) -> Drawn:
    """Draw `y` over `x`; more than 5,000 points are sampled, and said to be."""
    x, y = ident(choice.x), ident(choice.y)
    present = source.of(f"{x} IS NOT NULL", f"{y} IS NOT NULL")
    rows = int(source.one(f"SELECT count(*) {present}")[0])
    if not rows:
        raise BadInput("values_none", column=f"{choice.x}, {choice.y}")
    color = _color(source, choice)
    picked = (
        f" USING SAMPLE reservoir({_POINTS_MAX} ROWS) REPEATABLE ({_SEED})"
        if rows > _POINTS_MAX
        else ""
    )
    sql = f"SELECT {x}, {y}{color} {present}"
    sampled = f"SELECT * FROM ({sql}){picked}" if picked else sql
    title = source.say("title.scatter", x=choice.x, y=choice.y)
    table = source.table(source.say("title.table_of", title=title), sampled)
    points = source.all("SELECT * FROM result")
    series: dict[str, list[Any]] = {}
    for point in points:
        series.setdefault(str(point[2]) if choice.color else choice.y, []).append(point)
    data: list[dict[str, Any]] = [
        {
            "type": "scattergl" if len(points) > 2000 else "scatter",
            "mode": "markers",
            "name": name,
            "x": plain(point[0] for point in part),
            "y": plain(point[1] for point in part),
            "marker": {"opacity": 0.6},
        }
        for name, part in series.items()
    ]
    layout: dict[str, Any] = {
        "xaxis": measured_axis(choice.x, source.unit(choice.x)),
        "yaxis": measured_axis(choice.y, source.unit(choice.y)),
        "showlegend": bool(choice.color),
    }
    facts: list[Fact] = []
    relation = 0.0
    if source.column(choice.x).type in NUMERIC:
        relation = _trend(source, choice, present, data, facts, rows)
    sample = source.say("sample", used=len(points), total=rows) if picked else ""
    description = source.say(
        "chart.scatter_description", title=title, points=len(points), relation=relation
    )
    return Drawn(title, data, layout, table, description, tuple(facts), sample)


def _trend(
    source: Source,
    choice: ChartChoice,
    present: str,
    data: list[dict[str, Any]],
    facts: list[Fact],
    rows: int,
) -> float:
    """Add the least-squares line over all rows (not only the sampled ones); return Pearson's r."""
    x, y = ident(choice.x), ident(choice.y)
    found = source.one(
        f"SELECT regr_slope({y}, {x}), regr_intercept({y}, {x}), corr({y}, {x}), "
        f"min({x}), max({x}) {present}"
    )
    slope, intercept, relation, low, high = found
    usable = relation is not None and relation == relation and low != high
    if rows < _TREND_ROWS_MIN or not usable:
        return 0.0
    ends = [float(low), float(high)]
    data.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": source.say("trend"),
            "x": plain(ends),
            "y": plain(slope * end + intercept for end in ends),
            "hoverinfo": "name",
        }
    )
    params = {"x": choice.x, "y": choice.y, "r": relation, "rows": rows}
    key = "chart.together" if relation >= 0 else "chart.opposed"
    facts.append(Fact(key=key, params=params, weight=0.5 + abs(relation) / 2))
    return float(relation)


def _color(source: Source, choice: ChartChoice) -> str:
    if not choice.color:
        return ""
    name, other = ident(choice.color), literal(source.say("others"))
    rows = source.all(
        f"SELECT {name}::VARCHAR {source.of(f'{name} IS NOT NULL')} GROUP BY 1 "
        f"ORDER BY count(*) DESC, 1 LIMIT {_COLORS_MAX}"
    )
    kept = ", ".join(literal(row[0]) for row in rows) or "NULL"
    return (
        f", CASE WHEN {name}::VARCHAR IN ({kept}) THEN {name}::VARCHAR ELSE {other} END AS {name}"
    )
