"""Delimiter and header of a CSV file, decided by us and then given to the parser explicitly."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from cherry_reflex.datasets.formats.preamble import LOOKED_AT, preamble

_DELIMITERS = ",\t;|"
_SAMPLE_ROWS = 500
_NUMBER = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?%?")
_YEAR = re.compile(r"(18|19|20|21)\d\d")


@dataclass(frozen=True)
class Dialect:
    """How a file is written. `width` is the number of columns, `skip` the number of lines above
    the header (titles, units, blank lines)."""

    delimiter: str
    header: bool
    first: tuple[str, ...]
    width: int
    skip: int = 0


def detect(sample: str, *, whole: bool) -> Dialect:
    """Return the dialect of a text whose beginning is `sample` (`whole` when that is all of it).

    The delimiter is the one with which most rows have the same number of fields, more than one;
    where none has, the file has a single column.
    """
    if not whole and "\n" in sample:
        sample = sample[: sample.rindex("\n") + 1]
    best: tuple[float, int, str, list[list[str]]] | None = None
    for rank, delimiter in enumerate(_DELIMITERS):
        rows = _rows(sample, delimiter)
        if not rows:
            continue
        width, count = Counter(len(row) for row in rows).most_common(1)[0]
        score = count / len(rows) if width > 1 else 0.0
        # A delimiter that the first row has too is likelier than one that occurs in texts.
        head = rows[preamble(rows[:LOOKED_AT])]
        score += 0.5 if width > 1 and len(head) == width else 0.0
        candidate = (score, -rank, delimiter, rows)
        if score > 0 and (best is None or candidate[:2] > best[:2]):
            best = candidate
    delimiter, rows = (best[2], best[3]) if best else (",", _rows(sample, ","))
    above = preamble(rows[:LOOKED_AT])
    skip = _line_of(sample, delimiter, above) if above else 0
    first = tuple(rows[above]) if rows else ()
    return Dialect(delimiter, _has_header(rows[above:]), first, len(first), skip)


def _line_of(sample: str, delimiter: str, place: int) -> int:
    """Return the number of physical lines above the row at `place` (blank rows not counted)."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    seen, line = -1, 0
    for row in reader:
        seen += bool(row)
        if seen == place:
            return line
        line = reader.line_num
    return 0


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _has_header(rows: list[list[str]]) -> bool:
    """A first row without numbers is a header; so is one whose numbers are years over columns of
    other numbers (`region,2021,2022`), or numbers over columns that hold none."""
    if len(rows) < 2:
        return not rows or not any(_NUMBER.fullmatch(cell.strip()) for cell in rows[0])
    for place, cell in enumerate(rows[0]):
        if not _NUMBER.fullmatch(cell.strip()):
            continue
        below = [row[place].strip() for row in rows[1:] if place < len(row) and row[place].strip()]
        numbers = [value for value in below if _NUMBER.fullmatch(value)]
        if below and len(numbers) < len(below) / 2:
            continue
        years_below = bool(below) and all(_YEAR.fullmatch(value) for value in below)
        if _YEAR.fullmatch(cell.strip()) and not years_below:
            continue
        return False
    return True
