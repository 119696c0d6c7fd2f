"""A path through a question: what its words were taken to mean, from left to right."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from cherry_reflex.core.language import KOREAN
from cherry_reflex.llm.embedded.reading.linked import (
    ColumnKind,
    ColumnView,
    Linked,
    NumberMeaning,
    Segment,
    TableView,
)
from cherry_reflex.llm.embedded.reading.search.prior import Prior
from cherry_reflex.llm.embedded.reading.search.token import Token


class Path:
    """Tokens that do not overlap, in their order; `weight` is how well they were chosen."""

    def __init__(
        self,
        linked: Linked,
        tokens: tuple[Token, ...],
        weight: float = 0.0,
        columns: Mapping[str, ColumnView] | None = None,
    ) -> None:
        self.linked = linked
        self.tokens = tokens
        self.weight = weight
        self._columns = columns or {c.name: c for c in linked.view.columns}

    def features(self, prior: Prior) -> dict[str, float]:
        """Return the features that the path's weight is made of."""
        found: dict[str, float] = {}
        spans: dict[tuple[int, int], list[Token]] = {}
        for token in self.tokens:
            spans.setdefault((token.first, token.last), []).append(token)
        told, kind, is_adjacent, place = [], "", True, 0
        for (first, last), tokens in spans.items():
            for left in range(place, first):
                told += prior.skipped(left)
                is_adjacent = is_adjacent and self.linked.segments[left].is_function
            told += prior.paired(kind, tokens[0].kind, is_adjacent)
            told += prior.taken(tuple(tokens))
            kind, is_adjacent, place = tokens[-1].kind, True, last
        for left in range(place, len(self.linked.segments)):
            told += prior.skipped(left)
            is_adjacent = is_adjacent and self.linked.segments[left].is_function
        told += prior.paired(kind, "", is_adjacent)
        for name, value in told:
            found[name] = found.get(name, 0.0) + value
        return found

    @property
    def view(self) -> TableView:
        """The table that is asked about."""
        return self.linked.view

    @cached_property
    def _content_before(self) -> tuple[int, ...]:
        """For each segment, how many content segments stand before it."""
        counts = [0]
        for segment in self.linked.segments:
            counts.append(counts[-1] + (not segment.is_function))
        return tuple(counts)

    @cached_property
    def _by_kind(self) -> dict[str, tuple[int, ...]]:
        kinds: dict[str, list[int]] = {}
        for place, token in enumerate(self.tokens):
            kinds.setdefault(token.kind, []).append(place)
        return {kind: tuple(places) for kind, places in kinds.items()}

    def places(self, kind: str) -> tuple[int, ...]:
        """Return the places of the tokens of a kind, in order."""
        return self._by_kind.get(kind, ())

    def has(self, concept: str) -> bool:
        """Whether a token has that concept's id."""
        return any(t.concept == concept for t in self.tokens)

    def concepts(self, *concepts: str) -> tuple[int, ...]:
        """Return the places of the tokens with one of these concepts, in order."""
        return tuple(i for i, t in enumerate(self.tokens) if t.concept in concepts)

    def gap(self, one: int, other: int) -> int:
        """Return how many content segments stand between two tokens (0: side by side)."""
        left, right = sorted((one, other))
        before = self._content_before
        return max(0, before[self.tokens[right].first] - before[self.tokens[left].last])

    def nearest(
        self,
        place: int,
        kinds: tuple[str, ...],
        reach: int = 4,
        without: frozenset[int] = frozenset(),
    ) -> Iterator[int]:
        """Yield the places of tokens of these kinds, the nearest to a token first, at most `reach`
        tokens away. Of two as far, what a Korean word is about stands before it, what an English
        one is about after it."""
        side = -1 if self.is_korean(place) else 1
        for distance in range(1, reach + 1):
            for other in (place + side * distance, place - side * distance):
                if (
                    0 <= other < len(self.tokens)
                    and other not in without
                    and self.tokens[other].kind in kinds
                ):
                    yield other

    def column(self, place: int) -> ColumnView:
        """Return the column that a token names."""
        return self._columns[self.tokens[place].column]

    def kind_of(self, place: int) -> ColumnKind:
        """Return the kind of the column that a token names."""
        return self.column(place).kind

    def number(self, place: int) -> NumberMeaning:
        """Return the number that a token gives."""
        meaning = self.tokens[place].candidate.meaning
        if not isinstance(meaning, NumberMeaning):
            raise TypeError(f"not a number: {meaning}")
        return meaning

    def segments(self, place: int) -> tuple[Segment, ...]:
        """Return the segments of a token."""
        token = self.tokens[place]
        return self.linked.segments[token.first : token.last]

    def is_korean(self, place: int) -> bool:
        """Whether a token is written in Korean: there what modifies a word follows it."""
        return self._korean[place]

    @cached_property
    def _korean(self) -> tuple[bool, ...]:
        """For each token whether it is Korean; numbers are as the question is."""
        is_korean = self.linked.language == KOREAN
        found = []
        for place in range(len(self.tokens)):
            text = "".join(s.text for s in self.segments(place))
            letters = [c for c in text if c.isalpha()]
            found.append(any("가" <= c <= "힣" for c in letters) if letters else is_korean)
        return tuple(found)
