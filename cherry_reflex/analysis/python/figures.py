"""Figures that code has drawn, as artifacts: Plotly's as charts, matplotlib's as pictures."""

import base64
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from cherry_reflex.analysis.results.artifacts import figure, plain_value, said
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.operation import Tables

CHART_BYTES_MAX = 8_000_000
"""A larger chart is not handed over: a page could not draw it."""
PICTURES_MAX = 20
_DPI = 150
_PARTS_SEEN = 50
_PLACES = ("xaxis", "yaxis")


def is_plotly(value: Any) -> bool:
    """Whether a value is a figure of Plotly."""
    return _has_base(value, "plotly.basedatatypes", "BaseFigure")


def is_drawn(value: Any) -> bool:
    """Whether a value is a part of a picture of matplotlib, or a list of such parts: what its
    functions return, which the picture itself shows."""
    if isinstance(value, tuple | list) or str(getattr(value, "dtype", "")) == "object":
        return any(is_drawn(part) for part in islice(value, _PARTS_SEEN))
    return any(base.__module__.split(".")[0] == "matplotlib" for base in type(value).__mro__)


def is_loose(value: Any) -> bool:
    """Whether a value is a picture of matplotlib that was made without `pyplot`, which knows its
    own."""
    return _has_base(value, "matplotlib.figure", "Figure") and not hasattr(value, "number")


class ShownFigures:
    """The figures that code shows while it runs, in the order in which it shows them."""

    def __init__(self) -> None:
        self.plotly: list[Any] = []
        self.pictures: list[bytes] = []

    def keep_open_pictures(self) -> None:
        """Draw what matplotlib has open, and close it, as a page of a notebook does."""
        if "matplotlib.pyplot" not in sys.modules:
            return
        import matplotlib.pyplot as plt

        for number in plt.get_fignums():
            drawn = plt.figure(number)
            if drawn.axes and len(self.pictures) < PICTURES_MAX:
                self.pictures.append(picture(drawn))
        plt.close("all")


@contextmanager
def collecting(words_draw: bool) -> Iterator[ShownFigures]:
    """Collect what `show` would have opened in a browser or a window."""
    shown = ShownFigures()
    with _shown_plotly(shown):
        if not words_draw:
            yield shown
            return
        import matplotlib.pyplot as plt

        def show(*_: Any, **__: Any) -> None:
            shown.keep_open_pictures()

        before = plt.show
        plt.show = show
        try:
            yield shown
            shown.keep_open_pictures()
        finally:
            plt.show = before


@contextmanager
def _shown_plotly(shown: ShownFigures) -> Iterator[None]:
    from plotly import basedatatypes, io

    def show(made: Any, *_: Any, **__: Any) -> None:
        if not any(made is one for one in shown.plotly):
            shown.plotly.append(made)

    before, of_module = basedatatypes.BaseFigure.show, io.show
    basedatatypes.BaseFigure.show, io.show = show, show
    try:
        yield
    finally:
        basedatatypes.BaseFigure.show, io.show = before, of_module


def picture(drawn: Any) -> bytes:
    """Return a figure of matplotlib as PNG."""
    out = io.BytesIO()
    drawn.savefig(out, format="png", dpi=_DPI, bbox_inches="tight", metadata={"Software": None})
    return out.getvalue()


def chart_of(made: Any, title: str, tables: Tables) -> ArtifactContent | None:
    """Return a figure of Plotly as a chart, its numbers with six digits and without Plotly's
    template: the page has a theme. None for one that is too large. Raises BadInput
    `numbers_extreme`."""
    told = _plain(made.to_dict())
    layout = {key: value for key, value in told.get("layout", {}).items() if key != "template"}
    given = _text(layout.get("title"))
    content: dict[str, Any] = {"data": list(told.get("data", ())), "layout": layout}
    if told.get("frames"):
        content["frames"] = list(told["frames"])
    if not content["data"]:
        return None
    shown = figure(given or title, content, _description(content, given or title, tables))
    return shown if len(shown.data or b"") <= CHART_BYTES_MAX else None


def _description(content: Mapping[str, Any], title: str, tables: Tables) -> str:
    kinds = dict.fromkeys(str(trace.get("type", "scatter")) for trace in content["data"])
    axes = [_text(content["layout"].get(place, {}).get("title")) for place in _PLACES]
    shown = {"title": title, "kinds": ", ".join(kinds), "axes": ", ".join(filter(None, axes))}
    key = "python.chart_described" if shown["axes"] else "python.chart_described_plainly"
    return said(key, tables, **shown)


def _text(title: Any) -> str:
    words = title.get("text") if isinstance(title, Mapping) else title
    return " ".join(str(words).replace("<br>", " ").split())[:200] if words else ""


def _plain(value: Any) -> Any:
    """Return a figure's value as JSON has it; arrays that Plotly has packed are lists again, which
    everybody can read."""
    import numpy as np

    if isinstance(value, Mapping):
        if "bdata" in value and "dtype" in value:
            return _plain(_unpacked(value))
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray | np.datetime64):
        # Of nanoseconds NumPy makes plain numbers, of microseconds dates.
        made = value.astype("datetime64[us]") if value.dtype.kind == "M" else value
        return _plain(made.tolist())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return plain_value(value)


def _unpacked(packed: Mapping[str, Any]) -> Any:
    import numpy as np

    data = np.frombuffer(base64.b64decode(packed["bdata"]), dtype=np.dtype(packed["dtype"]))
    shape = packed.get("shape")
    return data.reshape([int(n) for n in str(shape).split(",")]) if shape else data


def _has_base(value: Any, module: str, name: str) -> bool:
    return any(base.__module__ == module and base.__name__ == name for base in type(value).__mro__)
