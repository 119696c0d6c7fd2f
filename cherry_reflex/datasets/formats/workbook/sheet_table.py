"""One table of a sheet, written to a Parquet file of its own with what was understood of it."""

from pathlib import Path

from cherry_reflex.core.parse_options import LeftOut, ParseOptions, ParseReport
from cherry_reflex.datasets.formats.raw import Raw
from cherry_reflex.datasets.formats.workbook.areas import Areas
from cherry_reflex.datasets.formats.workbook.body_rows import BodyRows, find_body
from cherry_reflex.datasets.formats.workbook.grid import Area
from cherry_reflex.datasets.formats.workbook.reading_notes import reading_notes
from cherry_reflex.datasets.formats.workbook.source import Source
from cherry_reflex.datasets.formats.workbook.table_columns import read_columns

_LISTED_MAX = 50


def read_table(
    source: Source,
    areas: Areas,
    number: int,
    target: Path,
    options: ParseOptions,
    hidden: tuple[str, ...] = (),
) -> Raw | None:
    """Read the table of that number (from 1) and write it to `target`; None when it has no rows.

    `options` count rows from the top of the sheet; `hidden` are the sheets that were not read.
    """
    import pyarrow
    import pyarrow.parquet

    area, several = areas.tables[number - 1], len(areas.tables) > 1
    body = find_body(source.grid, area, _within(options, area))
    if not len(body.rows):
        return None
    columns = read_columns(source, area, body, several=several)
    if not columns.values:
        return None
    pyarrow.parquet.write_table(pyarrow.table(columns.values), target)
    strays = [_stray(source, one) for one in areas.strays] if number == 1 else []
    left_out = tuple(sorted((*body.left_out, *strays), key=lambda one: one.row))
    guesses = body.guesses | ({"table"} if several and options.table is None else set())
    report = ParseReport(
        options=_used(options, source.sheet.name, area, body, number if several else None),
        guesses=tuple(sorted(guesses)),
        left_out=left_out[:_LISTED_MAX],
        left_out_more=max(len(left_out) - _LISTED_MAX, 0),
        tables=len(areas.tables),
        hidden_sheets=hidden,
    )
    notes = reading_notes(report, left_out, columns)
    return Raw(
        target,
        sheet=source.sheet.name,
        notes=notes,
        parsed=report,
        units=dict(columns.units),
        fractions=frozenset(columns.percent),
    )


def _within(options: ParseOptions, area: Area) -> ParseOptions:
    """Return the options with rows counted from the top of the area; what is said of rows outside
    of it says nothing of this table."""
    if options.skip_rows is None:
        return options
    skip = options.skip_rows - area.top
    return options.model_copy(update={"skip_rows": skip if 0 <= skip < area.height else None})


def _used(
    options: ParseOptions, sheet: str, area: Area, body: BodyRows, table: int | None
) -> ParseOptions:
    layout = body.layout
    return options.model_copy(
        update={
            "sheet": sheet,
            "table": table if options.table is None else options.table,
            "skip_rows": area.top + layout.skip_rows,
            "header_rows": layout.header_rows,
            "footer_rows": layout.footer_rows,
            "totals": options.totals or "leave_out",
        }
    )


def _stray(source: Source, area: Area) -> LeftOut:
    texts = [cell for row in source.grid.texts(area) for cell in row if cell]
    return LeftOut(reason="note", row=area.top + 1, rows=area.height, text=" ".join(texts)[:200])
