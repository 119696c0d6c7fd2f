"""Runs of segments looked up among what is known: columns, values, concepts, rows, adjectives."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.abbreviation import is_short_for, shared
from cherry_reflex.llm.embedded.reading.folding import folded, is_hangul, phrase_key, singular
from cherry_reflex.llm.embedded.reading.linked import (
    AliasMeaning,
    Candidate,
    ColumnMeaning,
    ConceptMeaning,
    How,
    Segment,
    ValueMeaning,
)
from cherry_reflex.llm.embedded.reading.linking.lexicon import Lexicon, beginning_of, lexicon
from cherry_reflex.llm.embedded.reading.linking.table_index import (
    Named,
    TableIndex,
    columns_of_groups,
)
from cherry_reflex.llm.embedded.reading.patterns.quotes import Quoted
from cherry_reflex.llm.embedded.reading.romanization import romanized

SEGMENTS_MAX = 6
"""Segments of the longest run that is looked up."""
CORRECTIONS_MAX = 2
_WORD_MIN = 3
_INITIAL = 0.4
"""How sure it is that a header of one letter (`o`, `h`, `l`, `c`) is a word's first."""
_BREAKS = frozenset(",;:?!.\n()")


@dataclass(frozen=True)
class Key:
    """What a run of segments is looked up by, and how far that is from what is written."""

    form: str
    how: How | None = None
    strength: float = 1.0


