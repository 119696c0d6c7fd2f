"""Charts of every kind that we draw, as pictures for a model that sees."""

import io
import json
from pathlib import Path
from typing import Any

import matplotlib.image
import pytest

from cherry_reflex.analysis.reports.chart_picture import DrawPicture, png
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Tables

BAR = {"type": "bar", "x": ["서울", "Busan $"], "y": [3, None], "name": "2024"}
BOX = {
    "type": "box", "x": ["a", "b"], "q1": [1, 2], "median": [2, 3], "q3": [3, 4],
    "lowerfence": [0, 1], "upperfence": [5, 6],
}  # fmt: skip


@pytest.mark.parametrize(
    "traces",
    [
        [BAR],
        [BAR, {**BAR, "name": "2025"}],
        [{**BAR, "orientation": "h", "x": [1, 2], "y": ["a", "b"]}],
        [{"type": "scatter", "mode": "lines", "x": ["2024-01", "2024-02"], "y": [1, 2]}],
        [{"type": "scattergl", "mode": "markers", "x": [1, 2.5], "y": [1, 2]}],
        [BOX],
        [{"type": "heatmap", "x": ["a", "b"], "y": ["c"], "z": [[1, None]]}],
        [{"type": "pie", "labels": ["a", "b"], "values": [1, 3]}],
    ],
)
def test_a_picture_is_drawn(traces: list[dict[str, Any]], tmp_path: Path) -> None:
    layout = {"title": {"text": "매출 $"}, "xaxis": {"title": {"text": "지역"}}}
    figure = tmp_path / "f.plotly.json"
    figure.write_text(json.dumps({"data": traces, "layout": layout}))
    operation = DrawPicture(figure=figure)
    assert operation.outside().files == (figure,)
    (content,) = operation.run(Tables(datasets=(), folder=tmp_path)).artifacts
    pixels = matplotlib.image.imread(io.BytesIO(content.data or b""))
    assert pixels.shape[:2] == (420, 700)
    assert len({tuple(pixel) for row in pixels[::7] for pixel in row[::7]}) > 3, "not blank"


@pytest.mark.parametrize("traces", [[], [{"type": "sankey"}], [BAR, {"type": "scatter3d"}]])
def test_what_is_not_drawn_says_so(traces: list[dict[str, Any]]) -> None:
    with pytest.raises(BadInput, match="chart_no_picture"):
        png({"data": traces})
