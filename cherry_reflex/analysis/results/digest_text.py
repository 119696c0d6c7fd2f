"""A digest as a language model reads it: compact, nothing rounded."""

import json
from typing import Any

from cherry_reflex.core.digest import Digest


def render(digest: Digest) -> str:
    """Return the digest as lines of JSON and text."""
    lines: list[str] = []
    if digest.error:
        lines.append(f"ERROR: {digest.error}")
    if digest.text:
        lines.append(digest.text)
    lines += [_json({"key": fact.key, **fact.params}) for fact in digest.facts]
    lines += [
        _json(table.model_dump(mode="json", exclude_defaults=True)) for table in digest.tables
    ]
    lines += digest.others
    return "\n".join(lines)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
