"""Groups as a picture: bars sorted, time as lines, shares as a pie, two groups as a heat map."""

from typing import Any

from cherry_reflex.analysis.reading.answers.groups import Results
from cherry_reflex.analysis.results import artifacts
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.core.artifact import ArtifactContent

_FEW, _MANY = 2, 30
_MARKS_MAX = 400
_COLOURS_MAX = 12
_DRAWN = ("bar", "line", "area", "pie", "heatmap", "treemap")


def chart_of(results: Results, title: str) -> ArtifactContent | None:
    """Return a picture where one is wished, or says more than the table (2 to 30 groups, or a
    series in time); None otherwise, and for more than two groups."""
    wished = results.opened.reading.chart
    rows = [row for row in results.found if _is_drawable(row[results.width])]
    groups = results.query.groups
    is_series = any(group.is_time for group in groups)
    fits = _FEW <= len(rows) <= _MANY or (is_series and len(rows) > 2)
    if not rows or len(groups) > 2 or not (wished or fits) or len(rows) > _MARKS_MAX:
        return None
    kind = wished if wished in _DRAWN else "line" if is_series else "bar"
    if kind in ("pie", "treemap") and any(float(row[-1]) < 0 for row in rows):
        kind = "bar"
    if kind == "heatmap" and len(groups) < 2:
        kind = "bar"
    data, layout = _figure(results, rows, kind)
    width = results.width
    best, worst = (end(rows, key=lambda row: float(row[width])) for end in (max, min))
    described = results.opened.source.say(
        "chart.description",
        kind=results.opened.source.say(f"word.{kind}"),
        title=title,
        marks=len(rows),
        best=results.group(best),
        high=results.figure(best),
        worst=results.group(worst),
        low=results.figure(worst),
    )
    return artifacts.chart(title, data, layout, description=described, table=title)


def _figure(
    results: Results, rows: list[tuple[Any, ...]], kind: str
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    width = results.width
    names = [_name(results, row, 0) for row in rows]
    values = plain(row[width] for row in rows)
    heading = results.query.figure_headings[0]
    x = axis(results.query.group_headings[0], type="category")
    layout: dict[str, Any] = {"xaxis": x, "yaxis": axis(heading)}
    if kind == "pie":
        pie = {"type": "pie", "labels": names, "values": values, "sort": False}
        return [{**pie, "textinfo": "percent+label"}], {}
    if kind == "treemap":
        labels = [results.group(row) for row in rows]
        tree = {"type": "treemap", "labels": labels, "parents": [""] * len(rows)}
        return [{**tree, "values": values, "textinfo": "label+value"}], {}
    if kind == "heatmap":
        return _heatmap(results, rows)
    if width == 2:
        return _coloured(results, rows, kind, layout)
    many = range(len(results.query.figures)) if _are_alike(results) else range(1)
    data = []
    for place in many:
        shown = plain(row[width + place] for row in rows)
        trace = _trace(kind, results.query.figure_headings[place])
        data.append({**trace, "x": names, "y": shown})
    if kind == "bar" and len(data) == 1 and len(rows) <= _MANY:
        data[0] |= {"text": [results.figure(row) for row in rows], "textposition": "auto"}
    layout["showlegend"] = len(data) > 1
    return data, layout


def _are_alike(results: Results) -> bool:
    """Several figures share an axis where they count the same thing."""
    figures = results.query.figures
    return len({(one.shown_unit, one.agg == "count") for one in figures}) == 1


def _trace(kind: str, name: str) -> dict[str, Any]:
    if kind == "bar":
        return {"type": "bar", "name": name}
    line = {"type": "scatter", "mode": "lines+markers", "name": name}
    return line | ({"fill": "tozeroy"} if kind == "area" else {})


def _coloured(
    results: Results, rows: list[tuple[Any, ...]], kind: str, layout: dict[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Two groups: time (or the one of more values) along the axis, the other by colour."""
    groups = results.query.groups
    counts = [len({row[n] for row in rows}) for n in (0, 1)]
    along = 1 if groups[1].is_time or (not groups[0].is_time and counts[1] > counts[0]) else 0
    split = 1 - along
    series: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        series.setdefault(_name(results, row, split), []).append(row)
    data = []
    for name, part in list(series.items())[:_COLOURS_MAX]:
        trace = _trace(kind, name)
        trace |= {"x": [_name(results, row, along) for row in part]}
        data.append(trace | {"y": plain(row[results.width] for row in part)})
    layout["xaxis"] = axis(results.query.group_headings[along], type="category")
    if groups[along].is_ordered:
        layout["xaxis"] |= {"categoryorder": "array"}
        layout["xaxis"]["categoryarray"] = list(
            dict.fromkeys(_name(results, row, along) for row in rows)
        )
    layout |= {"showlegend": True, "barmode": "group"}
    layout["legend"] = {"title": {"text": results.query.group_headings[split]}}
    return data, layout


def _heatmap(
    results: Results, rows: list[tuple[Any, ...]]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    down = list(dict.fromkeys(_name(results, row, 0) for row in rows))
    across = list(dict.fromkeys(_name(results, row, 1) for row in rows))
    cells = {(_name(results, r, 0), _name(results, r, 1)): r[results.width] for r in rows}
    z = [plain(cells.get((a, b)) for b in across) for a in down]
    head = results.query.group_headings
    layout = {"xaxis": axis(head[1], type="category"), "yaxis": axis(head[0], type="category")}
    return [{"type": "heatmap", "x": across, "y": down, "z": z}], layout


def _name(results: Results, row: tuple[Any, ...], place: int) -> str:
    value = row[place]
    if isinstance(value, bool):
        return results.opened.source.say(f"word.{'yes' if value else 'no'}")
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _is_drawable(value: Any) -> bool:
    return value is not None and not isinstance(value, str | bool) and hasattr(value, "__float__")
