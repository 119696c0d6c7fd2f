"""A second opinion: how likely another model takes the best readings to be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, log

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.proposal import Weigher
from cherry_reflex.llm.embedded.reading.score.score import Scored

ASKED = 30
"""Of so many of the best readings the opinion is asked."""
LEAST = -25.0
"""A logarithm of a likelihood that is lower counts as this."""
UNIT = 5.0


def with_opinion(
    linked: Linked, ranked: Sequence[Scored], weigher: Weigher, weights: Mapping[str, float]
) -> list[Scored]:
    """Return the best readings in the order that the opinion leads to, the best first: those whose
    score was best, and those that only the network proposed. Their features say what was thought
    of them."""
    asked = asked_about(ranked)
    readings: list[Reading | None] = [None, *(scored.reading for scored in asked)]
    nothing, *likely = weigher.weigh(linked, readings)
    return reranked(asked, likely, nothing, weights)


def asked_about(ranked: Sequence[Scored]) -> list[Scored]:
    """Return the readings whose likelihood is asked for."""
    rest = (scored for scored in ranked[ASKED:] if "network" in scored.sources)
    return [*ranked[:ASKED], *rest]


def reranked(
    asked: Sequence[Scored],
    likely: Sequence[float | None],
    nothing: float | None,
    weights: Mapping[str, float],
) -> list[Scored]:
    """Return the readings with the opinion's features, ordered by their score with these."""
    found = []
    for scored, features in zip(asked, opinions_of(asked, likely, nothing), strict=True):
        more = sum(weights.get(name, 0.0) * value for name, value in features.items())
        told = {**scored.features, **features}
        found.append(replace(scored, features=told, score=scored.score + more))
    return sorted(found, key=lambda scored: -scored.score)


def opinions_of(
    asked: Sequence[Scored], likely: Sequence[float | None], nothing: float | None
) -> list[dict[str, float]]:
    """Return what is thought of each reading: how likely it is, how far behind the likeliest, that
    it cannot be said; and how likely it is that no reading says what was asked."""
    known = [_known(scored, told) for scored, told in zip(asked, likely, strict=True)]
    told = [max(value, LEAST) for value in known if value is not None]
    best = max(told, default=LEAST)
    none = exp(min(0.0, nothing)) if nothing is not None else 0.0
    found = []
    for scored, value in zip(asked, known, strict=True):
        features = {"opinion|nothing": none}
        if value is None:
            features["opinion|unsaid"] = 1.0
        else:
            mine = max(value, LEAST)
            features["opinion|likely"] = mine / UNIT
            features["opinion|behind"] = (best - mine) / UNIT
            features["opinion|first"] = float(mine == best)
        if "search" not in scored.sources:
            features["opinion|alone"] = 1.0
        found.append(features)
    return found


def _known(scored: Scored, told: float | None) -> float | None:
    """What was told, else what the network itself said when it proposed the reading."""
    if told is not None:
        return told
    proposed = scored.features.get("likely|network", 0.0)
    return log(proposed) if proposed > 0 else None
