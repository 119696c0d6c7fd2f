"""English words that are another word in short, or share its beginning."""

SHORT_MIN = 3
SHORT_MAX = 5
"""Letters of what may be an abbreviation."""
SHARED_MIN = 5
SHARED_PART = 0.55
"""Letters, and share of the longer word, that two forms of one word begin with."""
_VOWELS = "aeiou"


def is_short_for(short: str, word: str, with_vowels: bool = False) -> bool:
    """Whether a word is written in short: its beginning (`terr` for `territory`), or its first
    letter and consonants of it in their order (`cmpgn`, `mgr`); codes have vowels too, and half of
    the letters (`tsla`)."""
    if not SHORT_MIN <= len(short) <= SHORT_MAX or len(short) >= len(word) - (not with_vowels):
        return False
    if short[0] != word[0]:
        return False
    if word.startswith(short):
        return True
    if with_vowels and 2 * len(short) < len(word):
        return False
    if not with_vowels and any(letter in _VOWELS for letter in short[1:]):
        return False
    rest = iter(word)
    return all(letter in rest for letter in short)


def shared(one: str, other: str) -> float:
    """Return the share of the longer of two words that both begin with, where that makes them
    forms of one word (`converted`, `conversion`); else 0."""
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    share = same / max(len(one), len(other))
    return share if same >= SHARED_MIN and share >= SHARED_PART else 0.0
