"""The numbers of a chart as a table."""

import base64
import struct
from typing import Any

from tests.ui_parts.conftest import Run


def table_of(run: Run, data: list[dict[str, Any]], **layout: Any) -> dict[str, Any]:
    found: dict[str, Any] = run(
        "artifacts/figure.js",
        "figure.figureTable(given.figure)",
        figure={"data": data, "layout": layout},
    )
    return found


def packed(values: list[float]) -> dict[str, str]:
    raw = struct.pack(f"<{len(values)}d", *values)
    return {"dtype": "f8", "bdata": base64.b64encode(raw).decode()}


def test_packed_numbers_are_unpacked(run: Run) -> None:
    trace = {"type": "scatter", "x": packed([1.5, 2.5]), "y": packed([10.0, 20.0])}
    table = table_of(run, [trace], xaxis={"title": {"text": "가격"}})
    assert table == {"columns": ["가격", "y"], "rows": [[1.5, 10], [2.5, 20]], "more": 0}


def test_packed_grid_keeps_its_shape(run: Run) -> None:
    grid: dict[str, Any] = {**packed([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), "shape": "2, 3"}
    table = table_of(run, [{"type": "heatmap", "x": ["a", "b", "c"], "y": ["p", "q"], "z": grid}])
    assert table["rows"][4] == ["b", "q", 5]
    assert len(table["rows"]) == 6


def test_traces_are_told_apart(run: Run) -> None:
    data: list[dict[str, Any]] = [
        {"type": "bar", "name": "2023", "x": ["a"], "y": [1]},
        {"type": "bar", "name": "2024", "x": ["a", "b"], "y": [2, None]},
    ]
    assert table_of(run, data)["rows"] == [["2023", "a", 1], ["2024", "a", 2], ["2024", "b", None]]


def test_flows_are_named(run: Run) -> None:
    links = {"source": [0, 0], "target": [1, 2], "value": [5, 7]}
    trace = {"type": "sankey", "node": {"label": ["in", "x", "y"]}, "link": links}
    assert table_of(run, [trace])["rows"] == [["in", "x", 5], ["in", "y", 7]]


def test_long_charts_say_how_much_is_left_out(run: Run) -> None:
    table = table_of(run, [{"type": "scatter", "x": list(range(700)), "y": list(range(700))}])
    assert (len(table["rows"]), table["more"]) == (500, 200)


def test_maps_name_their_outlines(run: Run) -> None:
    def outlines(kind: str, resolution: int) -> Any:
        layout = {"geo": {"resolution": resolution}}
        figure = {"data": [{"type": kind}, {"type": kind}], "layout": layout}
        return run("artifacts/outlines.js", "outlines.outlinesOf(given.figure)", figure=figure)

    assert outlines("scattergeo", 50) == ["world_50m"]
    assert outlines("choropleth", 110) == ["world_110m"]
    assert outlines("scatter", 50) == []
