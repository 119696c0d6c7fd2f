"""The head of a roster: a column a worker, each fitted on its own words against what is known and
kept in a cache, so that who joins a team costs nobody else a fit."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache, key_of
from cherry_reflex.llm.embedded.encoder.classifier import SHARPNESS, STEPS, Head, Logistic
from cherry_reflex.llm.embedded.encoder.embedding import FILES, Embedding
from cherry_reflex.llm.embedded.encoder.spelling import PLACES
from cherry_reflex.llm.embedded.routing.workers import Worker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

LOOSENESS = 0.5
INTENT_NEAR = 0.3
"""How near an intent's phrases must be to a worker's examples, on average, to be learned."""
INTENT_NEAR_BEST = 0.93
"""And what share of that of the nearest worker."""
VERSION = "2"
"""Another number makes columns that were kept by an earlier way of fitting be fitted again."""


def head_of(
    embedding: Embedding, workers: Sequence[Worker], array_cache: ArrayCache | None = None
) -> Head:
    """Return the head that tells who of `workers` (at least one) serves a text. Fitting 48 workers
    takes 4 s of CPU, one that joins them 0.4 s; what is in the cache is read in 3 ms."""
    import numpy as np

    known = knowledge.load()
    said = [embedding.read(worker.examples) for worker in workers]
    keys = [key_of_worker(worker) for worker in workers]
    near = _kept("near", keys, array_cache, lambda places: _near([said[n] for n in places]))
    learned = _learned(near)
    taught = learned[known.intents]
    told = [key_of([key, *map(str, learned[:, n].nonzero()[0])]) for n, key in enumerate(keys)]
    weights = _kept(
        "weights",
        told,
        array_cache,
        lambda places: _fitted([said[n] for n in places], taught[:, places]).weights,
    )
    rows = taught.any(axis=1)
    return Head(
        np.vstack([*said, known.phrases[rows]]),
        np.vstack([_own(said), taught[rows]]),
        Logistic(weights),
    )


def key_of_worker(worker: Worker) -> str:
    """Return the key of everything that what a worker can do is fitted on."""
    settings = (LOOSENESS, INTENT_NEAR, INTENT_NEAR_BEST, SHARPNESS, STEPS, PLACES)
    known = [VERSION, *map(str, settings), *FILES.values(), knowledge.digest()]
    return key_of([*known, *worker.examples])


def _kept(
    name: str,
    keys: Sequence[str],
    array_cache: ArrayCache | None,
    fit: Callable[[list[int]], "Matrix"],
) -> "Matrix":
    """Return one column a key: those in the cache, and what `fit` gives for the places of all
    others, fitted in one go and kept."""
    import numpy as np

    found: dict[int, Matrix] = {}
    for place, key in enumerate(keys):
        if array_cache is not None and (kept := array_cache.get(f"{name}-{key}")) is not None:
            found[place] = np.asarray(kept[name], dtype=np.float32)
    missing = [place for place in range(len(keys)) if place not in found]
    if missing:
        columns = fit(missing)
        for column, place in enumerate(missing):
            found[place] = np.ascontiguousarray(columns[:, column], dtype=np.float32)
            if array_cache is not None:
                array_cache.put(f"{name}-{keys[place]}", {name: found[place]})
    return np.stack([found[place] for place in range(len(keys))], axis=1)


def _near(said: Sequence["Matrix"]) -> "Matrix":
    """Return how near the phrases of each intent, in many topics, are to each worker's examples on
    average [intents, workers]. The average says far better than one phrase what is wanted, apart
    from what it is about."""
    import numpy as np

    known = knowledge.load()
    unfitted = Logistic(np.zeros((1, len(said)), dtype=np.float32))
    nearness = Head(np.vstack(said), _own(said), unfitted).similarity(known.phrases)
    sums = np.zeros((int(known.intents.max()) + 1, len(said)), dtype=np.float32)
    np.add.at(sums, known.intents, np.clip(nearness, 0, 1))
    return np.asarray(sums / np.bincount(known.intents)[:, None], dtype=np.float32)


def _learned(near: "Matrix") -> "Matrix":
    """Return who learns each intent [intents, workers]: those nearest to it."""
    import numpy as np

    best = near.max(axis=1, keepdims=True)
    return np.asarray((near >= INTENT_NEAR) & (near >= INTENT_NEAR_BEST * best), dtype=np.float32)


def _own(said: Sequence["Matrix"]) -> "Matrix":
    """Return whose each example is [examples, workers]."""
    import numpy as np

    return np.repeat(np.eye(len(said), dtype=np.float32), [len(part) for part in said], axis=0)


def _fitted(said: Sequence["Matrix"], taught: "Matrix") -> Logistic:
    """Fit each worker's examples and the phrases that it has learned (`taught`, [phrases, workers])
    against all other phrases; nobody's examples count for another."""
    import numpy as np

    known = knowledge.load()
    own, everybody = _own(said), np.ones_like(taught)
    return Logistic.fit(
        np.vstack([*said, known.phrases]),
        np.vstack([own, taught]),
        LOOSENESS,
        counted=np.vstack([own, everybody]),
    )
