"""The head of a roster: fitted on the workers' words and on what is known, and kept in a cache."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache, key_of
from cherry_reflex.llm.embedded.encoder.classifier import MEANING, SHARPNESS, STEPS, Head, Logistic
from cherry_reflex.llm.embedded.encoder.embedding import FILES, Embedding
from cherry_reflex.llm.embedded.encoder.spelling import PLACES
from cherry_reflex.llm.embedded.routing.workers import Worker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

LOOSENESS = 0.5
INTENT_SURE, INTENT_SHARED, ROSTER_SMALL = 0.3, 0.18, 8
"""How surely a skill must belong to a worker: in a small team, and in the limit of a large one,
where the examples of many share the probability."""
INTENT_NEAR_BEST = 0.7
VERSION = "1"
"""Another number makes heads that were kept by an earlier way of fitting be fitted again."""


def head_of(
    embedding: Embedding, workers: Sequence[Worker], array_cache: ArrayCache | None = None
) -> Head:
    """Return the head that tells who of `workers` (at least one) serves a text. Fitting one of 48
    workers takes 4 s of CPU; one that is on the array_cache is read in 20 ms."""
    import numpy as np

    key = key_of_workers(workers)
    known = knowledge.load()
    if array_cache is not None and (kept := array_cache.get(key)) is not None:
        taught = np.asarray(kept["taught"], dtype=np.float32)[known.intents]
        rows = taught.any(axis=1)
        return Head(
            np.vstack([kept["vectors"], known.phrases[rows, :MEANING]]),
            np.vstack([kept["labels"], taught[rows]]).astype(np.float32),
            Logistic(np.asarray(kept["weights"])),
        )
    examples: dict[str, set[int]] = {}
    for place, worker in enumerate(workers):
        for text in worker.examples:
            examples.setdefault(text.strip(), set()).add(place)
    vectors = embedding.read(list(examples))
    labels = np.zeros((len(examples), len(workers)), dtype=np.float32)
    for row, places in enumerate(examples.values()):
        labels[row, list(places)] = 1
    skills = _learners(vectors, labels)
    more = skills[known.intents]
    rows = more.any(axis=1)
    taught_too = np.vstack([vectors, known.phrases[rows]])
    head = Head.fit(taught_too, np.vstack([labels, more[rows]]), LOOSENESS)
    if array_cache is not None:
        arrays = {
            "weights": head.logistic.weights,
            "vectors": vectors[:, :MEANING],
            "labels": labels.astype(np.bool_),
            "taught": skills.astype(np.bool_),
        }
        array_cache.put(key, arrays)
    return head


def _learners(vectors: "Matrix", labels: "Matrix") -> "Matrix":
    """Return who has learned each intent [intents, workers]: those to whom the cards'
    examples point on average over its phrases in many topics. The average is far more often right
    than the guess for one phrase, so that the head learns what is wanted apart from what it is
    about."""
    import numpy as np

    known = knowledge.load()
    guesses = Head.fit(vectors, labels, LOOSENESS)(known.phrases)
    count = int(known.intents.max()) + 1
    sums = np.zeros((count, labels.shape[1]), dtype=np.float32)
    np.add.at(sums, known.intents, guesses)
    means = sums / np.bincount(known.intents, minlength=count)[:, None]
    best = means.max(axis=1, keepdims=True)
    small = min(1.0, ROSTER_SMALL / labels.shape[1])
    sure = INTENT_SHARED + (INTENT_SURE - INTENT_SHARED) * small
    return np.asarray((means >= sure) & (means >= INTENT_NEAR_BEST * best), dtype=np.float32)


def key_of_workers(workers: Sequence[Worker]) -> str:
    """Return the key of everything that a fitted head depends on."""
    settings = (LOOSENESS, INTENT_SURE, INTENT_SHARED, ROSTER_SMALL, INTENT_NEAR_BEST)
    told = [VERSION, *map(str, (*settings, SHARPNESS, STEPS, PLACES)), *FILES.values()]
    told.append(knowledge.digest())
    for worker in workers:
        told += [worker.ref, str(len(worker.examples)), *worker.examples]
    return key_of(told)
