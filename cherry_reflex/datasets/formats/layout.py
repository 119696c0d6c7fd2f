"""The layout of a table in a grid of texts: what stands above it, its heading, its rows, what
stands below. For every format that people fill with tables by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cherry_reflex.core.parse_options import LeftOut, LeftOutReason, ParseOptions
from cherry_reflex.datasets.formats.above_rows import find_above, is_comment, text_of
from cherry_reflex.datasets.formats.below_rows import Below, find_below
from cherry_reflex.datasets.formats.header_rows import (
    ColumnKind,
    Row,
    column_kinds,
    find_header,
)
from cherry_reflex.datasets.formats.layout_units import units_of_columns
from cherry_reflex.datasets.formats.text_kind import has_decimal_comma, kind_of, number_of
from cherry_reflex.datasets.formats.totals import find_totals

HEAD_ROWS = 1000
"""Rows of a long table's beginning that are enough for its layout."""
TAIL_ROWS = 60
"""Rows of its end that are enough for what stands below it."""


@dataclass(frozen=True)
class Layout:
    """Where the table is in its rows, which are numbered from 1.

    Rows of `tail` are numbered from the end instead, -1 being the last: see `placed`.
    """

    above: tuple[LeftOut, ...] = ()
    """Rows over the heading."""
    skip_rows: int = 0
    """How many rows lie over the heading."""
    header_rows: int = 1
    names: tuple[str, ...] = ()
    """The heading, several rows of it joined; "" where a column has none."""
    below: tuple[LeftOut, ...] = ()
    """Notes and sources at the end."""
    footer_rows: int = 0
    totals: tuple[LeftOut, ...] = ()
    """Rows that sum up others, to be left out; none where they are to be kept."""
    inside: tuple[LeftOut, ...] = ()
    """Rows among the data that are none: blank ones, comments, the heading again."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Units by name, from a row of units, a title or the heading itself."""
    guesses: frozenset[str] = frozenset()
    """Names of the fields of ParseOptions that another careful reader might set otherwise."""

    def placed(self, rows: int) -> "Layout":
        """Return this with rows of the tail numbered from the beginning, for a grid of `rows`."""

        def numbered(found: tuple[LeftOut, ...]) -> tuple[LeftOut, ...]:
            return tuple(
                one.model_copy(update={"row": rows + one.row + 1}) if one.row < 0 else one
                for one in found
            )

        return replace(
            self,
            below=numbered(self.below),
            totals=numbered(self.totals),
            inside=numbered(self.inside),
        )


def find_layout(
    rows: Sequence[Sequence[str | None]],
    options: ParseOptions,
    *,
    is_whole: bool,
    tail: Sequence[Sequence[str | None]] = (),
    carried: bool = True,
) -> Layout:
    """Return the layout of the table in `rows`, the beginning of a grid (all of it if `is_whole`).

    `tail` are the last rows of a long grid, none of which is in `rows`. Options that are set are
    taken as they are. `carried` says that a group's heading stands once, over its first column;
    False where it was repeated over all of its columns (as merged cells are).
    """
    width = max((len(row) for row in (*rows, *tail)), default=0)
    grid = [_plain(row, width) for row in rows]
    end = [_plain(row, width) for row in tail] if not is_whole else []
    guesses: set[str] = set()
    above = find_above(grid, width, wanted=options.skip_rows)
    skip = above.count
    wanted = options.header_rows
    if wanted is not None:
        wanted = len(_filled(grid[skip : skip + wanted]))
    header = find_header(_filled(grid[skip:]), width, wanted=wanted, carried=carried)
    # Blank rows between those of the heading are part of it.
    filled = [place for place in range(skip, len(grid)) if any(grid[place])]
    first = filled[header.rows - 1] + 1 if header.rows else skip
    if options.header_rows is not None:
        first = min(skip + options.header_rows, len(grid))
    body = grid[first:]
    columns = column_kinds(body, width)
    notes = find_below(end or body if is_whole or end else [], columns, wanted=options.footer_rows)
    data = body[: len(body) - notes.count] if not end else body
    last = end[: len(end) - notes.count]
    inside = _inside(data, grid[skip:first], first)
    if options.totals == "keep":
        totals: list[tuple[LeftOut, bool]] = []
    else:
        skipped = {row.row for row in inside}
        totals = _totals(data, columns, options, first, skipped, is_whole=is_whole)
        totals += [
            (one.model_copy(update={"row": one.row - 1 - len(end)}), True)
            for one, _ in _totals(last, columns, options, 0, set(), is_whole=False)
        ]
    for name, guessed in (
        ("skip_rows", above.guessed),
        ("header_rows", header.guessed),
        ("footer_rows", notes.guessed),
        ("totals", any(guessed for _, guessed in totals) and options.totals is None),
    ):
        if guessed:
            guesses.add(name)
    units = units_of_columns(header, _texts(grid[:skip]), columns)
    return Layout(
        above=above.rows,
        skip_rows=skip,
        header_rows=first - skip,
        names=header.names,
        below=_below(notes, -len(end) if end else first),
        footer_rows=notes.count,
        totals=tuple(one for one, _ in totals),
        inside=tuple(inside),
        units=units,
        guesses=frozenset(guesses),
    )


