"""Cells of a few columns as the file has them, with their styles: for times, durations, indents."""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from cherry_reflex.datasets.formats.workbook.archive import Sheet
from cherry_reflex.datasets.formats.workbook.sheet_scan import (
    column_letters,
    column_number,
    cut_of,
)

_CHUNK_BYTES = 1 << 22
_STYLE = re.compile(rb'\bs="(\d{1,6})"')
_TYPE = re.compile(rb'\bt="(\w+)"')


@dataclass(frozen=True)
class ExactCell:
    """One cell: the number of its style, and its number where it holds one."""

    style: int
    number: float | None


def read_exact(
    archive: zipfile.ZipFile, sheet: Sheet, columns: Iterable[int]
) -> dict[int, dict[int, ExactCell]]:
    """Return the cells of those columns (A is 1) by column and row (from 1)."""
    wanted = sorted(columns)
    found: dict[int, dict[int, ExactCell]] = {column: {} for column in wanted}
    if not wanted:
        return found
    letters = "|".join(map(column_letters, wanted)).encode()
    cell = re.compile(
        rb'<(?:\w+:)?c\s(?=[^<>]*?\br="(' + letters + rb')([0-9]{1,7})")([^<>]*)>'
        rb"(?:<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>))?(?:<(?:\w+:)?v>([^<]{0,400})</)?"
    )
    rest = b""
    with archive.open(sheet.part) as file:
        while chunk := file.read(_CHUNK_BYTES):
            text = rest + chunk
            cut = cut_of(text)
            _add(found, cell.findall(text[:cut]))
            rest = text[cut:]
    _add(found, cell.findall(rest))
    return found


def _add(
    found: dict[int, dict[int, ExactCell]], cells: list[tuple[bytes, bytes, bytes, bytes]]
) -> None:
    for letters, row, attributes, value in cells:
        style, kind = _STYLE.search(attributes), _TYPE.search(attributes)
        number = None
        if value and (kind is None or kind[1] == b"n"):
            try:
                number = float(value)
            except ValueError:
                number = None
        found[column_number(letters)][int(row)] = ExactCell(int(style[1]) if style else 0, number)
