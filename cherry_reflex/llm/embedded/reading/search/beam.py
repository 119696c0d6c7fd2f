"""The best paths through a question, by a beam over its segments."""

from collections.abc import Iterator
from heapq import nlargest

from cherry_reflex.llm.embedded.reading.linked import Candidate, ConceptMeaning, Linked
from cherry_reflex.llm.embedded.reading.search.path import Path
from cherry_reflex.llm.embedded.reading.search.prior import Prior
from cherry_reflex.llm.embedded.reading.search.token import Token, tokens_of

TWOFOLD = {
    "measure": ("top", "bottom", "agg", "neg", "missing", "present", "arith"),
    "number": ("agg",),
    "value": ("neg",),
}
"""Kinds of meanings that the same words may have at once: `oldest`, `p95`, `불량률`."""
FAINT = 0.88
"""Concepts that the encoder takes to be less like a word than this are not tried."""
WIDTH = 60
"""Paths kept at every segment."""

_Chain = tuple["_Chain", tuple[Token, ...]] | None
_State = tuple[float, str, bool, _Chain]
"""Weight, kind of the last token, whether nothing but function words followed it, tokens."""


def best_paths(linked: Linked, prior: Prior, most: int = 60, width: int = WIDTH) -> list[Path]:
    """Return the `most` best paths, the best first."""
    count = len(linked.segments)
    starting: list[list[tuple[tuple[Token, ...], float]]] = [[] for _ in range(count)]
    for tokens in choices_of(linked):
        starting[tokens[0].first].append((tokens, prior.take(tokens)))
    states: list[list[_State]] = [[] for _ in range(count + 1)]
    states[0] = [(0.0, "", True, None)]
    for place in range(count):
        kept = nlargest(width, states[place], key=lambda state: state[0])
        states[place] = []
        skip, is_function = prior.skips[place], linked.segments[place].is_function
        following = states[place + 1]
        for weight, kind, is_adjacent, chain in kept:
            following.append((weight + skip, kind, is_adjacent and is_function, chain))
        for tokens, taken in starting[place]:
            following = states[tokens[0].last]
            first, last = tokens[0].kind, tokens[-1].kind
            for weight, kind, is_adjacent, chain in kept:
                paired = prior.pair(kind, first, is_adjacent)
                following.append((weight + taken + paired, last, True, (chain, tokens)))
    ended = [
        (weight + prior.pair(kind, "", is_adjacent), kind, is_adjacent, chain)
        for weight, kind, is_adjacent, chain in states[count]
    ]
    final = nlargest(most, ended, key=lambda state: state[0])
    columns = {column.name: column for column in linked.view.columns}
    return [Path(linked, _tokens(chain), weight, columns) for weight, _, _, chain in final]


def is_faint(candidate: Candidate) -> bool:
    """Whether a word of analysis is only guessed, and not surely."""
    is_concept = isinstance(candidate.meaning, ConceptMeaning)
    return is_concept and candidate.how == "meaning" and candidate.strength < FAINT


def choices_of(linked: Linked) -> Iterator[tuple[Token, ...]]:
    """Yield the ways to take each candidate, and two over the same words that go together."""
    spans: dict[tuple[int, int], list[tuple[Token, ...]]] = {}
    for candidate in linked.candidates:
        if is_faint(candidate):
            continue
        tokens = tokens_of(candidate)
        yield from ((token,) for token in tokens)
        if tokens:
            spans.setdefault((candidate.first, candidate.last), []).append(tokens)
    for found in spans.values():
        for named in found:
            if named[0].kind not in TWOFOLD:
                continue
            for other in found:
                if other[0].kind in TWOFOLD[named[0].kind]:
                    yield from ((token, other[0]) for token in named)


def _tokens(chain: _Chain) -> tuple[Token, ...]:
    tokens: list[Token] = []
    while chain is not None:
        chain, chosen = chain
        tokens.extend(reversed(chosen))
    return tuple(reversed(tokens))
