"""The vocabulary of columns, ready to be looked up: by phrase, and by likeness of meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cherry_reflex.llm.embedded.encoder.cache import ArrayCache, key_of
from cherry_reflex.llm.embedded.encoder.embedding import FILES, Embedding
from cherry_reflex.llm.embedded.knowledge import vocabulary
from cherry_reflex.llm.embedded.knowledge.vocabulary import Group
from cherry_reflex.llm.embedded.reading.folding import folded, singular

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float16]

ALIKE = 0.82
"""Cosine from which words stand for a group."""
_BLOCK = 2048
"""Phrases compared at once: vectors are kept as halves, and widened block by block."""


@dataclass(frozen=True)
class PhraseVectors:
    """The vector of each phrase, and the name of its group."""

    vectors: "Vectors"
    names: tuple[str, ...]

    def nearest(self, embedding: Embedding, texts: Sequence[str]) -> list[str]:
        """Return the name of the group that each text is like; empty where none is."""
        import numpy as np

        said = embedding(texts)
        best = np.full(len(texts), -1.0, dtype=np.float32)
        place = np.zeros(len(texts), dtype=np.int64)
        for start in range(0, len(self.names), _BLOCK):
            cosines = said @ self.vectors[start : start + _BLOCK].astype(np.float32).T
            found = cosines.max(axis=1)
            is_better = found > best
            place = np.where(is_better, cosines.argmax(axis=1) + start, place)
            best = np.where(is_better, found, best)
        return [
            self.names[at] if score >= ALIKE else "" for at, score in zip(place, best, strict=True)
        ]


@cache
def by_name() -> Mapping[str, Group]:
    """Return the groups by their names."""
    return {group.name: group for group in vocabulary.groups()}


@cache
def by_phrase() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the groups that a folded phrase of a header belongs to, in singular and
    plural."""
    found: dict[str, dict[str, None]] = {}
    for group in vocabulary.groups():
        for phrase in (group.name, *group.phrases, *group.headers):
            for form in {folded(phrase), singular(folded(phrase))}:
                if form:
                    found.setdefault(form, {})[group.name] = None
    return {form: tuple(names) for form, names in found.items()}


_KEPT: WeakKeyDictionary[Embedding, PhraseVectors] = WeakKeyDictionary()


def phrase_vectors(embedding: Embedding, array_cache: ArrayCache | None = None) -> PhraseVectors:
    """Return the vectors of all phrases; computed once (some seconds) and kept in the cache."""
    known = _KEPT.get(embedding)
    if known is not None:
        return known
    import numpy as np

    pairs = [(phrase, group.name) for group in vocabulary.groups() for phrase in group.phrases]
    phrases = [phrase for phrase, _ in pairs]
    key = key_of([*FILES.values(), *phrases])
    kept = array_cache.get(key) if array_cache is not None else None
    if kept is None:
        vectors = np.asarray(
            np.vstack([embedding(phrases[n : n + _BLOCK]) for n in range(0, len(phrases), _BLOCK)]),
            dtype=np.float16,
        )
        if array_cache is not None:
            array_cache.put(key, {"vectors": vectors})
    else:
        vectors = np.asarray(kept["vectors"], dtype=np.float16)
    found = PhraseVectors(vectors, tuple(name for _, name in pairs))
    _KEPT[embedding] = found
    return found


@cache
def synonyms() -> Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return, for a folded value, (group, words that mean the same) of each set it is in."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for group in vocabulary.groups():
        for same in group.values:
            for form in {folded(word) for word in same}:
                found.setdefault(form, []).append((group.name, same))
    return {form: tuple(sets) for form, sets in found.items()}
