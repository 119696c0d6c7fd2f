"""Tables as words can mean them, each made once."""

from cherry_reflex.analysis.value_index import values_of
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.linked import TableView
from cherry_reflex.llm.embedded.reading.values import Index
from cherry_reflex.llm.embedded.reading.view import view_of
from cherry_reflex.llm.embedded.reading.vocabulary import phrase_vectors

KEPT = 64


class Views:
    """The views of the tables that were asked about last."""

    def __init__(self, embedding: Embedding, array_cache: ArrayCache | None = None) -> None:
        self.embedding = embedding
        self.array_cache = array_cache
        self._views: dict[tuple[object, ...], TableView] = {}

    def load(self) -> None:
        """Compute what headers are compared with, or read it where it is kept."""
        phrase_vectors(self.embedding, self.array_cache)

    def of(self, dataset: Dataset, index: Index | None = None) -> TableView:
        """Return the view of a table, with what is remembered of its words; made anew when its
        file, its name or what is remembered changes. `index` has the values of its texts where
        they are not kept beside its file."""
        key = (dataset.id, dataset.uri, dataset.name, dataset.remembered, dataset.columns)
        view = self._views.pop(key, None)
        if view is None:
            known = values_of(dataset) if index is None else index
            view = view_of(dataset, self.embedding, dataset.remembered, known)
        self._views[key] = view
        while len(self._views) > KEPT:
            del self._views[next(iter(self._views))]
        return view
