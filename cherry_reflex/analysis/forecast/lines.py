"""Charts and tables over time."""

from typing import Any

from cherry_reflex.analysis.forecast.series import Series
from cherry_reflex.analysis.results.artifacts import axis, chart, heading, plain, table
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Tables


def dates(index: Any) -> list[str]:
    """Return the periods' starts as Plotly takes them."""
    return plain(index.to_pydatetime())


def line(name: str, index: Any, values: Any, **more: Any) -> dict[str, Any]:
    """Return a line."""
    trace = {"type": "scatter", "mode": "lines", "name": name}
    return {**trace, "x": dates(index), "y": plain(values), **more}


def chosen(series: Series) -> dict[str, Any]:
    """Return the columns by role."""
    return {"date": series.date, "value": series.name}


def panels(
    title: str, series: Series, named: list[tuple[str, Any]], described: str, tables: Tables
) -> list[ArtifactContent]:
    """Return lines one above another on one time axis, with their table."""
    import pandas as pd

    count, index = len(named), series.values.index
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    for place, (name, values) in enumerate(named):
        number = "" if place == 0 else str(place + 1)
        data.append(line(name, index, values, yaxis=f"y{number}"))
        top = 1 - place / count
        layout[f"yaxis{number}"] = axis(name, domain=[round(top - 0.85 / count, 4), round(top, 4)])
    head = heading("date", tables)
    layout["xaxis"] = axis(head, anchor=f"y{count}" if count > 1 else "y")
    layout["showlegend"] = False
    layout["height"] = 140 * count + 60
    frame = pd.DataFrame({head: index, **dict(named)})
    return [
        chart(title, data, layout, description=described, table=title, chosen=chosen(series)),
        table(tables, title, frame),
    ]
