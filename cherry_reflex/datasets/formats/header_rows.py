"""The heading of a table: which rows it is, and the names that they make together."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from cherry_reflex.datasets.formats import layout_words
from cherry_reflex.datasets.formats.text_kind import Kind, is_year, kind_of, shape_of

HEADER_ROWS_MAX = 3
_SAMPLE_ROWS = 200
_SHARE = 0.8
"""How many of a column's values must be of one kind for it to be the column's kind."""
_SEQUENCE_MIN = 3
_CODES_MIN = 3
_CODE_CHARS = 4
_REPEATED_ROWS = 6
_REPEATED_SHARE = 4
_CLEAR = 3
"""Cells unlike those below them for each that is like them, when a heading is no guess."""
_SUFFIX = re.compile(r"\.\d+$")

Row = Sequence[str]


@dataclass(frozen=True)
class ColumnKind:
    """What the values below a heading look like; `shape` only of codes (`A9`)."""

    kind: Kind = "empty"
    shape: str = ""
    years: bool = False
    values: frozenset[str] = frozenset()
    repeats: bool = False
    """Whether a few values make up all of many rows, as categories do."""

    def is_unlike(self, text: str) -> bool:
        """Whether a text stands out from texts that are all short codes, or few categories."""
        longest = max(map(len, self.values), default=0)
        short = len(self.values) >= _CODES_MIN and longest <= _CODE_CHARS
        return text not in self.values and ((short and len(text) > longest * 2) or self.repeats)

    @property
    def typed(self) -> bool:
        """Whether a heading over these values would not look like them."""
        return self.kind in ("number", "date", "time", "boolean", "code")


@dataclass(frozen=True)
class Header:
    """The heading of a table: its rows, joined names, units of a row of units, and whether
    another careful reader might see another one."""

    rows: int
    names: tuple[str, ...]
    units: dict[str, str] = field(default_factory=dict)
    guessed: bool = False


def column_kinds(rows: Sequence[Row], width: int) -> list[ColumnKind]:
    """Return what each column of a table looks like by its first rows."""
    return [
        _column_kind([row[place] for row in rows[:_SAMPLE_ROWS] if place < len(row)])
        for place in range(width)
    ]


def _column_kind(cells: list[str]) -> ColumnKind:
    counts = Counter[Kind](kind_of(cell) for cell in cells)
    counts.pop("empty", None)
    counts.pop("missing", None)
    present = sum(counts.values())
    if not present:
        return ColumnKind()
    kind, count = counts.most_common(1)[0]
    values = frozenset(cell for cell in cells if cell)
    if kind == "code" and count >= present * _SHARE:
        shape, same = Counter(map(shape_of, values)).most_common(1)[0]
        if same >= len(values) * _SHARE:
            return ColumnKind("code", shape, values=values)
    if kind in ("text", "code") or count < present * _SHARE:
        repeats = present >= _REPEATED_ROWS and len(values) * 3 <= present
        return ColumnKind("text", values=values, repeats=repeats)
    years = kind == "number" and all(is_year(v) for v in values if kind_of(v) == "number")
    return ColumnKind(kind, years=years, values=values)


@dataclass(frozen=True)
class Votes:
    """How a row compares with the columns below it, counted in cells."""

    heading: int = 0
    data: int = 0
    years: int = 0
    """Years over numbers that are none: a heading where other signs say so."""


def votes(row: Row, columns: Sequence[ColumnKind]) -> Votes:
    """Return how many cells of a row are unlike, and how many like, what is below them."""
    heading = data = years = 0
    for cell, column in zip(row, columns, strict=False):
        kind = kind_of(cell)
        if kind in ("empty", "missing"):
            continue
        if column.kind == "code":
            heading += not any(c.isdigit() for c in cell)
            data += shape_of(cell) == column.shape
        elif column.typed and kind == column.kind:
            year = kind == "number" and is_year(cell) and not column.years
            years += year
            # A date over dates is no heading, while a number over numbers may be one.
            data += 2 if kind in ("date", "time") else not year
        elif column.typed:
            heading += kind in ("text", "code", "date", "time")
        elif column.kind == "text":
            data += cell in column.values and kind != "number"
            heading += kind == "text" and column.is_unlike(cell)
    return Votes(heading, data, years)


def find_header(
    rows: Sequence[Row], width: int, *, wanted: int | None = None, carried: bool = True
) -> Header:
    """Return the heading of the table whose first row is `rows[0]`.

    `wanted` is how many rows it has, where that is known. `carried` says that a blank cell of an
    upper row belongs to the group at its left; without it groups are given in every cell.
    """
    if wanted is not None:
        count, guessed = min(wanted, len(rows)), False
    else:
        count, guessed = _count(rows, width)
    plain, units = [], {}
    for place in range(count):
        if place and is_unit_row(rows[place]):
            units = dict(enumerate(rows[place]))
        else:
            plain.append(rows[place])
    names = _joined(plain, width, carried=carried)
    found = {
        names[place]: layout_words.unit_of(unit) or unit.strip("()[] ")
        for place, unit in units.items()
        if unit and place < width and names[place]
    }
    return Header(count, names, found, guessed)


def is_unit_row(row: Row) -> bool:
    """Whether every cell of a row that is filled is a unit, in two columns at least."""
    filled = [cell for cell in row if cell]
    known = [cell for cell in filled if kind_of(cell) != "missing"]
    return len(known) > 1 and all(
        layout_words.is_unit(cell) or layout_words.unit_of(cell) for cell in known
    )


def _count(rows: Sequence[Row], width: int) -> tuple[int, bool]:
    if len(rows) < 2:
        return 1 if rows and not _all_numbers(rows[0]) else 0, True
    below = [row for row in rows[1:] if list(row) != list(rows[0])]
    if (len(rows) - 1 - len(below)) * _REPEATED_SHARE > len(rows):
        # A heading is repeated on every page, not among every few rows.
        below = list(rows[1:])
    columns = column_kinds(below, width)
    first = votes(rows[0], columns)
    sequence = _is_sequence(rows[0], columns, below)
    data = 0 if sequence else first.data
    grouped = len(rows) > 2 and _grouped(rows[0], rows[1], rows[2]) != ""
    if data > first.heading and not (grouped and not _like_data(rows[0], rows[2:], width)):
        return 0, first.heading > 0 or data < 2
    doubted = data * _CLEAR > first.heading
    guessed = sequence or doubted or (first.heading == 0 and first.years == 0)
    count = 1
    while count < HEADER_ROWS_MAX and len(rows) > count + 1:
        row, rest = rows[count], rows[count + 1 :]
        if is_unit_row(row) and not is_unit_row(rest[0]):
            count, guessed = count + 1, False
            continue
        group = _grouped(rows[count - 1], row, rest[0])
        columns = column_kinds(rest, width)
        found = votes(row, columns)
        typed = any(column.typed for column in columns)
        if not group or found.data:
            break
        if found.heading or found.years:
            count, guessed = count + 1, False
        elif group == "filled_below" or (not typed and _named_once(rows[count - 1], row)):
            count, guessed = count + 1, True
        else:
            break
    return count, guessed


def _like_data(row: Row, rest: Sequence[Row], width: int) -> bool:
    found = votes(row, column_kinds(rest, width))
    return found.data > found.heading


def _all_numbers(row: Row) -> bool:
    filled = [cell for cell in row if cell]
    return bool(filled) and all(kind_of(c) in ("number", "date", "time") for c in filled)


def _is_sequence(row: Row, columns: Sequence[ColumnKind], below: Sequence[Row]) -> bool:
    """Whether the numbers of a first row count up from 0 or 1, and those below do not."""
    places = [p for p, c in enumerate(columns) if c.kind == "number" and p < len(row) and row[p]]
    if len(places) < _SEQUENCE_MIN or not below:
        return False
    return _counts_up([row[p] for p in places]) and not any(
        _counts_up([other[p] for p in places if p < len(other)], anywhere=True)
        for other in below[:2]
    )


def _counts_up(cells: Sequence[str], *, anywhere: bool = False) -> bool:
    if len(cells) < _SEQUENCE_MIN or not all(cell.isdecimal() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    starts = anywhere or numbers[0] in (0, 1)
    return starts and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _grouped(given: Row, lower: Row, below: Row) -> str:
    """Return how two rows can be one heading: `groups` (the upper one names groups of columns, by
    blanks or by repeating itself), `filled_below` (the lower one only fills what is blank above),
    "" when they cannot. `below` is the row after them."""
    upper = [_base(cell, given) for cell in given]
    texts = [cell for cell in upper if cell]
    lower_filled = [place for place, cell in enumerate(lower) if cell]
    if not texts or not lower_filled:
        return ""
    blank_above = [place for place in lower_filled if not upper[place]]
    if len(blank_above) == len(lower_filled):
        # An index name on a row of its own: `,2023,2024` over `region,,`.
        return "filled_below" if len(lower_filled) < len(texts) else ""
    runs = [
        place
        for place in lower_filled
        if place and (not upper[place] or upper[place] == upper[place - 1]) and lower[place]
    ]
    repeated = len(set(texts)) < len(texts)
    subnames = [lower[place] for place in lower_filled]
    if not runs and not (repeated and len(subnames) > 1):
        return ""
    # Under every group stand names of its own; only columns named once may be blank below.
    first = runs[0] if runs else lower_filled[0]
    if any(
        not lower[place]
        and not upper[place]
        and (not below[place] or kind_of(below[place]) != "text")
        for place in range(first, len(lower))
    ):
        return "groups" if repeated else ""
    return "groups"


def _named_once(upper: Row, lower: Row) -> bool:
    """Whether some column is named in the upper row alone, as cells merged over two rows are."""
    return any(above and not below for above, below in zip(upper, lower, strict=True))


def _joined(rows: Sequence[Row], width: int, *, carried: bool) -> tuple[str, ...]:
    names: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        group = ""
        for place in range(width):
            cell = " ".join(row[place].split()) if place < len(row) else ""
            if cell:
                group = cell
            elif carried and number + 1 < len(rows) and _has_name_below(rows[number + 1 :], place):
                cell = group
            if number + 1 < len(rows):
                cell = _base(cell, row)
            if cell and cell not in names[place]:
                names[place].append(cell)
    return tuple(" ".join(parts) for parts in names)


def _base(cell: str, row: Row) -> str:
    """Return a group's name without the number by which pandas tells repeated ones apart
    (`매출.1`)."""
    base = _SUFFIX.sub("", cell)
    return base if base in row else cell


def _has_name_below(rows: Sequence[Row], place: int) -> bool:
    return any(place < len(row) and row[place] for row in rows)
