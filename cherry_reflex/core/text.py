"""Text that can be stored and sent: whole characters only.

JSON can spell half of a character (`"\\ud83d"`), and programs that count in UTF-16, as JavaScript
does, cut an emoji in two when they send text in pieces. UTF-8 has no halves.
"""

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")
_FIRST = re.compile("[\ud800-\udbff]$")

LOST = "\ufffd"
"""Stands for half a character whose other half never came."""


def cut(text: str, chars_max: int) -> str:
    """Return `text`, shortened to `chars_max` characters when it is longer."""
    return text if len(text) <= chars_max else text[: chars_max - 1] + "…"


def mended(text: str) -> str:
    """Return `text` with halves that belong together joined, and lone ones replaced by `LOST`."""
    if text.isascii() or _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def all_mended(value: Any) -> Any:
    """Return a JSON-like value with every text in it mended, names of members included."""
    if isinstance(value, str):
        return mended(value)
    if isinstance(value, dict):
        return {all_mended(key): all_mended(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [all_mended(item) for item in value]
    return value


class SurrogateJoiner:
    """Joins characters that were cut between two pieces of a text."""

    def __init__(self) -> None:
        self._held = ""

    def whole(self, piece: str) -> str:
        """Return what can be handed on now; the first half of a character waits for the next."""
        text = self._held + piece
        self._held = ""
        if not text.isascii() and _FIRST.search(text):
            text, self._held = text[:-1], text[-1]
        return mended(text)

    def rest(self) -> str:
        """Return what stands for a half that nothing came after."""
        held, self._held = self._held, ""
        return LOST if held else ""
