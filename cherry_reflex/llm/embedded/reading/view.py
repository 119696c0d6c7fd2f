"""A table as words can mean it: what its columns, values and rows are called."""

from collections.abc import Iterable, Sequence

from cherry_reflex.analysis.value_index import values_of as values_of_dataset
from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.column_kind import kind_of
from cherry_reflex.llm.embedded.reading.folding import folded, singular
from cherry_reflex.llm.embedded.reading.header import Header, header_of
from cherry_reflex.llm.embedded.reading.linked import ColumnKind, ColumnView, TableView
from cherry_reflex.llm.embedded.reading.values import Index, positive_of, values_of
from cherry_reflex.llm.embedded.reading.vocabulary import (
    by_name,
    by_phrase,
    phrase_vectors,
)

Remembered = Sequence[tuple[str, str]]
"""Words that a person has said to mean a column: (word, name of the column)."""
_ENDING_MIN = 2
"""Letters of a Korean ending of a header that tell what it is about."""
_GROUPS_MAX = 5


def view_of(
    dataset: Dataset,
    embedding: Embedding | None,
    remembered: Remembered = (),
    index: Index | None = None,
) -> TableView:
    """Return how a table's columns, values and rows can be mentioned. Without an encoder, headers
    belong to vocabulary groups by their words alone. `index` has the values of columns by their
    names; by default those that are kept beside the dataset's file, or the examples."""
    if index is None:
        index = values_of_dataset(dataset)
    headers = [header_of(column.name) for column in dataset.columns]
    groups = [
        _fitting(groups_of(header), column)
        for header, column in zip(headers, dataset.columns, strict=True)
    ]
    unknown = [place for place, found in enumerate(groups) if not found]
    if embedding is not None and unknown:
        forms = [headers[place].forms[-1] for place in unknown]
        nearest = phrase_vectors(embedding).nearest(embedding, forms)
        for place, name in zip(unknown, nearest, strict=True):
            groups[place] = _fitting((name,) if name else (), dataset.columns[place])
    columns = tuple(
        _column(dataset, column, header, found, remembered, index)
        for column, header, found in zip(dataset.columns, headers, groups, strict=True)
    )
    return TableView(dataset, columns, _nouns(dataset, columns))


def groups_of(header: Header) -> tuple[str, ...]:
    """Return the names of the groups that a header belongs to: those of the whole header, then
    those of it without a word such as `name` or `code`; where there are none, those of the longest
    end of it (`total revenue`)."""
    found = [name for words in (header.words, header.spelled) for name in _groups(words)]
    generic = analysis_words.header_kinds()
    plain = {w for kind in ("label", "code", "identifier", "time") for w in generic[kind]}
    words = header.spelled
    if len(words) > 1 and (words[-1] in plain or header.words[-1] in plain):
        found += _groups(words[:-1])
    if not found:
        ends = (words[first:] for first in range(1, len(words)))
        found = next(filter(None, map(_groups, ends)), [])
    whole = folded("".join(words))
    if not found and not whole.isascii():
        ends_of_word = ((whole[first:],) for first in range(1, len(whole) - 1))
        found = next(filter(None, map(_groups, ends_of_word)), [])
    return tuple(dict.fromkeys(found))[:_GROUPS_MAX]


def _groups(words: Sequence[str]) -> list[str]:
    form = folded("".join(words))
    if len(form) < _ENDING_MIN and form.isascii():
        return []
    known = by_phrase()
    return [*known.get(form, ()), *known.get(singular(form), ())]


def _fitting(groups: tuple[str, ...], column: Column) -> tuple[str, ...]:
    """Return the groups whose kind a column of that type can be."""
    if column.type in TEMPORAL:
        kinds: tuple[ColumnKind, ...] = ("time",)
    elif column.type in NUMERIC:
        kinds = ("amount", "level", "rate", "code", "identifier", "time", "flag")
    elif column.type == "boolean":
        kinds = ("flag", "label")
    else:
        kinds = ("label", "code", "identifier", "text", "flag", "time")
    fitting = tuple(name for name in groups if by_name()[name].kind in kinds)
    return fitting if fitting or column.type in TEMPORAL else groups[:1]


def _column(
    dataset: Dataset,
    column: Column,
    header: Header,
    groups: tuple[str, ...],
    remembered: Remembered,
    index: Index,
) -> ColumnView:
    known = [by_name()[name] for name in groups]
    values = values_of(column, index)
    positive = positive_of(column, values)
    kinds: Iterable[ColumnKind] = (group.kind for group in known)
    said = tuple(word for word, name in remembered if name == column.name)
    phrases = [phrase for group in known for phrase in group.phrases]
    return ColumnView(
        column=column,
        kind=kind_of(column, header, kinds, dataset.rows, positive),
        forms=tuple(dict.fromkeys([*header.forms, *phrases, *said])),
        groups=groups,
        values=values,
        positive=positive,
        remembered=said,
    )


def _nouns(dataset: Dataset, columns: Sequence[ColumnView]) -> tuple[str, ...]:
    """Return what rows are called: by the table's name, and by what its identifier identifies."""
    header = header_of(dataset.name.rsplit(".", 1)[0])
    own = [w for w in header.words if not w.isdigit() and len(w) > 1]
    identified = [c for c in columns if c.kind == "identifier"]
    names = [*own, *(w for c in identified for w in _without_id(c))]
    found = dict.fromkeys(names)
    known = by_phrase()
    for name in names:
        for group in known.get(singular(folded(name)), ()):
            if by_name()[group].nouns:
                found.update(dict.fromkeys(by_name()[group].phrases))
    return tuple(found)


def _without_id(column: ColumnView) -> tuple[str, ...]:
    """Return what an identifier identifies: `order_id` -> `order`."""
    words = header_of(column.name).spelled
    generic = analysis_words.header_kinds()["identifier"]
    if len(words) > 1 and (words[-1] in generic or words[-1] == "number"):
        return (" ".join(words[:-1]),)
    whole = "".join(words)
    ending = next((w for w in generic if not w.isascii() and whole.endswith(w) and whole != w), "")
    return (whole.removesuffix(ending),) if ending else ()
