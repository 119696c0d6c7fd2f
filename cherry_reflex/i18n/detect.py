"""Which language: of a tag that came from outside, and of a question by its own letters."""

import re
import unicodedata

from cherry_reflex.core.language import ENGLISH, KOREAN, Language
from cherry_reflex.i18n.catalogue import languages

_TAG = re.compile("[a-z]+")
_SHARE = 5
"""One letter in so many makes a question Korean: Korean questions name English columns."""


def known_language(tag: str | None, otherwise: Language = ENGLISH) -> Language:
    """Return the language of a tag (`ko`, `ko-KR`, `ko_KR.UTF-8`) that the catalogue has, and
    `otherwise` for every other one. The one place where a language comes in."""
    given = _TAG.match((tag or "").strip().lower())
    return next((one for one in languages() if given and given[0] == one), otherwise)


def question_language(question: str, page: Language) -> Language:
    """Return the language of an answer: Korean when at least a fifth of the question's letters are
    Hangul, English when it has other letters, the page's when it has none."""
    letters = [c for c in question if c.isalpha()]
    if not letters:
        return page
    hangul = sum(unicodedata.name(c, "").startswith("HANGUL") for c in letters)
    return KOREAN if hangul * _SHARE >= len(letters) else ENGLISH
