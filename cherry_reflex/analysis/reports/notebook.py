"""Reports as Jupyter notebooks that were run."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from cherry_reflex.analysis.reports.content import (
    BARS_MAX,
    POINTS_MAX,
    SCATTER_MAX,
    Part,
    ReportChart,
)
from cherry_reflex.analysis.reports.notebook_shell import run_cells
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import WorkerFailed
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import TEMPORAL
from cherry_reflex.i18n.catalogue import text

_FONT = """\
import importlib.util
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib import font_manager

# A font with Korean letters, where the package koreanize-matplotlib is installed.
if found := importlib.util.find_spec("koreanize_matplotlib"):
    font = Path(found.submodule_search_locations[0]) / "fonts" / "NanumGothic.ttf"
    font_manager.fontManager.addfont(font)
    plt.rcParams["font.family"] = "NanumGothic"
plt.rcParams["axes.unicode_minus"] = False"""
_PANDAS = {"mean": "mean", "distinct": "nunique"}


def run_notebook(title: str, parts: Sequence[Part], folder: Path, language: Language) -> int:
    """Write `folder/report.ipynb` and the Parquet files it reads beside it, run it, and return the
    number of code cells that ran.

    Raises WorkerFailed `report_notebook_failed`.
    """
    import nbformat
    from nbformat import v4

    names: dict[str, str] = {}
    cells = [v4.new_markdown_cell(f"# {title}")]
    used = [d for part in parts for d in _datasets(part)]
    if used:
        cells.append(v4.new_markdown_cell(f"## {text('fact.report.load', language)}"))
        cells.append(v4.new_code_cell(_FONT))
    for dataset in used:
        if dataset.id not in names:
            names[dataset.id] = f"data_{len(names) + 1}"
            file = f"{names[dataset.id]}.parquet"
            shutil.copyfile(dataset.uri.removeprefix("file://"), folder / file)
            code = f"{names[dataset.id]} = pd.read_parquet({file!r})  # {_comment(dataset.name)}"
            cells.append(v4.new_code_cell(code))
    for part in parts:
        words = "\n\n".join(filter(None, [f"## {part.title}" if part.title else "", part.text]))
        if words:
            cells.append(v4.new_markdown_cell(words))
        if part.chart:
            cells.append(v4.new_code_cell(_chart(part.chart, names[part.chart.dataset.id])))
        if part.table:
            frame = names[part.table.dataset.id]
            code = f"{frame}[{list(part.table.names)!r}].head({len(part.table.rows)})"
            cells.append(v4.new_code_cell(code))
    book = v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python",
    }  # fmt: skip
    if problem := run_cells(book, folder):
        raise WorkerFailed("report_notebook_failed", detail=problem)
    nbformat.write(book, folder / "report.ipynb")
    return sum(cell.cell_type == "code" for cell in cells)


def _datasets(part: Part) -> list[Dataset]:
    return [shown.dataset for shown in (part.table, part.chart) if shown is not None]


def _chart(chart: ReportChart, frame: str) -> str:
    x, y = repr(chart.x_column), repr(chart.y_column)
    ends = f"ax.set_title({chart.title!r})\nax.set_xlabel({chart.x_title!r})\nplt.show()"
    if chart.kind == "scatter":
        return (
            f"part = {frame}[[{x}, {y}]].dropna()\n"
            f"part = part.sample(min(len(part), {SCATTER_MAX}), random_state=7)\n"
            f"ax = part.plot.scatter(x={x}, y={y}, figsize=(8, 4.2))\n{ends}"
        )
    grouped = f"{frame}.groupby({x}, dropna=False)"
    if not chart.y_column:
        series = f"{grouped}.size()"
    elif chart.how == "count":
        series = f"{grouped}[{y}].count()"
    else:
        series = f"{grouped}[{y}].{_PANDAS.get(chart.how, chart.how)}()"
    column = chart.dataset.column(chart.x_column)
    in_order = column is not None and column.type in (*TEMPORAL, "number", "integer")
    if chart.kind == "line":
        series += f".sort_index().head({POINTS_MAX})"
    elif in_order:
        series += f".sort_index().head({BARS_MAX})"
    else:
        series += f".sort_values(ascending=False).head({BARS_MAX})"
    kind = "bar" if chart.kind == "bar" else "line"
    height = f"ax.set_ylabel({chart.y_title!r})\n"
    return f"series = {series}\nax = series.plot.{kind}(figsize=(8, 4.2))\n{height}{ends}"


def _comment(name: str) -> str:
    return " ".join(name.split())
