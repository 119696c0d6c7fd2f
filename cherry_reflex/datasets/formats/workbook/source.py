"""A sheet with everything that is read of it."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cherry_reflex.datasets.formats.workbook.archive import Sheet
from cherry_reflex.datasets.formats.workbook.column_values import has_times
from cherry_reflex.datasets.formats.workbook.exact_cells import ExactCell, read_exact
from cherry_reflex.datasets.formats.workbook.grid import Grid
from cherry_reflex.datasets.formats.workbook.number_format import CellFormat
from cherry_reflex.datasets.formats.workbook.sheet_scan import SheetScan, Written


@dataclass(frozen=True)
class Source:
    """A sheet's values, formats and XML. Columns count from 1 (A), rows from 1."""

    archive: zipfile.ZipFile
    sheet: Sheet
    grid: Grid
    scan: SheetScan
    formats: Sequence[CellFormat]
    recalculates: bool = False
    """Whether the program that wrote the workbook left its formulas to be calculated."""
    _exact: dict[int, dict[int, ExactCell]] = field(default_factory=dict)

    def cells(self, column: int) -> Mapping[int, ExactCell]:
        """Return the cells of a column by row, with their styles."""
        if column not in self._exact:
            self._exact.update(read_exact(self.archive, self.sheet, [column]))
        return self._exact[column]

    def fetch_times(self, places: Iterable[int]) -> None:
        """Read the cells of those columns of the grid that hold times, in one pass."""
        columns = [self.grid.first_column + place for place in places]
        wanted = [
            column
            for column in columns
            if column not in self._exact and has_times(self.written(column), self.formats)
        ]
        if wanted:
            self._exact.update(read_exact(self.archive, self.sheet, wanted))

    def written(self, column: int) -> list[Written]:
        """Return how the cells of a column are written."""
        return [one for one in self.scan.written if one.column == column]

    def uncalculated(self, column: int) -> frozenset[int]:
        """Return the rows of a column whose formulas have no stored value. A program that cannot
        calculate writes none, or 0 for every formula."""
        rows = self.scan.uncalculated.get(column, [])
        zeros = sum(map(len, self.scan.zeros.values()))
        if self.recalculates and zeros and zeros == self.scan.formulas:
            rows = [*rows, *self.scan.zeros.get(column, [])]
        return frozenset(rows)
