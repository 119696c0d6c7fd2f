"""The language of an answer is the question's own; the page's where the question does not tell."""

import unicodedata


def question_language(question: str, page: str) -> str:
    """Return `ko` when at least a fifth of the question's letters are Hangul (Korean questions name
    English columns), `en` when it has other letters, and `page` when it has none."""
    letters = [c for c in question if c.isalpha()]
    if not letters:
        return "ko" if page == "ko" else "en"
    hangul = sum(unicodedata.name(c, "").startswith("HANGUL") for c in letters)
    return "ko" if hangul * 5 >= len(letters) else "en"
