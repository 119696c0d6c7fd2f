"""Reports as PDF, with an embedded font that has Korean letters."""

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from cherry_reflex.analysis.reports.content import Part, ReportTable, shown
from cherry_reflex.analysis.reports.document import counted
from cherry_reflex.analysis.reports.picture import FONT, FONT_BOLD, font_file, picture
from cherry_reflex.core.language import Language
from cherry_reflex.i18n.catalogue import text

_COLUMNS_MAX = 10
"""Columns that are readable on the width of a page; the others are named below the table."""
_CELL_CHARS = 120
_REGULAR, _BOLD = "CherryKorean", "CherryKoreanBold"


def as_pdf(title: str, parts: Sequence[Part], language: Language) -> bytes:
    """Return an A4 PDF."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Spacer

    for name, file in ((_REGULAR, FONT), (_BOLD, FONT_BOLD)):
        pdfmetrics.registerFont(TTFont(name, str(font_file(file))))
    pdfmetrics.registerFontFamily(
        _REGULAR, normal=_REGULAR, bold=_BOLD, italic=_REGULAR, boldItalic=_BOLD
    )
    styles = _styles()
    out = io.BytesIO()
    margin = 18 * mm
    width = A4[0] - 2 * margin
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=title,
        author="CherryAI",
        lang=language,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
    )
    story: list[Any] = [Paragraph(escape(title), styles["title"])]
    for part in parts:
        if part.title:
            story.append(Paragraph(escape(part.title), styles["heading"]))
        story += [Paragraph(markup, styles[style]) for markup, style in _paragraphs(part.text)]
        if part.chart:
            png = io.BytesIO(picture(part.chart, "png", language))
            story += [Image(png, width=width, height=width * 4.2 / 8), Spacer(1, 4 * mm)]
        if part.table:
            story += [_table(part.table, width, styles, language), Spacer(1, 2 * mm)]
            told = counted(part.table, language)
            if left := part.table.names[_COLUMNS_MAX:]:
                told += f" (+ {', '.join(left)})"
            story.append(Paragraph(escape(told), styles["small"]))
    story.append(Paragraph(escape(text("fact.report.made_by", language)), styles["small"]))
    document.build(story)
    return out.getvalue()


def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    base = ParagraphStyle("base", fontName=_REGULAR, fontSize=10, leading=15, wordWrap="CJK")

    def derived(name: str, **more: Any) -> Any:
        return ParagraphStyle(name, parent=base, **more)

    return {
        "text": derived("text", spaceAfter=6),
        "title": derived("title", fontName=_BOLD, fontSize=18, leading=24, spaceAfter=10),
        "heading": derived("heading", fontName=_BOLD, fontSize=13, spaceBefore=12, spaceAfter=6),
        "list": derived("list", leftIndent=14, spaceAfter=3),
        "small": derived("small", fontSize=8, leading=11, spaceAfter=6),
        "cell": derived("cell", fontSize=7.5, leading=10),
        "head": derived("head", fontName=_BOLD, fontSize=7.5, leading=10),
    }


def _paragraphs(source: str) -> list[tuple[str, str]]:
    """Return the Markdown as paragraphs of ReportLab's markup (only bold and line breaks), each
    with its style. Markup in the source stays text."""
    from markdown_it import MarkdownIt

    found: list[tuple[str, str]] = []
    style, bullet = "text", ""
    for token in MarkdownIt("commonmark", {"html": False}).disable("image").parse(source):
        match token.type:
            case "heading_open":
                style = "heading"
            case "list_item_open":
                style = "list"
                bullet = f"{token.info}. " if token.info else "• "
            case "heading_close" | "bullet_list_close" | "ordered_list_close":
                style, bullet = "text", ""
            case "inline":
                found.append((bullet + _inline(token.children or []), style))
                bullet = ""
            case "fence" | "code_block":
                found.append((escape(token.content).replace("\n", "<br/>"), "small"))
    return found


def _inline(tokens: Sequence[Any]) -> str:
    marks = {"strong_open": "<b>", "strong_close": "</b>", "softbreak": " ", "hardbreak": "<br/>"}
    return "".join(
        marks[token.type] if token.type in marks else escape(token.content) for token in tokens
    )


def _table(table: ReportTable, width: float, styles: dict[str, Any], language: Language) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    names = table.names[:_COLUMNS_MAX]
    rows = [[Paragraph(escape(name), styles["head"]) for name in names]]
    for row in table.rows:
        cells = (shown(value, language)[:_CELL_CHARS] for value in row[:_COLUMNS_MAX])
        rows.append([Paragraph(escape(cell), styles["cell"]) for cell in cells])
    made = LongTable(rows, colWidths=[width / len(names)] * len(names), repeatRows=1)
    made.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.lightgrey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return made
