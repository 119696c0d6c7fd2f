"""Reports, read back by other libraries: the words, the numbers and the Korean are in them."""

import html.parser
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import fastexcel
import pandas as pd
import pytest
from palmerpenguins import load_penguins
from pypdf import PdfReader
from vega_datasets import local_data

from cherry_reflex.analysis.reports.content import Section, parts
from cherry_reflex.analysis.reports.notebook import run_notebook
from cherry_reflex.analysis.reports.operations import ExportReport
from cherry_reflex.analysis.results.content import read_bytes
from cherry_reflex.core.artifact import ArtifactContent
from cherry_reflex.core.errors import BadInput, WorkerFailed
from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.core.operation import Tables
from tests.analysis.tables import dataset_of, params, run

PENGUINS = load_penguins()
STOCKS = local_data.stocks()
SECTIONS = (
    Section(
        title="요약", text="**중요한** 결과입니다.\n\n- 첫째\n- 둘째 <script>alert(1)</script>"
    ),
    Section(
        title="종별 체중",
        text="![x](https://outside.example/x.png)",
        dataset="data",
        table=True,
        columns=("species", "body_mass_g"),
        rows=12,
        chart="bar",
        x="species",
        y="body_mass_g",
        how="mean",
    ),
)
MASS = PENGUINS.groupby("species")["body_mass_g"].mean().sort_values(ascending=False)


def report(form: str, folder: Path, **more: Any) -> list[ArtifactContent]:
    operation = ExportReport(format=form, title="펭귄 보고서", sections=SECTIONS, **more)  # type: ignore[arg-type]
    outcome = run(operation, folder, PENGUINS, language=KOREAN)
    assert params(outcome, "report.cut")["rows"] == len(PENGUINS)
    assert params(outcome, "report.made")["charts"] == 1
    return list(outcome.artifacts)


