"""How a text file separates and quotes its values, decided by us and never left to a parser."""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_DELIMITERS = ",\t;|"
_SAMPLE_ROWS = 500
_FIELD_CHARS_MAX = 2_000_000
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
"""What Excel writes and reads as the first line of a CSV file."""
_BACKSLASHED = re.compile(r'\\(["\\])')
COMMENT = "#"

csv.field_size_limit(min(sys.maxsize, _FIELD_CHARS_MAX))


@dataclass(frozen=True)
class Dialect:
    """How a file is written. `backslashes`: quotes inside of values are `\\"`, not `""`. `spaces`:
    blanks stand between a delimiter and an opening quote."""

    delimiter: str
    backslashes: bool = False
    spaces: bool = False

    @property
    def is_regular(self) -> bool:
        """Whether it is what RFC 4180 describes, but for the delimiter."""
        return not (self.backslashes or self.spaces)


def rows_of(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with the number of the last line of each, blank lines as empty rows.

    Strict: raises csv.Error for a quotation mark that is misplaced or not closed.
    """
    if dialect.backslashes:
        lines = (_BACKSLASHED.sub(_doubled, line) for line in lines)
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        skipinitialspace=dialect.spaces,
        strict=True,
    )
    for row in reader:
        yield reader.line_num, row


def separator_line(line: str) -> str:
    """Return the delimiter that a first line `sep=;` names, or nothing."""
    found = _SEPARATOR_LINE.fullmatch(line)
    return found[1] if found else ""


def detect(lines: list[str], wanted: str = "") -> Dialect:
    """Return the dialect of a text by its first whole lines; `wanted` is its delimiter, if known.

    The delimiter is the one with which most rows have the same number of fields, more than one;
    where none has, the file has a single column.
    """
    told = [line for line in lines if not line.startswith(COMMENT)] or lines
    if not wanted and told:
        wanted = separator_line(told[0])
    best: tuple[float, int, Dialect] | None = None
    for rank, delimiter in enumerate([wanted] if wanted else _DELIMITERS):
        for dialect in _variants(told, delimiter):
            score = _score(told, dialect)
            candidate = (score, -rank, dialect)
            if best is None or candidate[:2] > best[:2]:
                best = candidate
    return best[2] if best is not None and (best[0] > 0 or wanted) else Dialect(",")


def _variants(lines: list[str], delimiter: str) -> list[Dialect]:
    found = [Dialect(delimiter)]
    if any('\\"' in line for line in lines):
        found.append(Dialect(delimiter, backslashes=True))
    spaced = re.compile(rf'{re.escape(delimiter)} +"')
    if any(spaced.search(line) for line in lines):
        found.append(Dialect(delimiter, spaces=True))
    return found


def _score(lines: list[str], dialect: Dialect) -> float:
    """Return the share of rows that have the same number of fields, 0 for a single one."""
    widths: list[int] = []
    quotes = 0
    try:
        for _, row in rows_of(iter(lines), dialect):
            if row:
                widths.append(len(row))
                quotes += any(cell.lstrip().startswith('"') for cell in row)
            if len(widths) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        quotes += 1
    if not widths:
        return 0.0
    width, count = Counter(widths).most_common(1)[0]
    if width < 2:
        return 0.0
    # A delimiter that the first rows have too is likelier than one that occurs in texts; quotes
    # that are left in values were not meant so.
    score = count / len(widths) + (0.5 if width in widths[:3] else 0.0)
    return score - 0.6 * min(1.0, quotes / len(widths) * 4)


def _doubled(found: "re.Match[str]") -> str:
    return '""' if found[1] == '"' else "\\"
