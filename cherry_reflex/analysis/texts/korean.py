"""Korean words without their particles: 배송이, 배송은 and 배송을 are 배송.

Without a dictionary, a syllable at the end may be a particle or a part of the word (고양이). What
the text itself shows decides: an ending is cut where the rest of the word also stands alone, or
with another particle. A rest of one syllable is cut only where it stands alone.
"""

from collections.abc import Iterable, Sequence

_REST_LEAST = 2
_FIRST, _LAST = "가", "힣"


def stems(words: Iterable[str], particles: Sequence[str]) -> dict[str, str]:
    """Return each word with what is left of it when its particle is cut; words in other letters
    stay as they are. `particles` are tried from the longest."""
    known = set(words)
    endings = sorted(particles, key=len, reverse=True)
    seen: dict[str, set[str]] = {}
    for word in known:
        for rest, ending in _splits(word, endings):
            seen.setdefault(rest, set()).add(ending)
    return {word: _stem(word, endings, known, seen) for word in known}


def _splits(word: str, endings: Sequence[str]) -> Iterable[tuple[str, str]]:
    if not _FIRST <= word[-1:] <= _LAST:
        return
    for ending in endings:
        if word.endswith(ending) and len(word) > len(ending):
            yield word[: -len(ending)], ending


def _stem(word: str, endings: Sequence[str], known: set[str], seen: dict[str, set[str]]) -> str:
    for rest, _ in _splits(word, endings):
        if rest in known or (len(rest) >= _REST_LEAST and len(seen[rest]) > 1):
            return rest
    return word
