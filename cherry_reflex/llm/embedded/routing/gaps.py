"""The gaps between the words of a request, as numbers: does one wish end and the next begin?

What tells is how the words on both sides end and begin: `그린 뒤 | …`, `…, then | …`, but not
`height and | weight`. Hashed pieces of these words, so that a trained head finds the rest.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

PLACES = 2048
SIGN = 31
"""The bit of a piece's hash that gives its sign."""

_MARK = re.compile(r"^[(\[]?\d{1,2}[.)\]]$|^[-*•&+]$")
_EDGE = re.compile(r"^\W+|\W+$")


def gaps_of(words: Sequence[str]) -> "Matrix":
    """Return one unit row of `PLACES` columns for each gap between two words."""
    import numpy as np

    rows = np.zeros((max(len(words) - 1, 0), PLACES), dtype=np.float32)
    for gap, row in enumerate(rows, 1):
        for piece in set(_pieces(words, gap)):
            number = zlib.crc32(piece.encode())
            row[number % PLACES] += 1.0 if number >> SIGN else -1.0
        row /= float(np.linalg.norm(row)) or 1.0
    return rows


def _pieces(words: Sequence[str], gap: int) -> Iterator[str]:
    """Yield the pieces of the words before and behind the gap before word `gap`."""
    before, behind = words[gap - 1].lower(), words[gap].lower()
    left, right = _EDGE.sub("", before), _EDGE.sub("", behind)
    further = _EDGE.sub("", words[gap + 1].lower()) if gap + 1 < len(words) else "$"
    earlier = _EDGE.sub("", words[gap - 2].lower()) if gap > 1 else "^"
    pause = before[-1] if not before[-1].isalnum() and not _MARK.match(before) else ""
    yield f"pause {pause}"
    if _MARK.match(behind):
        yield from ("mark", "mark behind", "mark again")
    if _MARK.match(before):
        yield from ("after mark", "after a mark", "after mark again")
    for size in (1, 2, 3):
        yield f"left {left[-size:]}"
        yield f"right {right[:size]}"
    yield f"left end {_ending(left)}"
    yield f"left end {_ending(left)} {pause}"
    yield f"left pair {earlier[-2:]} {left}"
    yield f"left word {left}"
    yield f"left word {left} {pause}"
    yield f"right word {right}"
    yield f"right word {right} {pause}"
    yield f"right pair {right} {further}"
    yield f"right end {right[-1:]}"
    yield f"over {left[-1:]} {right}"
    yield f"over {_ending(left)} {right[:2]}"
    yield f"place {min(gap, 3)} {min(len(words) - gap, 3)}"


def _ending(word: str) -> str:
    """Return the last syllable without its beginning (`ㅣㄴ` of `그린`), or the last letters."""
    parts = unicodedata.normalize("NFD", word[-1:])
    return parts[1:] if len(parts) > 1 else word[-2:]
