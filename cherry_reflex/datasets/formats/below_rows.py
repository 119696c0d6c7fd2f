"""Rows below a table that are none of it: notes, sources, marks of the end, blank rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from cherry_reflex.core.parse_options import LeftOut, LeftOutReason
from cherry_reflex.datasets.formats import layout_words
from cherry_reflex.datasets.formats.above_rows import is_comment, text_of
from cherry_reflex.datasets.formats.header_rows import ColumnKind, Row
from cherry_reflex.datasets.formats.text_kind import kind_of

_PROSE_CHARS = 25
_LOOKED_AT = 60


@dataclass(frozen=True)
class Below:
    """Rows below the data, by their places among those given; `guessed` when a note was known by
    its form alone."""

    rows: tuple[LeftOut, ...]
    count: int
    guessed: bool


def find_below(
    rows: Sequence[Row], columns: Sequence[ColumnKind], *, wanted: int | None = None
) -> Below:
    """Return the rows at the end of `rows` that are no data; row numbers count from 1 within
    `rows`. `wanted` is how many there are, where that is known."""
    if wanted is not None:
        first = max(len(rows) - wanted, 0)
        listed = [
            _left_out(_reason(row) or "note", first + n, row) for n, row in enumerate(rows[first:])
        ]
        return Below(tuple(listed), len(rows) - first, False)
    end, guessed = len(rows), False
    found: list[LeftOut] = []
    pending: list[LeftOut] = []
    for place in range(len(rows) - 1, max(len(rows) - _LOOKED_AT, 0), -1):
        row = rows[place]
        if not any(row):
            pending.append(_left_out("blank", place, row))
            continue
        said = _is_said(row, columns)
        if not said and not _is_prose(row, columns, rows[place - 1]):
            break
        guessed = guessed or not said
        found += [*pending, _left_out(_reason(row) or "note", place, row)]
        pending = []
        end = place
    # Blank rows between the data and the first note go with the notes.
    while end and not any(rows[end - 1]):
        end -= 1
        found.append(_left_out("blank", end, rows[end]))
    return Below(_merged(found), len(rows) - end, guessed)


def _reason(row: Row) -> LeftOutReason | None:
    if not any(row):
        return "blank"
    return "comment" if is_comment(row) else None


def _is_said(row: Row, columns: Sequence[ColumnKind]) -> bool:
    """Whether the words of a row say that it is a note, while it does not look like data."""
    first = next(cell for cell in row if cell)
    if not (layout_words.is_note(first) or is_comment(row)):
        return False
    return not _fits(row, columns)


def _is_prose(row: Row, columns: Sequence[ColumnKind], before: Row) -> bool:
    """Whether a row is a sentence below the table: its only cell, in the first column, long, or
    after a blank row."""
    if len(columns) < 2 or sum(1 for cell in row if cell) != 1 or not row[0]:
        return False
    if layout_words.is_total(row[0]) or kind_of(row[0]) not in ("text", "empty"):
        return False
    usual = max((len(value) for value in columns[0].values), default=0)
    apart = not any(before) and (columns[0].typed or " " in row[0])
    return apart or (" " in row[0] and len(row[0]) > max(usual * 2, _PROSE_CHARS))


def _fits(row: Row, columns: Sequence[ColumnKind]) -> bool:
    """Whether a row has the values that its columns have, past the first filled one."""
    first = next(place for place, cell in enumerate(row) if cell)
    for place, (cell, column) in enumerate(zip(row, columns, strict=False)):
        if cell and place != first and column.typed and kind_of(cell) == column.kind:
            return True
    return False


def _left_out(reason: LeftOutReason, place: int, row: Row) -> LeftOut:
    return LeftOut(reason=reason, row=place + 1, text=text_of(row))


def _merged(found: list[LeftOut]) -> tuple[LeftOut, ...]:
    listed: list[LeftOut] = []
    for row in sorted(found, key=lambda one: one.row):
        last = listed[-1] if listed else None
        if last is not None and last.reason == row.reason == "blank":
            listed[-1] = last.model_copy(update={"rows": last.rows + 1})
        else:
            listed.append(row)
    return tuple(listed)
