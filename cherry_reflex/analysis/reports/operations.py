"""Reports, handed over as files."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from cherry_reflex.analysis.reports.content import Part, Section, parts
from cherry_reflex.analysis.reports.presentation import presentation
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.ids import new_id
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Fact, Operation, Outcome, Tables

Format = Literal["html", "pdf", "markdown", "xlsx", "notebook"]
_TYPES = {
    "html": ("html", "text/html; charset=utf-8"),
    "pdf": ("pdf", "application/pdf"),
    "markdown": ("md", "text/markdown; charset=utf-8"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "notebook": ("ipynb", "application/x-ipynb+json"),
}
_NAME_CHARS = 80


class ExportReport(Operation):
    """Write a report as a file: html, pdf, markdown, xlsx, or a Jupyter notebook that was run.
    Sections hold words, tables and charts of the datasets; with no sections every dataset is
    presented: findings, charts, first rows."""

    name: ClassVar[str] = "export_report"
    examples: ClassVar[tuple[str, ...]] = (
        "보고서를 PDF로 만들어줘",
        "분석 결과를 HTML 보고서로 내보내주세요",
        "결과를 엑셀 보고서로 저장해줘",
        "주피터 노트북으로 만들어줘",
        "보고서를 마크다운으로 작성해줘",
        "Export the report as PDF",
        "Write an HTML report of the data",
        "Make a Jupyter notebook of the analysis",
        "Save the report as an Excel workbook",
        "Give me the report in Markdown",
    )

    format: Format = Field(default="html", description="Format of the file.")
    title: str = Field(default="", max_length=300, description="Title of the report.")
    sections: tuple[Section, ...] = Field(
        default=(), max_length=40, description="Sections in order; empty to present the data."
    )

    def check(self, tables: Tables) -> None:
        """Datasets are checked where a section names them; a report of words needs none.

        Raises BadInput `dataset_missing` when there is nothing at all to report.
        """
        if not self.sections and not tables.datasets:
            raise BadInput("dataset_missing")

    def run(self, tables: Tables) -> Outcome:
        """Write the report. Raises BadInput of its sections, LimitExceeded and WorkerFailed of a
        notebook's run."""
        title = self.title.strip() or (tables.datasets[0].name if tables.datasets else "Report")
        made = parts(tables, self.sections or presentation(tables))
        facts = _cut(made)
        beside: list[ArtifactContent] = []
        ending, media_type = _TYPES[self.format]
        path = tables.folder / f"{new_id()}.{ending}"
        name = _file_name(title)
        if self.format == "notebook":
            count, archive = _notebook(title, made, path, name, tables)
            facts.append(Fact(key="report.ran", params={"cells": count}, weight=1.5))
            beside = [archive] if archive else []
        else:
            path.write_bytes(_bytes(self.format, title, made, tables.language))
        params = {
            "title": title,
            "format": self.format,
            "size": path.stat().st_size,
            "sections": len(made),
            "tables": sum(part.table is not None for part in made),
            "charts": sum(part.chart is not None for part in made),
        }
        file = ArtifactContent(
            kind="file",
            title=title,
            media_type=media_type,
            filename=f"{name}.{ending}",
            path=path,
        )
        whole = Fact(key="report.made", params=params, weight=2)
        return Outcome(facts=(whole, *facts), artifacts=(file, *beside))


def _bytes(form: str, title: str, made: Sequence[Part], language: Language) -> bytes:
    if form == "pdf":
        from cherry_reflex.analysis.reports.pdf import as_pdf

        return as_pdf(title, made, language)
    if form == "xlsx":
        from cherry_reflex.analysis.reports.workbook import as_workbook

        return as_workbook(title, made, language)
    from cherry_reflex.analysis.reports.document import as_html, as_markdown

    return (as_html if form == "html" else as_markdown)(title, made, language)


def _notebook(
    title: str, made: Sequence[Part], path: Path, name: str, tables: Tables
) -> tuple[int, ArtifactContent | None]:
    """Return the number of cells that ran, and an archive of the notebook with its data."""
    from cherry_reflex.analysis.reports.notebook import run_notebook

    folder = tables.folder / f"notebook-{new_id()}"
    folder.mkdir(parents=True)
    try:
        count = run_notebook(title, made, folder, tables.language)
        shutil.copyfile(folder / "report.ipynb", path)
        data = sorted(folder.glob("*.parquet"))
        if not data:
            return count, None
        archive = tables.folder / f"{new_id()}.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as file:
            file.write(path, f"{name}.ipynb")
            for one in data:
                file.write(one, one.name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    packed = ArtifactContent(
        kind="file",
        title=f"{title} (zip)",
        media_type="application/zip",
        filename=f"{name}.zip",
        path=archive,
    )
    return count, packed


def _cut(made: Sequence[Part]) -> list[Fact]:
    """Return what is not shown whole."""
    facts = []
    for part in made:
        if part.table and len(part.table.rows) < part.table.total:
            params = {
                "name": part.table.dataset.name,
                "shown": len(part.table.rows),
                "rows": part.table.total,
            }
            facts.append(Fact(key="report.cut", params=params))
        if part.chart and len(part.chart.x) < part.chart.total:
            params = {
                "name": part.chart.dataset.name,
                "shown": len(part.chart.x),
                "rows": part.chart.total,
            }
            facts.append(Fact(key="report.chart_cut", params=params))
    return facts


def _file_name(title: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -_()" else " " for c in title)
    return " ".join(kept.split())[:_NAME_CHARS] or "report"
