"""How sure it is that the best reading is what was asked."""

from collections.abc import Mapping, Sequence
from math import exp, log

from cherry_reflex.analysis.reading.run import TASKS
from cherry_reflex.llm.embedded.reading.explanation.evidence import MATCHED
from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ConceptMeaning,
    DateMeaning,
    Linked,
    NumberMeaning,
    RelativeMeaning,
    ValueMeaning,
)
from cherry_reflex.llm.embedded.reading.score.score import Scored
from cherry_reflex.llm.embedded.reading.score.weights import Learned

CAP = 0.35
"""The most that is trusted where a number, a value or a negation is left unexplained."""
SURE = ("exact", "plural", "remembered", "pattern", "vocabulary")
BOUND = ("exact", "plural", "remembered")
LEAD_MAX = 6.0
RECALLED = 0.7
"""How much of what the best reading is not falls to the other readings: the rest is elsewhere."""


def probabilities(
    linked: Linked,
    ranked: Sequence[Scored],
    decisive: Sequence[float],
    learned: Learned,
    signs: Mapping[str, float] | None = None,
) -> list[float]:
    """Return for each of the readings, which are ranked, the probability that it was meant; what
    is missing to 1 is elsewhere. `signs` are those of the best one where they are known."""
    if not ranked:
        return []
    total = logit_of(signs or signs_of(linked, ranked, decisive), learned)
    if learned.agreement and "opinion|nothing" in ranked[0].features:
        added = {"base": total, **agreement_of(ranked)}
        total = learned.agreement.get("bias", 0.0) + sum(
            learned.agreement.get(name, 0.0) * value for name, value in added.items()
        )
    first = 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))
    if is_capped(linked, ranked[0]):
        first = min(first, CAP)
    shares = _softmax([scored.score for scored in ranked])
    others = sum(shares[1:])
    rest = (1.0 - first) * RECALLED
    return [first, *(min(first, rest * share / others) for share in shares[1:])]


def logit_of(signs: Mapping[str, float], learned: Learned) -> float:
    """Return the logarithm of the odds that the best reading is right, by its signs alone."""
    total = learned.trust.get("bias", 0.0)
    for name, value in signs.items():
        weight = learned.trust.get(name)
        if weight is not None:
            scale = learned.trust_scale.get(name, 1.0) or 1.0
            total += weight * (value - learned.trust_mean.get(name, 0.0)) / scale
    return total


def agreement_of(ranked: Sequence[Scored]) -> dict[str, float]:
    """Return what the second opinion is of the best reading: whether it is its own first, how
    likely, how far behind; how likely it is that no reading says what was asked; and whether the
    best one only names what is done."""
    best = ranked[0].features
    return {
        "first": best.get("opinion|first", 0.0),
        "likely": exp(5 * best.get("opinion|likely", -5.0)),
        "unlikely": -best.get("opinion|likely", -5.0),
        "behind": best.get("opinion|behind", 5.0),
        "unsaid": best.get("opinion|unsaid", 0.0),
        "nothing": best.get("opinion|nothing", 0.0),
        "proposed": float("network" in ranked[0].sources),
        "named": float(ranked[0].reading.task not in TASKS),
    }


