"""What the words of one table mean: its columns, values and rows by what they are called."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cherry_reflex.core.reading.condition import Scalar
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.folding import folded, is_hangul, singular
from cherry_reflex.llm.embedded.reading.formula import formulas_by_phrase
from cherry_reflex.llm.embedded.reading.header import header_of, without_digits
from cherry_reflex.llm.embedded.reading.linked import ColumnView, How, TableView
from cherry_reflex.llm.embedded.reading.linking.lexicon import lexicon, stems_of
from cherry_reflex.llm.embedded.reading.romanization import romanized
from cherry_reflex.llm.embedded.reading.spelling import Spelling
from cherry_reflex.llm.embedded.reading.vocabulary import by_name, synonyms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

COMMON = 0.98
USUAL = 0.45
"""Some names are close to every word. What the quantile `COMMON` of common words has more than
`USUAL` is taken off."""
VALUES_COMPARED = 300
"""Values compared by meaning; more are found by their spelling alone."""
FEW = 40
"""Different values of a column whose values are compared by meaning at most."""
_SEPARATORS = re.compile(r"[-_/]")
_PIECES = re.compile(r"[가-힣]+|[^\W가-힣_]+")
_SHORT = 3
_PART_MIN = 2
_CODE_MIN = {True: 2, False: 3}
"""Letters, in Korean and in other languages, of values that mean the same in any column."""


@dataclass(frozen=True)
class Named:
    """A column, or one of its values, as a phrase names it."""

    column: str
    how: How
    strength: float
    value: Scalar | None = None
    written: str = ""
    """How the value is written, where it must be written so: codes and single letters."""


@dataclass
class TableIndex:
    """The words of a table. Vectors are None without an encoder."""

    view: TableView
    columns: dict[str, list[Named]] = field(default_factory=dict)
    values: dict[str, list[Named]] = field(default_factory=dict)
    nouns: frozenset[str] = frozenset()
    groups: dict[str, list[str]] = field(default_factory=dict)
    formulas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    spelling: Spelling = field(default_factory=lambda: Spelling(()))
    heads: tuple[tuple[str, str], ...] = ()
    """(word of a header, column) of English words."""
    value_heads: tuple[tuple[str, Named], ...] = ()
    """(folded value, what it names) of values of one English word."""
    coded: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Columns of codes with those of their values that are known."""
    names: tuple[str, ...] = ()
    """Headers and values with signs or digits in them."""
    forms: tuple[tuple[str, str], ...] = ()
    """(column, form) of each row of `vectors`."""
    vectors: "Vectors | None" = None
    usual: "NDArray[np.float32] | None" = None
    compared: tuple[Named, ...] = ()
    value_vectors: "Vectors | None" = None


def index_of(view: TableView, embedding: Embedding | None) -> TableIndex:
    """Return what the words of a table mean. Computes some hundred vectors, once a table."""
    index = TableIndex(view)
    for column in view.columns:
        for form, named in _columns_named(column):
            _add(index.columns, form, named)
        for form, named in _values_named(column):
            _add(index.values, form, named)
        for group in column.groups:
            index.groups.setdefault(group, []).append(column.name)
    index.formulas = formulas_by_phrase(view)
    index.nouns = frozenset(f for n in view.nouns for f in (folded(n), singular(folded(n))) if f)
    texts = [f for c in view.columns for f in c.forms] + [
        str(v) for c in view.columns for v in c.values if isinstance(v, str)
    ]
    headers = [" ".join(header_of(c.name).words) for c in view.columns]
    texts += [*headers, *view.nouns]
    index.stems = stems_of(texts)
    index.words = frozenset(
        form
        for text in texts
        for word in text.lower().replace("_", " ").replace("-", " ").split()
        for form in (folded(word), singular(folded(word)))
    )
    latin = [f for f, known in index.values.items() if known[0].how == "spelling"]
    index.spelling = Spelling([*index.words, *latin])
    index.heads = tuple(
        dict.fromkeys(
            (word, column.name)
            for column in view.columns
            for header in (header_of(column.name),)
            for word in (*header.words, *header.spelled)
            if word.isascii() and word.isalpha()
        )
    )
    index.value_heads = tuple(_value_heads(view))
    index.coded = tuple(
        (column.name, tuple(str(value) for value in column.values))
        for column in view.columns
        if column.kind in ("identifier", "code") and column.values
    )
    written = [c.name for c in view.columns] + [t for t in texts if len(t) > 1]
    index.names = tuple(dict.fromkeys(n for n in written if _has_signs(n)))
    if embedding is not None:
        _compare(index, embedding)
    return index


