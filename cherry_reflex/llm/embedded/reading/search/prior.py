"""How likely it is that words are taken so, before anything is bound: it only orders the search."""

from collections.abc import Mapping

from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnMeaning,
    ConceptMeaning,
    Linked,
    NumberMeaning,
    ValueMeaning,
)
from cherry_reflex.llm.embedded.reading.search.token import SAID, Token

WEIGHTS: Mapping[str, float] = {
    "column|exact": 1.5,
    "column|plural": 1.3,
    "column|remembered": 2.0,
    "column|vocabulary": 1.1,
    "column|part": 0.5,
    "column|meaning": -0.9,
    "column|spelling": -0.4,
    "column|strength": 1.0,
    "value|exact": 1.6,
    "value|plural": 1.2,
    "value|remembered": 1.6,
    "value|vocabulary": 1.3,
    "value|part": 0.5,
    "value|meaning": -0.8,
    "value|spelling": -0.2,
    "value|strength": 0.8,
    "concept|exact": 0.9,
    "concept|plural": 0.7,
    "concept|part": 0.0,
    "concept|vocabulary": 0.6,
    "concept|meaning": -1.0,
    "concept|spelling": -0.3,
    "concept|strength": 0.4,
    "number": 1.2,
    "date": 1.6,
    "relative": 1.5,
    "alias": -0.5,
    "concept|out": -1.0,
    "concept|noun": -0.3,
    "concept|harmless": -0.3,
    "measure|amount": 0.5,
    "measure|level": 0.5,
    "measure|rate": 0.4,
    "measure|flag": 0.0,
    "measure|identifier": -0.2,
    "measure|label": -0.3,
    "measure|code": -0.5,
    "measure|time": -0.3,
    "measure|text": -0.6,
    "measure|other": -1.0,
    "group|amount": -1.6,
    "group|level": -1.0,
    "group|rate": -1.4,
    "group|flag": 0.0,
    "group|identifier": -0.2,
    "group|label": 0.3,
    "group|code": 0.2,
    "group|time": 0.0,
    "group|text": -0.5,
    "group|other": -1.5,
    "condition|amount": -0.5,
    "condition|level": -0.4,
    "condition|rate": -0.6,
    "condition|flag": 0.1,
    "condition|identifier": -0.6,
    "condition|label": -0.6,
    "condition|code": -0.3,
    "condition|time": -0.2,
    "condition|text": -0.5,
    "condition|other": -1.5,
    "by>group": 1.2,
    "group>by": 1.2,
    "grain>by": 0.5,
    "group>grain": 0.3,
    "by>grain": 0.6,
    "agg>measure": 0.6,
    "measure>agg": 0.5,
    "measure>measure": 0.1,
    "condition>op": 0.5,
    "condition>number": 0.6,
    "op>number": 0.7,
    "number>op": 0.5,
    "number>condition": 0.2,
    "condition>value": 0.5,
    "value>condition": 0.3,
    "neg>value": 0.6,
    "value>neg": 0.6,
    "measure>op": 0.1,
    "measure>by": -0.8,
    "by>measure": -0.8,
    "top>number": 0.5,
    "number>group": 0.1,
    "top>measure": 0.2,
    "bottom>measure": 0.2,
    "bottom>number": 0.5,
    "condition>missing": 0.8,
    "missing>condition": 0.8,
    "condition>date": 0.4,
    "date>condition": 0.2,
    "value>value": 0.3,
    "measure>top": 0.2,
    "measure>bottom": 0.2,
    "group>group": 0.0,
    "arith>measure": 0.3,
    "measure>arith": 0.3,
    "task>measure": 0.1,
    "condition>neg": 0.2,
    "neg>condition": 0.2,
    "condition>present": 0.5,
    "present>condition": 0.5,
    "skip|content": -0.8,
    "skip|function": -0.05,
    "skip|closeness": -0.6,
    "skip|column": -0.9,
    "skip|value": -0.9,
    "skip|number": -1.2,
    "skip|concept": -0.4,
    "skip|quoted": -1.5,
    "skip|said": -0.15,
}
"""Hand-set: what they rank is scored again by what was learned."""

_UNSURE = ("meaning", "spelling", "part")


class Prior:
    """Weighs tokens, neighbours and segments that are left out."""

    def __init__(self, linked: Linked, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._weights = weights
        self._linked = linked
        self._kinds = {c.name: c.kind for c in linked.view.columns}
        self.skips = tuple(self._skips())

    def take(self, token: Token) -> float:
        """Return the weight of taking a token."""
        w, candidate = self._weights, token.candidate
        match candidate.meaning:
            case ColumnMeaning(column):
                kind = self._kinds.get(column, "other")
                return self._matched("column", candidate) + w.get(f"{token.role}|{kind}", 0.0)
            case ValueMeaning():
                return self._matched("value", candidate)
            case ConceptMeaning():
                return self._matched("concept", candidate) + w.get(f"concept|{token.kind}", 0.0)
            case _:
                return w.get(token.kind, 0.0)

    def pair(self, before: str, after: str, is_adjacent: bool) -> float:
        """Return the weight of two kinds of tokens that follow one another."""
        return self._weights.get(f"{before}>{after}", 0.0) * (1.0 if is_adjacent else 0.5)

    def _matched(self, what: str, candidate: Candidate) -> float:
        w = self._weights
        return w.get(f"{what}|{candidate.how}", 0.0) + w[f"{what}|strength"] * (
            candidate.strength - 1.0
        )

    def _skips(self) -> list[float]:
        """The cost of leaving out each segment: what its word is worth."""
        w, linked = self._weights, self._linked
        costs = []
        for place, segment in enumerate(linked.segments):
            if segment.is_function:
                costs.append(w["skip|function"])
                continue
            closeness = linked.operator_closeness[place] if linked.operator_closeness else 0.5
            cost = w["skip|content"] + w["skip|closeness"] * max(0.0, closeness - 0.3)
            costs.append(cost + (w["skip|quoted"] if segment.is_quoted else 0.0))
        names = {ColumnMeaning: "column", ValueMeaning: "value", NumberMeaning: "number"}
        extra: list[float] = [0.0] * len(costs)
        for candidate in linked.candidates:
            if candidate.how in _UNSURE:
                continue
            if isinstance(candidate.meaning, ConceptMeaning) and candidate.meaning.concept in SAID:
                for place in range(candidate.first, candidate.last):
                    costs[place] = max(costs[place], w["skip|said"])
                continue
            name = names.get(type(candidate.meaning), "concept")
            share = w[f"skip|{name}"] / (candidate.last - candidate.first)
            for place in range(candidate.first, candidate.last):
                if not linked.segments[place].is_function:
                    extra[place] = min(extra[place], share)
        return [cost + more for cost, more in zip(costs, extra, strict=True)]
