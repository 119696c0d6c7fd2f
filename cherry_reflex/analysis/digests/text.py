"""A digest as compact text for a language model: a line of JSON for each fact and table."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cherry_reflex.core.digest import ColumnDigest, Digest, FactDigest, TableDigest

DIGITS = 12
"""Significant digits of a float."""

_SUMMARY = tuple(ColumnDigest.model_fields)


def render(digest: Digest) -> str:
    """Return the digest in lines: why it failed, what was printed or said, facts, tables, and what
    else there is. Figures have 12 significant digits; what was left out is counted."""
    return "\n".join(_lines(digest))


def _lines(digest: Digest) -> Iterator[str]:
    if digest.error:
        yield _json({"error": digest.error})
    if digest.text:
        yield digest.text
    for same in _by_params(digest.facts):
        yield _json(_fact(same))
    if digest.facts_left_out:
        yield _json({"facts_left_out": digest.facts_left_out})
    for table in digest.tables:
        yield _json(_table(table))
    yield from digest.others


def _by_params(facts: Sequence[FactDigest]) -> Iterator[FactDigest]:
    """Yield facts with their keys joined where they say the same figures: sentences differ, and
    are for people."""
    told: dict[str, list[FactDigest]] = {}
    for fact in facts:
        told.setdefault(_json(fact.params), []).append(fact)
    for same in told.values():
        yield same[0].model_copy(update={"key": ",".join(one.key for one in same)})


def _fact(fact: FactDigest) -> dict[str, Any]:
    if "key" in fact.params:
        return {"key": fact.key, "params": fact.params}
    return {"key": fact.key, **fact.params}


def _table(table: TableDigest) -> dict[str, Any]:
    said: dict[str, Any] = {"table": table.name, "title": table.title, "rows": table.rows}
    if not table.name:
        del said["table"]
    if table.columns:
        said |= {"columns": table.columns, "head": table.head}
    if table.summary:
        rows = [[getattr(column, name) for name in _SUMMARY] for column in table.summary]
        said |= {"columns": _SUMMARY, "summary": rows}
    if table.rows_left_out and not table.summary:
        said["rows_left_out"] = table.rows_left_out
    if table.columns_left_out:
        said["columns_left_out"] = table.columns_left_out
    return said


def _json(value: Any) -> str:
    return json.dumps(_short(value), ensure_ascii=False, separators=(",", ":"))


def _short(value: Any) -> Any:
    """Return a value with floats of DIGITS digits: the last ones of a float are noise of its
    computation, and cost a quarter of the text."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_short(item) for item in value]
    return value
