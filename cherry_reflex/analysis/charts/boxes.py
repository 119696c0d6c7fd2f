"""Box and violin charts: a number in groups, by its quartiles or its density."""

from typing import Any

from cherry_reflex.analysis.charts.choice import ChartChoice
from cherry_reflex.analysis.charts.drawn import Drawn
from cherry_reflex.analysis.results.artifacts import axis, measured_axis, plain
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Fact
from cherry_reflex.i18n.number import written

_GROUPS_MAX = 12
_POINTS_MAX = 2000
_OUTLIERS_MAX = 100
_WHISKER = 1.5
_SEED = 7


def draw(source: Source, choice: ChartChoice) -> Drawn:
    """Draw `y` in the groups of `x` (or `x` alone, when there is no `y`)."""
    value, group = (choice.y, choice.x) if choice.y else (choice.x, "")
    return _boxes(source, choice, value, group or choice.color)


def _boxes(source: Source, choice: ChartChoice, value: str, group: str) -> Drawn:
    name = ident(value)
    present = f"{name} IS NOT NULL AND isfinite({name}::DOUBLE)"
    key = f"coalesce({ident(group)}::VARCHAR, '–')" if group else literal(value)
    groups = [
        str(row[0])
        for row in source.all(
            f"SELECT {key} {source.of(present)} GROUP BY 1 ORDER BY median({name}) DESC, 1"
        )
    ][: choice.top or _GROUPS_MAX]
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
    unit = source.unit(value)
    units = dict.fromkeys(head[1:], unit) if unit else {}
    table = source.table(source.say("title.table_of", title=title), sql, units=units)
    rows = source.all("SELECT * FROM result")
    sample = ""
    if choice.kind == "violin":
        data, sample = _violins(source, name, key, present, rows)
    else:
        data = [_box(source, name, key, present, row) for row in rows]
    layout = {
        "xaxis": axis(group, type="category"),
        "yaxis": measured_axis(value, source.unit(value)),
        "showlegend": False,
    }
    facts: list[Fact] = []
    if len(rows) > 1:
        params = {"column": value, "by": group, "best": rows[0][0], "high": float(rows[0][4])}
        params |= {"worst": rows[-1][0], "low": float(rows[-1][4])}
        units = source.units(value, "high", "low")
        facts.append(Fact(key="chart.medians", params=params, weight=0.7, units=units))
    description = source.say(
        "chart.box_description",
        title=title,
        groups=len(rows),
        best=rows[0][0],
        high=written(rows[0][4], source.unit(value)),
    )
    return Drawn(title, data, layout, table, description, tuple(facts), sample)


def _box(source: Source, name: str, key: str, present: str, row: Any) -> dict[str, Any]:
    """Tukey's box: whiskers reach the last value within 1.5 interquartile ranges."""
    group, _, _, first, median, third, _, mean = row
    reach = _WHISKER * float(third - first)
    here = f"{key} = {literal(group)}"
    inside = f"{name} BETWEEN {literal(float(first) - reach)} AND {literal(float(third) + reach)}"
    low, high = source.one(f"SELECT min({name}), max({name}) {source.of(present, here, inside)}")
    far = source.all(
        f"SELECT {name} {source.of(present, here, f'NOT ({inside})')} "
        f"ORDER BY hash({name}, {_SEED}) LIMIT {_OUTLIERS_MAX}"
    )
    box: dict[str, Any] = {
        "type": "box",
        "name": str(group),
        "x": [str(group)],
        "q1": plain([first]),
        "median": plain([median]),
        "q3": plain([third]),
        "lowerfence": plain([low]),
        "upperfence": plain([high]),
        "mean": plain([mean]),
    }
    if far:
        box["y"] = [plain(value[0] for value in far)]
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
                "y": plain(value[0] for value in values),
                "box": {"visible": True},
                "meanline": {"visible": True},
                "points": False,
            }
        )
    total = sum(int(row[1]) for row in rows)
    return data, source.say("sample", used=used, total=total) if used < total else ""
