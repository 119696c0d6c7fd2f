"""How alike two names are, whatever their case, spaces, order of words, and in Hangul letter by
letter.

Jaro-Winkler of DuckDB compares bytes. Hangul is therefore taken apart into its letters, and every
letter of any script is written as one byte: 강남 and 강낭 differ in one of six.
"""

import unicodedata
from collections.abc import Iterable

_LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"
_FIRST_JAMO, _LAST_JAMO = 0x1100, 0x11FF
_BYTES = [code for code in range(1, 128) if chr(code) not in _LATIN]


def key_of(text: str) -> str:
    """Return a text by which equal names are equal: without accents, in lower case, its words
    parted by single spaces, other signs left out."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(
        c if c.isalnum() or _FIRST_JAMO <= ord(c) <= _LAST_JAMO else " "
        for c in plain
        if not unicodedata.combining(c)
    )
    return " ".join(kept.split())


def sorted_key(key: str) -> str:
    """Return a key with its words in order of the alphabet: `kim, minji` is `minji kim`."""
    return " ".join(sorted(key.split()))


def as_bytes(keys: Iterable[str]) -> dict[str, str]:
    """Return keys without spaces, every letter as one byte, the same letter always the same.

    Latin letters, digits and Hangul have a byte of their own; letters of other scripts share
    those that are left, by frequency of first use.
    """
    codes = {c: c for c in _LATIN}
    made: dict[str, str] = {}
    for key in keys:
        letters = key.replace(" ", "")
        for letter in letters:
            if letter not in codes:
                codes[letter] = chr(_BYTES[(len(codes) - len(_LATIN)) % len(_BYTES)])
        made[key] = "".join(codes[letter] for letter in letters)
    return made
