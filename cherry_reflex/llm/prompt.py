"""What the model reads: instructions from `prompts/*.md`, and material in fenced sections."""

import datetime as dt
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

from cherry_reflex.analysis.digests.text import render
from cherry_reflex.analysis.sql.duckdb import sql_names
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.planner import Question
from cherry_reflex.core.redo import OPERATION
from cherry_reflex.core.versions import superseded
from cherry_reflex.core.worker import Turn

_TAG = re.compile(r"<(?=/?[A-Za-z_]+>)")
_ODD = re.compile(r"[|\n\r\t,\"\\\x00-\x1f]")

FOLDER = Path(__file__).parent / "prompts"

HISTORY_CHARS = 6_000
COLUMN_CHARS = 12_000
"""Budgets of the sections, in characters; what does not fit is left out and said so."""

NAMES_MAX = 500
"""Columns of which only name and type are told, where the budget holds no more."""

EXAMPLES, EXAMPLE_CHARS = 4, 40
"""Example values shown of a column, and how much of each."""


def instructions(name: str, **slots: object) -> str:
    """Return the instructions of `prompts/<name>.md`, `$slots` filled."""
    return Template(_read(name)).substitute({k: str(v) for k, v in slots.items()})


def tool_texts(name: str) -> dict[str, str]:
    """Return the text of each tool, by the lines `tool: text` of `prompts/<name>.md`."""
    return dict(line.split(": ", 1) for line in _read(name).splitlines())


def material(question: Question, *, chars_max: int, is_brief: bool = False) -> str:
    """Return what a question is about, at last the request, of which at most `chars_max` characters
    are shown. `is_brief`: for short contexts, with less of each."""
    scale = 4 if is_brief else 1
    parts = [
        _datasets(question.datasets, COLUMN_CHARS // scale),
        history_section(question.history, HISTORY_CHARS // scale),
        fence("known", [cut(text, 4_000 // scale) for text in question.inputs]),
        section("today", _today(question.time_zone)),
        section("request", cut(question.text, chars_max)),
    ]
    return "\n".join(part for part in parts if part)


def fence(name: str, content: object) -> str:
    """Return content as JSON inside `<name>`; empty when there is none. `<` is escaped, so that
    nothing inside can close the section and pose as instructions."""
    if not content:
        return ""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    return f"<{name}>\n{text.replace('<', chr(92) + 'u003c')}\n</{name}>"


def section(name: str, text: str) -> str:
    """Return text inside `<name>`; nothing in it can close a section. Empty when there is none."""
    return f"<{name}>\n{guarded(text)}\n</{name}>" if text else ""


def guarded(text: str) -> str:
    """Return text without tags of sections: `<` before a name is escaped."""
    return _TAG.sub(r"\\u003c", text)


def cut(text: str, most: int) -> str:
    """Return at most `most` characters, saying so when some were left out."""
    return text if len(text) <= most else f"{text[:most]} … ({len(text) - most} more characters)"


@cache
def _read(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text("utf-8").strip()


def history_section(history: Sequence[Turn], room: int = HISTORY_CHARS) -> str:
    """Return the conversation so far, the newest turns that have room, with what they found."""
    kept: list[str] = []
    for turn in reversed(history):
        results = "\n".join(filter(None, map(render, turn.digests)))
        lines = [f"QUESTION: {cut(turn.question, 1_000)}"]
        lines += [f"CALLED: {_told_step(step)}" for step in turn.steps]
        lines += [f"FOUND: {cut(results, room // 2)}"] if results else []
        lines.append(f"ANSWERED: {cut(turn.summary, 2_000)}")
        told = "\n".join(lines)
        room -= len(told)
        if room < 0:
            break
        kept.insert(0, told)
    return section("conversation_so_far", "\n\n".join(kept))


def _told_step(step: dict[str, Any]) -> str:
    """Return a step as the call that it was."""
    worker, arguments = str(step.get("worker", "")), dict(step.get("arguments") or {})
    name = str(arguments.pop(OPERATION, "")) or worker.partition("/")[2]
    for text in ("sql", "code"):
        if isinstance(arguments.get(text), str):
            return f"{text}: {cut(arguments[text], 600)}"
    agent = worker.partition(":")[2].partition("/")[0]
    if not name:
        return cut(f"{agent}: {step.get('request', '')}", 400)
    said = json.dumps(arguments, ensure_ascii=False, separators=(",", ":"), default=str)
    return cut(f"{agent}.{name} {said}", 400)


def _today(time_zone: str) -> str:
    """Return the date where the person is, and the name of the time zone."""
    try:
        zone: dt.tzinfo = ZoneInfo(time_zone) if time_zone else dt.UTC
    except (KeyError, ValueError, OSError):
        zone, time_zone = dt.UTC, ""
    return f"{dt.datetime.now(zone):%Y-%m-%d %A} ({time_zone or 'UTC'})"


def _datasets(datasets: Sequence[Dataset], room: int) -> str:
    share = room // max(1, len(datasets))
    tables = sql_names(datasets)
    newer = {old: dataset.name for old, dataset in superseded(datasets).items()}
    told = [_dataset(d, share, tables[d.id], newer.get(d.id, "")) for d in datasets]
    return section("datasets", "\n\n".join(told))


def _dataset(dataset: Dataset, room: int, table: str, newer: str) -> str:
    """Return a table in lines: its head, then `column | type | range or examples | notes`."""
    head = [f"table {table}", f"{dataset.rows} rows"]
    if dataset.name != table:
        head.append(f"dataset {_plain(dataset.name)}")
    if newer:
        head.append(f"newer version: {_plain(newer)}")
    if dataset.note:
        head.append(_plain(cut(dataset.note, 500)))
    lines = [" | ".join(head)]
    named = 0
    for column in dataset.columns:
        told = _column(column)
        room -= len(told) + 1
        if room > 0:
            lines.append(told)
        elif named < NAMES_MAX:
            lines.append(f"{_plain(column.name)} | {column.type}")
            named += 1
    if more := len(dataset.columns) + 1 - len(lines):
        lines.append(f"({more} more columns)")
    return "\n".join(lines)


def _column(column: Column) -> str:
    told = [_plain(column.name), column.type]
    if column.minimum is not None and column.type not in ("category", "text", "boolean"):
        told.append(f"{_number(column.minimum)}..{_number(column.maximum)}")
    elif column.examples:
        examples = [_plain(_shortened(str(value))) for value in column.examples[:EXAMPLES]]
        few = column.type == "category" and column.distinct <= len(examples)
        told.append(", ".join(examples) + ("" if few else f", … {column.distinct} distinct"))
    elif not column.distinct and column.missing:
        told.append("empty")
    if column.missing:
        told.append(f"{column.missing} missing")
    told += [str(note) for note in (column.unit, column.time) if note]
    return " | ".join(told)


def _number(value: Any) -> str:
    """Return the end of a range; of a float six digits say enough."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _shortened(value: str) -> str:
    return value if len(value) <= EXAMPLE_CHARS else f"{value[: EXAMPLE_CHARS - 1]}…"


def _plain(text: str) -> str:
    """Return text as one field of a line: quoted as JSON where it could be taken for more."""
    odd = _ODD.search(text) or text != text.strip() or not text
    return json.dumps(text, ensure_ascii=False) if odd else text
