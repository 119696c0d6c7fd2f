"""What code prints, kept within bounds: its beginning and its end."""

import io
import re
from collections import deque

from cherry_reflex.core.text import mended

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REWRITTEN = re.compile(r"[^\n]*\r(?=[^\n])")


class PrintedText(io.TextIOBase):
    """Standard output and error of code. Of more than `chars_max` characters the middle is dropped
    while it is written, so that an endless print costs no memory."""

    def __init__(self, chars_max: int) -> None:
        self._half = chars_max // 2
        self._head: list[str] = []
        self._head_chars = 0
        self._tail: deque[str] = deque()
        self._tail_chars = 0
        self.chars = 0
        """Characters that were written in all."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.chars += len(text)
        room = self._half - self._head_chars
        if room > 0:
            self._head.append(text[:room])
            self._head_chars += min(room, len(text))
            text_after = text[room:]
        else:
            text_after = text
        if text_after:
            self._tail.append(text_after[-self._half :])
            self._tail_chars += len(self._tail[-1])
            while self._tail_chars - len(self._tail[0]) >= self._half:
                self._tail_chars -= len(self._tail.popleft())
        return len(text)

    def text(self, left_out: str) -> str:
        """Return what was printed; `left_out`, with the slot `{chars}`, stands for the middle where
        that was dropped."""
        head, tail = "".join(self._head), "".join(self._tail)[-self._half :]
        dropped = self.chars - len(head) - len(tail)
        if dropped > 0:
            return f"{_plain(head)}\n{left_out.format(chars=f'{dropped:,}')}\n{_plain(tail)}"
        return _plain(head + tail)


def shortened(text: str, chars_max: int, left_out: str) -> str:
    """Return a text whole up to `chars_max` characters; of a longer one the beginning and the end,
    with `left_out` (slot `{chars}`) between them."""
    if len(text) <= chars_max:
        return text
    half = chars_max // 2
    note = left_out.format(chars=f"{len(text) - 2 * half:,}")
    return f"{text[:half]}\n{note}\n{text[-half:]}"


def _plain(text: str) -> str:
    """Return a text without colours of terminals and lines that progress bars wrote over."""
    plain = _REWRITTEN.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n")))
    return mended(_CONTROLS.sub("", plain.replace("\r", "\n")))
