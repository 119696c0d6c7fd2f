"""Who may be meant rather than a reading, on the scale on which readings are judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log

from cherry_reflex.analysis.reading.run import TASKS
from cherry_reflex.llm.embedded.reading.proposal import Readings
from cherry_reflex.llm.embedded.routing.fitting import READERS
from cherry_reflex.llm.embedded.routing.router import ROLES, Router
from cherry_reflex.llm.embedded.routing.workers import Worker

_LEAST = 1e-4


@dataclass(frozen=True)
class Specialist:
    """A worker with the probability (0 to 1) that the question asks for its work, and for nothing
    that a reading says."""

    worker: Worker
    probability: float


def specialist_of(
    router: Router, text: str, readings: Readings, weights: Mapping[str, float]
) -> Specialist | None:
    """Return who is likeliest meant besides those who run readings; None where there is nobody
    else. `weights` are of the signs, learned from what people ask of specialists and of tables."""
    found = likeliest(router, text)
    if found is None:
        return None
    best, scores = found
    return Specialist(best, probability_of(signs_of(router, scores, best, readings), weights))


def probability_of(signs: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return how probable it is (0 to 1) that the specialist of these signs is meant."""
    if not weights:
        return 0.0
    total = weights["bias"] + sum(weights[name] * value for name, value in signs.items())
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


def likeliest(router: Router, text: str) -> tuple[Worker, dict[str, float]] | None:
    """Return the worker of the best score besides those who run readings, and all scores."""
    others = [worker for worker in router.workers if worker.ref not in READERS]
    if not others:
        return None
    scores = router.scores(text)
    return max(others, key=lambda worker: scores.get(worker.ref, 0.0)), scores


def signs_of(
    router: Router, scores: Mapping[str, float], best: Worker, readings: Readings
) -> dict[str, float]:
    """Return what tells whether `best` is meant: its score, how far ahead it is of others and of
    those who run readings, and how well the best reading says what was asked."""
    own = scores[best.ref]
    rivals = [scores[w.ref] for w in router.workers if w.group != best.group]
    readers = max((scores.get(ref, 0.0) for ref in READERS), default=0.0)
    first = readings.best[0].probability if readings.best else 0.0
    named = sum(one.probability for one in readings.best if one.reading.task not in TASKS)
    role = router.roles[best.ref]
    return {
        "score": own,
        "odds": _odds(own),
        "ahead": own - max(rivals, default=0.0),
        "before readers": own - readers,
        "reading": first,
        "reading odds": _odds(first),
        "named": named,
        "unused": float(len(readings.best[0].unused)) if readings.best else 0.0,
        **{f"role {name}": float(role == name) for name in ROLES},
    }


def _odds(probability: float) -> float:
    bounded = min(1 - _LEAST, max(_LEAST, probability))
    return log(bounded / (1 - bounded))
