"""Which parts of an answer's Markdown hold no figures: code, addresses, markers of lists, names."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

_NO_FIGURES = re.compile(
    r"""
      ^(?:`{3,}|~{3,})[^\n]*\n(?:.*?)(?:^(?:`{3,}|~{3,})\s*?$|\Z)   # code
    | \]\([^)\s]*\)                                             # the target of a link
    | \bhttps?://\S+ | \bwww\.\S+
    | <[A-Za-z/!][^<>\n]{0,500}>                                # HTML
    | ^[ \t>]*(?:[-*+][ ]+)?[0-9]{1,3}[.)](?=\s)                # markers of lists
    | ^\#{1,6}[ ]+[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]?(?=\s)        # numbered headings
    | (?<![\w\]])\[\^?[0-9]{1,3}\](?!\()                        # references
    | (?<![\w.])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![\w:])      # times of day
    | (?<![\w.])(?![0-9]{4}-)[0-9]+(?:-[0-9]+){2,}(?!\w)         # telephone numbers
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_NAME_CHARS_MAX, _NAMES_MAX = 80, 3_000
_HAS_BOTH = re.compile(r"(?=.*[0-9])(?=.*[^\W\d_])", re.DOTALL)
_SENTENCE_END = re.compile(r"\n+|(?<=[.!?。])\s+")

Span = tuple[int, int]


def without_figures(text: str, names: Iterable[str]) -> list[Span]:
    """Return the places of `text` in which digits are no figures. `names` are those of the data:
    one with letters and digits (`temp_2m`, `65세 이상`) says nothing by its digits."""
    found = [match.span() for match in _NO_FIGURES.finditer(text)]
    for name in _with_digits(names):
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            if not (text[at - 1 : at].isdigit() or text[end : end + 1].isdigit()):
                found.append((at, end))
            at = text.find(name, end)
    return found


def _with_digits(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        if len(name) <= _NAME_CHARS_MAX and _HAS_BOTH.match(name):
            found.add(name)
        if len(found) == _NAMES_MAX:
            break
    return found


def is_inside(start: int, end: int, spans: Sequence[Span]) -> bool:
    """Return whether a place overlaps one of the spans."""
    return any(first < end and start < last for first, last in spans)


class Sentences:
    """A text cut into sentences (a line of a table is one)."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
        ends = [*self._starts[1:], len(text)]
        self.plain = [plain(text[start:end]) for start, end in zip(self._starts, ends, strict=True)]
        """Each sentence, in lower case and without marks, as long as it is written."""

    def place(self, at: int) -> tuple[int, int]:
        """Return which sentence a character is in, and where in it."""
        number = bisect_right(self._starts, at) - 1
        return number, at - self._starts[number]


def plain(text: str) -> str:
    """Return a text as it is compared: lower case, every mark a space."""
    return "".join(c.lower()[:1] if c.isalnum() else " " for c in text)
