"""Heat maps: a measure over two groupings, or the correlations of all numeric columns."""

from cherry_reflex.analysis.charts.choice import ChartChoice
from cherry_reflex.analysis.charts.drawn import Drawn
from cherry_reflex.analysis.results.artifacts import axis, plain, plain_value
from cherry_reflex.analysis.sql import measures
from cherry_reflex.analysis.sql.duckdb import ident, literal
from cherry_reflex.analysis.sql.source import Source
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL, Fact

_SIDE_MAX = 30
_COLUMNS_MAX = 20


def draw(source: Source, choice: ChartChoice) -> Drawn:
    """Draw `color` (or the number of rows) over `x` and `y`; correlations without columns."""
    if not choice.x:
        return correlations(source)
    how = choice.how if choice.color else "count"
    heading = measures.heading_of(source, choice.color, how)
    keys = [_key(source, choice, name) for name in (choice.x, choice.y)]
    value = measures.sql(choice.color, how)
    kept = [
        f"{key} IN ({', '.join(literal(name) for name in _largest(source, key)) or 'NULL'})"
        for key in keys
    ]
    sql = (
        f"SELECT {keys[0]} AS {ident(choice.x)}, {keys[1]} AS {ident(choice.y)}, "
        f"{value} AS {ident(heading)} {source.of(*kept)} GROUP BY ALL "
        f"HAVING {value} IS NOT NULL ORDER BY 1, 2"
    )
    title = source.say("title.by", heading=heading, groups=f"{choice.x}, {choice.y}")
    table = source.table(source.say("title.table_of", title=title), sql)
    rows = source.all("SELECT * FROM result")
    if not rows:
        raise BadInput("values_none", column=choice.color or choice.x)
    across = sorted({row[0] for row in rows})
    down = sorted({row[1] for row in rows}, reverse=True)
    found = {(row[0], row[1]): plain_value(row[2]) for row in rows}
    data = [
        {
            "type": "heatmap",
            "x": across,
            "y": down,
            "z": [[found.get((x, y)) for x in across] for y in down],
            "colorbar": {"title": {"text": heading}},
            "hoverongaps": False,
        }
    ]
    layout = {
        "xaxis": axis(choice.x, type="category"),
        "yaxis": axis(choice.y, type="category"),
    }
    best = max(rows, key=lambda row: float(row[2]))
    params = {"x": best[0], "y": best[1], "value": float(best[2]), "heading": heading}
    units = measures.units(source, choice.color, how, "value")
    facts = (Fact(key="chart.largest_pair", params=params, weight=0.7, units=units),)
    description = source.say("chart.heatmap_description", title=title, **params)
    return Drawn(title, data, layout, table, description, facts)


def correlations(source: Source) -> Drawn:
    """Draw Pearson's correlations of all numeric columns (the first 20)."""
    names = [c.name for c in source.dataset.columns if c.type in NUMERIC and c.distinct > 1]
    names = names[:_COLUMNS_MAX]
    if len(names) < 2:
        raise BadInput("numbers_few", needed=2, found=len(names))
    pairs = [(a, b) for a in names for b in names]
    sql_values = ", ".join(f"corr({ident(a)}, {ident(b)})" for a, b in pairs)
    found = dict(zip(pairs, source.one(f"SELECT {sql_values} {source.of()}"), strict=True))
    title = source.say("title.correlations")
    listed = {source.say("heading.column"): names}
    listed |= {b: [found[a, b] for a in names] for b in names}
    table = source.listed(source.say("title.table_of", title=title), listed)
    down = names[::-1]
    data = [
        {
            "type": "heatmap",
            "x": names,
            "y": down,
            "z": [plain(found[a, b] for a in names) for b in down],
            "zmin": -1,
            "zmax": 1,
            "zmid": 0,
            # The sign carries the meaning: two hues that part at zero.
            "colorscale": "RdBu",
            "texttemplate": "%{z:.2f}" if len(names) <= 12 else "",
            "colorbar": {"title": {"text": "r"}},
        }
    ]
    layout = {"xaxis": axis(""), "yaxis": axis("")}
    strongest = max(
        ((a, b) for a, b in pairs if a < b),
        key=lambda p: abs(plain_value(found[p]) or 0),
        default=None,
    )
    if strongest is None or found[strongest] is None:
        raise BadInput("numbers_few", needed=2, found=0)
    params = {"x": strongest[0], "y": strongest[1], "r": float(found[strongest])}
    key = "chart.strongest"
    description = source.say("chart.correlation_description", columns=len(names), **params)
    return Drawn(title, data, layout, table, description, (Fact(key=key, params=params),))


def _key(source: Source, choice: ChartChoice, column: str) -> str:
    name = ident(column)
    if source.column(column).type not in TEMPORAL:
        return f"coalesce({name}::VARCHAR, {literal(source.say('missing_value'))})"
    days = source.one(f"SELECT date_diff('day', min({name}), max({name})) {source.of()}")[0]
    period = measures.period_for(int(days or 0), choice.period)
    return measures.label(measures.cut(column, period), period)


def _largest(source: Source, key: str) -> list[str]:
    rows = source.all(
        f"SELECT {key} {source.of(f'{key} IS NOT NULL')} GROUP BY 1 "
        f"ORDER BY count(*) DESC, 1 LIMIT {_SIDE_MAX}"
    )
    return [str(row[0]) for row in rows]
