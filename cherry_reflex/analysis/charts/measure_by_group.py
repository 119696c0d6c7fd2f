"""Charts of one number per group: bars, lines, areas, pies, treemaps."""

from dataclasses import dataclass
from typing import Any

from cherry_reflex.analysis.charts.choice import LINES, SHARES, ChartChoice
from cherry_reflex.analysis.charts.drawn import Drawn
from cherry_reflex.analysis.results.artifacts import axis, measured_axis, plain, plain_value
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.period import is_whole, last_day, name_of
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Fact
from cherry_reflex.core.unit import Unit
from cherry_reflex.i18n.number import written

_GROUPS_MAX = 30
_COLORS_MAX = 10
_POINTS_MAX = 2000


@dataclass(frozen=True)
class _Names:
    x: str
    color: str
    value: str
    additive: bool
    unit: Unit | None
    """The unit of the values, where they have one."""
    unfinished: str
    """The last period, when the data do not fill it."""

    def units(self, *names: str) -> dict[str, Unit]:
        """Return the unit for each of the params of a fact that are values."""
        return dict.fromkeys(names, self.unit) if self.unit else {}


def draw(source: Source, choice: ChartChoice) -> Drawn:
    """Draw groups of `x`, measured by `y`, split by `color`."""
    how = choice.how if choice.y else "count"
    temporal = source.column(choice.x).type in TEMPORAL
    names = _Names(
        choice.x,
        choice.color,
        measures.heading_of(source, choice.y, how),
        how in measures.ADDITIVE,
        measures.unit_of(source, choice.y, how),
        _unfinished(source, choice) if temporal else "",
    )
    sql = _sql(source, choice, names, how, temporal)
    by = ", ".join(filter(None, (choice.x, choice.color)))
    title = source.say("title.by", heading=names.value, groups=by)
    units = {names.value: names.unit} if names.unit else {}
    table = source.table(source.say("title.table_of", title=title), sql, units=units)
    rows = source.all("SELECT * FROM result")
    if not rows:
        raise BadInput("values_none", column=choice.y or choice.x)
    left_out = _left_out(source, choice, rows, temporal)
    facts = _facts(names, rows, temporal, partial=bool(left_out))
    if left_out:
        params = {"shown": len({row[0] for row in rows}), "groups": left_out, "column": choice.x}
        facts.append(Fact(key="chart.only_largest", params=params, weight=0.5))
    if choice.kind in SHARES:
        data, layout = _shares(choice, names, rows)
    else:
        data, layout = _axes(choice, names, rows, temporal, source)
    description = _description(source, choice, title, rows, names)
    return Drawn(title, data, layout, table, description, tuple(facts))


def _sql(source: Source, choice: ChartChoice, names: _Names, how: str, temporal: bool) -> str:
    value = measures.sql(choice.y, how)
    key = _key(source, choice, choice.x, dates=choice.kind in LINES)
    parts = [f"{key} AS {ident(names.x)}"]
    if names.color:
        color = _key(source, choice, names.color)
        most = ", ".join(literal(name) for name in _largest(source, choice, names.color, how))
        other = literal(source.say("others"))
        # A mean over "others" is computed from the rows themselves, not from other means.
        parts.append(
            f"CASE WHEN {color} IN ({most}) THEN {color} ELSE {other} END AS {ident(names.color)}"
        )
    conditions = [f"{ident(choice.x)} IS NOT NULL"] if temporal else []
    numeric = source.column(choice.x).type in NUMERIC and choice.kind in LINES
    if not temporal and not numeric:
        kept = _largest(source, choice, choice.x, how)
        if len(kept) < source.column(choice.x).distinct:
            conditions.append(f"{key} IN ({', '.join(map(literal, kept))})")
    selected = f"SELECT {', '.join(parts)}, {value} AS {ident(names.value)} "
    sql = f"{selected}{source.of(*conditions)} GROUP BY ALL HAVING {value} IS NOT NULL"
    if temporal or numeric:
        return f"{sql} ORDER BY 1 LIMIT {_POINTS_MAX}"
    total = f"sum({ident(names.value)}) OVER (PARTITION BY {ident(names.x)})"
    return f"SELECT * FROM ({sql}) ORDER BY {total} DESC, 1" + (", 3 DESC" if names.color else "")


