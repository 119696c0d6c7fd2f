"""Excel workbooks: each table of each sheet that is shown becomes one of its own."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.formats.note import Note
from cherry_reflex.datasets.formats.raw import Raw
from cherry_reflex.datasets.formats.workbook.archive import Book, Sheet, opened, read_book
from cherry_reflex.datasets.formats.workbook.areas import Areas, find_areas, is_prose
from cherry_reflex.datasets.formats.workbook.grid import read_grid
from cherry_reflex.datasets.formats.workbook.number_format import CellFormat, read_formats
from cherry_reflex.datasets.formats.workbook.sheet_scan import scan_sheet
from cherry_reflex.datasets.formats.workbook.sheet_table import read_table
from cherry_reflex.datasets.formats.workbook.source import Source

if TYPE_CHECKING:
    import zipfile

    import fastexcel

_TABLES_MAX = 100


def parse(source: Path, name: str, work: Path, options: ParseOptions) -> list[Raw]:
    """Read the tables of every sheet that is shown, or those of `options.sheet` alone.

    `options.table` chooses one of several tables of a sheet; 0 takes the whole sheet as one. Hidden
    sheets and sheets of text are read only when they are named. Raises BadInput: `file_damaged`,
    `file_inflates`, `file_ratio`, `xlsx_far_value` (cell), `xlsx_sheet` (no such sheet),
    `xlsx_table` (no such table), `columns_many`, `table_empty`.
    """
    import fastexcel

    found: list[Raw] = []
    texts: list[Sheet] = []
    with opened(source, name) as archive:
        book = read_book(archive)
        wanted = _wanted(book, name, options)
        hidden = tuple(sheet.name for sheet in book.sheets if sheet.hidden and sheet not in wanted)
        workbook = _Workbook(archive, book, read_formats(archive), name, work, hidden)
        try:
            reader = fastexcel.read_excel(source)
            for sheet in wanted:
                raws = workbook.read(reader, sheet, options, skip_prose=options.sheet is None)
                if raws is None:
                    texts.append(sheet)
                else:
                    found += raws
            if not found:
                for sheet in texts:
                    found += workbook.read(reader, sheet, options, skip_prose=False) or []
                texts = []
        except fastexcel.FastExcelError as error:
            raise BadInput("file_damaged", str(error), name=name) from error
    if not found:
        raise BadInput("table_empty", name=name)
    return _with_notes(found, book, hidden, [sheet.name for sheet in texts])


def _wanted(book: Book, name: str, options: ParseOptions) -> list[Sheet]:
    if options.sheet is None:
        shown = [sheet for sheet in book.sheets if not sheet.hidden]
        return shown or list(book.sheets)
    chosen = [sheet for sheet in book.sheets if sheet.name == options.sheet]
    if not chosen:
        sheets = ", ".join(sheet.name for sheet in book.sheets)
        raise BadInput("xlsx_sheet", name=name, sheet=options.sheet, sheets=sheets)
    return chosen


@dataclass(frozen=True)
class _Workbook:
    """What all sheets of a workbook are read with."""

    archive: "zipfile.ZipFile"
    book: Book
    formats: tuple[CellFormat, ...]
    name: str
    work: Path
    hidden: tuple[str, ...]

    def read(
        self,
        reader: "fastexcel.ExcelReader",
        sheet: Sheet,
        options: ParseOptions,
        *,
        skip_prose: bool,
    ) -> list[Raw] | None:
        """Return the tables of a sheet; None for a sheet of text, when those are to be skipped."""
        scan = scan_sheet(self.archive, sheet, self.name)
        grid = read_grid(reader, sheet.name, scan)
        if grid is None:
            return []
        if skip_prose and is_prose(grid):
            return None
        areas = Areas((grid.whole,), ()) if options.table == 0 else find_areas(grid)
        count = len(areas.tables)
        if options.table is not None and options.table > count:
            raise BadInput(
                "xlsx_table", name=self.name, sheet=sheet.name, table=options.table, count=count
            )
        numbers = [options.table] if options.table else range(1, min(count, _TABLES_MAX) + 1)
        source = Source(self.archive, sheet, grid, scan, self.formats, self.book.recalculates)
        part = sheet.part.replace("/", "-")
        found = [
            read_table(
                source, areas, number, self.work / f"{part}-{number}.parquet", options, self.hidden
            )
            for number in numbers
        ]
        return [raw for raw in found if raw is not None]


def _with_notes(
    found: list[Raw], book: Book, hidden: tuple[str, ...], texts: list[str]
) -> list[Raw]:
    """Add to the first table what is to be said of the workbook as a whole."""
    notes: list[str | Note] = ["macros"] if book.macros else []
    if hidden:
        notes.append(Note("hidden_sheets", {"sheets": ", ".join(hidden)}))
    if texts:
        notes.append(Note("text_sheets", {"sheets": ", ".join(texts)}))
    first, *rest = found
    return [replace(first, notes=(*notes, *first.notes)), *rest]
