"""A document as one HTML file that needs nothing else."""

import html

from cherry_reflex.api.export.document import (
    Document,
    ExportedAnswer,
    ExportedArtifact,
    ExportedTable,
)
from cherry_reflex.api.export.markdown import contributed, counted, line, shown, when
from cherry_reflex.core.language import Language
from cherry_reflex.i18n.catalogue import text

_STYLE = """
:root{color-scheme:light dark}
body{font-family:Pretendard,system-ui,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',
sans-serif;line-height:1.65;max-width:48rem;margin:2rem auto;padding:0 1rem;
color:light-dark(#18181b,#ededf0);background:light-dark(#fff,#17171a)}
h1{font-size:1.6rem}h2{margin-top:3rem;padding-top:1.5rem;border-top:1px solid #8884;
font-size:1.25rem}h3{margin-top:1.8rem;font-size:1rem}h4{margin-bottom:.3rem;font-size:.95rem}
.soft{color:light-dark(#52525b,#b4b4bd);font-size:.875rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.85rem}
th,td{border-bottom:1px solid #8884;padding:.3rem .8rem .3rem 0;text-align:left;
vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}
pre{overflow-x:auto;padding:.75rem;border-radius:.5rem;background:#8881;font-size:.8rem}
a{color:light-dark(#a80f34,#f48aa4)}blockquote{margin-left:0;padding-left:1rem;
border-left:3px solid #b42318}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(document: Document) -> str:
    """Return the page. Words of models and workers are Markdown without HTML or images, so that
    nothing in it runs or is fetched."""
    title = html.escape(document.title)
    body = [f"<h1>{title}</h1>"]
    if document.datasets:
        body.append("<ul>" + "".join(f"<li>{html.escape(d)}</li>" for d in document.datasets))
        body.append("</ul>")
    for answer in document.answers:
        body += _answer(answer, document.language)
    return (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _answer(answer: ExportedAnswer, language: Language) -> list[str]:
    made = [f"<h2>{html.escape(answer.question)}</h2>", f'<p class="soft">{when(answer.at)}</p>']
    if answer.plan:
        made.append(f"<h3>{html.escape(text('ui.plan', language))}</h3>")
        steps = "\n".join(f"{at}. {line(step)}" for at, step in enumerate(answer.plan, 1))
        made.append(_rendered(steps))
    for part in answer.contributions:
        made.append(_rendered("\n".join(contributed(part, language))))
        made += [_artifact(artifact, language) for artifact in part.artifacts]
    if answer.summary:
        made.append(f"<h3>{html.escape(text('ui.summary', language))}</h3>")
        made.append(_rendered(answer.summary))
    if answer.ending:
        made.append(f"<blockquote>{html.escape(answer.ending)}</blockquote>")
    return made


def _artifact(artifact: ExportedArtifact, language: Language) -> str:
    made = [f"<h4>{html.escape(artifact.title)}</h4>"]
    if artifact.description:
        made.append(f'<p class="soft">{html.escape(artifact.description)}</p>')
    if artifact.table is not None:
        made.append(table_html(artifact.table))
        made.append(f'<p class="soft">{html.escape(counted(artifact.table, language))}</p>')
    link = html.escape(artifact.link, quote=True)
    made.append(f'<p><a href="{link}">{html.escape(text("ui.export.open", language))}</a></p>')
    if artifact.code:
        name = html.escape(artifact.language or text("ui.artifact.code", language))
        code = html.escape(artifact.code)
        made.append(f"<details><summary>{name}</summary><pre><code>{code}</code></pre></details>")
    return "\n".join(made)


def table_html(table: ExportedTable) -> str:
    """Return the rows as an HTML table."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in table.columns)
    rows = []
    for row in table.rows:
        cells = (
            f"<td{_number(value)}>{html.escape(shown(value, unit))}</td>"
            for value, unit in table.measured(row)
        )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _number(value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return ' class="n"' if is_number else ""


def _rendered(source: str) -> str:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    return str(reader.render(source))
