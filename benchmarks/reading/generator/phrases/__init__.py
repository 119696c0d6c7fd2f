"""Phrasings as data, one file a concern."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def phrases(concern: str) -> Any:
    """Return the phrasings of a concern (the name of a file)."""
    return json.loads((FOLDER / f"{concern}.json").read_text("utf-8"))


def count() -> int:
    """Return how many phrasings there are, each choice of a pattern counted."""
    return sum(_count(json.loads(path.read_text("utf-8"))) for path in FOLDER.glob("*.json"))


def _count(value: Any) -> int:
    if isinstance(value, str):
        product = 1
        for part in value.split("(")[1:]:
            inside, _, rest = part.partition(")")
            product *= inside.count("|") + 1 if rest is not None else 1
        return product
    values = value.values() if isinstance(value, dict) else value
    return sum(_count(one) for one in values)
