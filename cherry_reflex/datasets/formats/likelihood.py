"""Which of the older encodings a text is likely in: that which makes ordinary words of it."""

import re
from collections.abc import Callable
from itertools import pairwise

from cherry_reflex.datasets.formats.common_characters import (
    HANGUL,
    KANJI,
    SIMPLIFIED,
    TRADITIONAL,
)

_LEAST = 0.3
"""Mean score of a character from which a text is taken for one."""
_SCRIPT_FROM_CHARS = 6
"""Characters from which a text may be in another alphabet: every byte is a letter of those."""
_OTHERS_FROM_BYTES = 40
"""Bytes that are not ASCII, from which other encodings than these are looked for."""
_RUN = re.compile(r"[^\x00-\x7f]+")
_LATIN = {
    "cp1252": "äöüßÄÖÜéèêëÉÈÊàâÀÂçÇîïÎôÔûùœñÑáíóúÁÍÓÚãõÃÕåæøÅÆØìò",
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžÁČĎÉĚÍŘŠŤÚŮÝŽőűŐŰäöüßÄÖÜăâîşţ",
    "cp1254": "ğşıİĞŞçöüÇÖÜâî",
}
_RARER = {"cp1250": 0.15, "cp1254": 0.15}
"""How much likelier than these the one is whose letters they replace by others."""
_SYMBOLS = "µ°€£¥§©®±²³µ·–—‘’‚“”„…•™´«»º½¼¾×\u00a0№"
_CYRILLIC, _GREEK = ("а", "я", "А", "Я"), ("α", "ω", "Α", "Ω")
_SCRIPTS = {"cp1251": _CYRILLIC, "koi8_r": _CYRILLIC, "cp1253": _GREEK}
_ACCENTED = "ёЁіїєґІЇЄҐўЎάέήίόύώΆΈΉΊΌΎΏϊϋς"


_Score = Callable[[str, str, str], float]
"""Of a run of characters that are not ASCII, with the character before and after it."""


def likely(sample: bytes) -> list[str]:
    """Return the older encodings that the bytes may be in, the likeliest first; none where no
    encoding makes words of them."""
    scores: dict[str, float] = {}
    for encoding, score in _SCORES.items():
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        runs = [
            (text[max(0, found.start() - 1) : found.start()], found[0], text[found.end() :][:1])
            for found in _RUN.finditer(text)
        ]
        count = sum(len(run) for _, run, _ in runs)
        if count >= (_SCRIPT_FROM_CHARS if encoding in _SCRIPTS else 1):
            scores[encoding] = sum(score(*run) for run in runs) / count
            scores[encoding] -= _RARER.get(encoding, 0)
    found = sorted((e for e in scores if scores[e] >= _LEAST), key=lambda e: -scores[e])
    if not found and sum(byte > 0x7F for byte in sample) >= _OTHERS_FROM_BYTES:
        from charset_normalizer import from_bytes

        best = from_bytes(sample).best()
        return [best.encoding] if best is not None and best.language != "Unknown" else []
    return found


def _east_asian(
    is_common: Callable[[str], bool], is_usual: Callable[[str], bool], half_width: float = -0.4
) -> _Score:
    def score(before: str, run: str, after: str) -> float:
        total = 0.0
        for c in run:
            if is_common(c):
                total += 1
            elif is_usual(c):
                total += 0.3
            elif "\u3000" <= c <= "\u3020" or "\uff01" <= c <= "\uff5e" or c in "·℃㎡％―…“”‘’￥":
                total += 0.2
            elif "\uff61" <= c <= "\uff9f":
                total += half_width
            else:
                total -= 1
        # A single such character inside of a Latin word is an accented letter of that word.
        is_inside = before.isalpha() and before.isascii() and (len(run) == 1 or after.isalpha())
        return total - (0.7 * len(run) if is_inside else 0)

    return score


def _in(encoding: str, first: int, last: int) -> Callable[[str], bool]:
    def is_usual(c: str) -> bool:
        try:
            coded = c.encode(encoding)
        except UnicodeEncodeError:
            return False
        return len(coded) == 2 and first <= coded[0] <= last

    return is_usual


def _latin(letters: str) -> _Score:
    def score(before: str, run: str, after: str) -> float:
        beside = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
        within = before.isascii() and before.isalpha() and after.isascii() and after.isalpha()
        total = 0.0
        for c in run:
            if c in letters:
                total += (1 if beside else 0.3) if len(run) <= 2 else -0.5
            elif c in _SYMBOLS:
                total += -0.5 if within or len(run) > 2 else 0.7
            else:
                total -= 1
        return total

    return score


def _script(first: str, last: str, first_upper: str, last_upper: str) -> _Score:
    def score(before: str, run: str, after: str) -> float:
        total = 0.0
        for c in run:
            if first <= c <= last or first_upper <= c <= last_upper or c in _ACCENTED:
                total += 0.9
            elif c in _SYMBOLS:
                total += 0.3
            else:
                total -= 1
        # Capitals do not follow small letters inside of a word.
        total -= 1.5 * sum(a.islower() and b.isupper() for a, b in pairwise(run))
        is_inside = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
        return total - (len(run) if is_inside or (len(run) == 1 and run.isalpha()) else 0)

    return score


def _is_kana(c: str) -> bool:
    return "\u3041" <= c <= "\u30fe"


_SCORES: dict[str, _Score] = {
    "cp949": _east_asian(
        HANGUL.__contains__, lambda c: "가" <= c <= "힣" and _in("euc_kr", 0xB0, 0xC8)(c)
    ),
    "cp932": _east_asian(lambda c: c in KANJI or _is_kana(c), _in("shift_jis", 0x88, 0x98), 0.1),
    "euc_jp": _east_asian(lambda c: c in KANJI or _is_kana(c), _in("euc_jp", 0xB0, 0xCF)),
    "gb18030": _east_asian(SIMPLIFIED.__contains__, _in("gb2312", 0xB0, 0xD7)),
    "big5": _east_asian(TRADITIONAL.__contains__, _in("big5", 0xA4, 0xC6)),
    **{encoding: _latin(letters) for encoding, letters in _LATIN.items()},
    **{encoding: _script(*ends) for encoding, ends in _SCRIPTS.items()},
}
