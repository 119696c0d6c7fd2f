"""The values of a sheet as texts, and which of its cells are filled."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cherry_reflex.datasets.formats.workbook.sheet_scan import Merged, SheetScan

if TYPE_CHECKING:
    import fastexcel
    import numpy
    from numpy.typing import NDArray

_MIDNIGHT = " 00:00:00"
_TIME_ALONE = re.compile(r"(?:1899-12-3[01]|1904-01-01) (\d\d:\d\d(?::\d\d)?)")


@dataclass(frozen=True)
class Area:
    """A rectangle of a grid, from 0; `bottom` and `right` are the first past it."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """Its rows."""
        return self.bottom - self.top

    def with_area(self, other: "Area") -> "Area":
        """Return the smallest area that holds both."""
        return Area(
            min(self.top, other.top),
            max(self.bottom, other.bottom),
            min(self.left, other.left),
            max(self.right, other.right),
        )

    def shares_columns(self, other: "Area") -> bool:
        """Whether some column is in both."""
        return self.left < other.right and other.left < self.right


@dataclass(frozen=True)
class Grid:
    """A sheet's values by column, from its row 1 and from its column `first_column` (A is 1).

    `filled` says by row and column where there is more than spaces, `occupied` also what merged
    cells cover. `merged` are rectangles in the places of this grid.
    """

    columns: Sequence[Any]
    first_column: int
    filled: "NDArray[numpy.bool_]"
    occupied: "NDArray[numpy.bool_]"
    merged: tuple[Area, ...]

    @property
    def height(self) -> int:
        """Rows, from the first of the sheet to the last that is filled."""
        return int(self.filled.shape[0])

    @property
    def whole(self) -> Area:
        """The area of all cells."""
        return Area(0, self.height, 0, len(self.columns))

    @cached_property
    def merged_over_rows(self) -> Mapping[int, Sequence[Area]]:
        """The merged cells of several rows that are filled, by their first column."""
        found: dict[int, list[Area]] = {}
        height, width = self.filled.shape
        for one in self.merged:
            inside = one.top < height and one.left < width
            if inside and one.bottom - one.top > 1 and self.filled[one.top, one.left]:
                found.setdefault(one.left, []).append(one)
        return found

    def rows_in(self, area: Area) -> "NDArray[numpy.bool_]":
        """Return which rows of an area have something in them, or under a merged cell."""
        import numpy

        seen = self.occupied[area.top : area.bottom, area.left : area.right]
        return numpy.asarray(seen.any(axis=1), dtype=bool)

    def columns_in(self, area: Area) -> "NDArray[numpy.bool_]":
        """Return which columns of an area have something in them, or under a merged cell."""
        import numpy

        seen = self.occupied[area.top : area.bottom, area.left : area.right]
        return numpy.asarray(seen.any(axis=0), dtype=bool)

    def texts(self, area: Area, *, merged: bool = False) -> list[list[str | None]]:
        """Return the cells of an area as they are shown: dates without midnight, times without a
        day. With `merged` each cell has the text of the merged cell that covers it, unless that
        one stands alone at the beginning of its row, as titles do."""
        read = [
            [_shown(cell) for cell in column.slice(area.top, area.height).to_pylist()]
            for column in self.columns[area.left : area.right]
        ]
        rows: list[list[str | None]] = [list(row) for row in zip(*read, strict=True)]
        if merged:
            for one in self.merged:
                if one.top < area.bottom and area.top < one.bottom and one.shares_columns(area):
                    self._spread(rows, area, one)
        return rows

    def _spread(self, rows: list[list[str | None]], area: Area, one: Area) -> None:
        if one.top < area.top or one.left < area.left:
            return
        row = rows[one.top - area.top]
        text = row[one.left - area.left]
        alone = sum(1 for cell in row if cell) == 1 and one.left == area.left
        wide = 1 if alone else one.right - one.left
        for down in range(one.top, min(one.bottom, area.bottom)):
            for across in range(one.left, min(one.left + wide, area.right)):
                rows[down - area.top][across - area.left] = text


def read_grid(reader: "fastexcel.ExcelReader", sheet: str, scan: SheetScan) -> Grid | None:
    """Read all values of a sheet as texts; None when it has none. Raises FastExcelError."""
    import numpy
    import pyarrow
    import pyarrow.compute

    batch = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_arrow()
    if not batch.num_rows or not batch.num_columns:
        return None
    columns = [
        column if pyarrow.types.is_string(column.type) else column.cast(pyarrow.string())
        for column in batch.columns
    ]
    filled = numpy.empty((batch.num_rows, len(columns)), dtype=bool)
    for place, column in enumerate(columns):
        present = pyarrow.compute.not_equal(pyarrow.compute.utf8_trim_whitespace(column), "")
        filled[:, place] = present.fill_null(False).to_numpy(zero_copy_only=False)
    if not filled.any():
        return None
    first = _first_column(scan)
    merged = tuple(_area(one, first) for one in scan.merged if one.first_column >= first)
    occupied = filled
    if merged:
        occupied = filled.copy()
        for one in merged:
            inside = one.top < filled.shape[0] and one.left < filled.shape[1]
            if inside and filled[one.top, one.left]:
                occupied[one.top : one.bottom, one.left : one.right] = True
    return Grid(columns, first, filled, occupied, merged)


def _area(one: Merged, first_column: int) -> Area:
    return Area(
        one.first_row - 1,
        one.last_row,
        one.first_column - first_column,
        one.last_column - first_column + 1,
    )


def _first_column(scan: SheetScan) -> int:
    """Return the first column that has a stored value, where the reader's columns begin."""
    stored: dict[int, int] = {}
    for one in scan.written:
        stored[one.column] = stored.get(one.column, 0) + one.cells
    for column, rows in scan.uncalculated.items():
        stored[column] = stored.get(column, 0) - len(rows)
    return min((column for column, cells in stored.items() if cells > 0), default=1)


def _shown(text: str | None) -> str | None:
    if text is None:
        return None
    if text.endswith(_MIDNIGHT):
        return text[: -len(_MIDNIGHT)]
    time = _TIME_ALONE.fullmatch(text)
    return time[1] if time else text
