"""CSV and TSV: strict, with nothing left to a parser's guess."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from cherry_reflex.analysis.sql.duckdb import connect, ident, literal
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.parse_options import LeftOut, ParseOptions, ParseReport
from cherry_reflex.datasets.formats import encoding
from cherry_reflex.datasets.formats.csv_rows import CsvRows
from cherry_reflex.datasets.formats.dialect import Dialect, detect, rows_of, separator_line
from cherry_reflex.datasets.formats.headings import headings
from cherry_reflex.datasets.formats.layout import HEAD_ROWS, TAIL_ROWS, Layout, find_layout
from cherry_reflex.datasets.formats.raw import Raw
from cherry_reflex.datasets.formats.text_cut import PlacedRow, lines_of, placed, tail_of, without

_SAMPLE_CHARS = 2_000_000
_WHOLE_CELLS = 200_000
"""Cells up to which every row of a table is looked at for its layout."""
_LISTED = 100
_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}


def parse(source: Path, name: str, work: Path, options: ParseOptions) -> list[Raw]:
    """Read a CSV file into text columns.

    Raises BadInput: those of `encoding.read`; `table_empty`, `columns_many`, `csv_ragged` (lines,
    their number, expected and found number of fields), `csv_quote` (line), `delimiter_unknown`.
    """
    reading = encoding.read(source, work, name, options.encoding or "")
    with reading.path.open(encoding="utf-8", newline="") as file:
        sample = file.read(_SAMPLE_CHARS)
    if not sample.strip():
        raise BadInput("table_empty", name=name)
    is_whole = len(sample) < _SAMPLE_CHARS
    lines = lines_of(sample)
    if not is_whole and len(lines) > 1:
        lines.pop()
    dialect = detect(lines, _delimiter(options.delimiter))
    head = _head(lines, dialect, name, is_whole=is_whole)
    tail: list[PlacedRow] = []
    if not is_whole or sum(row.lines for row in head) < len(lines):
        tail = tail_of(reading.path, dialect, TAIL_ROWS)
        tail = [row for row in tail if row.start >= head[-1].end]
    grid = [row.cells for row in head]
    if separator_line(lines[0]):
        grid[0] = []
    layout = find_layout(
        grid, options, is_whole=not tail and is_whole, tail=[row.cells for row in tail]
    )
    given, usual = _columns(grid, layout)
    names, notes = headings(given)
    target = work / "raw.parquet"
    rows = CsvRows(name, dialect, layout, len(names), skip_ragged=options.skip_ragged is True)
    if is_whole:
        rows.write(lines, target, names)
    elif usual != len(names) or not _is_quick(
        _cut(reading.path, head, tail, layout, work), dialect, names, target, work
    ):
        with reading.path.open(encoding="utf-8", newline="") as file:
            rows.write(file, target, names)
    units = {
        new: layout.units[old] for new, old in zip(names, given, strict=True) if old in layout.units
    }
    return [
        Raw(
            target,
            encoding=reading.encoding,
            notes=tuple(notes if layout.header_rows else ["headless"]),
            worded=True,
            parsed=_report(options, reading, dialect, layout, rows),
            units=units,
        )
    ]


def _delimiter(wanted: str | None) -> str:
    if not wanted:
        return ""
    found = _DELIMITERS.get(wanted.lower(), wanted)
    if len(found) != 1 or found in '"\r\n' or not found.isascii():
        raise BadInput("delimiter_unknown", delimiter=wanted[:20])
    return found


def _head(lines: list[str], dialect: Dialect, name: str, *, is_whole: bool) -> list[PlacedRow]:
    """Return the first rows, all of them where they are few."""
    rows: list[tuple[int, list[str]]] = []
    cells = 0
    try:
        for row in rows_of(iter(lines), dialect):
            rows.append(row)
            cells += len(row[1])
            if len(rows) >= HEAD_ROWS and (not is_whole or cells > _WHOLE_CELLS):
                break
    except csv.Error as error:
        # Where the text is cut off here, the last row may well be open.
        if is_whole or not rows:
            line = (rows[-1][0] if rows else 0) + 1
            raise BadInput("csv_quote", str(error), name=name, line=line) from error
    return placed(lines, rows, 0)


def _columns(grid: Sequence[Sequence[str]], layout: Layout) -> tuple[list[str], int]:
    """Return the name of every column, and how many fields the rows usually have."""
    first = layout.skip_rows + layout.header_rows
    dropped = {row.row for row in (*layout.inside, *layout.totals, *layout.below)}
    body = [row for n, row in enumerate(grid, 1) if n > first and n not in dropped and any(row)]
    names = list(layout.names)
    named = max((place for place, name in enumerate(names, 1) if name), default=0)
    widths = Counter(len(row) for row in body)
    usual = widths.most_common(1)[0][0] if widths else named
    if named == usual - 1 and layout.header_rows == 1 and len(grid[first - 1]) == named:
        if any(row[-1].strip() for row in body if len(row) == usual):
            # As R writes tables: the names of the rows stand first, without a heading.
            return ["", *names[:named]], usual
        return names[:named], usual
    is_blank = not any(row[named:usual] and any(row[named:usual]) for row in body)
    width = named if named and is_blank else max(named, usual)
    names += [""] * (width - len(names))
    return names[:width], usual


def _cut(
    path: Path, head: list[PlacedRow], tail: list[PlacedRow], layout: Layout, work: Path
) -> tuple[Path, int]:
    """Return a file of the data rows with some lines above them, and the number of these."""
    first = layout.skip_rows + layout.header_rows
    above = head[:first]
    dropped: list[PlacedRow] = []
    for row in (*layout.inside, *layout.totals, *layout.below):
        rows = head if row.row > 0 else tail
        place = row.row - 1 if row.row > 0 else len(tail) + row.row
        dropped += [one for one in rows[place : place + row.rows] if one.cells]
    # A line break inside of a heading makes counting lines unsafe.
    if not dropped and all(row.lines == 1 for row in above):
        return path, len(above)
    return without(path, [*above, *dropped], work / "cut.txt"), 0


def _is_quick(
    cut: tuple[Path, int], dialect: Dialect, names: Sequence[str], target: Path, work: Path
) -> bool:
    """Read a regular file of text columns, many rows at once; return whether it is regular."""
    import duckdb

    if not dialect.is_regular:
        return False
    path, skip = cut
    columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in names)
    filled = ", ".join(map(ident, names))
    with connect(work) as connection:
        try:
            connection.execute(
                f"COPY (SELECT * FROM read_csv({literal(str(path))}, auto_detect=false, "
                f"columns={{{columns}}}, delim={literal(dialect.delimiter)}, quote='\"', "
                f"escape='\"', header=false, skip={skip}, sample_size=-1, "
                "strict_mode=true, ignore_errors=false, null_padding=false, "
                f"max_line_size={encoding.LINE_BYTES_MAX * 2}, nullstr='') "
                f"WHERE coalesce({filled}) IS NOT NULL) "
                f"TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy)"
            )
        except duckdb.InvalidInputException:
            return False
    return True


def _report(
    options: ParseOptions,
    reading: encoding.Reading,
    dialect: Dialect,
    layout: Layout,
    rows: CsvRows,
) -> ParseReport:
    left_out: list[LeftOut] = [
        *layout.above,
        *layout.inside,
        *layout.totals,
        *layout.below,
        *rows.comments,
        *rows.ragged,
    ]
    # Rows of the end count from there; without a break inside of a value rows are lines.
    count = rows.rows_read or reading.lines
    left_out = [
        one.model_copy(update={"row": count + one.row + 1}) if one.row < 0 else one
        for one in left_out
    ]
    told = sorted((one for one in left_out if one.reason != "blank"), key=lambda one: one.row)
    guesses = set(layout.guesses)
    if reading.is_guess:
        guesses.add("encoding")
    return ParseReport(
        options=options.model_copy(
            update={
                "sheet": None,
                "table": None,
                "encoding": reading.encoding,
                "delimiter": dialect.delimiter,
                "skip_rows": layout.skip_rows,
                "header_rows": layout.header_rows,
                "footer_rows": layout.footer_rows,
                "totals": options.totals or ("leave_out" if layout.totals else None),
            }
        ),
        guesses=tuple(sorted(guesses)),
        left_out=tuple(told[:_LISTED]),
        left_out_more=max(0, len(told) - _LISTED) + rows.left_out_more,
    )