def _value_heads(view: TableView) -> Iterator[tuple[str, Named]]:
    for column in view.columns:
        if column.kind in ("label", "flag", "code") and len(column.values) <= FEW:
            for value in column.values:
                if isinstance(value, str) and value.isascii() and value.isalpha():
                    yield value.lower(), Named(column.name, "spelling", 0.5, value)


def _add(known: dict[str, list[Named]], form: str, named: Named) -> None:
    if not form:
        return
    same = known.setdefault(form, [])
    if all((n.column, n.value) != (named.column, named.value) for n in same):
        same.append(named)


def _has_signs(name: str) -> bool:
    letters = any(letter.isalpha() for letter in name)
    return letters and any(not (x.isalpha() or x.isspace()) for x in name)


def _columns_named(column: ColumnView) -> Iterator[tuple[str, Named]]:
    """Yield what names a column, the surest first."""
    header = header_of(column.name)
    for form in (column.name, *header.forms):
        yield folded(form), Named(column.name, "exact", 1.0)
    for form in column.remembered:
        yield folded(form), Named(column.name, "remembered", 1.0)
    for form in (column.name, *header.forms):
        yield singular(folded(form)), Named(column.name, "plural", 1.0)
    places = {name: place for place, name in enumerate(column.groups)}
    for name, place in places.items():
        strength = 1.0 if place == 0 else 0.9
        for phrase in by_name()[name].phrases:
            yield folded(phrase), Named(column.name, "vocabulary", strength)
            yield singular(folded(phrase)), Named(column.name, "vocabulary", strength)
    yield from _parts(column.name, header.words)
    for word in header.words:
        if letters := without_digits(word):
            yield letters, Named(column.name, "part", 0.5)
    if header.spelled != header.words:
        yield from _parts(column.name, header.spelled)
    units = analysis_words.language("units")["words"]
    for form in (header.unit, *units.get(header.unit.lower(), ())):
        if len(form) > 1:
            yield folded(form), Named(column.name, "part", 0.4)


def _parts(name: str, words: Sequence[str]) -> Iterator[tuple[str, Named]]:
    """Yield pieces of a header: runs of its words, beginnings and ends of a Korean word."""
    generic = {w for known in analysis_words.header_kinds().values() for w in known if w.isascii()}
    size = len(words)
    for length in range(size - 1, 0, -1):
        for first in range(size - length + 1):
            run = words[first : first + length]
            if all(word.isdigit() or len(word) < _PART_MIN for word in run):
                continue
            strength = length / size * (0.6 if all(word in generic for word in run) else 1.0)
            form = folded("".join(run))
            yield form, Named(name, "part", strength)
            yield singular(form), Named(name, "part", strength)
    whole = folded("".join(words))
    if is_hangul(whole):
        for length in range(len(whole) - 1, _PART_MIN - 1, -1):
            for piece in {whole[:length], whole[-length:]}:
                yield piece, Named(name, "part", length / len(whole))


