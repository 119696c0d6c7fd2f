"""Reports as text documents: HTML that needs nothing else, and Markdown."""

import html
from collections.abc import Sequence

from cherry_reflex.analysis.reports.content import Part, ReportChart, ReportTable, shown
from cherry_reflex.analysis.reports.picture import picture
from cherry_reflex.core.language import Language
from cherry_reflex.i18n.catalogue import text

_STYLE = """
body{font-family:system-ui,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',sans-serif;
line-height:1.6;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.8rem}h2{margin-top:2.2rem;font-size:1.3rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}
caption{text-align:left;color:#555;padding-bottom:.3rem}
th,td{border:1px solid #ccc;padding:.25rem .6rem;text-align:left;vertical-align:top}
th{background:#f3f3f3}td.n{text-align:right;font-variant-numeric:tabular-nums}
figure{margin:1rem 0}figure svg{max-width:100%;height:auto}footer{margin-top:3rem;color:#555}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def as_html(title: str, parts: Sequence[Part], language: Language) -> bytes:
    """Return one HTML file; charts are inline SVG, and nothing is fetched from elsewhere."""
    body = [f"<h1>{html.escape(title)}</h1>"]
    for part in parts:
        if part.title:
            body.append(f"<h2>{html.escape(part.title)}</h2>")
        if part.text:
            body.append(_markdown(part.text))
        if part.chart:
            body.append(_figure(part.chart, language))
        if part.table:
            body.append(_table(part.table, language))
    body.append(f"<footer>{html.escape(text('fact.report.made_by', language))}</footer>")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    ).encode()


def as_markdown(title: str, parts: Sequence[Part], language: Language) -> bytes:
    """Return Markdown; charts become tables of their points."""
    lines = [f"# {_line(title)}", ""]
    for part in parts:
        if part.title:
            lines += [f"## {_line(part.title)}", ""]
        if part.text:
            lines += [part.text.strip(), ""]
        if part.chart:
            lines += [f"**{_line(part.chart.title)}**", ""]
            rows = list(zip(part.chart.x, part.chart.y, strict=True))
            lines += _pipes((part.chart.x_title, part.chart.y_title), rows, language)
        if part.table:
            lines += _pipes(part.table.names, part.table.rows, language)
            lines += [f"*{counted(part.table, language)}*", ""]
    return "\n".join(lines).encode()


def counted(table: ReportTable, language: Language) -> str:
    """Return how many rows a table shows."""
    key = "rows" if len(table.rows) < table.total else "all_rows"
    return text(f"fact.report.{key}", language, shown=len(table.rows), rows=table.total)


def _markdown(source: str) -> str:
    """Render Markdown without raw HTML and without images, which would be fetched."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    return str(reader.render(source))


def _figure(chart: ReportChart, language: Language) -> str:
    svg = picture(chart, "svg", language).decode()
    svg = svg[svg.index("<svg") :]
    label = html.escape(chart.title, quote=True)
    return f'<figure role="img" aria-label="{label}">{svg}</figure>'


def _table(table: ReportTable, language: Language) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in table.names)
    body = []
    for row in table.rows:
        cells = []
        for value in row:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            kind = ' class="n"' if number else ""
            cells.append(f"<td{kind}>{html.escape(shown(value, language))}</td>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    caption = html.escape(counted(table, language))
    return (
        f'<div class="scroll"><table><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _pipes(names: Sequence[str], rows: Sequence[Sequence[object]], language: Language) -> list[str]:
    lines = [f"| {' | '.join(_line(name) for name in names)} |", f"|{' --- |' * len(names)}"]
    lines += [f"| {' | '.join(_line(shown(v, language)) for v in row)} |" for row in rows]
    return [*lines, ""]


def _line(value: str) -> str:
    """One line in which nothing is markup."""
    flat = " ".join(value.split()).replace("\\", "\\\\")
    for mark in "|<*_`[":
        flat = flat.replace(mark, f"\\{mark}")
    return flat