def _largest(source: Source, choice: ChartChoice, column: str, how: str) -> list[str]:
    """Return the names of the groups that are drawn: the largest by the measure."""
    most = (choice.top or _GROUPS_MAX) if column == choice.x else _COLORS_MAX
    key, value = _key(source, choice, column), measures.sql(choice.y, how)
    rows = source.all(
        f"SELECT {key}, {value} {source.of()} GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1 LIMIT {most}"
    )
    return [str(row[0]) for row in rows]


def _key(source: Source, choice: ChartChoice, column: str, *, dates: bool = False) -> str:
    kind, name = source.column(column).type, ident(column)
    if kind not in TEMPORAL:
        if dates and kind in NUMERIC:
            return name
        if kind in ("category", "text") and not source.column(column).missing:
            return name
        return f"coalesce({name}::VARCHAR, {literal(source.say('missing_value'))})"
    days = source.one(f"SELECT date_diff('day', min({name}), max({name})) {source.of()}")[0]
    period = measures.period_for(int(days or 0), choice.period)
    cut = measures.cut(column, period)
    return cut if dates else measures.label(cut, period)


def _left_out(source: Source, choice: ChartChoice, rows: list[Any], temporal: bool) -> int:
    """Return the number of groups when not all of them are drawn."""
    if temporal:
        return 0
    groups = int(source.one(f"SELECT count(DISTINCT {ident(choice.x)}) {source.of()}")[0])
    return groups if groups > len({row[0] for row in rows}) else 0