def signs_of(
    linked: Linked, ranked: Sequence[Scored], decisive: Sequence[float]
) -> dict[str, float]:
    """Return what tells whether the best reading is right: its lead, what it leaves unexplained,
    what it says that nobody said, how well its words match."""
    best = ranked[0]
    shares = _softmax([scored.score for scored in ranked])
    second = ranked[1].score if len(ranked) > 1 else best.score - LEAD_MAX
    explanation = best.explanation
    content = [i for i in explanation.left if not linked.segments[i].is_function]
    worth = [decisive[i] for i in content] if decisive else [0.5] * len(content)
    qualities = [
        MATCHED[linked.candidates[s.candidate].how]
        for s in explanation.supports
        if s is not None and not s.is_shared
    ]
    needed = [
        part
        for place, part in enumerate(explanation.parts)
        if explanation.supports[place] is None
        and part.is_needed
        and place not in explanation.carried
    ]
    count = max(1, sum(not s.is_function for s in linked.segments))
    known = {
        place
        for candidate in linked.candidates
        if candidate.how in SURE
        for place in range(candidate.first, candidate.last)
    }
    left = _left_candidates(linked, best)
    signs = {
        "lead": min(best.score - second, LEAD_MAX),
        "share": log(max(shares[0], 1e-4)),
        "content": float(len(content)),
        "content share": len(content) / count,
        "unknown": float(sum(i not in known for i in content)),
        "any unknown": float(any(i not in known for i in content)),
        "any content": float(bool(content)),
        "decisive": sum(worth),
        "most decisive": max(worth, default=0.0),
        "weakest": min(qualities, default=0.0),
        "mean quality": sum(qualities) / max(1, len(qualities)),
        "weak": float(sum(q < 0.7 for q in qualities)),
        "unsaid": float(len(needed)),
        "unsaid column": float(sum(p.kind == "column" for p in needed)),
        "unsaid agg": float(sum(p.kind == "agg" for p in needed)),
        "unsaid other": float(sum(p.kind not in ("column", "agg") for p in needed)),
        "score": best.score / count,
        "long": max(0.0, count - 8) / 4,
        "short": float(count <= 2),
        "parts": float(len(explanation.parts)),
        "left column": _any(left, "column"),
        "left value": _any(left, "value"),
        "left number": _any(left, "number"),
        "left date": max(_any(left, "date"), _any(left, "relative")),
        "left out": _any(left, "out"),
        "out": float(_said(linked, "out")),
        "korean": float(linked.language == "ko"),
        "rows": float(best.reading.task == "rows"),
        "aggregate": float(best.reading.task == "aggregate"),
        "other task": float(best.reading.task not in ("rows", "aggregate", "lookup")),
        "conditions": float(best.reading.where is not None),
        "follow-up": float(bool(explanation.carried or explanation.dropped)),
        "dropped": float(len(explanation.dropped)),
    }
    for name in ("neg", "agg", "top", "bottom", "op", "arith", "task", "missing", "grain", "by"):
        signs[f"left {name}"] = _any(left, name)
    return signs


def is_capped(linked: Linked, scored: Scored) -> bool:
    """Whether a reading leaves a number, a value by its own name, or a negation unexplained. One
    that only names what is done may leave numbers: who does it reads them (`next 3 months`)."""
    unexplained = set(scored.explanation.left)
    for candidate in linked.candidates:
        places = range(candidate.first, candidate.last)
        if not unexplained.issuperset(places):
            continue
        match candidate.meaning:
            case NumberMeaning():
                if scored.reading.task in TASKS:
                    return True
            case ValueMeaning() if candidate.how in BOUND:
                if not all(linked.segments[p].is_function for p in places):
                    return True
            case ConceptMeaning("neg") if candidate.how in SURE:
                return True
    return False


def _left_candidates(linked: Linked, scored: Scored) -> list[Candidate]:
    unexplained = set(scored.explanation.left)
    return [
        candidate
        for candidate in linked.candidates
        if candidate.how in SURE and unexplained.issuperset(range(candidate.first, candidate.last))
    ]


def _any(candidates: Sequence[Candidate], name: str) -> float:
    return float(any(_class_of(candidate) == name for candidate in candidates))


def _class_of(candidate: Candidate) -> str:
    match candidate.meaning:
        case ConceptMeaning(concept):
            return concept.partition(":")[0]
        case NumberMeaning():
            return "number"
        case DateMeaning():
            return "date"
        case RelativeMeaning():
            return "relative"
        case ValueMeaning():
            return "value"
        case _:
            return "column"


def _said(linked: Linked, concept: str) -> bool:
    return any(
        isinstance(c.meaning, ConceptMeaning)
        and c.meaning.concept.partition(":")[0] == concept
        and c.how in SURE
        for c in linked.candidates
    )


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    weights = [exp(max(-50.0, score - top)) for score in scores]
    total = sum(weights)
    return [weight / total for weight in weights]
