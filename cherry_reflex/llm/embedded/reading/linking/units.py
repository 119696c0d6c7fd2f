"""Columns that the units of numbers tell: `4반`, `3 stars`, `over 50 kg`, `10만원`."""

from collections.abc import Iterator, Sequence

from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.folding import folded
from cherry_reflex.llm.embedded.reading.header import header_of
from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnMeaning,
    ColumnView,
    NumberMeaning,
    Segment,
)
from cherry_reflex.llm.embedded.reading.linking.table_index import TableIndex
from cherry_reflex.llm.embedded.reading.patterns.match import Match

_OWN = 0.7
_WORD = 0.6
_SAME = 0.4
"""How sure it is that a number is of a column that is called like its unit, like what the unit
measures, or whose cells have a unit of the same kind."""


def by_unit(
    segments: Sequence[Segment], matches: Sequence[Match], index: TableIndex
) -> list[Candidate]:
    """Return the columns that the units of numbers may mean, over the numbers with their units."""
    starts = {segment.start: place for place, segment in enumerate(segments)}
    ends = {segment.end: place + 1 for place, segment in enumerate(segments)}
    return [
        Candidate(starts[match.start], ends[match.end], ColumnMeaning(name), "part", strength)
        for match in matches
        if isinstance(match.meaning, NumberMeaning) and match.meaning.unit
        if match.start in starts and match.end in ends
        for name, strength in _columns(match.meaning.unit, index)
    ]


def _columns(unit: str, index: TableIndex) -> Iterator[tuple[str, float]]:
    known = analysis_words.language("units")
    words = known["words"].get(unit.lower(), ())
    for form, strength in [(unit, _OWN), *((word, _WORD) for word in words)]:
        for named in index.columns.get(folded(form), ()):
            if named.how in ("exact", "plural", "vocabulary"):
                yield named.column, strength
    kinds = {kind for kind, units in known["same"].items() if unit in units}
    for column in index.view.columns:
        if kinds & _kinds(column):
            yield column.name, _SAME


def _kinds(column: ColumnView) -> set[str]:
    """Return which kinds of units the cells of a column may have."""
    known = analysis_words.language("units")["same"]
    written = {column.column.unit, header_of(column.name).unit} - {""}
    return {kind for kind, units in known.items() if written & set(units)}