def _axes(
    choice: ChartChoice, names: _Names, rows: list[Any], temporal: bool, source: Source
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    line = choice.kind in LINES
    base: dict[str, Any] = {"type": "scatter" if line else "bar"}
    if line:
        base["mode"] = "lines+markers" if len(rows) <= 60 else "lines"
    if choice.kind == "area":
        base |= {"stackgroup": "one"} if names.color else {"fill": "tozeroy"}
    series: dict[str, list[Any]] = {}
    for row in rows:
        series.setdefault(str(row[1]) if names.color else names.value, []).append(row)
    if names.color and source.column(names.color).type in TEMPORAL:
        others = source.say("others")
        series = dict(sorted(series.items(), key=lambda one: (one[0] == others, one[0])))
    data = [
        {**base, "name": name, "x": plain(r[0] for r in part), "y": plain(r[-1] for r in part)}
        for name, part in series.items()
    ]
    order: dict[str, Any] = {}
    if not line:
        order = {"type": "category"}
        if not temporal:
            order |= {
                "categoryorder": "array",
                "categoryarray": list(dict.fromkeys(r[0] for r in rows)),
            }
    layout: dict[str, Any] = {
        "xaxis": axis(names.x, **order),
        "yaxis": measured_axis(
            names.value, names.unit, rangemode="tozero" if choice.kind != "line" else "normal"
        ),
        "showlegend": bool(names.color),
    }
    if names.color:
        layout["legend"] = {"title": {"text": names.color}}
    if not line and names.color:
        layout["barmode"] = "stack" if choice.kind == "stacked_bar" else "group"
    return data, layout


def _shares(
    choice: ChartChoice, names: _Names, rows: list[Any]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    if not names.additive:
        raise BadInput("chart_not_additive", kind=choice.kind, how=choice.how)
    if any(row[-1] is not None and row[-1] < 0 for row in rows):
        raise BadInput("chart_negative", kind=choice.kind, column=choice.y)
    if choice.kind == "treemap":
        return _treemap(names, rows), {}
    totals: dict[str, float] = {}
    for row in rows:
        totals[str(row[0])] = totals.get(str(row[0]), 0) + float(row[-1])
    pie = {
        "type": "pie",
        "labels": list(totals),
        "values": plain(totals.values()),
        "hole": 0.5 if choice.kind == "donut" else 0,
        "textinfo": "percent+label",
        "sort": False,
        "direction": "clockwise",
    }
    return [pie], {"legend": {"title": {"text": names.x}}}


def _treemap(names: _Names, rows: list[Any]) -> list[dict[str, Any]]:
    ids, labels, parents, values = [], [], [], []
    if names.color:
        totals: dict[str, float] = {}
        for row in rows:
            totals[str(row[0])] = totals.get(str(row[0]), 0) + float(row[2])
        for name, total in totals.items():
            ids.append(name)
            labels.append(name)
            parents.append("")
            values.append(plain_value(total))
    for row in rows:
        inner = str(row[1]) if names.color else str(row[0])
        ids.append(f"{row[0]} / {inner}" if names.color else inner)
        labels.append(inner)
        parents.append(str(row[0]) if names.color else "")
        values.append(plain_value(float(row[-1])))
    tree = {
        "type": "treemap",
        "ids": ids,
        "labels": labels,
        "parents": parents,
        "values": values,
        "branchvalues": "total",
        "textinfo": "label+value+percent root",
    }
    return [tree]


def _facts(names: _Names, rows: list[Any], temporal: bool, *, partial: bool) -> list[Fact]:
    totals: dict[str, float] = {}
    if not names.color:
        totals = {str(row[0]): float(row[-1]) for row in rows}
    elif names.additive:
        for row in rows:
            totals[str(row[0])] = totals.get(str(row[0]), 0) + float(row[-1])
    else:
        return _marks(names, rows)
    if len(totals) < 2:
        return []
    best, worst = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
    common = {"heading": names.value, "by": names.x}
    params: dict[str, Any] = {
        **common,
        "best": best,
        "high": totals[best],
        "worst": worst,
        "low": totals[worst],
    }
    if partial:
        # The smallest of those drawn is not the smallest of all.
        params = {**common, "best": best, "high": totals[best]}
    key = "chart.highest" if partial else "chart.extremes"
    lows = () if partial else ("low",)
    facts = [Fact(key=key, params=params, weight=0.7, units=names.units("high", *lows))]
    if names.unfinished:
        told = {"last": names.unfinished}
        facts.append(Fact(key="chart.unfinished", params=told, weight=0.6))
    if temporal and (whole := [name for name in totals if name != names.unfinished]):
        first, last = whole[0], whole[-1]
        change = totals[last] / totals[first] - 1 if totals[first] else None
        if change is not None:
            params = {**common, "first": first, "last": last, "change": change}
            params |= {"start": totals[first], "end": totals[last]}
            units = names.units("start", "end")
            facts.append(Fact(key="chart.change", params=params, weight=0.75, units=units))
    return facts


def _marks(names: _Names, rows: list[Any]) -> list[Fact]:
    """Return the highest and lowest of marks that do not add up."""
    if len(rows) < 2:
        return []
    high, low = max(rows, key=_size), min(rows, key=_size)
    params = {
        "heading": names.value,
        "by": f"{names.x}, {names.color}",
        "best": " · ".join(str(value) for value in high[:-1]),
        "high": _size(high),
        "worst": " · ".join(str(value) for value in low[:-1]),
        "low": _size(low),
    }
    return [Fact(key="chart.extremes", params=params, weight=0.7, units=names.units("high", "low"))]


def _unfinished(source: Source, choice: ChartChoice) -> str:
    """Return the name of the last period when the data do not fill it, else an empty text."""
    name = ident(choice.x)
    first, last = source.one(f"SELECT min({name})::DATE, max({name})::DATE {source.of()}")
    if first is None:
        return ""
    period = measures.period_for((last - first).days, choice.period)
    start = source.one(f"SELECT date_trunc('{period}', DATE '{last}')::DATE")[0]
    if is_whole(start, last_day(source, choice.x, period, last), period):
        return ""
    return name_of(start, period) if choice.kind not in LINES else start.isoformat()


def _description(
    source: Source, choice: ChartChoice, title: str, rows: list[Any], names: _Names
) -> str:
    kind = source.say(f"word.{choice.kind}")
    marks = len(rows)
    high, low = max(rows, key=_size), min(rows, key=_size)
    return source.say(
        "chart.description",
        kind=kind,
        title=title,
        marks=marks,
        best=" · ".join(str(v) for v in high[:-1]),
        high=written(high[-1], names.unit),
        worst=" · ".join(str(v) for v in low[:-1]),
        low=written(low[-1], names.unit),
    )


def _size(row: Any) -> float:
    return float(row[-1])
