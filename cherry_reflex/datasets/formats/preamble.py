"""Titles, units and blank rows above the header of a table, as spreadsheets often have them."""

from collections.abc import Sequence

LOOKED_AT = 20
_SHARE = 0.5
_CELLS_MIN = 2


def preamble(rows: Sequence[Sequence[str | None]]) -> int:
    """Return how many leading rows are above the header: rows with a single cell (or none), while
    a row that fills at least half of the width follows, and the row after that does as well."""
    width = max((len(row) for row in rows), default=0)
    needed = max(_CELLS_MIN, width * _SHARE)
    for place, row in enumerate(rows):
        if _filled(row) > 1:
            if place == 0 or place + 1 >= len(rows):
                return 0
            follows = _filled(rows[place + 1]) > 1
            return place if follows and _filled(row) >= needed else 0
    return 0


def _filled(row: Sequence[str | None]) -> int:
    return sum(1 for cell in row if cell is not None and cell.strip())