def _plain(row: Sequence[str | None], width: int) -> tuple[str, ...]:
    cells = [cell.strip() if cell else "" for cell in row]
    return (*cells, *[""] * (width - len(cells)))


def _filled(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [row for row in rows if any(row)]


def _texts(rows: Sequence[Row]) -> list[str]:
    """Return the texts above a heading; a line that was cut at its commas is whole again."""
    found: list[str] = []
    for row in rows:
        filled = [cell for cell in row if cell]
        if filled:
            found += [", ".join(filled)] if is_comment(row) or ":" in filled[0] else filled
    return found


def _below(notes: Below, offset: int) -> tuple[LeftOut, ...]:
    def placed(row: int) -> int:
        return row + offset if offset >= 0 else row - 1 + offset

    return tuple(one.model_copy(update={"row": placed(one.row)}) for one in notes.rows)


def _inside(data: Sequence[Row], heading: Sequence[Row], first: int) -> list[LeftOut]:
    """Return the rows among the data that are blank, comments, or the heading once more."""
    headings = {tuple(cell.casefold() for cell in row) for row in heading if any(row)}
    repeats = {row for row in headings if sum(1 for cell in row if cell) > 1}
    found: list[LeftOut] = []
    for place, row in enumerate(data):
        reason: LeftOutReason | None = None
        if not any(row):
            reason = "blank"
        elif tuple(cell.casefold() for cell in row) in repeats:
            reason = "header_again"
        elif is_comment(row) and sum(1 for cell in row if cell) == 1 and len(row) > 1:
            reason = "comment"
        if reason is None:
            continue
        number = first + place + 1
        before = found[-1] if found else None
        if before and before.reason == reason == "blank" and before.row + before.rows == number:
            found[-1] = before.model_copy(update={"rows": before.rows + 1})
        else:
            found.append(LeftOut(reason=reason, row=number, text=text_of(row)))
    return found


def _totals(
    data: Sequence[Row],
    columns: Sequence[ColumnKind],
    options: ParseOptions,
    first: int,
    skipped: set[int],
    *,
    is_whole: bool,
) -> list[tuple[LeftOut, bool]]:
    import numpy

    places = [p for p, column in enumerate(columns) if column.kind == "number" and not column.years]
    kept = [
        place for place, row in enumerate(data) if any(row) and first + place + 1 not in skipped
    ]
    if not kept:
        return []
    commas = {place: _has_comma(data, place, options) for place in places}
    labels = [_labels(data[place], set(places)) for place in kept]
    numbers = numpy.full((len(kept), len(places)), numpy.nan)
    for number, place in enumerate(kept):
        for column, where in enumerate(places):
            value = number_of(data[place][where], decimal_comma=commas[where])
            if value is not None:
                numbers[number, column] = value
    return [
        (
            LeftOut(
                reason="total",
                row=first + kept[total.place] + 1,
                text=text_of(data[kept[total.place]]),
            ),
            total.guessed,
        )
        for total in find_totals(labels, numbers, is_whole=is_whole)
    ]


def _has_comma(data: Sequence[Row], place: int, options: ParseOptions) -> bool:
    if options.decimal_mark is not None:
        return options.decimal_mark == ","
    return has_decimal_comma([row[place] for row in data if "," in row[place]])


def _labels(row: Row, numbers: set[int]) -> list[str]:
    return [
        cell
        for place, cell in enumerate(row)
        if cell and (place not in numbers or kind_of(cell) in ("text", "code"))
    ]
