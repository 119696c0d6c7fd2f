"""Links a question to a table: all that its words may mean."""

from collections.abc import Sequence

from cherry_reflex.core.language import Language
from cherry_reflex.llm.embedded.encoder.cache import ArrayCache
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.linked import Candidate, Linked, Segment, TableView
from cherry_reflex.llm.embedded.reading.linking.choice import chosen
from cherry_reflex.llm.embedded.reading.linking.concept_vectors import concept_vectors
from cherry_reflex.llm.embedded.reading.linking.lexicon import concept_spelling, lexicon
from cherry_reflex.llm.embedded.reading.linking.likeness import Likeness
from cherry_reflex.llm.embedded.reading.linking.lookup import Lookup
from cherry_reflex.llm.embedded.reading.linking.names import codes_of, names_in
from cherry_reflex.llm.embedded.reading.linking.table_index import TableIndex, index_of
from cherry_reflex.llm.embedded.reading.linking.units import by_unit
from cherry_reflex.llm.embedded.reading.patterns.found import patterns_in
from cherry_reflex.llm.embedded.reading.patterns.match import Match
from cherry_reflex.llm.embedded.reading.patterns.quotes import quoted_in
from cherry_reflex.llm.embedded.reading.segments import Known, segments_of
from cherry_reflex.llm.embedded.reading.vocabulary import phrase_vectors

GROUPING = ("별",)
"""Endings that group by what stands before them, and also end words of their own."""
TABLES_KEPT = 8
"""Tables whose words are kept ready."""


class Linker:
    """Finds what the words of a question may mean in a table. Without an encoder, words are
    linked by their spelling alone."""

    def __init__(self, embedding: Embedding | None, array_cache: ArrayCache | None = None) -> None:
        self._embedding = embedding
        self._array_cache = array_cache
        self._kept: list[tuple[TableView, TableIndex]] = []

    def load(self) -> None:
        """Make the vectors of the vocabulary ready: seconds once, then read from the cache."""
        concept_spelling()
        if self._embedding is not None:
            concept_vectors(self._embedding, self._array_cache)
            phrase_vectors(self._embedding, self._array_cache)

    def link(self, text: str, language: Language, view: TableView) -> Linked:
        """Return the question's segments with all that they may mean in the table."""
        index = self._index(view)
        words = lexicon()
        quoted = quoted_in(text, [column.name for column in view.columns])
        matches = patterns_in(text, view)
        codes = codes_of(text, index)
        names = [*names_in(text, index.names), *((c.start, c.end) for c in codes)]
        stems = (words.stems - _grouped(view)) | index.stems
        known = Known(is_stem=stems.__contains__, is_sign=words.concepts.__contains__)
        segments = segments_of(text, known, matches, quoted, names)
        lookup = Lookup(text, segments, index)
        found = [
            *_patterns(segments, matches),
            *by_unit(segments, matches, index),
            *_patterns(segments, codes),
            *lookup.candidates(quoted),
        ]
        closeness: tuple[float, ...] = ()
        if self._embedding is not None:
            concepts = concept_vectors(self._embedding, self._array_cache)
            likeness = Likeness(self._embedding, concepts, index, text, segments, found)
            found += likeness.candidates()
            closeness = likeness.operator_closeness()
        return Linked(text, language, segments, chosen(found), view, closeness)

    def _index(self, view: TableView) -> TableIndex:
        for known, index in self._kept:
            if known is view:
                return index
        index = index_of(view, self._embedding)
        self._kept = [(view, index), *self._kept[: TABLES_KEPT - 1]]
        return index


def _grouped(view: TableView) -> set[str]:
    """Return the table's own short headers with the ending that groups by them: `종별` is by
    `종` where there is such a column, and the word of its own elsewhere."""
    short = [column.name for column in view.columns if len(column.name) == 1]
    return {name + ending for name in short for ending in GROUPING}


def _patterns(segments: Sequence[Segment], matches: Sequence[Match]) -> list[Candidate]:
    """Return numbers and dates over the segments that they cover."""
    starts = {segment.start: place for place, segment in enumerate(segments)}
    ends = {segment.end: place + 1 for place, segment in enumerate(segments)}
    return [
        Candidate(starts[m.start], ends[m.end], m.meaning, "pattern", m.strength)
        for m in matches
        if m.start in starts and m.end in ends
    ]
