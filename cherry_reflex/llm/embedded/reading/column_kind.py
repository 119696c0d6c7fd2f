"""Which kind of a column a column is: what its cells are, told from its type, name and values."""

import re
from collections.abc import Iterable
from typing import cast

from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.core.reading.condition import Scalar
from cherry_reflex.llm.embedded.knowledge import analysis_words
from cherry_reflex.llm.embedded.reading.folding import folded
from cherry_reflex.llm.embedded.reading.header import Header
from cherry_reflex.llm.embedded.reading.linked import ColumnKind

LABELS_MAX = 60
"""Letters of a cell of a label, on average; longer ones are free text."""
CODES_MAX = 30
"""Different numbers of a code at most; more, and it tells rows apart."""
OWN = 0.95
"""Share of different cells from which a column tells rows apart."""
_MOMENT = re.compile(r"\d{1,4}[-./:]\d{1,2}")
"""How a date or a time of day that is kept as text begins."""
_OF_NUMBERS: tuple[ColumnKind, ...] = ("amount", "level", "rate", "code", "identifier", "time")
_OF_TEXTS: tuple[ColumnKind, ...] = ("label", "code", "identifier", "text", "time")


def kind_of(
    column: Column,
    header: Header,
    kinds: Iterable[ColumnKind],
    rows: int,
    positive: Scalar | None,
) -> ColumnKind:
    """Return a column's kind. `kinds` are those of its vocabulary groups, the best first;
    `positive` is the value of a flag that means yes."""
    if positive is not None:
        return "flag"
    if column.type in TEMPORAL or column.time:
        return "time"
    told = [*kinds, *_told(header)]
    if column.type in NUMERIC:
        numbers = analysis_words.header_kinds()["identifier"]
        is_numbered = header.spelled[-1:] != () and header.spelled[-1] in numbers
        kinds_told = [kind for kind in told if kind in _OF_NUMBERS]
        return _of_number(column, kinds_told, rows, is_numbered=is_numbered)
    if column.type in ("category", "text"):
        return _of_text(column, [kind for kind in told if kind in _OF_TEXTS], rows)
    return "other"


def _told(header: Header) -> list[ColumnKind]:
    """Return the kinds that the end of a header tells: `_id`, `_pct`, `건수`."""
    known = analysis_words.header_kinds()
    last = header.spelled[-1] if header.spelled else ""
    whole = folded("".join(header.words))
    exact = [kind for kind, words in known.items() if last in words]
    endings = [
        (len(word), kind)
        for kind, words in known.items()
        for word in words
        if not word.isascii() and len(word) > 1 and whole.endswith(word)
    ]
    endings.sort(reverse=True)
    return [cast(ColumnKind, kind) for kind in [*exact, *(kind for _, kind in endings)]]


def _of_number(
    column: Column, told: list[ColumnKind], rows: int, *, is_numbered: bool
) -> ColumnKind:
    """`is_numbered`: the header itself says that these are numbers of things (`patient_id`)."""
    if column.unit in analysis_words.language("numbers")["percent"]:
        return "rate"
    is_own = rows > 0 and column.distinct >= OWN * rows and column.type == "integer"
    for kind in told:
        if kind == "time" and not column.time:
            continue
        if kind == "identifier" and column.type == "integer" and column.distinct <= CODES_MAX:
            return "code"
        is_counted = not is_own and "amount" in told and not is_numbered
        is_figure = column.type == "number" or is_counted
        if kind == "identifier" and is_figure:
            continue  # `orders` that repeat or have fractions are counted, not numbered
        return kind
    if is_own and _counts_up(column, rows):
        return "identifier"
    return "amount" if column.type == "integer" else "level"


def _counts_up(column: Column, rows: int) -> bool:
    """Whether whole numbers look like the numbers of rows."""
    low, high = column.minimum, column.maximum
    if not isinstance(low, int) or not isinstance(high, int):
        return False
    return high - low + 1 <= rows * 1.1


def _of_text(column: Column, told: list[ColumnKind], rows: int) -> ColumnKind:
    cells = [str(value) for value in column.examples]
    length = sum(map(len, cells)) / len(cells) if cells else 0.0
    if length > LABELS_MAX:
        return "text"
    is_own = rows > 0 and column.distinct >= OWN * max(1, rows - column.missing)
    looks_coded = bool(cells) and all(
        any(letter.isdigit() for letter in cell) and " " not in cell for cell in cells
    )
    for kind in told:
        if kind == "time" and not (cells and all(map(_MOMENT.match, cells))):
            continue
        if kind == "identifier" and column.type == "category":
            return "code" if looks_coded else "label"
        return kind
    if looks_coded:
        return "identifier" if is_own else "code"
    return "label"
