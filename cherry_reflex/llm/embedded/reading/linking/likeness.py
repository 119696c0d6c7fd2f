"""What words mean by the likeness of their vectors, where nothing else says it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnMeaning,
    ConceptMeaning,
    Segment,
    ValueMeaning,
)
from cherry_reflex.llm.embedded.reading.linking.lexicon import WEAK, ConceptVectors
from cherry_reflex.llm.embedded.reading.linking.table_index import TableIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

COLUMN_MIN = 0.3
COLUMN_MIN_LONG = 0.45
"""Cosine from which a word, and a run of words, may mean a column."""
COLUMN_MIN_TAKEN = 0.6
"""The same for a word that has a meaning of its own already."""
VALUE_MIN = 0.66
CONCEPT_MIN = 0.74
COLUMNS_A_RUN = 4
WORDS_MAX = 3
RUNS_MAX = 24


class Likeness:
    """Compares runs of words with a table's columns and values, and with concepts."""

    def __init__(
        self, embedding: Embedding, concepts: ConceptVectors, index: TableIndex
    ) -> None:
        self._embedding = embedding
        self._concepts = concepts
        self._index = index

    def candidates(
        self, text: str, segments: Sequence[Segment], found: Sequence[Candidate]
    ) -> list[Candidate]:
        """Return what the runs may mean of which nothing is known by their spelling."""
        runs = _runs(text, segments, found)
        if not runs:
            return []
        said = self._embedding([_text(text, segments, run) for run in runs])
        return [
            *self._columns(runs, said, found),
            *self._values(runs, said),
            *self._of_concepts(runs, said),
        ]

    def _columns(
        self, runs: Sequence[tuple[int, int]], said: "Matrix", found: Sequence[Candidate]
    ) -> list[Candidate]:
        vectors, usual = self._index.vectors, self._index.usual
        if vectors is None or usual is None:
            return []
        taken = _taken(found)
        cosines = said @ vectors.T - usual
        result = []
        for (first, last), row in zip(runs, cosines, strict=True):
            best: dict[str, float] = {}
            for place in row.argsort()[::-1][:30]:
                name = self._index.forms[place][0]
                best.setdefault(name, float(row[place]))
            is_taken = any(n in taken for n in range(first, last))
            least = COLUMN_MIN if last - first == 1 else COLUMN_MIN_LONG
            least = COLUMN_MIN_TAKEN if is_taken else least
            ranked = sorted(best.items(), key=lambda pair: -pair[1])[:COLUMNS_A_RUN]
            result += [
                Candidate(first, last, ColumnMeaning(name), "meaning", min(score, 1.0))
                for name, score in ranked
                if score >= least
            ]
        return result

    def _values(self, runs: Sequence[tuple[int, int]], said: "Matrix") -> list[Candidate]:
        vectors = self._index.value_vectors
        if vectors is None:
            return []
        result = []
        for (first, last), row in zip(runs, said @ vectors.T, strict=True):
            for place in row.argsort()[::-1][:2]:
                named = self._index.compared[place]
                if row[place] >= VALUE_MIN and named.value is not None:
                    meaning = ValueMeaning(named.column, named.value)
                    strength = min(float(row[place]), 1.0)
                    result.append(Candidate(first, last, meaning, "meaning", strength))
        return result

    def _of_concepts(self, runs: Sequence[tuple[int, int]], said: "Matrix") -> list[Candidate]:
        result = []
        for (first, last), row in zip(runs, said @ self._concepts.vectors.T, strict=True):
            best: dict[str, float] = {}
            for place in row.argsort()[::-1][:6]:
                if row[place] >= CONCEPT_MIN:
                    best.setdefault(self._concepts.concepts[place], float(row[place]))
            result += [
                Candidate(first, last, ConceptMeaning(concept), "meaning", min(score, 1.0))
                for concept, score in list(best.items())[:2]
            ]
        return result

    def operator_closeness(
        self, segments: Sequence[Segment], found: Sequence[Candidate]
    ) -> tuple[float, ...]:
        """Return, for each segment, the cosine of its word to the nearest concept: 1 where it is a
        phrase of one, 0 for function words that are none."""
        exact = {
            candidate.first
            for candidate in found
            if candidate.last - candidate.first == 1
            and isinstance(candidate.meaning, ConceptMeaning)
            and candidate.meaning.concept not in WEAK
            and candidate.how in ("exact", "plural")
        }
        open_ = [
            place
            for place, segment in enumerate(segments)
            if place not in exact and not segment.is_function and len(segment.text) > 1
        ]
        closeness = [1.0 if place in exact else 0.0 for place in range(len(segments))]
        if open_:
            said = self._embedding([segments[place].text.lower() for place in open_])
            best = (said @ self._concepts.vectors.T).max(axis=1)
            for place, cosine in zip(open_, best, strict=True):
                closeness[place] = float(min(max(cosine, 0.0), 1.0))
        return tuple(closeness)


def _taken(found: Sequence[Candidate]) -> set[int]:
    """Return the segments that something surely means."""
    return {
        place
        for candidate in found
        if candidate.how in ("exact", "plural", "remembered", "vocabulary", "pattern")
        for place in range(candidate.first, candidate.last)
    }


def _columns_taken(found: Sequence[Candidate]) -> set[int]:
    """Return the segments that surely mean a column, a value or a number."""
    return {
        place
        for candidate in found
        if candidate.how in ("exact", "plural", "remembered", "vocabulary", "pattern")
        and not isinstance(candidate.meaning, ConceptMeaning)
        and candidate.strength >= 0.7
        for place in range(candidate.first, candidate.last)
    }


def _runs(
    text: str, segments: Sequence[Segment], found: Sequence[Candidate]
) -> list[tuple[int, int]]:
    """Return the runs worth comparing: content words that mean no column, value or number yet,
    the shortest first."""
    taken = _columns_taken(found)
    runs = []
    for size in range(1, WORDS_MAX + 1):
        for first in range(len(segments) - size + 1):
            last = first + size
            edges = (segments[first], segments[last - 1])
            if any(edge.is_function or not any(map(str.isalpha, edge.text)) for edge in edges):
                continue
            if any(place in taken for place in range(first, last)):
                continue
            gap = text[segments[first].start : segments[last - 1].end]
            if any(sign in gap for sign in ",;:?!.\n()"):
                continue
            if len(gap) > 1:
                runs.append((first, last))
    return runs[:RUNS_MAX]


def _text(text: str, segments: Sequence[Segment], run: tuple[int, int]) -> str:
    return text[segments[run[0]].start : segments[run[1] - 1].end].lower()
