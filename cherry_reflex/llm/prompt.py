"""What the model reads: instructions from `prompts/*.md`, and material in fenced sections."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from cherry_reflex.analysis.sql.duckdb import sql_names
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.finding import Finding
from cherry_reflex.core.ids import ORCHESTRATOR_NAME
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import Fact
from cherry_reflex.core.planner import Question
from cherry_reflex.core.roster import Roster
from cherry_reflex.core.versions import superseded
from cherry_reflex.core.worker import Turn
from cherry_reflex.i18n.catalogue import sentence
from cherry_reflex.llm.endpoint import Message

FOLDER = Path(__file__).parent / "prompts"

HISTORY_CHARS = 8_000
COLUMN_CHARS = 16_000
ROSTER_CHARS = 60_000
FINDINGS_CHARS = 24_000
"""Budgets of the sections, in characters; what does not fit is left out and said so."""

EXAMPLES = 6
"""Example values shown of a column."""


def instructions(name: str, **slots: object) -> str:
    """Return the instructions of `prompts/<name>.md`, `$slots` filled."""
    return Template(_read(name)).substitute({k: str(v) for k, v in slots.items()})


def message(question: Question, *sections: str, chars_max: int) -> tuple[Message, ...]:
    """Return the one message of a call: the material first, at last the request, of which at most
    `chars_max` characters are shown."""
    parts = [
        _history(question.history),
        _datasets(question.datasets),
        fence("results_of_earlier_steps", [cut(text, 4_000) for text in question.inputs]),
        findings_section(question.findings),
        *sections,
        fence("what_did_not_work", question.problems),
        fence("request", cut(question.text, chars_max)),
    ]
    return (Message("user", "\n\n".join(part for part in parts if part)),)


def fence(name: str, content: object) -> str:
    """Return content as JSON inside `<name>`; empty when there is none. `<` is escaped, so that
    nothing inside can close the section and pose as instructions."""
    if not content:
        return ""
    text = json.dumps(content, ensure_ascii=False, default=str)
    return f"<{name}>\n{text.replace('<', chr(92) + 'u003c')}\n</{name}>"


def cut(text: str, most: int) -> str:
    """Return at most `most` characters, saying so when some were left out."""
    return text if len(text) <= most else f"{text[:most]} … ({len(text) - most} more characters)"


def roster_section(roster: Roster, *, brief: bool = False) -> str:
    """Return the workers with what they say of themselves; input schemas of tools included.

    Schemas are left out, tool by tool from the last, where the budget does not hold them. `brief`
    leaves out all schemas and examples, for models with a short context.
    """
    if brief:
        told = {worker: cut(text, 300) for worker, text in roster.workers().items()}
        return fence("workers", told)
    agents: list[dict[str, Any]] = [
        {
            "worker": f"a2a:{agent.name}",
            "description": cut(agent.description, 1_000),
            "skills": [
                {
                    "name": skill.name,
                    "description": cut(skill.description, 400),
                    "examples": skill.examples[:4],
                }
                for skill in agent.skills[:12]
            ],
        }
        for agent in roster.agents
        if agent.healthy and agent.name != ORCHESTRATOR_NAME
    ]
    tools: list[dict[str, Any]] = [
        {
            "worker": f"mcp:{server.name}/{tool.name}",
            "description": cut(tool.description, 1_000),
            "input_schema": {k: v for k, v in tool.input_schema.items() if k != "examples"},
        }
        for server in roster.tools
        if server.healthy
        for tool in server.tools
    ]
    for tool in reversed(tools):
        if len(json.dumps([agents, tools], ensure_ascii=False)) <= ROSTER_CHARS:
            break
        del tool["input_schema"]
    return fence("workers", [*agents, *tools])


def facts_section(facts: Sequence[Fact], language: Language) -> str:
    """Return the facts as sentences, most notable first."""
    return fence("facts", [sentence(fact, language) for fact in facts[:200]])


def findings_section(findings: Iterable[Finding]) -> str:
    """Return what the workers found, the budget shared between them."""
    listed = list(findings)
    share = FINDINGS_CHARS // max(1, len(listed))
    return fence(
        "findings",
        [
            {**finding.model_dump(exclude_defaults=True), "text": cut(finding.text, share)}
            for finding in listed
        ],
    )


@cache
def _read(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text("utf-8").strip()


def _history(history: Sequence[Turn]) -> str:
    kept: list[dict[str, Any]] = []
    room = HISTORY_CHARS
    for turn in reversed(history):
        told = {
            "question": cut(turn.question, 2_000),
            "plan": turn.steps,
            "answer": cut(turn.summary, 2_000),
        }
        room -= len(json.dumps(told, ensure_ascii=False, default=str))
        if room < 0:
            break
        kept.insert(0, told)
    return fence("conversation_so_far", kept)


def _datasets(datasets: Sequence[Dataset]) -> str:
    share = COLUMN_CHARS // max(1, len(datasets))
    tables = sql_names(datasets)
    newer = {old: dataset.name for old, dataset in superseded(datasets).items()}
    return fence(
        "datasets", [_dataset(d, share, tables[d.id], newer.get(d.id, "")) for d in datasets]
    )


def _dataset(dataset: Dataset, room: int, table: str, newer: str) -> dict[str, Any]:
    columns: list[dict[str, Any]] = []
    for column in dataset.columns:
        told = {
            "name": column.name,
            "type": column.type,
            "unit": column.unit,
            "time": column.time,
            "missing": column.missing or None,
            "distinct": column.distinct or None,
            "distinct_is_estimate": column.is_distinct_estimate or None,
            "from": column.minimum,
            "to": column.maximum,
            "examples": [cut(str(value), 60) for value in column.examples[:EXAMPLES]],
        }
        # A minimum of 0 is told; what is absent is not.
        told = {k: v for k, v in told.items() if v is not None and v != "" and v != []}
        room -= len(json.dumps(told, ensure_ascii=False, default=str))
        columns.append(told if room > 0 else {"name": column.name, "type": column.type})
    return {
        "name": dataset.name,
        **({"newer_version": newer} if newer else {}),
        "sql_table": table,
        "rows": dataset.rows,
        "note": dataset.note,
        "columns": columns[:2_000],
    }
