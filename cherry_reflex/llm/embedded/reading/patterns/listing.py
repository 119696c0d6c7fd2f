"""The number that a question has in a list: `2. How many …`, `문제 3) …`."""

import re

_LISTED = re.compile(
    r"\s*(?:(?:question|문제|문항|질문)\s*\d{1,2}\s*:|(?:(?:question|문제|문항|질문)\s*)?\d{1,2}\s*[.)])"
    r"\s+(?=[^\W\d])",
    re.IGNORECASE,
)
"""Not `Q1: …`, which is a quarter."""


def begin_of(text: str) -> int:
    """Return where the question itself begins."""
    listed = _LISTED.match(text)
    return listed.end() if listed else 0
