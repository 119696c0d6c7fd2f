"""The vectors of what concepts of analysis are called, and what is near them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cherry_reflex.llm.embedded.encoder.cache import ArrayCache, key_of
from cherry_reflex.llm.embedded.encoder.embedding import FILES, Embedding
from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.folding import folded
from cherry_reflex.llm.embedded.reading.linking.lexicon import WEAK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Halves = NDArray[np.float16]
    Matrix = NDArray[np.float32]

AXES = 96
"""Principal axes in which the nearest phrases are looked for; their cosines are then exact."""
NEAREST = 8
_BLOCK = 2048


@dataclass(frozen=True)
class ConceptVectors:
    """The vector of each phrase, its shadow on the principal axes, and its concept."""

    vectors: "Halves"
    shadows: "Matrix"
    axes: "Matrix"
    concepts: tuple[str, ...]

    def nearest(self, said: "Matrix") -> list[list[tuple[str, float]]]:
        """Return, for each vector, the concepts of the nearest phrases with their cosines, the
        nearest first, each concept once."""
        import numpy as np

        if not len(said):
            return []
        near = said @ self.axes.T @ self.shadows.T
        places = np.argpartition(near, -NEAREST, axis=1)[:, -NEAREST:]
        found = []
        for row, chosen in zip(said, places, strict=True):
            cosines = self.vectors[chosen].astype(np.float32) @ row
            best: dict[str, float] = {}
            for at in np.argsort(-cosines):
                best.setdefault(self.concepts[chosen[at]], float(cosines[at]))
            found.append(list(best.items()))
        return found


_KEPT: WeakKeyDictionary[Embedding, ConceptVectors] = WeakKeyDictionary()


def concept_vectors(embedding: Embedding, array_cache: ArrayCache | None = None) -> ConceptVectors:
    """Return the vectors of concepts; computed once (some seconds) and kept in the cache."""
    known = _KEPT.get(embedding)
    if known is not None:
        return known
    import numpy as np

    pairs = [
        (phrase, concept)
        for concept, phrases in analysis_words.concepts().items()
        if concept not in WEAK
        for phrase in phrases
        if len(folded(phrase)) > 1
    ]
    texts = list(dict.fromkeys(phrase for phrase, _ in pairs))
    key = key_of([*FILES.values(), str(AXES), *texts])
    kept = array_cache.get(key) if array_cache is not None else None
    if kept is None:
        kept = _computed(embedding, texts)
        if array_cache is not None:
            array_cache.put(key, kept)
    places = {text: place for place, text in enumerate(texts)}
    rows = [places[phrase] for phrase, _ in pairs]
    found = ConceptVectors(
        np.asarray(kept["vectors"], dtype=np.float16)[rows],
        np.asarray(kept["shadows"], dtype=np.float32)[rows],
        np.asarray(kept["axes"], dtype=np.float32),
        tuple(concept for _, concept in pairs),
    )
    _KEPT[embedding] = found
    return found


def _computed(embedding: Embedding, texts: Sequence[str]) -> "dict[str, NDArray[np.generic]]":
    import numpy as np

    vectors = np.vstack([embedding(texts[n : n + _BLOCK]) for n in range(0, len(texts), _BLOCK)])
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    axes = directions[:, -AXES:].T.astype(np.float32)
    return {
        "vectors": vectors.astype(np.float16),
        "shadows": (vectors @ axes.T).astype(np.float32),
        "axes": axes,
    }
