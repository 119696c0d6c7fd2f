"""Charts as pictures, drawn by matplotlib with a font that has Korean letters."""

import importlib.util
import io
from pathlib import Path
from typing import Any, Literal

from cherry_reflex.analysis.reports.content import ReportChart, shown
from cherry_reflex.core.language import Language

FONT, FONT_BOLD = "NanumGothic.ttf", "NanumGothicBold.ttf"
_WIDTH_IN, _HEIGHT_IN = 8.0, 4.2
_LABELS_FLAT = 8
_LABELS_MAX = 30
_LABEL_CHARS = 24


def font_file(name: str) -> Path:
    """Return the path of a font that the package koreanize-matplotlib ships (Nanum Gothic, SIL Open
    Font License)."""
    found = importlib.util.find_spec("koreanize_matplotlib")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(name)
    return Path(found.submodule_search_locations[0]) / "fonts" / name


def picture(chart: ReportChart, form: Literal["svg", "png"], language: Language) -> bytes:
    """Return the chart as an SVG or PNG file; letters of an SVG are shapes, so that it looks alike
    everywhere."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    path = str(font_file(FONT))
    font_manager.fontManager.addfont(path)
    family = font_manager.FontProperties(fname=path).get_name()
    settings = {"font.family": family, "axes.unicode_minus": False, "svg.hashsalt": "cherry"}
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, chart, language)
        axes.set_title(_plain(chart.title))
        axes.set_xlabel(_plain(chart.x_title))
        axes.set_ylabel(_plain(chart.y_title))
        axes.spines[["top", "right"]].set_visible(False)
        out = io.BytesIO()
        # No date: the same report is the same file.
        about = {"Date": None} if form == "svg" else None
        figure.savefig(out, format=form, dpi=150, metadata=about)
    return out.getvalue()


def _draw(axes: Any, chart: ReportChart, language: Language) -> None:
    heights = [float("nan") if value is None else value for value in chart.y]
    if chart.kind == "scatter":
        axes.scatter([float(value) for value in chart.x], heights, s=14, alpha=0.6)
        return
    places = list(range(len(chart.x)))
    labels = [_plain(shown(value, language)[:_LABEL_CHARS]) for value in chart.x]
    if chart.kind == "bar":
        axes.bar(places, heights)
    else:
        axes.plot(places, heights, marker="o" if len(places) <= _LABELS_FLAT * 4 else None)
    step = -(-len(places) // _LABELS_MAX) or 1
    turned = 0 if len(labels) <= _LABELS_FLAT else 45
    axes.set_xticks(
        places[::step], labels[::step], rotation=turned, ha="right" if turned else "center"
    )


def _plain(label: str) -> str:
    """A dollar sign would begin a formula."""
    return label.replace("$", r"\$")