def _values_named(column: ColumnView) -> Iterator[tuple[str, Named]]:
    """Yield what names the values of a column."""
    for value in column.values:
        if not isinstance(value, str):
            continue
        form = folded(value)
        written = value if _is_code(value) else ""
        yield form or value, Named(column.name, "exact", 1.0, value, written)
        yield singular(form), Named(column.name, "plural", 1.0, value, written)
        for group, same in synonyms().get(form, ()):
            is_own = group in column.groups
            if not is_own and len(form) < _CODE_MIN[is_hangul(form)]:
                continue
            for word in same:
                code = word if _is_code(word) else ""
                named = Named(column.name, "vocabulary", 1.0 if is_own else 0.9, value, code)
                yield folded(word), named
                yield singular(folded(word)), named
    if column.kind in ("label", "code", "identifier", "flag"):
        for value in column.values:
            if isinstance(value, str) and is_hangul(value) and len(folded(value)) > 1:
                said = romanized(folded(value))
                for form in (said, *_without_suffix(said)):
                    yield form, Named(column.name, "spelling", 0.9, value)
        for value in column.values:
            if isinstance(value, str):
                yield from _value_parts(column.name, value)


def _without_suffix(said: str) -> Iterator[str]:
    """Yield a romanised place without what it is (`gwangsangu` -> `gwangsan`)."""
    for suffix in analysis_words.language("place_suffixes"):
        if said.endswith(suffix) and len(said) > len(suffix) + 2:
            yield said[: -len(suffix)]


def _value_parts(name: str, value: str) -> Iterator[tuple[str, Named]]:
    """Yield the words of a value of several (`송도A블록` has three), and the beginnings of a Korean
    one."""
    words = _PIECES.findall(value) if not value.isascii() else _SEPARATORS.sub(" ", value).split()
    functions = analysis_words.function_words()
    if len(words) > 1:
        for length in range(len(words) - 1, 0, -1):
            for first in range(len(words) - length + 1):
                run = words[first : first + length]
                form = folded("".join(run))
                is_plain = all(w.lower() in functions or w.isdigit() for w in run)
                if len(form) >= _SHORT - is_hangul(form) and not is_plain:
                    yield form, Named(name, "part", length / len(words), value)
    elif is_hangul(value) and len(folded(value)) > _PART_MIN:
        form = folded(value)
        for length in range(len(form) - 1, _PART_MIN - 1, -1):
            yield form[:length], Named(name, "part", length / len(form), value)
            yield form[-length:], Named(name, "part", length / len(form) * 0.9, value)


def _is_code(value: str) -> bool:
    """Whether a value must be written as it is: one letter, or a few capitals."""
    form = folded(value)
    return len(form) == 1 or (len(form) <= _SHORT and value.isupper() and form in _ordinary_words())


def _ordinary_words() -> frozenset[str]:
    return analysis_words.function_words() | lexicon().words


def _compare(index: TableIndex, embedding: Embedding) -> None:
    """Add the vectors of forms and of values."""
    import numpy as np

    forms = [
        (column.name, form.lower())
        for column in index.view.columns
        for form in column.forms
        if len(folded(form)) > 1
    ]
    common = sorted(w for w in analysis_words.function_words() if len(w) > 1)
    if forms:
        vectors = embedding([form for _, form in forms])
        likeness = np.sort(embedding(common) @ vectors.T, axis=0)
        index.forms = tuple(forms)
        index.vectors = vectors
        index.usual = np.maximum(likeness[int(COMMON * len(likeness))] - USUAL, 0)
    known = [
        Named(column.name, "meaning", 0.0, value)
        for column in index.view.columns
        if column.kind in ("label", "flag", "code") and len(column.values) <= FEW
        for value in column.values
        if isinstance(value, str) and len(folded(value)) > 1
    ][:VALUES_COMPARED]
    if known:
        index.compared = tuple(known)
        index.value_vectors = embedding([str(named.value).lower() for named in known])


def columns_of_groups(index: TableIndex, groups: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that belong to any of some groups."""
    owners: Mapping[str, list[str]] = index.groups
    return tuple(dict.fromkeys(name for group in groups for name in owners.get(group, ())))
