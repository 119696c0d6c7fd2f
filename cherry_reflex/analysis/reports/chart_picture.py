"""A chart as a picture, for a language model that sees: drawn from its Plotly figure."""

import io
import json
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import Operation, Outcome, Tables
from cherry_reflex.core.outside import Outside

_SIZE_IN, _DPI = (7.0, 4.2), 100
_TRACES_MAX, _POINTS_MAX, _LABELS_MAX = 30, 20_000, 25
_KINDS = frozenset({"bar", "scatter", "scattergl", "box", "heatmap", "pie"})
"""Kinds of traces that are drawn; of figures with others there is no picture."""


class DrawPicture(Operation):
    """Draws a chart that was kept as a PNG file."""

    name: ClassVar[str] = "draw_picture"
    needs_data: ClassVar[bool] = False
    for_models: ClassVar[bool] = False

    figure: Path = Field(description="File of the Plotly figure.")

    def check(self, tables: Tables) -> None:
        """Check nothing: there is no dataset."""

    def outside(self) -> Outside:
        """It reads the figure."""
        return Outside(files=(self.figure,))

    def run(self, tables: Tables) -> Outcome:
        """Draw. Raises BadInput `chart_no_picture` for what is not drawn here."""
        data = png(json.loads(self.figure.read_bytes()))
        picture = ArtifactContent(
            kind="file", title="picture", media_type="image/png", filename="chart.png", data=data
        )
        return Outcome(artifacts=(picture,))


def png(figure: dict[str, Any]) -> bytes:
    """Return a Plotly figure as a PNG file. Raises BadInput `chart_no_picture`."""
    traces = [one for one in figure.get("data", ()) if isinstance(one, dict)]
    kinds = {str(one.get("type", "scatter")) for one in traces}
    if not traces or len(traces) > _TRACES_MAX or not kinds <= _KINDS:
        raise BadInput("chart_no_picture", kinds=", ".join(sorted(kinds)))
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    from cherry_reflex.analysis.reports.picture import FONT, font_file

    path = str(font_file(FONT))
    font_manager.fontManager.addfont(path)
    family = font_manager.FontProperties(fname=path).get_name()
    layout = figure.get("layout") or {}
    with matplotlib.rc_context({"font.family": family, "axes.unicode_minus": False}):
        drawn = Figure(figsize=_SIZE_IN, layout="constrained")
        axes = drawn.add_subplot()
        for place, trace in enumerate(traces):
            _draw(axes, trace, place, len(traces))
        axes.set_title(_text(layout.get("title")))
        axes.set_xlabel(_text((layout.get("xaxis") or {}).get("title")))
        axes.set_ylabel(_text((layout.get("yaxis") or {}).get("title")))
        if len(traces) > 1 and "pie" not in kinds and axes.get_legend_handles_labels()[1]:
            axes.legend(fontsize="small")
        out = io.BytesIO()
        drawn.savefig(out, format="png", dpi=_DPI)
    return out.getvalue()


def _draw(axes: Any, trace: dict[str, Any], place: int, count: int) -> None:
    name = str(trace.get("name") or "") or None
    x, y = (_listed(trace.get(key)) for key in ("x", "y"))
    match trace.get("type", "scatter"):
        case "bar" if trace.get("orientation") == "h":
            _labelled(axes, y, "y")
            axes.barh(range(len(y)), _numbers(x), label=name)
        case "bar":
            width = 0.8 / count
            _labelled(axes, x, "x")
            places = [n + (place - (count - 1) / 2) * width for n in range(len(x))]
            axes.bar(places, _numbers(y), width, label=name)
        case "heatmap":
            cells = [_numbers(_listed(row)) for row in _listed(trace.get("z"))]
            _labelled(axes, x, "x")
            _labelled(axes, y, "y")
            axes.imshow(cells, aspect="auto")
        case "pie":
            labels = [_plain(str(one)) for one in _listed(trace.get("labels"))][:_LABELS_MAX]
            axes.pie(_numbers(_listed(trace.get("values")))[: len(labels)], labels=labels)
        case "box":
            _box(axes, trace, place, name or "")
        case _:
            _points(axes, trace, x, y, name)


def _points(axes: Any, trace: dict[str, Any], x: list[Any], y: list[Any], name: str | None) -> None:
    mode = str(trace.get("mode") or "lines+markers")
    along = x or list(range(len(y)))
    if not all(isinstance(one, int | float) for one in along if one is not None):
        _labelled(axes, along, "x")
        along = list(range(len(along)))
    line, mark = ("-" if "lines" in mode else ""), ("." if "markers" in mode else "")
    axes.plot(_numbers(along), _numbers(y), linestyle=line or "none", marker=mark, label=name)


def _box(axes: Any, trace: dict[str, Any], place: int, name: str) -> None:
    ends = {"q1": "q1", "median": "med", "q3": "q3", "lowerfence": "whislo", "upperfence": "whishi"}
    found = {to: _numbers(_listed(trace.get(key))) for key, to in ends.items()}
    names = [str(one) for one in _listed(trace.get("x"))] or [name]
    boxes = [
        {to: values[n] for to, values in found.items() if n < len(values)}
        | {"label": _plain(names[n] if n < len(names) else name), "fliers": []}
        for n in range(len(found["med"]))
    ]
    axes.bxp(boxes, positions=[place + n for n in range(len(boxes))], showfliers=False)


def _labelled(axes: Any, labels: list[Any], side: str) -> None:
    step = -(-len(labels) // _LABELS_MAX) or 1
    places = range(0, len(labels), step)
    told = [_plain(str(labels[n])[:24]) for n in places]
    turned = 45 if side == "x" and len(told) > 6 else 0
    getattr(axes, f"set_{side}ticks")(list(places), told, rotation=turned)


def _listed(value: Any) -> list[Any]:
    return list(value)[:_POINTS_MAX] if isinstance(value, list | tuple) else []


def _numbers(values: list[Any]) -> list[float]:
    return [float(one) if isinstance(one, int | float) else float("nan") for one in values]


def _text(title: Any) -> str:
    return _plain(str(title.get("text") or "") if isinstance(title, dict) else str(title or ""))


def _plain(label: str) -> str:
    """A dollar sign would begin a formula."""
    return label.replace("$", r"\$")
