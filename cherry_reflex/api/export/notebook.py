"""A document as a Jupyter notebook (nbformat 4.5): charts are live where Jupyter has Plotly."""

import json
from dataclasses import replace
from typing import Any

from cherry_reflex.api.export.document import Document, ExportedArtifact
from cherry_reflex.api.export.markdown import answered, contributed, line, pipes, when
from cherry_reflex.api.export.page import table_html
from cherry_reflex.core.language import Language
from cherry_reflex.i18n.catalogue import text


def as_notebook(document: Document) -> str:
    """Return the notebook as JSON. What made a table or chart is the code of a cell whose output
    is that table or chart; cells of SQL begin with the `%%sql` magic."""
    cells = [
        _words(f"# {line(document.title)}\n\n" + "\n".join(f"- {d}" for d in document.datasets))
    ]
    for answer in document.answers:
        cells.append(_words(f"## {line(answer.question)}\n\n*{when(answer.at)}*"))
        if answer.plan:
            steps = "\n".join(f"{at}. {step}" for at, step in enumerate(answer.plan, 1))
            cells.append(_words(f"### {text('ui.plan', document.language)}\n\n{steps}"))
        for part in answer.contributions:
            cells.append(_words("\n".join(contributed(part, document.language))))
            for artifact in part.artifacts:
                cells += _artifact(artifact, document.language)
        closing = answered(replace(answer, plan=(), contributions=()), document.language)
        if closing:
            cells.append(_words("\n".join(closing)))
    for at, cell in enumerate(cells):
        cell["id"] = f"cell-{at}"
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "language_info": {"name": "python"},
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        },
        "cells": cells,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1)


def _words(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source.strip()}


def _artifact(artifact: ExportedArtifact, language: Language) -> list[dict[str, Any]]:
    title = f"#### {line(artifact.title)}\n\n{line(artifact.description)}".strip()
    cells = [_words(f"{title}\n\n[{text('ui.export.open', language)}]({artifact.link})")]
    shown: dict[str, Any] = {"text/plain": artifact.description or artifact.title}
    if artifact.figure is not None:
        shown["application/vnd.plotly.v1+json"] = artifact.figure
    elif artifact.table is not None:
        shown["text/html"] = table_html(artifact.table)
        shown["text/markdown"] = "\n".join(pipes(artifact.table))
    elif not artifact.code:
        return cells
    source = artifact.code.strip()
    if artifact.language.lower() == "sql":
        source = f"%%sql\n{source}"
    cells.append(
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": None,
            "source": source,
            "outputs": [{"output_type": "display_data", "metadata": {}, "data": shown}],
        }
    )
    return cells
