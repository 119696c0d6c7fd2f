"""What a person is told of how a table of a sheet was read."""

from cherry_reflex.core.parse_options import LeftOut, ParseReport
from cherry_reflex.datasets.formats.note import Note
from cherry_reflex.datasets.formats.workbook.table_columns import TableColumns

_NAMED_MAX = 5


def reading_notes(
    report: ParseReport, left_out: tuple[LeftOut, ...], columns: TableColumns
) -> tuple[str | Note, ...]:
    """Return the notes on a table that its report does not hold, most important first; `left_out`
    are all of its rows that were left out."""
    notes: list[str | Note] = list(columns.changed)
    options = report.options
    if report.tables > 1:
        notes.append(Note("table_of", {"number": options.table or 0, "count": report.tables}))
    if options.header_rows == 0:
        notes = ["headless", *(note for note in notes if note != "unnamed")]
    elif options.header_rows and options.header_rows > 1:
        notes.append(Note("heading_joined", {"rows": options.header_rows}))
    if any(one.row <= (options.skip_rows or 0) and one.reason != "blank" for one in left_out):
        notes.append("preamble")
    inner = _blank_inside(left_out, report)
    if inner:
        notes.append(Note("blank_left", {"rows": inner}))
    for key, names in (
        ("formulas_empty", columns.uncalculated),
        ("filled_down", columns.filled_down),
        ("first_only", columns.first_only),
        ("percent_fractions", columns.percent),
        ("hours", columns.hours),
        ("mixed_times", columns.mixed_times),
    ):
        if names:
            notes.append(Note(key, {"columns": _named(names)}))
    if columns.errors:
        cells = sum(columns.errors.values())
        notes.append(Note("errors_missing", {"cells": cells, "columns": _named([*columns.errors])}))
    if columns.parent:
        notes.append(Note("indented", {"column": columns.child, "parent": columns.parent}))
    return tuple(notes)


def _blank_inside(left_out: tuple[LeftOut, ...], report: ParseReport) -> int:
    """Return the blank rows between rows of data, not those around a table."""
    heading = (report.options.skip_rows or 0) + (report.options.header_rows or 0)
    return sum(
        one.rows
        for place, one in enumerate(left_out)
        if one.reason == "blank"
        and one.row > heading
        and not any(later.reason == "note" for later in left_out[place + 1 : place + 2])
    )


def _named(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED_MAX])
    return f"{shown} (+{len(names) - _NAMED_MAX})" if len(names) > _NAMED_MAX else shown
