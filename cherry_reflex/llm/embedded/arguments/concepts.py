"""What data is often about: words for one concept mean the same, words for two do not."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from cherry_reflex.core.language import Language
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.encoder.embedding import Embedding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

KNOWN = 0.8
"""Cosine from which words stand for a concept."""
SAME = 0.74
"""How much alike words for one concept are at least: less than what leaves no doubt."""
OTHER = 0.5
"""How much alike words for two concepts are at most, unless they are all but the same."""


def agreed(
    embedding: Embedding, said: Sequence[str], names: Sequence[str], cosines: "Matrix", clear: float
) -> "Matrix":
    """Return the cosines of what is said and of names [said, name], those raised whose words stand
    for one concept, and those lowered that stand for two (unless they are `clear` anyway)."""
    import numpy as np

    spoken, named = concepts_of(embedding, said), concepts_of(embedding, names)
    known = (spoken[:, None] >= 0) & (named[None, :] >= 0)
    same = known & (spoken[:, None] == named[None, :])
    # A little of the likeness itself, for columns that share a concept.
    raised = np.where(same, np.maximum(cosines, SAME + (cosines - 1) / 100), cosines)
    lowered = known & ~same & (cosines < clear)
    return np.where(lowered, np.minimum(raised, OTHER), raised).astype(np.float32)


def concepts_of(embedding: Embedding, texts: Sequence[str]) -> "NDArray[np.int64]":
    """Return the place of each text's concept in the knowledge; -1 for none."""
    import numpy as np

    if not texts:
        return np.zeros(0, dtype=np.int64)
    words, places = _words(embedding)
    cosines = embedding(texts) @ words.T
    return np.where(cosines.max(axis=1) >= KNOWN, places[cosines.argmax(axis=1)], -1)


def concepts_in(embedding: Embedding, texts: Sequence[str]) -> list[str]:
    """Return the name of each text's concept; empty for none."""
    names = list(knowledge.read("concepts"))
    return [names[place] if place >= 0 else "" for place in concepts_of(embedding, texts)]


def name_of(concept: str, language: Language) -> str:
    """Return what people call a concept."""
    words: list[str] = knowledge.read("concepts")[concept]
    return next(word for word in words if word.isascii() == (language != "ko"))


@cache
def _words(embedding: Embedding) -> "tuple[Matrix, NDArray[np.int64]]":
    """Return the vectors of all words, and the place of each one's concept. Kept, as every request
    is compared with them many times."""
    import numpy as np

    known = list(knowledge.read("concepts").values())
    places = [place for place, words in enumerate(known) for _ in words]
    return embedding([word for words in known for word in words]), np.array(places)
