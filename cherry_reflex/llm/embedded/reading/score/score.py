"""Ranks the readings that were proposed, whoever proposed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from cherry_reflex.core.reading.canonical import canonical
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.explanation.explanation import Explainer, Explanation
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.proposal import Proposal, Source
from cherry_reflex.llm.embedded.reading.score.features import Sight

BEHIND_MAX = 12.0
"""A proposal further behind the best of its source counts as that far behind."""


@dataclass(frozen=True)
class Scored:
    """A reading with what explains it, what was seen of it, and its score (higher is better;
    comparable within one question). `sources` says who proposed it."""

    reading: Reading
    explanation: Explanation
    features: Mapping[str, float]
    score: float
    sources: frozenset[Source]


def rank(
    linked: Linked,
    proposals: Sequence[Proposal],
    weights: Mapping[str, float],
    decisive: Sequence[float] = (),
    before: Reading | None = None,
) -> list[Scored]:
    """Return every different reading once, the best first; of those that mean the same, as the
    network says it where it does. `decisive` says of each segment how
    probably it matters if it is left out. `before` is the reading that a follow-up would change."""
    explainer, sight = Explainer(linked, before), Sight(linked, decisive)
    best: dict[Source, float] = {}
    weighed: dict[Reading, dict[Source, float]] = {}
    said: dict[Reading, Reading] = {}
    for proposal in proposals:
        source, weight = proposal.source, proposal.weight
        best[source] = max(best.get(source, weight), weight)
        same = canonical(proposal.reading)
        mine = weighed.setdefault(same, {})
        if same not in said or (source == "network" and source not in mine):
            said[same] = proposal.reading
        mine[source] = max(mine.get(source, weight), weight)
    found = []
    for same, mine in weighed.items():
        reading = said[same]
        explanation = explainer.explain(reading)
        features = sight.features(reading, explanation)
        features.update(_proposed(mine, best))
        score = sum(weights.get(name, 0.0) * value for name, value in features.items())
        found.append(Scored(reading, explanation, features, score, frozenset(mine)))
    return sorted(found, key=lambda scored: -scored.score)


def _proposed(mine: Mapping[Source, float], best: Mapping[Source, float]) -> dict[str, float]:
    """Who proposed a reading, and how far behind the best of that source."""
    features: dict[str, float] = {}
    for source, top in best.items():
        if source in mine:
            features[f"behind|{source}"] = min(top - mine[source], BEHIND_MAX) / 4
            features[f"best|{source}"] = float(mine[source] == top)
            if source == "network":  # its weight is the logarithm of a probability
                features["likely|network"] = exp(min(0.0, mine[source]))
        else:
            features[f"absent|{source}"] = 1.0
    return features
