"""What words mean by the likeness of their vectors, where nothing else says it."""

from collections.abc import Sequence
from types import UnionType
from typing import TYPE_CHECKING

from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.folding import is_hangul
from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnMeaning,
    ConceptMeaning,
    DateMeaning,
    NumberMeaning,
    RelativeMeaning,
    Segment,
    ValueMeaning,
)
from cherry_reflex.llm.embedded.reading.linking.concept_vectors import ConceptVectors
from cherry_reflex.llm.embedded.reading.linking.lexicon import WEAK
from cherry_reflex.llm.embedded.reading.linking.table_index import TableIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

COLUMN_MIN = 0.3
COLUMN_MIN_LONG = 0.45
"""Cosine from which a word, and a run of words, may mean a column."""
COLUMN_MIN_TAKEN = 0.55
"""The same for a word that has a meaning of its own already."""
VALUE_MIN = 0.55
CONCEPT_MIN = 0.74
COLUMNS_A_RUN = 4
VALUES_A_RUN = 2
CONCEPTS_A_RUN = 2
WORDS_MAX = 3
RUNS_MAX = 16
_SURE = ("exact", "plural", "remembered", "vocabulary", "pattern")

Run = tuple[int, int]


class Likeness:
    """Compares the words of one question with a table's columns and values, and with concepts."""

    def __init__(
        self,
        embedding: Embedding,
        concepts: ConceptVectors,
        index: TableIndex,
        text: str,
        segments: Sequence[Segment],
        found: Sequence[Candidate],
    ) -> None:
        self._index = index
        self._size = len(segments)
        self._concepts_said = _concepts_said(found)
        self._valued = _named(found, ValueMeaning)
        self._named = _named(found, ColumnMeaning | NumberMeaning | DateMeaning | RelativeMeaning)
        self._runs = self._open_runs(text, segments)
        runs = list(dict.fromkeys([*self._runs, *self._open_words(segments)]))
        said = embedding([_text(text, segments, run) for run in runs])
        self._said = dict(zip(runs, said, strict=True))
        self._near = dict(zip(runs, concepts.nearest(said), strict=True))

    def candidates(self) -> list[Candidate]:
        """Return what the runs may mean of which nothing is known by their spelling."""
        return [found for run in self._runs for found in self._of_run(run)]

    def operator_closeness(self) -> tuple[float, ...]:
        """Return, for each segment, the cosine of its word to the nearest concept: 1 where it is a
        phrase of one, 0 for function words that are none."""
        closeness = [0.0] * self._size
        for place in range(self._size):
            near = self._near.get((place, place + 1), ())
            if place in self._concepts_said:
                closeness[place] = 1.0
            elif near:
                closeness[place] = min(max(near[0][1], 0.0), 1.0)
        return tuple(closeness)

    def _of_run(self, run: Run) -> list[Candidate]:
        first, last = run
        found = [
            Candidate(first, last, ColumnMeaning(name), "meaning", min(score, 1.0))
            for name, score in self._columns(run)
        ]
        vectors = self._index.value_vectors
        if vectors is not None:
            cosines = vectors @ self._said[run]
            for place in cosines.argsort()[::-1][:VALUES_A_RUN]:
                named = self._index.compared[place]
                if cosines[place] >= VALUE_MIN and named.value is not None:
                    meaning = ValueMeaning(named.column, named.value)
                    strength = min(float(cosines[place]), 1.0)
                    found.append(Candidate(first, last, meaning, "meaning", strength))
        found += [
            Candidate(first, last, ConceptMeaning(concept), "meaning", min(score, 1.0))
            for concept, score in self._near[run][:CONCEPTS_A_RUN]
            if score >= CONCEPT_MIN
        ]
        return found

    def _columns(self, run: Run) -> list[tuple[str, float]]:
        vectors, usual = self._index.vectors, self._index.usual
        if vectors is None or usual is None:
            return []
        cosines = vectors @ self._said[run] - usual
        best: dict[str, float] = {}
        for place in cosines.argsort()[::-1][:30]:
            best.setdefault(self._index.forms[place][0], float(cosines[place]))
        taken = self._concepts_said | self._valued
        is_taken = any(place in taken for place in range(*run))
        least = COLUMN_MIN if run[1] - run[0] == 1 else COLUMN_MIN_LONG
        least = COLUMN_MIN_TAKEN if is_taken else least
        return [pair for pair in list(best.items())[:COLUMNS_A_RUN] if pair[1] >= least]

    def _open_words(self, segments: Sequence[Segment]) -> list[Run]:
        return [
            (place, place + 1)
            for place, segment in enumerate(segments)
            if place not in self._concepts_said and _is_word(segment)
        ]

    def _open_runs(self, text: str, segments: Sequence[Segment]) -> list[Run]:
        """Return the runs worth comparing: content words that mean no column, value or number yet
        and are not all words of analysis, the shortest first."""
        runs = []
        for size in range(1, WORDS_MAX + 1):
            for first in range(len(segments) - size + 1):
                places = range(first, first + size)
                edges = (segments[first], segments[first + size - 1])
                is_glued = edges[0].end == edges[1].start
                if not all(_is_word(edge) or (is_glued and _is_korean(edge)) for edge in edges):
                    continue
                if any(place in self._named for place in places) or (
                    size > 1 and any(place in self._valued for place in places)
                ):
                    continue
                if all(place in self._concepts_said for place in places):
                    continue
                gap = text[segments[first].start : segments[first + size - 1].end]
                if not any(sign in gap for sign in ",;:?!.\n()"):
                    runs.append((first, first + size))
        return runs[:RUNS_MAX]


def _is_word(segment: Segment) -> bool:
    letters = sum(map(str.isalpha, segment.text))
    return not segment.is_function and not segment.is_quoted and letters > 1


def _is_korean(segment: Segment) -> bool:
    return not segment.is_function and is_hangul(segment.text)


def _concepts_said(found: Sequence[Candidate]) -> set[int]:
    """Return the segments that are a phrase of a concept by themselves."""
    return {
        candidate.first
        for candidate in found
        if candidate.last - candidate.first == 1
        and isinstance(candidate.meaning, ConceptMeaning)
        and candidate.meaning.concept not in WEAK
        and candidate.how in ("exact", "plural")
    }


def _named(found: Sequence[Candidate], kinds: type | UnionType) -> set[int]:
    """Return the segments that surely mean something of these kinds."""
    return {
        place
        for candidate in found
        if candidate.how in _SURE
        and isinstance(candidate.meaning, kinds)
        and candidate.strength >= 0.7
        for place in range(candidate.first, candidate.last)
    }


def _text(text: str, segments: Sequence[Segment], run: Run) -> str:
    return text[segments[run[0]].start : segments[run[1] - 1].end].lower()
