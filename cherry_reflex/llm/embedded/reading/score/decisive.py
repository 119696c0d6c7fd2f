"""Whether a word that no part of a reading explains would change what is asked."""

from collections.abc import Callable, Sequence
from math import exp
from typing import TYPE_CHECKING

from cherry_reflex.llm.embedded.reading.linked import Linked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

UNKNOWN = 0.5


class Decisive:
    """A logistic head over the vectors of words. Words are judged once and remembered."""

    def __init__(
        self, embedding: "Callable[[Sequence[str]], Vectors] | None", weights: Sequence[float]
    ) -> None:
        self._embedding = embedding
        self._weights = tuple(weights)
        self._known: dict[str, float] = {}

    def of(self, linked: Linked) -> tuple[float, ...]:
        """Return for each segment the probability that it matters; 0 for function words."""
        words = [s.text.casefold() for s in linked.segments]
        content = [not s.is_function for s in linked.segments]
        fresh = {
            word for word, is_content in zip(words, content, strict=True) if is_content
        } - self._known.keys()
        if fresh:
            self._known.update(self._judged(sorted(fresh)))
        return tuple(
            self._known[word] if is_content else 0.0
            for word, is_content in zip(words, content, strict=True)
        )

    def _judged(self, words: list[str]) -> dict[str, float]:
        if self._embedding is None or not self._weights:
            return dict.fromkeys(words, UNKNOWN)
        vectors = self._embedding(words)
        found = {}
        for word, vector in zip(words, vectors, strict=True):
            total = sum(w * v for w, v in zip(self._weights, vector.tolist(), strict=False))
            found[word] = 1.0 / (1.0 + exp(-(total + self._weights[-1])))
        return found
