"""Which words a negation is about: in Korean those before it, in English those after it."""

from cherry_reflex.llm.embedded.reading.search.path import Path

CARRIED = ("value", "condition", "number", "op", "date", "relative", "or", "missing", "present")
"""Kinds of tokens that a negation reaches over."""


def negation_of(path: Path, place: int) -> int | None:
    """Return the place of the negation whose scope holds a token, or None."""
    tokens = path.tokens
    for step in (1, -1):
        other = place + step
        while 0 <= other < len(tokens) and tokens[other].kind in CARRIED:
            if path.gap(place, other) > 3:
                break
            other += step
        if (
            0 <= other < len(tokens)
            and tokens[other].kind == "neg"
            and path.is_korean(other) == (step == 1)
            and path.gap(place, other) <= 3
        ):
            return other
    return None
