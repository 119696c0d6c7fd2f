"""The best paths through a question, by a beam over its segments."""

from heapq import nlargest

from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.search.path import Path
from cherry_reflex.llm.embedded.reading.search.prior import Prior
from cherry_reflex.llm.embedded.reading.search.token import Token, tokens_of

WIDTH = 48
"""Paths kept at every segment."""

_Chain = tuple["_Chain", Token] | None
_State = tuple[float, str, bool, _Chain]
"""Weight, kind of the last token, whether nothing but function words followed it, tokens."""


def best_paths(linked: Linked, prior: Prior, most: int = 60, width: int = WIDTH) -> list[Path]:
    """Return the `most` best paths, the best first."""
    count = len(linked.segments)
    starting: list[list[tuple[Token, float]]] = [[] for _ in range(count)]
    for candidate in linked.candidates:
        for token in tokens_of(candidate):
            starting[candidate.first].append((token, prior.take(token)))
    states: list[list[_State]] = [[] for _ in range(count + 1)]
    states[0] = [(0.0, "", True, None)]
    for place in range(count):
        kept = nlargest(width, states[place], key=lambda state: state[0])
        states[place] = []
        skip, is_function = prior.skips[place], linked.segments[place].is_function
        following = states[place + 1]
        for weight, kind, is_adjacent, chain in kept:
            following.append((weight + skip, kind, is_adjacent and is_function, chain))
        for token, taken in starting[place]:
            following = states[token.last]
            for weight, kind, is_adjacent, chain in kept:
                paired = prior.pair(kind, token.kind, is_adjacent)
                following.append((weight + taken + paired, token.kind, True, (chain, token)))
    final = nlargest(most, states[count], key=lambda state: state[0])
    return [Path(linked, _tokens(chain), weight) for weight, _, _, chain in final]


def _tokens(chain: _Chain) -> tuple[Token, ...]:
    tokens: list[Token] = []
    while chain is not None:
        chain, token = chain
        tokens.append(token)
    return tuple(reversed(tokens))
