"""Excel workbooks: each sheet with data is a table. Sizes and far-off cells are checked first,
since the parser lays out every cell between the first and the last."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.parse_options import ParseOptions
from cherry_reflex.datasets.formats.headings import COLUMNS_MAX, headings
from cherry_reflex.datasets.formats.preamble import LOOKED_AT, preamble
from cherry_reflex.datasets.formats.raw import Raw

if TYPE_CHECKING:
    import fastexcel

_INFLATED_BYTES_MAX = 1_500_000_000
_RATIO_MAX = 200
_RATIO_FROM_BYTES = 50_000_000
_AREA_MAX = 30_000_000
_AREA_FREE = 5_000_000
_SPREAD_MAX = 50
"""Largest area per cell that is filled, above _AREA_FREE."""
_CHUNK_BYTES = 1 << 22
_CELL = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_SHEET_FOLDER = "xl/worksheets/"
_MACROS = "xl/vbaProject.bin"


def parse(source: Path, name: str, work: Path, options: ParseOptions) -> list[Raw]:
    """Read every sheet that has data, or only that of `options`.

    Raises BadInput: `file_damaged`, `file_inflates`, `xlsx_far_value` (cell), `xlsx_sheet` (no such
    sheet), `columns_many`, `table_empty`.
    """
    import fastexcel

    notes = _check(source, name)
    try:
        reader = fastexcel.read_excel(source)
    except fastexcel.FastExcelError as error:
        raise BadInput("file_damaged", str(error), name=name) from error
    sheets = list(reader.sheet_names)
    wanted = options.sheet
    if wanted and wanted not in sheets:
        raise BadInput("xlsx_sheet", name=name, sheet=wanted, sheets=", ".join(sheets))
    found: list[Raw] = []
    for number, sheet in enumerate([wanted] if wanted else sheets):
        raw = _sheet(reader, sheet, work / f"sheet-{number}.parquet", name, notes)
        if raw is not None:
            found.append(raw)
    if not found:
        raise BadInput("table_empty", name=name)
    return found


def _sheet(
    reader: "fastexcel.ExcelReader", sheet: str, target: Path, name: str, notes: tuple[str, ...]
) -> Raw | None:
    import fastexcel
    import pyarrow
    import pyarrow.parquet

    try:
        top = reader.load_sheet(
            sheet, header_row=None, n_rows=LOOKED_AT, dtypes="string", skip_rows=0
        ).to_arrow()
        if not top.num_columns or not top.num_rows:
            return None
        rows = [list(row.values()) for row in top.to_pylist()]
        above = preamble(rows) or _blank_rows(rows)
        names, changed = headings("" if cell is None else str(cell) for cell in rows[above])
        body = reader.load_sheet(
            sheet, header_row=None, skip_rows=above + 1, column_names=names, schema_sample_rows=None
        ).to_arrow()
        if any(cell for row in rows[:above] for cell in row):
            changed = [*changed, "preamble"]
    except fastexcel.FastExcelError as error:
        raise BadInput("file_damaged", str(error), name=name) from error
    if not body.num_rows:
        return None
    kept = [field.name for field in body.schema if not _is_blank(body, field.name)]
    table = pyarrow.table({column: _whole(body[column]) for column in kept})
    if not kept:
        return None
    pyarrow.parquet.write_table(table, target)
    return Raw(target, sheet=sheet, notes=(*notes, *changed))


def _blank_rows(rows: list[list[str | None]]) -> int:
    """Return the number of leading rows without any cell."""
    filled = (place for place, row in enumerate(rows) if any(row))
    return next(filled, 0)


def _is_blank(body: "object", column: str) -> bool:
    """A column without a name and without a value is layout, not data."""
    values = body[column]  # type: ignore[index]
    return column.startswith("column_") and values.null_count == len(values)


def _whole(values: "object") -> "object":
    """Excel keeps every number as a float: those that are all whole become integers."""
    import pyarrow
    import pyarrow.compute

    if pyarrow.types.is_null(values.type):  # type: ignore[attr-defined]
        return values.cast(pyarrow.string())  # type: ignore[attr-defined]
    if not pyarrow.types.is_float64(values.type):  # type: ignore[attr-defined]
        return values
    try:
        return pyarrow.compute.cast(values, pyarrow.int64(), safe=True)
    except pyarrow.ArrowInvalid:
        return values


@dataclass
class _Extent:
    """The corner cells of a sheet and how many cells it fills."""

    cells: int = 0
    first_row: int = 1 << 30
    last_row: int = 0
    first_column: int = 1 << 30
    last_column: int = 0
    farthest: str = ""

    def add(self, found: list[tuple[bytes, bytes]]) -> None:
        if not found:
            return
        self.cells += len(found)
        rows = [int(row) for _, row in found]
        places = {letters: _place(letters) for letters in {letters for letters, _ in found}}
        self.first_row, low = min(self.first_row, min(rows)), max(rows)
        self.first_column = min(self.first_column, *places.values(), 1 << 30)
        if low > self.last_row or max(places.values()) > self.last_column:
            letters, row = max(found, key=lambda cell: (places[cell[0]], int(cell[1])))
            self.farthest = f"{letters.decode()}{row.decode()}"
        self.last_row = max(self.last_row, low)
        self.last_column = max(self.last_column, *places.values())

    @property
    def area(self) -> int:
        if not self.cells:
            return 0
        height = self.last_row - self.first_row + 1
        return height * (self.last_column - self.first_column + 1)


def _check(source: Path, name: str) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            packed = max(1, sum(entry.compress_size for entry in entries))
            bomb = total > _RATIO_FROM_BYTES and total / packed > _RATIO_MAX
            if bomb:
                raise BadInput("file_ratio", name=name, ratio=_RATIO_MAX)
            if total > _INFLATED_BYTES_MAX:
                raise BadInput("file_inflates", name=name, limit=_INFLATED_BYTES_MAX)
            for entry in entries:
                if entry.filename.startswith(_SHEET_FOLDER) and entry.filename.endswith(".xml"):
                    _check_sheet(archive, entry, name)
            return ("macros",) if _MACROS in archive.namelist() else ()
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise BadInput("file_damaged", str(error), name=name) from error


def _check_sheet(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    extent, rest, size = _Extent(), b"", 0
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > _INFLATED_BYTES_MAX:
                raise BadInput("file_inflates", name=name, limit=_INFLATED_BYTES_MAX)
            cut = (rest + chunk).rfind(b"<")
            text, rest = (rest + chunk)[: max(cut, 0)], (rest + chunk)[max(cut, 0) :][-4096:]
            extent.add(_CELL.findall(text))
    extent.add(_CELL.findall(rest))
    far = extent.area > max(_AREA_FREE, extent.cells * _SPREAD_MAX) or extent.area > _AREA_MAX
    if far:
        raise BadInput("xlsx_far_value", name=name, cell=extent.farthest)
    if extent.cells and extent.last_column - extent.first_column >= COLUMNS_MAX:
        raise BadInput("columns_many", limit=COLUMNS_MAX)


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place
