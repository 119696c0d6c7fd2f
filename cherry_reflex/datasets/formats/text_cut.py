"""Rows left out of a long text file by where they lie in it: what remains is copied, not parsed."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cherry_reflex.datasets.formats.dialect import Dialect, rows_of

_TAIL_BYTES = 262_144
_CHUNK_BYTES = 1 << 22


@dataclass(frozen=True)
class PlacedRow:
    """A row and the bytes of a file that hold it."""

    cells: list[str]
    start: int
    end: int
    lines: int = 1


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their ends, whichever these are."""
    return list(io.StringIO(text, newline=""))


def placed(
    lines: Sequence[str], rows: Iterable[tuple[int, list[str]]], start: int
) -> list[PlacedRow]:
    """Return rows with their bytes in a UTF-8 file; `lines` begin at the byte `start`."""
    found: list[PlacedRow] = []
    line = 0
    for last, cells in rows:
        size = sum(len(one.encode()) for one in lines[line:last])
        found.append(PlacedRow(cells, start, start + size, last - line))
        start, line = start + size, last
    return found


def tail_of(path: Path, dialect: Dialect, rows_max: int) -> list[PlacedRow]:
    """Return the last rows of a UTF-8 file, none where they cannot be told."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = max(0, size - _TAIL_BYTES)
        file.seek(start)
        piece = file.read()
    cut = piece.find(b"\n") + 1 if start else 0
    lines = lines_of(piece[cut:].decode("utf-8", "replace"))
    try:
        return placed(lines, rows_of(iter(lines), dialect), start + cut)[-rows_max:]
    except csv.Error:
        return []


def without(path: Path, left_out: Sequence[PlacedRow], target: Path) -> Path:
    """Copy a file without those rows and return the copy."""
    place = 0
    with path.open("rb") as source, target.open("wb") as out:
        for row in sorted(left_out, key=lambda row: row.start):
            _copy(source, out, place, row.start)
            place = row.end
        _copy(source, out, place, path.stat().st_size)
    return target


def _copy(source: io.BufferedReader, out: io.BufferedWriter, start: int, end: int) -> None:
    source.seek(start)
    while start < end and (chunk := source.read(min(_CHUNK_BYTES, end - start))):
        out.write(chunk)
        start += len(chunk)
