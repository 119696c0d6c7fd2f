"""Charts of distributions: histogram, box and violin."""

import math
from typing import TYPE_CHECKING, Any

from cherry_reflex.analysis.charts.drawn import Drawn, axis, plain
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import TEMPORAL, Fact

if TYPE_CHECKING:
    from cherry_reflex.analysis.charts.chart import Chart

_BINS_MIN, _BINS_MAX = 8, 60
_GROUPS_MAX = 12
_POINTS_MAX = 2000
_OUTLIERS_MAX = 100
_WHISKER = 1.5
_SEED = 7


def draw(source: Source, chart: "Chart") -> Drawn:
    """Draw the distribution of a number, by groups where the kind has them."""
    if chart.kind == "histogram":
        return histogram(source, chart.x or chart.y, chart.color if chart.x else "")
    value, group = (chart.y, chart.x) if chart.y else (chart.x, "")
    return _boxes(source, chart, value, group or chart.color)


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
    table = source.table(source.say("title.table_of", title=title), sql)
    series: dict[str, list[Any]] = {}
    for row in source.all("SELECT * FROM result"):
        series.setdefault(str(row[2]) if color else column, []).append(row)
    data = [
        {
            "type": "bar",
            "name": label,
            "x": [plain(row[0]) for row in part],
            "y": [int(row[-1]) for row in part],
            "width": plain(width * (1000 if temporal else 1)),
            "offset": 0,
            "customdata": [plain(row[1]) for row in part],
            "hovertemplate": "%{x} – %{customdata}: %{y}<extra></extra>",
        }
        for label, part in list(series.items())[:_GROUPS_MAX]
    ]
    layout = {
        "xaxis": axis(column),
        "yaxis": axis(headings[2], rangemode="tozero"),
        "bargap": 0,
        "barmode": "stack",
        "showlegend": bool(color),
    }
    facts: tuple[Fact, ...] = ()
    if not temporal:
        params = {"column": column, "median": median, "mean": mean, "first": first, "third": third}
        facts = (Fact(key="chart.spread", params=params, weight=0.6),)
    description = source.say(
        "chart.histogram_description", column=column, rows=int(rows), bins=bins
    )
    return Drawn(title, data, layout, description, table, facts)


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


def _boxes(source: Source, chart: "Chart", value: str, group: str) -> Drawn:
    name = ident(value)
    present = f"{name} IS NOT NULL AND isfinite({name}::DOUBLE)"
    key = f"coalesce({ident(group)}::VARCHAR, '–')" if group else literal(value)
    groups = [
        str(row[0])
        for row in source.all(
            f"SELECT {key} {source.of(present)} GROUP BY 1 ORDER BY median({name}) DESC, 1"
        )
    ][: chart.top or _GROUPS_MAX]
    if not groups:
        raise BadInput("values_none", column=value)
    kept = f"{key} IN ({', '.join(literal(g) for g in groups)})"
    head = [source.say(f"heading.{k}") for k in ("rows", "minimum", "quartile_1", "median_of")]
    head += [source.say(f"heading.{k}") for k in ("quartile_3", "maximum", "mean_of")]
    statistics = [
        "count(*)",
        f"min({name})",
        f"quantile_cont({name}, 0.25)",
        f"median({name})",
        f"quantile_cont({name}, 0.75)",
        f"max({name})",
        f"avg({name})",
    ]
    selected = ", ".join(f"{s} AS {ident(h)}" for s, h in zip(statistics, head, strict=True))
    label = ident(group) if group else ident(source.say("heading.column"))
    sql = (
        f"SELECT {key} AS {label}, {selected} {source.of(present, kept)} GROUP BY 1 ORDER BY 5 DESC"
    )
    title = (
        source.say("title.by", heading=value, groups=group)
        if group
        else (source.say("title.distribution", column=value))
    )
    table = source.table(source.say("title.table_of", title=title), sql)
    rows = source.all("SELECT * FROM result")
    sample = ""
    if chart.kind == "violin":
        data, sample = _violins(source, name, key, present, rows)
    else:
        data = [_box(source, name, key, present, row) for row in rows]
    layout = {
        "xaxis": axis(group, type="category"),
        "yaxis": axis(value),
        "showlegend": False,
    }
    facts: list[Fact] = []
    if len(rows) > 1:
        params = {"column": value, "by": group, "best": rows[0][0], "high": float(rows[0][4])}
        params |= {"worst": rows[-1][0], "low": float(rows[-1][4])}
        facts.append(Fact(key="chart.medians", params=params, weight=0.7))
    description = source.say(
        "chart.box_description", title=title, groups=len(rows), best=rows[0][0], high=rows[0][4]
    )
    return Drawn(title, data, layout, description, table, tuple(facts), sample)


def _box(source: Source, name: str, key: str, present: str, row: Any) -> dict[str, Any]:
    """Tukey's box: whiskers reach the last value within 1.5 interquartile ranges."""
    group, _, _, first, median, third, _, mean = row
    reach = _WHISKER * (third - first)
    here = f"{key} = {literal(group)}"
    inside = f"{name} BETWEEN {literal(float(first - reach))} AND {literal(float(third + reach))}"
    low, high = source.one(f"SELECT min({name}), max({name}) {source.of(present, here, inside)}")
    far = source.all(
        f"SELECT {name} {source.of(present, here, f'NOT ({inside})')} "
        f"ORDER BY hash({name}, {_SEED}) LIMIT {_OUTLIERS_MAX}"
    )
    box: dict[str, Any] = {
        "type": "box",
        "name": str(group),
        "x": [str(group)],
        "q1": [plain(first)],
        "median": [plain(median)],
        "q3": [plain(third)],
        "lowerfence": [plain(low)],
        "upperfence": [plain(high)],
        "mean": [plain(mean)],
    }
    if far:
        box["y"] = [[plain(value[0]) for value in far]]
        box["boxpoints"] = "outliers"
    return box


def _violins(
    source: Source, name: str, key: str, present: str, rows: list[Any]
) -> tuple[list[dict[str, Any]], str]:
    data, used = [], 0
    for row in rows:
        here = source.of(present, f"{key} = {literal(row[0])}")
        values = source.all(
            f"SELECT v FROM (SELECT {name} AS v {here}) "
            f"USING SAMPLE reservoir({_POINTS_MAX} ROWS) REPEATABLE ({_SEED})"
        )
        used += len(values)
        data.append(
            {
                "type": "violin",
                "name": str(row[0]),
                "x0": str(row[0]),
                "y": [plain(value[0]) for value in values],
                "box": {"visible": True},
                "meanline": {"visible": True},
                "points": False,
            }
        )
    total = sum(int(row[1]) for row in rows)
    return data, source.say("sample", used=used, total=total) if used < total else ""
