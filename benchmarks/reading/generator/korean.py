"""Korean particles that follow the last sound of a word."""

PARTICLES = {
    "이": ("이", "가"),
    "은": ("은", "는"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이랑": ("이랑", "랑"),
    "이나": ("이나", "나"),
}
"""By their form after a consonant: that form and the one after a vowel."""

FIRST, LAST, FINALS, RIEUL = 0xAC00, 0xD7A3, 28, 8
CLOSED = frozenset("0136789LMNRlmnr")
"""Digits and letters whose Korean names end in a consonant."""
ENDS_IN_RIEUL = frozenset("178LRlr")


def with_particle(word: str, particle: str) -> str:
    """Return a word with a particle, given in its form after a consonant."""
    closed, opened = PARTICLES[particle]
    last = word.rstrip("'\"`’”)」 ")[-1:] or "a"
    code = ord(last)
    if FIRST <= code <= LAST:
        final = (code - FIRST) % FINALS
        has_final, is_rieul = final > 0, final == RIEUL
    else:
        has_final, is_rieul = last in CLOSED, last in ENDS_IN_RIEUL
    if particle == "으로" and is_rieul:
        has_final = False
    return word + (closed if has_final else opened)
