"""Words as they are compared: without case, spaces and signs; English plurals taken back."""

import unicodedata
from functools import lru_cache

ENDINGS = (("ies", "y"), ("ses", "s"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))
SIGNS = "%#"
PLURAL_MIN = 4
"""Letters from which on a word may be a plural: `gas`, `bus` and `yes` are none."""
NOT_PLURAL = ("ss", "us", "is")


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """Return letters and digits alone, in lower case: `Dep_Delay (min)` -> `depdelaymin`."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def phrase_key(text: str) -> str:
    """Return what a phrase of analysis is looked up by: as `folded`, but signs that are words
    (`what % of`, `#`) stay; other signs (`>=`) only where they are all of it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(letter for letter in plain if letter.isalnum() or letter in SIGNS)
    return kept or text.strip()


def singular(word: str) -> str:
    """Return a folded English word without its plural ending; other words as they are."""
    if not word.isascii() or len(word) < PLURAL_MIN or word.endswith(NOT_PLURAL):
        return word
    for ending, single in ENDINGS:
        if word.endswith(ending):
            return word[: -len(ending)] + single
    return word


def is_hangul(text: str) -> bool:
    """Whether a text has a Korean syllable."""
    return any("가" <= letter <= "힣" for letter in text)
