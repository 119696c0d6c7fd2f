"""Rows of a text file one by one: those that are no data are left out, odd ones are told."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.parse_options import LeftOut
from cherry_reflex.datasets.formats.dialect import COMMENT, Dialect, rows_of
from cherry_reflex.datasets.formats.layout import TAIL_ROWS, Layout
from cherry_reflex.datasets.formats.table_rows import TableRows

_LISTED = 20
_TEXT_CHARS = 200

_Row = tuple[int, int, list[str]]
"""Its number in the file, its first line, its cells."""


class CsvRows:
    """Writes the data rows of one file; what was left out besides the layout is told after."""

    def __init__(
        self, name: str, dialect: Dialect, layout: Layout, width: int, *, skip_ragged: bool
    ) -> None:
        self.comments: list[LeftOut] = []
        self.ragged: list[LeftOut] = []
        self.left_out_more = 0
        """Comments and odd rows that are not listed."""
        self.rows_read = 0
        """Rows of the whole file, blank ones and the heading included."""
        self._name = name
        self._dialect = dialect
        self._width = width
        self._skip_ragged = skip_ragged
        self._first = layout.skip_rows + layout.header_rows
        self._dropped = {
            number
            for row in (*layout.inside, *layout.totals, *layout.below)
            for number in range(row.row, row.row + row.rows)
        }
        self._lines: list[int] = []
        self._odd: list[int] = []

    def write(self, lines: Iterable[str], target: Path, names: Sequence[str]) -> None:
        """Write the rows of `lines` to the Parquet file `target`.

        Raises BadInput `csv_quote` (line), and `csv_ragged` (lines, count, expected, found) unless
        such rows are skipped.
        """
        with TableRows(target, names) as table:
            for row in self._data(lines):
                self._add(table, row)
        if self._odd and not self._skip_ragged:
            raise BadInput(
                "csv_ragged",
                name=self._name,
                line=self._lines[0],
                lines=", ".join(map(str, self._lines)),
                count=len(self._odd),
                expected=self._width,
                found=self._odd[0],
            )

    def _add(self, table: TableRows, row: _Row) -> None:
        number, line, cells = row
        if not any(cell and not cell.isspace() for cell in cells):
            return
        extra = cells[self._width :]
        if len(cells) >= self._width and not any(cell.strip() for cell in extra):
            table.add(cells[: self._width])
        elif cells[0].startswith(COMMENT):
            self._list(self.comments, "comment", number, cells)
        else:
            self._odd.append(len(cells))
            if len(self._lines) < _LISTED:
                self._lines.append(line)
            if self._skip_ragged:
                self._list(self.ragged, "ragged", number, cells)

    def _list(self, listed: list[LeftOut], reason: str, number: int, cells: list[str]) -> None:
        if len(listed) >= _LISTED:
            self.left_out_more += 1
            return
        text = self._dialect.delimiter.join(cells)[:_TEXT_CHARS]
        listed.append(LeftOut.model_validate({"reason": reason, "row": number, "text": text}))

    def _data(self, lines: Iterable[str]) -> Iterator[_Row]:
        """Yield the rows below the heading that are not left out. Those at the end are known by
        their place from there, so that some are always held back."""
        held: deque[_Row] = deque()
        for row in self._all(lines):
            held.append(row)
            if len(held) > TAIL_ROWS:
                first = held.popleft()
                if first[0] > self._first and first[0] not in self._dropped:
                    yield first
        for row in held:
            from_end = row[0] - self.rows_read - 1
            if row[0] > self._first and not {row[0], from_end} & self._dropped:
                yield row

    def _all(self, lines: Iterable[str]) -> Iterator[_Row]:
        before = 0
        try:
            for line, cells in rows_of(lines, self._dialect):
                self.rows_read += 1
                yield self.rows_read, before + 1, cells
                before = line
        except csv.Error as error:
            raise BadInput("csv_quote", str(error), name=self._name, line=before + 1) from error
