"""How a text is spelled, as numbers: hashed pieces of its words.

An encoder of meaning takes a chart, a table and a test of the same thing to be much alike. Words
and their pieces (Korean endings hide whole words) tell trained heads what is wanted besides.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

PLACES = 1024
"""Columns into which the pieces are hashed. Fewer collide, more cost time when a head is fitted;
measured in benchmarks/routing."""
LATIN = (4, 5)
HANGUL = (2, 3, 4)
"""Lengths of the pieces in characters, the word's ends marked."""
CHARACTERS_MAX = 2000
SIGN = 31
"""The bit of a piece's hash that gives its sign."""

_WORD = re.compile(r"[^\W_]+")


def spelled(texts: Sequence[str]) -> "Matrix":
    """Return one unit row of `PLACES` columns for each text (zeros for a text without words)."""
    import numpy as np

    rows = np.zeros((len(texts), PLACES), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for piece in sorted(set(_pieces(text[:CHARACTERS_MAX].lower()))):
            number = zlib.crc32(piece.encode())
            row[number % PLACES] += 1.0 if number >> SIGN else -1.0
        length = float(np.linalg.norm(row))
        row /= length or 1.0
    return rows


def _pieces(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        word = match.group()
        latin = word.isascii()
        if latin:
            yield f"w{word}"
        marked = f"^{word}$"
        for size in LATIN if latin else HANGUL:
            for start in range(len(marked) - size + 1):
                yield marked[start : start + size]
