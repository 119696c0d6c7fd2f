"""How codes look: `INV-22704` and `INV-00012` have one shape."""

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_./:#][A-Za-z0-9]+)*")
CODE_MIN = 4
"""Characters of what may be a code that no value is known for."""


def shape_of(code: str) -> str:
    """Return a code with its capitals as A, small letters as a, digits as 9."""
    return "".join(
        "9" if sign.isdigit() else "A" if sign.isupper() else "a" if sign.isalpha() else sign
        for sign in code
    )


def codes_in(text: str) -> Iterable[re.Match[str]]:
    """Return what looks like a code in a text: letters with digits, or digits alone."""
    return (
        match
        for match in _TOKEN.finditer(text)
        if len(match.group()) >= CODE_MIN and any(map(str.isdigit, match.group()))
    )


def fits(code: str, values: Iterable[str]) -> bool:
    """Whether a code looks like most of the values that are known, letter by letter; where these
    begin with the same letters, it does too."""
    known = [value for value in values if value]
    if not known:
        return False
    same = [value for value in known if _alike(shape_of(value), shape_of(code))]
    head = _head(known)
    return len(same) * 2 >= len(known) and code.upper().startswith(head.upper())


def _alike(one: str, other: str) -> bool:
    """Whether two shapes are one, letters and digits taken together where both are mixed."""
    if one.upper() == other.upper():
        return True
    return len(one) == len(other) and _mixed(one) == _mixed(other)


def _mixed(shape: str) -> str:
    if not ("9" in shape and "A" in shape.upper()):
        return shape
    return re.sub(r"[A-Za-z9]", "x", shape)


def _head(values: list[str]) -> str:
    """Return the letters that all values begin with."""
    first = min(values)
    last = max(values)
    size = 0
    while size < min(len(first), len(last)) and first[size] == last[size] and first[size].isalpha():
        size += 1
    return first[:size] if len(values) > 1 else ""
