"""The head of a roster: fitted on the workers' words and on what is known, and kept in a cache."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache, key_of
from cherry_reflex.llm.embedded.encoder.classifier import MEANING, SHARPNESS, Head, Logistic
from cherry_reflex.llm.embedded.encoder.embedding import FILES, Embedding
from cherry_reflex.llm.embedded.encoder.spelling import PLACES
from cherry_reflex.llm.embedded.routing.workers import Worker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

READERS = ("a2a:pandas", "a2a:visualization")
"""Those of our agents that run readings: the second where a picture is wished."""
LOOSENESS, STEPS = 0.3, 25
FEW_STEPS = 3
"""For strangers, and for operations: what has few examples would be fitted away by more."""
INTENT_SURE, INTENT_SHARED, ROSTER_SMALL = 0.3, 0.18, 8
"""How surely a skill must belong to a worker: in a small team, and in the limit of a large one,
where the examples of many share the probability."""
INTENT_NEAR_BEST = 0.7
VERSION = "2"
"""Another number makes heads that were kept by an earlier way of fitting be fitted again."""


def head_of(
    embedding: Embedding,
    workers: Sequence[Worker],
    array_cache: ArrayCache | None = None,
    left: Collection[str] = (),
) -> Head:
    """Return the head that tells who of `workers` (at least one) serves a text: learned from the
    examples of their cards, from known phrases, and from what people asked, but for the texts that
    are `left`. Fitting one of 48 workers takes 4 s of CPU; one that is on the array_cache is read
    in 20 ms."""
    import numpy as np

    key = key_of_workers(workers, left)
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
    asked, can = _asked(workers, left)
    told = np.vstack([vectors, known.phrases[rows]]), np.vstack([labels, more[rows]])
    own = np.array([worker.own for worker in workers])
    weights = np.zeros((vectors.shape[1] + 1, len(workers)), dtype=np.float32)
    if own.any():
        taught_too = np.vstack([told[0], asked]), np.vstack([told[1], can])[:, own]
        weights[:, own] = Logistic.fit(*taught_too, LOOSENESS, STEPS).weights
    if not own.all():
        # What people ask of our own says nothing of a stranger who does the same.
        strangers = Logistic.fit(told[0], told[1][:, ~own], LOOSENESS, FEW_STEPS)
        weights[:, ~own] = strangers.weights
    logistic = Logistic(weights)
    # What many ask of tables, in any words, is like everything.
    special = can[:, [worker.ref not in READERS for worker in workers]].any(axis=1)
    vectors = np.vstack([vectors, asked[special]])[:, :MEANING]
    labels = np.vstack([labels, can[special]])
    if array_cache is not None:
        arrays = {
            "weights": logistic.weights,
            "vectors": vectors,
            "labels": labels.astype(np.bool_),
            "taught": skills.astype(np.bool_),
        }
        array_cache.put(key, arrays)
    return Head(
        np.vstack([vectors, known.phrases[rows, :MEANING]]),
        np.vstack([labels, more[rows]]),
        logistic,
    )


def _asked(workers: Sequence[Worker], left: Collection[str]) -> tuple["Matrix", "Matrix"]:
    """Return the vectors of requests, and who of the workers may do them [requests, workers]."""
    import numpy as np

    requests = knowledge.requests()
    place = {worker.ref: n for n, worker in enumerate(workers) if worker.own}
    labels = np.zeros((len(requests), len(workers)), dtype=np.float32)
    for row, (text, can) in enumerate(requests):
        if text not in left:
            labels[row, [place[ref] for ref in can if ref in place]] = 1
    # What is asked of who is not there says nothing of those who are.
    known = labels.any(axis=1)
    if not known.any():
        return np.zeros((0, MEANING + PLACES), dtype=np.float32), labels[known]
    return knowledge.request_vectors()[known], labels[known]


def _learners(vectors: "Matrix", labels: "Matrix") -> "Matrix":
    """Return who has learned each intent [intents, workers]: those to whom the cards'
    examples point on average over its phrases in many topics. The average is far more often right
    than the guess for one phrase, so that the head learns what is wanted apart from what it is
    about."""
    import numpy as np

    known = knowledge.load()
    guesses = Head.fit(vectors, labels, LOOSENESS, STEPS)(known.phrases)
    count = int(known.intents.max()) + 1
    sums = np.zeros((count, labels.shape[1]), dtype=np.float32)
    np.add.at(sums, known.intents, guesses)
    means = sums / np.bincount(known.intents, minlength=count)[:, None]
    best = means.max(axis=1, keepdims=True)
    small = min(1.0, ROSTER_SMALL / labels.shape[1])
    sure = INTENT_SHARED + (INTENT_SURE - INTENT_SHARED) * small
    return np.asarray((means >= sure) & (means >= INTENT_NEAR_BEST * best), dtype=np.float32)


def key_of_workers(workers: Sequence[Worker], left: Collection[str] = ()) -> str:
    """Return the key of everything that a fitted head depends on."""
    settings = (
        LOOSENESS,
        STEPS,
        FEW_STEPS,
        INTENT_SURE,
        INTENT_SHARED,
        ROSTER_SMALL,
        INTENT_NEAR_BEST,
    )
    told = [VERSION, *map(str, (*settings, SHARPNESS, PLACES)), *FILES.values()]
    told += [knowledge.digest(), *sorted(left)]
    for worker in workers:
        told += [worker.ref, str(worker.own), str(len(worker.examples)), *worker.examples]
    return key_of(told)
