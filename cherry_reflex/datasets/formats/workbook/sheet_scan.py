"""One pass over the XML of a sheet: how far it reaches, its formats, its merged cells.

The reader of values lays out every cell between the first and the last, so that far-off cells are
found here first; and it keeps neither formats nor merged cells.
"""

import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter

from cherry_reflex.core.errors import BadInput
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX
from cherry_reflex.datasets.formats.workbook.archive import INFLATED_BYTES_MAX, Sheet

_AREA_MAX = 30_000_000
_AREA_FREE = 12_000_000
_SPREAD_MAX = 50
"""Largest area per cell that is filled, above _AREA_FREE."""
_CHUNK_BYTES = 1 << 22
_REST_BYTES_MAX = 1 << 20
_MERGED_MAX = 200_000
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^<>]*)>(?!</c>|<v\s*/>|<v></)')
"""A cell as most programs write it; those without content match only when they end themselves."""
_ANY_CELL = re.compile(
    rb'<(?:\w+:)?c\s(?=[^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})")([^<>]*)>'
    rb"(?!</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v></)"
)
_FORMULA = re.compile(
    rb'\br="([A-Z]{1,3})([0-9]{1,7})"([^<>]*)>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v>([^<]*)</|<(?:\w+:)?v\s*/>|</)"
)
_MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell\s[^<>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_STYLE = re.compile(rb'\bs="(\d{1,6})"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_EMPTY = b"/"


@dataclass(frozen=True)
class Merged:
    """A rectangle of cells that are shown as one; rows and columns count from 1."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True)
class Written:
    """How many cells of a column are written in one way: their style, and their type (`n` for
    numbers and dates, `s` for text, `b`, `e` for errors)."""

    column: int
    style: int
    type: str
    cells: int


@dataclass
class SheetScan:
    """What the XML of a sheet says beside its values."""

    cells: int = 0
    first_row: int = 1 << 30
    last_row: int = 0
    first_column: int = 1 << 30
    last_column: int = 0
    farthest: str = ""
    written: list[Written] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    uncalculated: dict[int, list[int]] = field(default_factory=dict)
    """Rows of formulas without a stored value, by column."""
    formulas: int = 0
    zeros: dict[int, list[int]] = field(default_factory=dict)
    """Rows of formulas whose stored value is 0, by column."""

    @property
    def area(self) -> int:
        """Cells between the first and the last that are filled."""
        if not self.cells:
            return 0
        height = self.last_row - self.first_row + 1
        return height * (self.last_column - self.first_column + 1)


def scan_sheet(archive: zipfile.ZipFile, sheet: Sheet, name: str) -> SheetScan:
    """Scan a sheet.

    Raises BadInput `file_inflates`, `xlsx_far_value` (cell), `columns_many`.
    """
    scan, rest, size = SheetScan(), b"", 0
    counted: Counter[tuple[bytes, bytes]] = Counter()
    with archive.open(sheet.part) as file:
        while chunk := file.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > INFLATED_BYTES_MAX:
                raise BadInput("file_inflates", name=name, limit=INFLATED_BYTES_MAX)
            text = rest + chunk
            cut = cut_of(text)
            text, rest = text[:cut], text[cut:]
            _add(scan, counted, text)
    _add(scan, counted, rest)
    far = scan.area > max(_AREA_FREE, scan.cells * _SPREAD_MAX) or scan.area > _AREA_MAX
    if far:
        raise BadInput("xlsx_far_value", name=name, cell=scan.farthest)
    if scan.cells and scan.last_column - scan.first_column >= COLUMNS_MAX:
        raise BadInput("columns_many", limit=COLUMNS_MAX)
    scan.written = [_written(key, count) for key, count in counted.items()]
    return scan


def column_number(letters: bytes) -> int:
    """Return the number of a column: 1 for A."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def column_letters(number: int) -> str:
    """Return the letters of a column: A for 1."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def cut_of(text: bytes) -> int:
    """Return where a chunk can be cut without cutting a cell."""
    cut = max(text.rfind(b"<c "), text.rfind(b":c "), text.rfind(b"<mergeCell "))
    cut = text.rfind(b"<", 0, cut + 1) if cut > 0 else text.rfind(b"<")
    return cut if cut > 0 and len(text) - cut <= _REST_BYTES_MAX else len(text)


def _add(scan: SheetScan, counted: Counter[tuple[bytes, bytes]], text: bytes) -> None:
    usual = b":c " not in text and text.count(b"<c ") == text.count(b'<c r="')
    found = (_CELL if usual else _ANY_CELL).findall(text)
    filled = 0
    letters: set[bytes] = set()
    for (column, attributes), count in Counter(map(itemgetter(0, 2), found)).items():
        if not attributes.endswith(_EMPTY):
            filled += count
            letters.add(column)
            counted[column, attributes] += count
    if filled:
        if filled < len(found):
            found = [cell for cell in found if not cell[2].endswith(_EMPTY)]
        scan.cells += filled
        rows = [int(row) for row in {cell[1] for cell in found}]
        places = {column: column_number(column) for column in letters}
        scan.first_row, low = min(scan.first_row, min(rows)), max(rows)
        scan.first_column = min(scan.first_column, *places.values(), 1 << 30)
        right = max(letters, key=places.__getitem__)
        if low > scan.last_row or places[right] > scan.last_column:
            last = str(low).encode()
            outer = [cell for cell in found if cell[1] == last or cell[0] == right]
            cell = max(outer, key=lambda cell: (places[cell[0]], int(cell[1])))
            scan.farthest = f"{cell[0].decode()}{cell[1].decode()}"
        scan.last_row = max(scan.last_row, low)
        scan.last_column = max(scan.last_column, places[right])
    if b"<f" in text or b":f" in text:
        _add_formulas(scan, text)
    if b"mergeCell " in text:
        for first, top, last, bottom in _MERGED.findall(text)[: _MERGED_MAX - len(scan.merged)]:
            scan.merged.append(
                Merged(int(top), int(bottom), column_number(first), column_number(last))
            )


def _add_formulas(scan: SheetScan, text: bytes) -> None:
    for letters, row, attributes, value in _FORMULA.findall(text):
        scan.formulas += 1
        if value in (b"", b"0"):
            if not value and b't="str"' in attributes:
                continue
            rows = scan.zeros if value else scan.uncalculated
            rows.setdefault(column_number(letters), []).append(int(row))


def _written(key: tuple[bytes, bytes], count: int) -> Written:
    letters, attributes = key
    style, kind = _STYLE.search(attributes), _TYPE.search(attributes)
    type_ = kind[1].decode() if kind else "n"
    plain = "s" if type_ in ("s", "str", "inlineStr") else type_
    return Written(column_number(letters), int(style[1]) if style else 0, plain, count)
