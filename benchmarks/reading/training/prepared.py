"""Questions turned into numbers once, by the code that serves at run time, and kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.reading.training.labelled import Material
from cherry_reflex.llm.embedded.encoder.embedding import DIMENSIONS, Embedding
from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.network.features import features_of, spoken
from cherry_reflex.llm.embedded.network.forward import PIECES_MAX
from cherry_reflex.llm.embedded.network.notation.items import items_of
from cherry_reflex.llm.embedded.network.notation.piece import Piece, Pointer
from cherry_reflex.llm.embedded.network.notation.symbols import PLACES, TEXT
from cherry_reflex.llm.embedded.network.notation.writing import write
from cherry_reflex.llm.embedded.network.notation.written_expressions import Unwritable
from cherry_reflex.llm.embedded.reading.linked import TableView
from cherry_reflex.llm.embedded.reading.linking.linker import Linker
from cherry_reflex.llm.embedded.reading.view import view_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEGMENTS_MAX, ITEMS_MAX = 40, 44
"""Longer questions are not trained on."""

ITEM, WORD = -1, -100
"""Pieces are numbers: a symbol by its place, an item k as ITEM - k, a segment k as WORD - k."""


@dataclass(frozen=True)
class Prepared:
    """A question in numbers: `words` and `names` are places in the table of vectors."""

    words: "NDArray[np.int32]"
    names: "NDArray[np.int32]"
    texts: tuple[str, ...]
    marks: "NDArray[np.float16]"
    concepts: tuple[tuple[int, int, float], ...]
    relations: "NDArray[np.float16]"
    pairs: "NDArray[np.float16]"
    traits: "NDArray[np.float16]"
    pieces: tuple[int, ...]


@dataclass
class Store:
    """All prepared questions with the vectors of their words."""

    questions: list[Prepared] = field(default_factory=list)
    vectors: "list[NDArray[np.float16]]" = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    """Why questions could not be written."""


def concept_names() -> tuple[str, ...]:
    """Return the ids of the words of analysis, in the order of the network's rows."""
    return tuple(sorted(analysis_words.concepts()))


class Preparer:
    """Prepares questions into a store."""

    def __init__(self, embedding: Embedding, linker: Linker, store: Store) -> None:
        self._embedding = embedding
        self._linker = linker
        self._store = store
        self._concepts = {name: place for place, name in enumerate(concept_names())}
        self._views: dict[int, tuple[Any, TableView]] = {}

    def add(self, questions: Iterable[Material]) -> None:
        """Prepare questions; those that cannot be written are counted by their reason."""
        for question in questions:
            prepared = self._prepared(question)
            if prepared is not None:
                self._store.questions.append(prepared)

    def view(self, dataset: Any) -> TableView:
        """Return the view of a dataset, made once."""
        known = self._views.get(id(dataset))
        if known is None:
            if len(self._views) > 200:
                self._views.clear()
            known = self._views[id(dataset)] = (dataset, view_of(dataset, self._embedding))
        return known[1]

    def _prepared(self, question: Material) -> Prepared | None:
        import numpy as np

        linked = self._linker.link(question.text, question.language, self.view(question.dataset))
        items = items_of(linked)
        count = len(linked.segments)
        if not 0 < count <= SEGMENTS_MAX or not 0 < len(items.all) <= ITEMS_MAX:
            self._store.lost["long"] += 1
            return None
        try:
            pieces = write(question.reading, items)
        except Unwritable as error:
            self._store.lost[str(error).split()[0]] += 1
            return None
        if len(pieces) > PIECES_MAX:
            self._store.lost["many pieces"] += 1
            return None
        found = features_of(items, self._vectors, self._concepts, {})
        rows, columns = np.nonzero(found.concepts)
        texts = tuple(segment.text.lower() for segment in linked.segments)
        names = [
            spoken(view)[0] if (view := items.view(item.column)) is not None else ""
            for item in items.all
        ]
        return Prepared(
            words=np.array([self._store.places[text] for text in texts], np.int32),
            names=np.array([self._store.places[n] if n else -1 for n in names], np.int32),
            texts=texts,
            marks=found.marks.astype(np.float16),
            concepts=tuple(
                (int(r), int(c), float(found.concepts[r, c]))
                for r, c in zip(rows, columns, strict=True)
            ),
            relations=found.relations.astype(np.float16),
            pairs=found.pairs.astype(np.float16),
            traits=found.traits.astype(np.float16),
            pieces=tuple(_number(piece) for piece in pieces),
        )

    def _vectors(self, texts: Sequence[str]) -> Any:
        import numpy as np

        store = self._store
        fresh = [text for text in dict.fromkeys(texts) if text not in store.places]
        if fresh:
            for text, vector in zip(fresh, self._embedding(fresh), strict=True):
                store.places[text] = len(store.vectors)
                store.vectors.append(vector.astype(np.float16))
        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        return np.stack([store.vectors[store.places[text]] for text in texts]).astype(np.float32)


def _number(piece: Piece) -> int:
    if isinstance(piece, Pointer):
        return (WORD if piece.kind == TEXT else ITEM) - piece.place
    return PLACES[piece]
