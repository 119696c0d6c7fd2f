"""Fits the prior of the search: the choices that lead to what was asked before all others."""

from collections.abc import Mapping, Sequence

from benchmarks.reading.proposed import Proposed, Question, rights
from benchmarks.reading.ranking_weights import Choice, fit
from cherry_reflex.llm.embedded.reading.search.beam import best_paths
from cherry_reflex.llm.embedded.reading.search.layout import completed
from cherry_reflex.llm.embedded.reading.search.prior import Prior
from cherry_reflex.llm.embedded.reading.search.search import drafts_of

PATHS = 90
WIDTH = 70
MADE = 0.4
"""How much a made-up question counts beside one that a person wrote."""
BOUND = "bound"
"""The feature that holds what the binders add to a path, with the weight 1."""


def fit_choices(
    choices: Sequence[Choice], weights: Mapping[str, float], penalty: float
) -> dict[str, float]:
    """Return better weights than `weights`: of the paths that these found, those that lead to what
    was asked come first."""
    found = fit(choices, penalty, centre={**weights, BOUND: 1.0})
    scale = max(found.pop(BOUND, 1.0), 0.2)
    return {name: weight / scale for name, weight in found.items()}


def choice_of(question: Question, weights: Mapping[str, float]) -> Choice | None:
    """Return the paths of a question as a choice; None where no path is right."""
    if not question.label.readings or question.label.after:
        return None
    prior = Prior(question.linked, weights)
    told = []
    for path in best_paths(question.linked, prior, PATHS, WIDTH):
        for draft in drafts_of(path):
            for complete in completed(path, draft):
                told.append((path, complete.reading, complete.weight - path.weight))
    are = rights(question.label, {reading for _, reading, _ in told})
    best: dict[tuple[int, bool], tuple[float, dict[str, float]]] = {}
    kept: dict[int, dict[str, float]] = {}
    for path, reading, bound in told:
        key = (id(path), are[reading])
        if key in best and best[key][0] >= bound:
            continue
        features = kept.setdefault(id(path), path.features(prior))
        best[key] = (bound, {**features, BOUND: bound})
    right = [is_right for _, is_right in best]
    if not any(right) or all(right):
        return None
    return Choice([f for _, f in best.values()], right, weight_of(question))


def weight_of(question: Question | Proposed) -> float:
    """Return how much a question counts."""
    return MADE if question.label.id.startswith("made") else 1.0
