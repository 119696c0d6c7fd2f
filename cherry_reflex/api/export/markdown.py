"""A document as Markdown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cherry_reflex.api.export.document import (
    Contribution,
    Document,
    ExportedAnswer,
    ExportedArtifact,
    ExportedTable,
)
from cherry_reflex.core.language import Language
from cherry_reflex.core.unit import Unit
from cherry_reflex.i18n.catalogue import text
from cherry_reflex.i18n.number import written

_CELL_CHARS = 200


def as_markdown(document: Document) -> str:
    """Return the document; charts are tables of their numbers, with links."""
    lines = [f"# {line(document.title)}", ""]
    if document.datasets:
        lines += [*(f"- {line(name)}" for name in document.datasets), ""]
    for answer in document.answers:
        lines += [f"## {line(answer.question)}", "", f"*{when(answer.at)}*", ""]
        lines += answered(answer, document.language)
    return "\n".join(lines).rstrip() + "\n"


def answered(answer: ExportedAnswer, language: Language) -> list[str]:
    """Return the lines below a question."""
    lines: list[str] = []
    if answer.plan:
        lines += [f"### {text('ui.plan', language)}", ""]
        lines += [*(f"{at}. {step}" for at, step in enumerate(answer.plan, 1)), ""]
    for part in answer.contributions:
        lines += contributed(part, language)
        for artifact in part.artifacts:
            lines += artifact_lines(artifact, language)
    if answer.summary:
        lines += [f"### {text('ui.summary', language)}", "", answer.summary.strip(), ""]
    if answer.ending:
        lines += [f"> {line(answer.ending)}", ""]
    return lines


def contributed(part: Contribution, language: Language) -> list[str]:
    """Return who worked, on what, and the words of it."""
    lines = [f"### {line(part.worker)} — {part.state}", ""]
    if part.request:
        lines += [f"*{line(part.request)}*", ""]
    if part.text:
        lines += [part.text, ""]
    if part.problem:
        lines += [f"> {line(part.problem)}", ""]
    return lines


def artifact_lines(artifact: ExportedArtifact, language: Language) -> list[str]:
    """Return a table, chart or file: title, description, rows, link, code."""
    lines = [f"#### {line(artifact.title)}", ""]
    if artifact.description:
        lines += [line(artifact.description), ""]
    if artifact.table is not None:
        lines += [*pipes(artifact.table), "", f"*{counted(artifact.table, language)}*", ""]
    lines += [f"[{text('ui.export.open', language)}]({artifact.link})", ""]
    if artifact.code:
        fence = "`" * max(3, _longest_run(artifact.code) + 1)
        lines += [f"{fence}{artifact.language}", artifact.code.strip(), fence, ""]
    return lines


def pipes(table: ExportedTable) -> Iterable[str]:
    """Yield the lines of a table."""
    yield "| " + " | ".join(cell(name) for name in table.columns) + " |"
    yield "|" + " --- |" * len(table.columns)
    for row in table.rows:
        yield "| " + " | ".join(cell(shown(*one)) for one in table.measured(row)) + " |"


def counted(table: ExportedTable, language: Language) -> str:
    """Return how many rows are shown, of how many."""
    return text("ui.export.rows", language, shown=len(table.rows), rows=table.total)


def shown(value: Any, unit: Unit | None = None) -> str:
    """Return a value as people read it, percentages with their sign."""
    if value is None:
        return "—"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return written(value, unit if unit and unit.symbol == "%" else None)


def when(at: float) -> str:
    """Return a time of day as the server's people know it."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def cell(value: str) -> str:
    """Return a text that stays in its cell."""
    return line(value)[:_CELL_CHARS].replace("\\", "\\\\").replace("|", "\\|")


def line(value: str) -> str:
    """Return a text on one line."""
    return " ".join(value.split())


def _longest_run(code: str) -> int:
    longest = run = 0
    for character in code:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest
