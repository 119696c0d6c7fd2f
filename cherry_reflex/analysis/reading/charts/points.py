"""Rows as points: two columns of numbers against each other, or numbers along time."""

from cherry_reflex.analysis.reading.compiler.listing import Listing
from cherry_reflex.analysis.reading.opened import Opened
from cherry_reflex.analysis.results import artifacts
from cherry_reflex.analysis.results.artifacts import axis, plain
from cherry_reflex.core.artifact import ArtifactContent

_POINTS_MAX = 5000


def scatter_of(opened: Opened, query: Listing, title: str) -> ArtifactContent | None:
    """Return the points of the last table (`result`), or None where its columns are none that can
    be drawn: at least one of numbers, besides a first one of anything."""
    numbers = [n for n, value in enumerate(query.values) if value.is_number]
    if not numbers or len(query.values) < 2:
        return None
    y = numbers[-1] if numbers[-1] else numbers[0]
    times = [n for n, value in enumerate(query.values) if value.is_moment and n != y]
    x = times[0] if times else next((n for n in numbers if n != y), 0 if y else 1)
    rows = opened.all(
        f"SELECT * FROM result USING SAMPLE reservoir({_POINTS_MAX} ROWS) REPEATABLE (7)"
    )
    rows = [row for row in rows if row[x] is not None and row[y] is not None]
    if not rows:
        return None
    is_line = bool(times) and opened.reading.chart != "scatter"
    kind = "line" if is_line else "bar" if opened.reading.chart == "bar" else "scatter"
    if is_line:
        rows.sort(key=lambda row: row[x])
    trace = {"type": "bar"} if kind == "bar" else {
        "type": "scatter", "mode": "lines" if is_line else "markers",
    }  # fmt: skip
    data = [{**trace, "x": plain(row[x] for row in rows), "y": plain(row[y] for row in rows)}]
    layout = {"xaxis": axis(query.headings[x]), "yaxis": axis(query.headings[y])}
    described = opened.source.text(
        "reading.points_described", x=query.headings[x], y=query.headings[y], count=len(rows)
    )
    return artifacts.chart(title, data, layout, description=described, table=title)
