"""What an operation found, as whoever called it is told: raw figures, within a bounded text.

Made where the operation ran, for that is where its tables can be read.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from cherry_reflex.analysis.digests.table_head import (
    HEAD_ROWS,
    HEAD_ROWS_MIN,
    TABLE_CHARS,
    table_digest,
)
from cherry_reflex.analysis.results.cells import param
from cherry_reflex.core.artifact import MEDIA_TYPES, ArtifactContent
from cherry_reflex.core.digest import Digest, FactDigest, TableDigest
from cherry_reflex.core.errors import Failure
from cherry_reflex.core.language import ENGLISH
from cherry_reflex.core.operation import Fact, Outcome
from cherry_reflex.core.text import cut
from cherry_reflex.i18n.catalogue import message
from cherry_reflex.processes.sandbox_worker import Progress

DIGEST_CHARS = 8_000
"""Of facts and tables together; each fact and table counts as the JSON of it."""
FACTS_CHARS = 4_000
"""Kept for facts when the tables would take all."""
TEXT_CHARS = 4_000
"""Of what a worker of others said."""
DETAIL_CHARS = 2_000
_OTHER_CHARS = 500
_GIVEN_CHARS = 24_000
"""The longest digest that is taken from a worker: more than one of ours ever is."""

_Part = TypeVar("_Part", FactDigest, TableDigest)


def digest_of(outcome: Outcome) -> Digest:
    """Return the digest of an outcome: its facts, the heads of its tables, and what else there is.

    The text that the operation has put into `outcome.digest` stays.
    """
    facts = [fact_digest(fact) for fact in outcome.facts if not fact.is_repeat]
    room = DIGEST_CHARS - min(FACTS_CHARS, sum(_chars(fact) for fact in facts))
    tables: list[TableDigest] = []
    for content in outcome.artifacts:
        if is_table(content):
            tables.append(_table(content, min(TABLE_CHARS, room)))
            room = max(0, room - _chars(tables[-1]))
    kept = _fitting(facts, DIGEST_CHARS - sum(_chars(table) for table in tables))
    return Digest(
        facts=kept,
        facts_left_out=len(facts) - len(kept),
        tables=tuple(tables),
        others=tuple(
            _other(content) for content in outcome.artifacts if not _is_told(content, outcome)
        ),
        text=outcome.digest.text,
    )


def _is_told(content: ArtifactContent, outcome: Outcome) -> bool:
    """Whether an artifact stands among the tables, or in the text."""
    return is_table(content) or (content.kind == "text" and bool(outcome.digest.text))


def fact_digest(fact: Fact) -> FactDigest:
    """Return a fact with its parameters as JSON has them, in full."""
    return FactDigest(key=fact.key, params={key: param(one) for key, one in fact.params.items()})


def text_digest(text: str, chars_max: int = TEXT_CHARS) -> Digest:
    """Return words as a digest; of long ones the beginning, and how much is left out."""
    if len(text) <= chars_max:
        return Digest(text=text)
    left_out = len(text) - chars_max
    return Digest(text=f"{text[:chars_max]}\n[{left_out:,} characters left out]")


def failure_digest(failure: Failure) -> Digest:
    """Return a failure as a digest: its sentence in English, and the raw cause behind it."""
    sentence, detail = message(failure, ENGLISH), cut(failure.detail.strip(), DETAIL_CHARS)
    return Digest(error=sentence if not detail or detail in sentence else f"{sentence}\n{detail}")


def bounded(digest: Digest) -> Digest:
    """Return a digest that came from outside of this process, shortened where it is too long."""
    if _chars(digest) <= _GIVEN_CHARS:
        return digest
    text, error = cut(digest.text, DIGEST_CHARS), cut(digest.error, DETAIL_CHARS)
    facts = _fitting(digest.facts, FACTS_CHARS)
    tables = _fitting(digest.tables, DIGEST_CHARS)
    others = tuple(cut(one, _OTHER_CHARS) for one in digest.others[:20])
    left_out = digest.facts_left_out + len(digest.facts) - len(facts)
    return Digest(
        facts=facts,
        facts_left_out=left_out,
        tables=tables,
        others=others,
        text=text,
        error=error,
    )


def read_heads(payload: dict[str, Any], folder: Path, tell: Progress) -> dict[str, Any]:
    """Return the digests of the Parquet files that `payload.tables` names (title, path), those of
    workers that made none; inside the sandbox."""
    room, heads = DIGEST_CHARS, []
    for given in payload["tables"]:
        head = table_digest(given["title"], Path(given["path"]), min(TABLE_CHARS, room))
        room = max(0, room - _chars(head))
        heads.append(head.model_dump(mode="json"))
    return {"heads": heads}


def is_table(content: ArtifactContent) -> bool:
    """Whether an artifact is a table that can be read: of results, or a dataset."""
    return content.kind in ("table", "dataset") and content.type == MEDIA_TYPES[content.kind]


def _table(content: ArtifactContent, chars_max: int) -> TableDigest:
    source = content.path if content.path is not None else content.data or b""
    # Of a new dataset its columns are told with the data: a few rows show what it is like.
    rows = HEAD_ROWS_MIN if content.kind == "dataset" else HEAD_ROWS
    return table_digest(content.title, source, chars_max, rows)


def _other(content: ArtifactContent) -> str:
    said = [f"{content.kind}: {content.title}"]
    if description := str(content.meta.get("description") or ""):
        said.append(description)
    if numbers := content.meta.get("table"):
        said.append(f"its numbers are in the table {numbers!r}")
    return cut("; ".join(said), _OTHER_CHARS)


def _fitting(given: Sequence[_Part], chars_max: int) -> tuple[_Part, ...]:
    kept: list[_Part] = []
    for one in given:
        chars_max -= _chars(one)
        if chars_max < 0:
            break
        kept.append(one)
    return tuple(kept)


def _chars(value: Digest | FactDigest | TableDigest) -> int:
    return len(json.dumps(value.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False))
