"""Korean particles after a value: 은/는, 이/가, 을/를, 과/와, 으로/로 and the 이 of 입니다.

The rule is the standard one: the first form follows a final consonant (batchim), the second a
vowel; 으로/로 takes 로 after ㄹ as well. Digits are read in Sino-Korean. Where the reading is
unknown (Latin letters, other scripts) both forms are written, as in `은(는)`.
"""

PARTICLES: dict[str, tuple[str, str]] = {
    "은는": ("은", "는"),
    "이가": ("이", "가"),
    "을를": ("을", "를"),
    "과와": ("과", "와"),
    "으로": ("으로", "로"),
    "이": ("이", ""),
}
"""Name in a template -> (form after a consonant, form after a vowel)."""

_RIEUL = 8
_HANGUL_FIRST, _HANGUL_LAST, _FINALS = 0xAC00, 0xD7A3, 28
_DIGIT_FINAL = {"0": 21, "1": 8, "3": 16, "6": 1, "7": 8, "8": 8}
"""Final consonant (index in Unicode's order) of the Sino-Korean reading; other digits have none.
10, 100, 1,000 and 10,000 end in consonants as well, as 0 alone does."""
_SKIPPED = "\"'”’)]}>」』`*_ .,!?…·"


def particle(word: str, name: str) -> str:
    """Return the form of particle `name` (a key of PARTICLES) that follows `word`.

    Raises KeyError for an unknown particle.
    """
    after_consonant, after_vowel = PARTICLES[name]
    final = _final(word.rstrip(_SKIPPED))
    if final is None:
        if name == "으로":
            return "(으)로"
        return f"{after_consonant}({after_vowel})" if after_vowel else f"({after_consonant})"
    if final == 0 or (name == "으로" and final == _RIEUL):
        return after_vowel
    return after_consonant


def _final(word: str) -> int | None:
    """Return the index of the final consonant, 0 for none, None when the reading is unknown."""
    if not word:
        return None
    last = word[-1]
    if _HANGUL_FIRST <= ord(last) <= _HANGUL_LAST:
        return (ord(last) - _HANGUL_FIRST) % _FINALS
    if last.isascii() and last.isdigit():
        return _DIGIT_FINAL.get(last, 0)
    return 0 if last == "%" else None