class Tags(html.parser.HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_html_stands_alone(tmp_path: Path) -> None:
    (file,) = report("html", tmp_path)
    page = read_bytes(file).decode()
    tags = Tags()
    tags.feed(page)
    names = [tag for tag, _ in tags.found]
    assert "svg" in names and "table" in names and "strong" in names
    assert not {"script", "img", "iframe", "link"} & set(names)
    assert "&lt;script&gt;" in page
    assert "펭귄 보고서" in page and "종별 체중" in page
    assert f"{PENGUINS['body_mass_g'][0]:,.0f}" in page
    fetched = [v for tag, a in tags.found if tag != "a" for k, v in a.items() if k == "src"]
    assert not fetched


def test_pdf_has_korean_text_and_its_font(tmp_path: Path) -> None:
    (file,) = report("pdf", tmp_path)
    reader = PdfReader(io.BytesIO(read_bytes(file)))
    words = "".join(page.extract_text() for page in reader.pages)
    assert "펭귄 보고서" in words and "중요한" in words and "Torgersen" not in words
    assert "<script>" in words, "markup is text"
    assert f"{PENGUINS['body_mass_g'][0]:,.0f}" in words
    resources: list[Any] = [page["/Resources"] for page in reader.pages]
    used = [font for found in resources for font in found["/Font"].values()]
    fonts = [font.get_object()["/BaseFont"] for font in used]
    assert any("NanumGothic" in font for font in fonts)
    assert sum(len(page.images) for page in reader.pages) == 1


def test_long_tables_run_over_pages(tmp_path: Path) -> None:
    wide = pd.concat([PENGUINS.add_suffix(f"_{n}") for n in range(3)], axis=1)
    operation = ExportReport(
        format="pdf", sections=(Section(dataset="data", table=True, rows=300),)
    )
    outcome = run(operation, tmp_path, wide)
    assert len(PdfReader(io.BytesIO(read_bytes(outcome.artifacts[0]))).pages) > 5


def test_markdown_has_tables(tmp_path: Path) -> None:
    (file,) = report("markdown", tmp_path)
    text = read_bytes(file).decode()
    assert text.startswith("# 펭귄 보고서\n")
    assert "| species | body\\_mass\\_g |" in text
    assert f"| {MASS.index[0]} | {MASS.iloc[0]:,.1f} |" in text


def test_workbook_has_numbers_and_excels_own_chart(tmp_path: Path) -> None:
    (file,) = report("xlsx", tmp_path)
    data = read_bytes(file)
    book = fastexcel.read_excel(data)
    assert book.sheet_names[0] == "펭귄 보고서"
    sheet = book.load_sheet("종별 체중").to_pandas()
    expected = PENGUINS["body_mass_g"].head(12)
    pd.testing.assert_series_equal(sheet["body_mass_g"], expected, check_dtype=False)
    points = book.load_sheet("종별 체중 차트").to_pandas()
    assert points.iloc[:, 1].tolist() == pytest.approx(MASS.tolist())
    inside = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert any(name.startswith("xl/charts/chart") for name in inside)


def test_a_notebook_was_run(tmp_path: Path) -> None:
    file, archive = report("notebook", tmp_path)
    book = json.loads(read_bytes(file))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    kinds = {kind for cell in code for out in cell["outputs"] for kind in out.get("data", {})}
    assert {"image/png", "text/html"} <= kinds
    assert not [out for cell in code for out in cell["outputs"] if out["output_type"] == "error"]
    assert str(tmp_path) not in json.dumps(book)
    inside = zipfile.ZipFile(io.BytesIO(read_bytes(archive)))
    assert inside.namelist() == ["펭귄 보고서.ipynb", "data_1.parquet"]
    pd.testing.assert_frame_equal(
        pd.read_parquet(inside.open("data_1.parquet")), PENGUINS, check_dtype=False
    )


def test_a_notebook_that_fails_is_not_handed_over(tmp_path: Path) -> None:
    dataset = dataset_of(PENGUINS, tmp_path)
    tables = Tables(datasets=(dataset,), folder=tmp_path)
    made = parts(tables, SECTIONS)
    Path(dataset.uri.removeprefix("file://")).write_bytes(b"not parquet")
    folder = tmp_path / "book"
    folder.mkdir()
    with pytest.raises(WorkerFailed, match="report_notebook_failed") as caught:
        run_notebook("t", made, folder, ENGLISH)
    assert "Parquet" in caught.value.detail


@pytest.mark.parametrize("form", ["html", "pdf", "xlsx"])
@pytest.mark.parametrize("chart", ["line", "scatter"])
def test_other_charts(chart: str, form: str, tmp_path: Path) -> None:
    frame = STOCKS if chart == "line" else PENGUINS
    x, y = ("date", "price") if chart == "line" else ("bill_length_mm", "body_mass_g")
    section = Section(dataset="data", chart=chart, x=x, y=y)  # type: ignore[arg-type]
    outcome = run(ExportReport(format=form, sections=(section,)), tmp_path, frame)  # type: ignore[arg-type]
    assert params(outcome, "report.made")["size"] > 3000


def test_the_numbers_of_charts(tmp_path: Path) -> None:
    dataset = dataset_of(STOCKS, tmp_path)
    tables = Tables(datasets=(dataset,), folder=tmp_path)
    section = Section(dataset="data", chart="line", x="date", y="price", how="mean")
    (part,) = parts(tables, [section])
    expected = STOCKS.groupby("date")["price"].mean()
    assert part.chart is not None
    assert list(part.chart.x) == [t.to_pydatetime() for t in expected.index]
    assert list(part.chart.y) == pytest.approx(expected.tolist())


def test_without_sections_the_data_are_presented(tmp_path: Path) -> None:
    outcome = run(ExportReport(), tmp_path, PENGUINS, STOCKS)
    page = read_bytes(outcome.artifacts[0]).decode()
    assert page.count("<table>") == 2 and outcome.artifacts[0].filename == "data.html"


def test_what_cannot_be_reported_is_said(tmp_path: Path) -> None:
    def refused(section: Section, code: str) -> None:
        with pytest.raises(BadInput, match=code):
            run(ExportReport(sections=(section,)), tmp_path, PENGUINS)

    refused(Section(title="only a title"), "report_empty")
    refused(Section(dataset="data", chart="bar"), "report_chart_columns")
    refused(Section(dataset="data", chart="bar", x="none"), "column_unknown")
    refused(Section(dataset="data", chart="bar", x="island", y="sex"), "report_chart_numbers")
    refused(Section(dataset="none", table=True), "dataset_unknown")
    with pytest.raises(BadInput, match="dataset_missing"):
        ExportReport().check(Tables(datasets=(), folder=tmp_path))
