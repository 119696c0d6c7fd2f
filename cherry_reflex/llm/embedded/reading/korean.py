"""Korean words cut into stems, endings and particles: `서울만` -> `서울`, `만`."""

from collections.abc import Callable

KNOWN = 1.0
"""What a known stem costs; each syllable of an unknown one costs more, a particle less."""
KNOWN_SYLLABLE = 1.7
PARTICLE = 0.5
UNKNOWN = 1.2
UNKNOWN_SYLLABLE = 1.0
LONGEST = 14
"""Syllables of the longest piece that is looked up."""


def cut(word: str, is_stem: Callable[[str], bool], particles: frozenset[str]) -> list[str]:
    """Return the pieces of a Korean word: the cheapest way to make it of known stems, particles
    behind them, and what is left. A known word is never cut inside."""
    if len(word) == 1:
        return [word]
    size = len(word)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * size
    for end in range(1, size + 1):
        for start in range(max(0, end - LONGEST), end):
            before = best[start][0]
            if before + PARTICLE >= best[end][0]:
                continue
            cost = before + _cost(word[start:end], start > 0, is_stem, particles)
            if cost < best[end][0]:
                best[end] = (cost, start)
    pieces = []
    end = size
    while end:
        start = best[end][1]
        pieces.append(word[start:end])
        end = start
    return pieces[::-1]


def _cost(
    piece: str, is_inside: bool, is_stem: Callable[[str], bool], particles: frozenset[str]
) -> float:
    if is_inside and piece in particles:
        return PARTICLE
    if is_stem(piece):
        return KNOWN if len(piece) > 1 else KNOWN_SYLLABLE
    return UNKNOWN + UNKNOWN_SYLLABLE * len(piece)
