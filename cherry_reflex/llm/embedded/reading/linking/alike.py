"""English words that are a header or a value in another form: in short, or with another ending."""

from collections.abc import Iterator

from cherry_reflex.llm.embedded.reading.abbreviation import is_short_for, shared
from cherry_reflex.llm.embedded.reading.folding import singular
from cherry_reflex.llm.embedded.reading.linked import Candidate, ColumnMeaning, ValueMeaning
from cherry_reflex.llm.embedded.reading.linking.table_index import TableIndex

_WORD_MIN = 3
_INITIAL = 0.4
"""How sure it is that a header of one letter (`o`, `h`, `l`, `c`) is a word's first."""


def columns_alike(first: int, form: str, sureness: float, index: TableIndex) -> Iterator[Candidate]:
    """Yield columns of which a word is the segment in short, or another form of it."""
    word = singular(form)
    if not word.isascii() or not word.isalpha() or len(word) < _WORD_MIN:
        return
    for head, name in index.heads:
        if head == word:
            continue
        strength = 0.7 if is_short_for(head, word) else shared(head, word)
        if head == word[0]:
            strength = _INITIAL
        if strength:
            yield Candidate(first, first + 1, ColumnMeaning(name), "spelling", strength * sureness)


def values_alike(first: int, form: str, sureness: float, index: TableIndex) -> Iterator[Candidate]:
    """Yield values of which a word is another form (`approval` of `approved`), or which are
    the word in short (`TSLA`, `FRA`)."""
    word = singular(form)
    if not word.isascii() or not word.isalpha() or len(word) <= _WORD_MIN:
        return
    for head, named in index.value_heads:
        if head == word or named.value is None:
            continue
        is_short = str(named.value).isupper() and is_short_for(head, word, with_vowels=True)
        if strength := 0.5 if is_short else shared(head, word):
            meaning = ValueMeaning(named.column, named.value)
            yield Candidate(first, first + 1, meaning, "spelling", strength * sureness)
