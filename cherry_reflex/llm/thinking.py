"""Keeps a model's private reasoning out of its answer.

Several open models write `<think>…</think>` before the answer, and servers cut it into pieces of
any size; the client library only knows tags that arrive whole.
"""

from typing import Literal

_TAGS = (("<think>", "</think>"), ("<thinking>", "</thinking>"))


class ThinkingFilter:
    """Fed with the pieces of one answer, gives those that are for the reader. Only a block at the
    very beginning is reasoning: the same tag later on is text."""

    def __init__(self) -> None:
        self._state: Literal["start", "thinking", "after", "answer"] = "start"
        self._held = ""
        self._closing = ""

    def feed(self, text: str) -> str:
        """Return what can be shown now."""
        if self._state == "answer":
            return text
        self._held += text
        if self._state == "start":
            self._begin()
        if self._state == "thinking":
            self._think()
        if self._state == "after" and self._held.strip():
            self._state, self._held = "answer", self._held.lstrip()
        return self._take() if self._state == "answer" else ""

    def rest(self) -> str:
        """Return what was held back when the answer ended: never an unfinished thought."""
        return self._take() if self._state == "start" else ""

    def _begin(self) -> None:
        start = self._held.lstrip()
        for opening, closing in _TAGS:
            if start.startswith(opening):
                self._state, self._closing = "thinking", closing
                self._held = start[len(opening) :]
                return
        if not any(opening.startswith(start) for opening, _ in _TAGS):
            self._state = "answer"

    def _think(self) -> None:
        _, found, after = self._held.partition(self._closing)
        if found:
            self._state, self._held = "after", after
        else:
            # Only what may be the beginning of the closing tag is worth keeping.
            self._held = self._held[-len(self._closing) :]

    def _take(self) -> str:
        held, self._held = self._held, ""
        return held
