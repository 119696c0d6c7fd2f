"""Reports as Excel workbooks: words on the first sheet, each table and chart on its own."""

import io
import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from cherry_reflex.analysis.reports.content import Part, ReportChart, ReportTable, shown
from cherry_reflex.core.language import Language
from cherry_reflex.i18n.catalogue import text

_SHEET_CHARS = 31
_CELL_CHARS = 32_000
_FORBIDDEN = "[]:*?/\\'"


def as_workbook(title: str, parts: Sequence[Part], language: Language) -> bytes:
    """Return an xlsx file; charts are Excel's own. Texts are never run as formulas."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "font_size": 16})
        bold = book.add_format({"bold": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        formats = {
            "head": bold,
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        taken: set[str] = set()
        first = book.add_worksheet(_sheet(title, taken))
        first.set_column(0, 0, 100)
        first.write_string(0, 0, title, head)
        line = 2
        for number, part in enumerate(parts, start=1):
            name = part.title or f"{number}"
            if part.title:
                first.write_string(line, 0, part.title, bold)
                line += 1
            for paragraph in filter(None, part.text.split("\n\n")):
                first.write_string(line, 0, paragraph.strip()[:_CELL_CHARS], wrap)
                line += 1
            line += 1
            if part.table:
                _write(book.add_worksheet(_sheet(name, taken)), part.table, formats)
            if part.chart:
                drawn = text("fact.report.chart_sheet", language, name=name)
                sheet = book.add_worksheet(_sheet(drawn, taken))
                _draw(book, sheet, part.chart, formats, language)
    return out.getvalue()


def _sheet(wanted: str, taken: set[str]) -> str:
    """Return a sheet name that Excel allows and that is not in use."""
    kept = "".join(" " if c in _FORBIDDEN or not c.isprintable() else c for c in wanted).strip()
    base = kept[:_SHEET_CHARS].strip() or "Sheet"
    name, number = base, 2
    while name.casefold() in taken or name.casefold() == "history":
        ending = f" {number}"
        name, number = base[: _SHEET_CHARS - len(ending)] + ending, number + 1
    taken.add(name.casefold())
    return name


def _write(sheet: Any, table: ReportTable, formats: dict[str, Any]) -> None:
    for place, name in enumerate(table.names):
        sheet.write_string(0, place, name, formats["head"])
    for line, row in enumerate(table.rows, start=1):
        for place, value in enumerate(row):
            _cell(sheet, line, place, value, formats)
    sheet.freeze_panes(1, 0)
    sheet.autofit(300)


def _cell(sheet: Any, line: int, place: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float) and abs(value) < 2**53:
        sheet.write_number(line, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, value.replace(tzinfo=None), formats["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, formats["day"])
    else:
        sheet.write_string(line, place, str(value)[:_CELL_CHARS])


def _draw(
    book: Any, sheet: Any, chart: ReportChart, formats: dict[str, Any], language: Language
) -> None:
    sheet.write_string(0, 0, chart.x_title, formats["head"])
    sheet.write_string(0, 1, chart.y_title, formats["head"])
    for line, (x, y) in enumerate(zip(chart.x, chart.y, strict=True), start=1):
        _cell(sheet, line, 0, x if chart.kind == "scatter" else shown(x, language), formats)
        _cell(sheet, line, 1, y, formats)
    last = max(1, len(chart.x))
    made = book.add_chart({"type": "column" if chart.kind == "bar" else chart.kind})
    made.add_series(
        {
            "name": chart.y_title,
            "categories": [sheet.get_name(), 1, 0, last, 0],
            "values": [sheet.get_name(), 1, 1, last, 1],
        }
    )
    made.set_title({"name": chart.title})
    made.set_x_axis({"name": chart.x_title})
    made.set_y_axis({"name": chart.y_title})
    made.set_legend({"none": True})
    sheet.insert_chart("D2", made, {"x_scale": 1.6, "y_scale": 1.5})
