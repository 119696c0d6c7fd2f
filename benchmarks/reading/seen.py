"""Questions with what is seen of their proposals, and as they are ranked."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.reading.proposed import Proposed
from cherry_reflex.llm.embedded.reading.score.decisive import Decisive
from cherry_reflex.llm.embedded.reading.score.score import Scored, rank
from cherry_reflex.llm.embedded.reading.trust import signs_of


@dataclass(frozen=True)
class Seen:
    """A question with its proposals, what is seen of each, and which are right."""

    question: Proposed
    readings: tuple[Scored, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True)
class Ranked:
    """A question with its readings, the best first, and the signs of trust."""

    question: Proposed
    readings: tuple[Scored, ...]
    right: tuple[bool, ...]
    signs: Mapping[str, float]


def see(question: Proposed, decisive: Decisive) -> Seen:
    """Explain all that is proposed for a question."""
    judged = decisive.of(question.linked)
    ranked = rank(question.linked, question.proposals, {}, judged, question.label.before)
    are = dict(zip((p.reading for p in question.proposals), question.right, strict=True))
    return Seen(question, tuple(ranked), tuple(are[s.reading] for s in ranked))


def rank_seen(seen: Seen, weights: Mapping[str, float], decisive: Decisive) -> Ranked | None:
    """Order what was seen by weights; None where nothing was proposed."""
    if not seen.readings:
        return None
    scored = [
        Scored(s.reading, s.explanation, s.features, total_of(s.features, weights), s.sources)
        for s in seen.readings
    ]
    order = sorted(range(len(scored)), key=lambda place: -scored[place].score)
    readings = tuple(scored[place] for place in order)
    linked = seen.question.linked
    signs = signs_of(linked, readings, decisive.of(linked))
    return Ranked(seen.question, readings, tuple(seen.right[place] for place in order), signs)


def total_of(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the weighted sum of features."""
    return sum(weights.get(name, 0.0) * value for name, value in features.items())
