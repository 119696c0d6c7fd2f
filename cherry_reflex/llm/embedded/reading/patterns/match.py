"""What a pattern found in a text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cherry_reflex.llm.embedded.reading.linked import Meaning


@dataclass(frozen=True)
class Match:
    """Characters from `start` up to `end` (not included) that a pattern gives a meaning."""

    start: int
    end: int
    meaning: Meaning
    strength: float = 1.0


def alternatives(words: Iterable[str]) -> str:
    """Return words as one choice of a pattern, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