class Lookup:
    """Looks up the runs of one question."""

    def __init__(self, text: str, segments: Sequence[Segment], index: TableIndex) -> None:
        self._text = text
        self._segments = segments
        self._index = index
        self._lexicon: Lexicon = lexicon()
        self._folded = [folded(s.text) for s in segments]
        self._other = [self._others(place) for place in range(len(segments))]

    def candidates(self, quoted: Sequence[Quoted]) -> list[Candidate]:
        """Return what runs of up to `SEGMENTS_MAX` segments mean. A quoted header means its
        column and nothing else."""
        found: list[Candidate] = []
        bound: list[tuple[int, int]] = []
        for one in quoted:
            places = [
                n for n, s in enumerate(self._segments) if one.start <= s.start and s.end <= one.end
            ]
            if not places:
                continue
            first, last = places[0], places[-1] + 1
            exact = self._quoted(one, first, last)
            if exact and all(isinstance(c.meaning, ColumnMeaning) for c in exact):
                bound.append((first, last))
            found += exact or [Candidate(first, last, AliasMeaning(one.text.strip()), "pattern")]
        for first in range(len(self._segments)):
            for last in range(first + 1, min(len(self._segments), first + SEGMENTS_MAX) + 1):
                if not any(s < last and first < e for s, e in bound):
                    found += self._run(first, last)
        return found

    def _quoted(self, one: Quoted, first: int, last: int) -> list[Candidate]:
        said = one.text.strip()
        columns = [c.name for c in self._index.view.columns if c.name == said] or [
            c.name for c in self._index.view.columns if folded(c.name) == folded(said)
        ]
        if columns:
            return [Candidate(first, last, ColumnMeaning(name), "exact") for name in columns]
        return [
            Candidate(first, last, ValueMeaning(named.column, named.value), "exact")
            for named in self._index.values.get(folded(said), ())
            if named.how == "exact" and named.value is not None
        ]

    def _run(self, first: int, last: int) -> Iterator[Candidate]:
        start, end = self._segments[first].start, self._segments[last - 1].end
        written = self._text[start:end]
        between = [
            self._text[a.end : b.start]
            for a, b in zip(
                self._segments[first : last - 1], self._segments[first + 1 : last], strict=True
            )
        ]
        is_broken = any(_BREAKS & set(gap) for gap in between)
        is_phrase = not is_broken or self._is_joined(between)
        signed = phrase_key(written)
        is_signed = signed != "".join(self._folded[first:last])
        if is_phrase and is_signed:
            yield from self._concepts(first, last, Key(signed))
        if last - first > 1 and not (self._folded[first] and self._folded[last - 1]):
            return
        for key in self._keys(first, last):
            yield from self._columns(first, last, key, written, is_broken)
            yield from self._values(first, last, key, written, is_broken)
            if is_phrase and not is_signed:
                yield from self._concepts(first, last, key)
                yield from self._adjectives(first, last, key)

    def _is_joined(self, between: Iterable[str]) -> bool:
        """Whether only dots stand between the segments (`std. dev.`)."""
        return all(set(gap) & _BREAKS <= {"."} for gap in between)

    def _keys(self, first: int, last: int) -> Iterator[Key]:
        """Yield the forms of a run: as written, in the singular, with one word written out or
        its spelling corrected."""
        said = self._folded[first:last]
        whole = "".join(said)
        if not whole:
            return
        yield Key(whole)
        if (single := singular(whole)) != whole:
            yield Key(single, "plural")
        seen = {whole, single}
        for place in range(first, last):
            for other in self._other[place]:
                form = "".join(
                    other.form if n == place else self._folded[n] for n in range(first, last)
                )
                if form not in seen:
                    seen.add(form)
                    yield Key(form, other.how, other.strength)

    def _others(self, place: int) -> list[Key]:
        """Return other forms of a segment: an abbreviation written out, a slip corrected."""
        word = self._folded[place]
        short = analysis_words.abbreviations().get(word, ())
        found = [Key(folded(spelled), None, 0.95) for spelled in short]
        is_known = (
            self._segments[place].is_function
            or word in self._lexicon.words
            or singular(word) in self._lexicon.words
            or word in self._lexicon.concepts
            or word in self._index.words
            or word in self._index.columns
            or word in self._index.values
        )
        if not is_known:
            near = self._index.spelling.like(word)[:CORRECTIONS_MAX]
            found += [Key(known, "spelling", strength) for known, strength in near]
            if is_hangul(word) and len(word) > 1:
                found.append(Key(romanized(word), "spelling", 0.8))
        return found

    def _columns(
        self, first: int, last: int, key: Key, written: str, is_broken: bool
    ) -> Iterator[Candidate]:
        is_function = last - first == 1 and self._segments[first].is_function
        if last - first == 1 and key.how is None and not is_function:
            yield from self._headers_like(first, key)
            yield from self._compound(first, key)
            yield from self._korean_verb(first, key)
        for named in self._index.columns.get(key.form, ()):
            if is_broken and written.casefold() != named.column.casefold():
                continue
            is_header = written == named.column
            if is_function and not is_header and named.how in ("part", "vocabulary"):
                continue
            yield self._candidate(
                first, last, ColumnMeaning(named.column), named, key, 0.5 if is_function else 1.0
            )
        if is_function:
            return
        for name in columns_of_groups(self._index, self._lexicon.verbs.get(key.form, ())):
            yield Candidate(first, last, ColumnMeaning(name), "vocabulary", 0.8 * key.strength)

    def _headers_like(self, first: int, key: Key) -> Iterator[Candidate]:
        """Yield columns of which a word is the segment in short, or another form of it."""
        word = singular(key.form)
        if not word.isascii() or not word.isalpha() or len(word) < _WORD_MIN:
            return
        for head, name in self._index.heads:
            if head == word:
                continue
            strength = 0.7 if is_short_for(head, word) else shared(head, word)
            if head == word[0]:
                strength = _INITIAL
            if strength:
                yield Candidate(
                    first, first + 1, ColumnMeaning(name), "spelling", strength * key.strength
                )

    def _compound(self, first: int, key: Key) -> Iterator[Candidate]:
        """Yield the columns that the beginning or the end of a Korean word names (`판매수량`)."""
        word = key.form
        if not is_hangul(word) or word in self._index.columns:
            return
        for length in range(len(word) - 1, 1, -1):
            for piece, sureness in ((word[-length:], 0.9), (word[:length], 0.7)):
                for named in self._index.columns.get(piece, ()):
                    if named.how in ("exact", "vocabulary"):
                        strength = sureness * named.strength * length / len(word)
                        meaning = ColumnMeaning(named.column)
                        yield Candidate(first, first + 1, meaning, "part", strength)

    def _korean_verb(self, first: int, key: Key) -> Iterator[Candidate]:
        groups = self._lexicon.beginnings.get(beginning_of(key.form), ())
        for name in columns_of_groups(self._index, groups):
            yield Candidate(first, first + 1, ColumnMeaning(name), "vocabulary", 0.6)

    def _values(
        self, first: int, last: int, key: Key, written: str, is_broken: bool
    ) -> Iterator[Candidate]:
        is_function = last - first == 1 and self._segments[first].is_function
        is_alone = self._is_alone(first, last)
        if last - first == 1 and key.how is None and not is_function:
            yield from self._values_like(first, key)
        for named in self._index.values.get(key.form, ()):
            if named.value is None or (
                is_broken and written.casefold() != str(named.value).casefold()
            ):
                continue
            if named.written and (written != named.written or not is_alone):
                continue
            if is_function and (named.how == "part" or key.how is not None):
                continue
            yield self._candidate(
                first,
                last,
                ValueMeaning(named.column, named.value),
                named,
                key,
                0.5 if is_function and not named.written else 1.0,
            )

    def _values_like(self, first: int, key: Key) -> Iterator[Candidate]:
        """Yield values of which a word is another form (`approval` of `approved`), or which are
        the word in short (`TSLA`, `FRA`)."""
        word = singular(key.form)
        if not word.isascii() or not word.isalpha() or len(word) <= _WORD_MIN:
            return
        for head, named in self._index.value_heads:
            if head == word or named.value is None:
                continue
            is_short = str(named.value).isupper() and is_short_for(head, word, with_vowels=True)
            if strength := 0.5 if is_short else shared(head, word):
                meaning = ValueMeaning(named.column, named.value)
                yield Candidate(first, first + 1, meaning, "spelling", strength)

    def _is_alone(self, first: int, last: int) -> bool:
        """Whether a run begins a word (`남` in `남자` does not stand alone, in `남은` it does)."""
        start = self._segments[first].start
        end = self._segments[last - 1].end
        before = self._text[start - 1] if start else " "
        behind = self._text[end : end + 1]
        follows = last < len(self._segments) and self._segments[last].is_function
        return not before.isalnum() and (not behind.isalnum() or follows)

    def _candidate(
        self,
        first: int,
        last: int,
        meaning: ColumnMeaning | ValueMeaning,
        named: Named,
        key: Key,
        sureness: float,
    ) -> Candidate:
        how = key.how if key.how is not None and named.how in ("exact", "plural") else named.how
        if key.how == "spelling":
            how = "spelling"
        return Candidate(first, last, meaning, how, named.strength * key.strength * sureness)

    def _concepts(self, first: int, last: int, key: Key) -> Iterator[Candidate]:
        how: How = key.how or "exact"
        for concept in self._lexicon.concepts.get(key.form, ()):
            yield Candidate(first, last, ConceptMeaning(concept), how, key.strength)
        for concept in self._index.formulas.get(key.form, ()):
            yield Candidate(first, last, ConceptMeaning(concept), "vocabulary", key.strength)
        is_function = last - first == 1 and self._segments[first].is_function
        if key.form in self._index.nouns and not is_function:
            yield Candidate(first, last, ConceptMeaning("noun"), "vocabulary", key.strength)

    def _adjectives(self, first: int, last: int, key: Key) -> Iterator[Candidate]:
        """Yield a column and a direction for an adjective that orders by it (`oldest`)."""
        for direction in self._lexicon.directions.get(key.form, ()):
            names = columns_of_groups(self._index, (direction.group,))
            for name in names:
                yield Candidate(first, last, ColumnMeaning(name), "vocabulary", 0.9 * key.strength)
            if names:
                concept = ConceptMeaning("top" if direction.is_more else "bottom")
                yield Candidate(first, last, concept, "vocabulary", 0.9 * key.strength)
