"""Fits what a second opinion adds to the score and to how sure it is, on what its model has not
seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.reading.logistic import fit_vectors
from benchmarks.reading.ranking_weights import Choice, fit
from benchmarks.reading.search_weights import weight_of
from benchmarks.reading.seen import Ranked
from cherry_reflex.llm.embedded.reading.proposal import Weigher
from cherry_reflex.llm.embedded.reading.score.decisive import Decisive
from cherry_reflex.llm.embedded.reading.score.opinion import (
    asked_about,
    opinions_of,
    reranked,
)
from cherry_reflex.llm.embedded.reading.score.score import Scored
from cherry_reflex.llm.embedded.reading.score.weights import Learned
from cherry_reflex.llm.embedded.reading.trust import agreement_of, logit_of, signs_of

BASE = "base"


@dataclass(frozen=True)
class Weighed:
    """A question with the readings of which the opinion was asked, in the order of their score
    without it, and what was told."""

    question: Ranked
    asked: tuple[Scored, ...]
    right: tuple[bool, ...]
    likely: tuple[float | None, ...]
    nothing: float | None


def weighed(ranked: Ranked, weigher: Weigher) -> Weighed:
    """Ask for the opinion of a question's best readings."""
    asked = asked_about(ranked.readings)
    are = {id(s): right for s, right in zip(ranked.readings, ranked.right, strict=True)}
    linked = ranked.question.linked
    nothing, *likely = weigher.weigh(linked, [None, *(scored.reading for scored in asked)])
    right = tuple(are[id(scored)] for scored in asked)
    return Weighed(ranked, tuple(asked), right, tuple(likely), nothing)


def fit_opinion(questions: Sequence[Weighed]) -> dict[str, float]:
    """Return the weights of what the opinion is, beside the score as it is."""
    choices = []
    for one in questions:
        told = opinions_of(one.asked, one.likely, one.nothing)
        features = [{BASE: s.score, **more} for s, more in zip(one.asked, told, strict=True)]
        choices.append(Choice(features, one.right, weight_of(one.question.question)))
    found = fit(choices, 0.3)
    scale = max(found.pop(BASE, 1.0), 0.1)
    return {name: weight / scale for name, weight in found.items()}


def with_opinion(one: Weighed, weights: Mapping[str, float], decisive: Decisive) -> Ranked:
    """Return a question ranked with the opinion."""
    linked = one.question.question.linked
    readings = tuple(reranked(one.asked, one.likely, one.nothing, weights))
    are = {s.reading: right for s, right in zip(one.asked, one.right, strict=True)}
    return replace(
        one.question,
        readings=readings,
        right=tuple(are[scored.reading] for scored in readings),
        signs=signs_of(linked, readings, decisive.of(linked)),
    )


def fit_agreement(ranked: Sequence[Ranked], base: Learned) -> dict[str, float]:
    """Return how sure to be by what was sure without the opinion, and by what it is. Questions
    that have no answer count three times: a wrong answer to them is the worst."""
    impossible = [one for one in ranked if one.question.label.why]
    ranked = [*ranked, *impossible, *impossible]
    told = [{BASE: logit_of(one.signs, base), **agreement_of(one.readings)} for one in ranked]
    names = sorted(told[0])
    matrix = [[one[name] for name in names] for one in told]
    right = [one.right[0] for one in ranked]
    *weights, bias = fit_vectors(matrix, right, penalty=1.0)
    return {**dict(zip(names, weights, strict=True)), "bias": bias}
