"""Korean words cut into stems, endings and particles: `서울만` -> `서울`, `만`."""

from collections.abc import Callable

KNOWN = 1.0
"""What a known stem costs; each syllable of an unknown one costs more, a particle less."""
KNOWN_SYLLABLE = 1.3
FIRST_SYLLABLE = 2.0
"""What a known word of one syllable costs behind others, and at the beginning."""
PARTICLE = 0.5
CHAIN = 0.5
"""What a particle of one syllable behind another costs more."""
UNKNOWN = 1.2
UNKNOWN_SYLLABLE = 0.75
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
            before, earlier = best[start]
            if before + PARTICLE >= best[end][0]:
                continue
            cost = before + _cost(word[start:end], start > 0, is_stem, particles)
            is_chain = end - start == 1 and start - earlier == 1 and earlier > 0
            if is_chain and word[earlier:start] in particles:
                cost += CHAIN
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
        if len(piece) > 1:
            return KNOWN
        return KNOWN_SYLLABLE if is_inside else FIRST_SYLLABLE
    return UNKNOWN + UNKNOWN_SYLLABLE * len(piece)
