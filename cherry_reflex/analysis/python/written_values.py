"""Values of code in words."""

import reprlib
from datetime import date, timedelta
from decimal import Decimal
from numbers import Number
from typing import Any

from cherry_reflex.core.text import cut, mended

TOLD_CHARS = 4_000
"""Of a printed text or a value, in the facts."""
WRITTEN_CHARS_MAX = 200_000
_DIGITS = 12

_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxother, _SHORT.maxlong = 6, TOLD_CHARS, TOLD_CHARS, 400
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = _SHORT.maxfrozenset = 200
_SHORT.maxdeque = _SHORT.maxarray = 200


def written(value: Any) -> str:
    """Return a value in words: a number with twelve digits that count, all else as Python writes
    it, long parts of it left out."""
    try:
        if isinstance(value, float) and not isinstance(value, bool):
            whole = value.is_integer() and abs(value) < 1e15
            return str(float(value)) if whole else f"{value:.{_DIGITS}g}"
        if isinstance(value, str | date | timedelta | Decimal) or (
            isinstance(value, Number) and not isinstance(value, int)
        ):
            return mended(str(value))
        if isinstance(value, int | list | tuple | dict | set | frozenset):
            return mended(_SHORT.repr(value))
        return mended(cut(repr(value), WRITTEN_CHARS_MAX))
    except (Exception, RecursionError) as error:
        return f"<{type(value).__name__}: {type(error).__name__}>"


def exact(value: Any) -> str:
    """Return a floating number with all of its digits; empty for another value."""
    return float.__repr__(value) if isinstance(value, float) else ""


def fenced(text: str) -> str:
    """Return a text as a block of code in Markdown."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"
