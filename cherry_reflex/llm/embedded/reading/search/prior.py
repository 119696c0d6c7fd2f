"""How likely it is that words are taken so, before anything is bound: it only orders the search."""

from collections.abc import Iterable, Iterator, Mapping

from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnMeaning,
    ConceptMeaning,
    Linked,
    NumberMeaning,
    ValueMeaning,
)
from cherry_reflex.llm.embedded.reading.search.prior_weights import WEIGHTS
from cherry_reflex.llm.embedded.reading.search.token import SAID, Token

UNSURE = ("meaning", "spelling", "part")
Feature = tuple[str, float]


class Prior:
    """Weighs tokens, neighbours and segments that are left out, each by named features."""

    def __init__(self, linked: Linked, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._weights = weights
        self._linked = linked
        self._kinds = {c.name: c.kind for c in linked.view.columns}
        self._pairs: dict[tuple[str, str, bool], float] = {}
        self._skipped = [list(found) for found in self._left_out()]
        self.skips = tuple(self._total(found) for found in self._skipped)

    def take(self, tokens: tuple[Token, ...]) -> float:
        """Return the weight of taking tokens of the same words."""
        return self._total(self.taken(tokens))

    def pair(self, before: str, after: str, is_adjacent: bool) -> float:
        """Return the weight of two kinds of tokens that follow one another."""
        key = (before, after, is_adjacent)
        known = self._pairs.get(key)
        if known is None:
            known = self._pairs[key] = self._total(self.paired(before, after, is_adjacent))
        return known

    def taken(self, tokens: tuple[Token, ...]) -> Iterator[Feature]:
        """Yield the features of taking tokens."""
        if len(tokens) > 1:
            yield f"double|{tokens[0].kind}|{tokens[1].kind}", 1.0
        segments = self._linked.segments
        candidate = tokens[0].candidate
        content = sum(not s.is_function for s in segments[candidate.first : candidate.last])
        for token in tokens:
            yield from self._token(token)
        if content != 1:
            yield f"long|{self._class_of(candidate)}", content - 1.0

    def _token(self, token: Token) -> Iterator[Feature]:
        candidate = token.candidate
        match candidate.meaning:
            case ColumnMeaning(column):
                yield f"{token.role}|{self._kinds.get(column, 'other')}", 1.0
                yield from self._matched("column", candidate)
            case ValueMeaning():
                yield from self._matched("value", candidate)
            case ConceptMeaning():
                sureness = "unsure" if candidate.how in UNSURE else "sure"
                yield f"{token.kind}|{sureness}", 1.0
                yield from self._matched("concept", candidate)
            case NumberMeaning() if candidate.strength < 1:
                yield "number", 1.0
                yield "number|strength", candidate.strength - 1.0
            case _:
                yield token.kind, 1.0

    @staticmethod
    def _matched(what: str, candidate: Candidate) -> Iterator[Feature]:
        yield f"{what}|{candidate.how}", 1.0
        if candidate.strength < 1:
            yield f"{what}|strength", candidate.strength - 1.0

    def paired(self, before: str, after: str, is_adjacent: bool) -> Iterator[Feature]:
        """Yield the features of two kinds that follow one another; `before` is empty at the
        beginning, `after` at the end."""
        yield f"{before}>{after}", 1.0 if is_adjacent else 0.5
        if is_adjacent:
            yield f"{self._linked.language}|{before}>{after}", 1.0

    def skipped(self, place: int) -> list[Feature]:
        """Return the features of leaving a segment out."""
        return self._skipped[place]

    def _total(self, features: Iterable[Feature]) -> float:
        return sum(self._weights.get(name, 0.0) * value for name, value in features)

    def _left_out(self) -> Iterator[Iterator[Feature]]:
        linked = self._linked
        over: list[dict[str, float]] = [{} for _ in linked.segments]
        for candidate in linked.candidates:
            name = f"skip|{self._class_of(candidate)}"
            if candidate.how in UNSURE:
                name += "|unsure"
            share = 1.0 / (candidate.last - candidate.first)
            for place in range(candidate.first, candidate.last):
                over[place][name] = max(over[place].get(name, 0.0), share)
        for place, known in enumerate(over):
            yield self._one_left_out(place, known)

    def _one_left_out(self, place: int, known: Mapping[str, float]) -> Iterator[Feature]:
        segment = self._linked.segments[place]
        if segment.is_function:
            yield "skip|function", 1.0
            return
        if "skip|said" in known:
            yield "skip|said", 1.0
            return
        yield "skip|content", 1.0
        yield from known.items()
        if segment.is_quoted:
            yield "skip|quoted", 1.0
        closeness = self._linked.operator_closeness
        yield "skip|closeness", max(0.0, (closeness[place] if closeness else 0.5) - 0.3)

    @staticmethod
    def _class_of(candidate: Candidate) -> str:
        match candidate.meaning:
            case ColumnMeaning():
                return "column"
            case ValueMeaning():
                return "value"
            case ConceptMeaning(concept):
                return "said" if concept in SAID else concept.partition(":")[0]
            case _:
                return "number"
