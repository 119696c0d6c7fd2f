"""Fits what the network adds to the score and to how sure it is, on what it has not seen."""

from collections.abc import Mapping, Sequence

from benchmarks.reading.logistic import fit_vectors
from benchmarks.reading.ranking_weights import Choice, fit
from benchmarks.reading.search_weights import weight_of
from benchmarks.reading.seen import Ranked, Seen, total_of
from cherry_reflex.llm.embedded.reading.score.weights import Learned
from cherry_reflex.llm.embedded.reading.trust import agreement_of, logit_of

BASE = "base"
ADDED = (
    "best|network", "behind|network", "absent|network", "likely|network", "absent|search",
    "absent|edit",
)  # fmt: skip


def fit_network(seen: Sequence[Seen], weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of a score with those that the network's own features get beside it."""
    choices = [
        Choice(
            [
                {
                    BASE: total_of(scored.features, weights),
                    **{n: scored.features[n] for n in ADDED if n in scored.features},
                }
                for scored in one.readings
            ],
            one.right,
            weight_of(one.question),
        )
        for one in seen
        if any(one.right)
    ]
    found = fit(choices, 0.3)
    scale = max(found.pop(BASE, 1.0), 0.1)
    return {**weights, **{name: weight / scale for name, weight in found.items()}}


def fit_agreement(ranked: Sequence[Ranked], base: Learned) -> dict[str, float]:
    """Return how sure to be by what was sure without the network, and by what it says."""
    told = [{BASE: logit_of(one.signs, base), **agreement_of(one.readings)} for one in ranked]
    names = sorted(told[0])
    matrix = [[one[name] for name in names] for one in told]
    right = [one.right[0] for one in ranked]
    *weights, bias = fit_vectors(matrix, right, penalty=1.0)
    return {**dict(zip(names, weights, strict=True)), "bias": bias}
