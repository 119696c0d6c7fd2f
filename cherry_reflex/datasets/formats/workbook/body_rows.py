"""The rows of a table that are data: without blank rows, totals, and the heading again."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cherry_reflex.core.parse_options import LeftOut, ParseOptions
from cherry_reflex.datasets.formats.layout import HEAD_ROWS, TAIL_ROWS, Layout, find_layout
from cherry_reflex.datasets.formats.totals import find_totals, is_candidate
from cherry_reflex.datasets.formats.workbook.grid import Area, Grid

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_WHOLE_ROWS = HEAD_ROWS + TAIL_ROWS
_HEADING_ROWS = 20
"""Rows from the top in which merged cells are those of a heading."""
_LABEL_COLUMNS = 4
_LABELS_MAX = 50_000
_NUMBER_SHARE = 0.8
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True)
class BodyRows:
    """The layout of an area and which rows of the grid (from 0) are data. Row numbers of what was
    left out are those of the sheet, from 1."""

    layout: Layout
    rows: "NDArray[numpy.int64]"
    first: int
    """The row of the grid below the heading."""
    left_out: tuple[LeftOut, ...]
    guesses: frozenset[str]


def find_body(grid: Grid, area: Area, options: ParseOptions) -> BodyRows:
    """Return the layout and the rows of data of an area."""
    import numpy

    is_whole = area.height <= _WHOLE_ROWS
    head = area if is_whole else Area(area.top, area.top + HEAD_ROWS, area.left, area.right)
    tail = Area(area.bottom - TAIL_ROWS, area.bottom, area.left, area.right)
    layout = find_layout(
        grid.texts(head, merged=True),
        options,
        is_whole=is_whole,
        tail=[] if is_whole else grid.texts(tail, merged=True),
        carried=not _has_merged_groups(grid, area),
    ).placed(area.height)
    layout = _with_months(layout)
    first = min(area.top + layout.skip_rows + layout.header_rows, area.bottom)
    last = max(area.bottom - layout.footer_rows, first)
    body = Area(first, last, area.left, area.right)
    cells = grid.filled[first:last, area.left : area.right]
    kept = numpy.asarray(cells.any(axis=1), dtype=bool)
    blank = _blank_runs(kept, first)
    guesses = layout.guesses
    inside = _in_sheet((one for one in layout.inside if one.reason != "blank"), area)
    if is_whole:
        inside += _in_sheet(layout.totals, area)
    else:
        inside += _repeated_headings(grid, body, layout)
        for one in inside:
            kept[one.row - 1 - first] = False
        if options.totals != "keep":
            totals = _long_totals(grid, body, kept)
            inside += [one for one, _ in totals]
            guesses = guesses - {"totals"}
            if any(guessed for _, guessed in totals) and options.totals is None:
                guesses |= {"totals"}
    for one in inside:
        kept[one.row - 1 - first] = False
    outside = _in_sheet((*layout.above, *layout.below), area)
    unique = {one.row: one for one in (*blank, *inside, *outside)}
    return BodyRows(
        layout,
        numpy.flatnonzero(kept).astype("int64") + first,
        first,
        tuple(unique[row] for row in sorted(unique)),
        guesses,
    )


def _with_months(layout: Layout) -> Layout:
    """Return the layout with headings that are the first days of months named by the months, as
    such cells are mostly shown."""
    dates = [date for name in layout.names for date in _DAY.findall(name)]
    if len(dates) < 2 or len(set(dates)) < 2 or not all(date.endswith("-01") for date in dates):
        return layout
    names = {name: _DAY.sub(lambda day: day[0][:7], name) for name in layout.names}
    return replace(
        layout,
        names=tuple(names[name] for name in layout.names),
        units={names.get(name, name): unit for name, unit in layout.units.items()},
    )


def _in_sheet(rows: Iterable[LeftOut], area: Area) -> list[LeftOut]:
    return [one.model_copy(update={"row": one.row + area.top}) for one in rows]


def _has_merged_groups(grid: Grid, area: Area) -> bool:
    """Whether cells of the heading are merged over columns: then groups are marked by that, not
    by blanks."""
    return any(
        area.top <= one.top < area.top + _HEADING_ROWS
        and one.right - one.left > 1
        and one.shares_columns(area)
        and (one.left > area.left or int(grid.filled[one.top : one.top + 1].sum()) > 1)
        for one in grid.merged
    )


def _blank_runs(kept: "NDArray[numpy.bool_]", first: int) -> list[LeftOut]:
    import numpy

    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([0], (~kept).view("int8"), [0]))))
    return [
        LeftOut(reason="blank", row=first + int(start) + 1, rows=int(end - start))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def _long_totals(
    grid: Grid, body: Area, kept: "NDArray[numpy.bool_]"
) -> list[tuple[LeftOut, bool]]:
    """Return the totals of a long table by their words and figures, and whether each is a
    guess."""
    import numpy

    labels: dict[int, list[str]] = {}
    numbers: list[NDArray[numpy.float64]] = []
    for place in range(body.left, body.right):
        texts = grid.columns[place].slice(body.top, body.height)
        values = _numbers(texts)
        if values is not None:
            numbers.append(values)
        if place - body.left < _LABEL_COLUMNS:
            for row, word in _candidates(texts):
                labels.setdefault(row, []).append(word)
    if not labels:
        return []
    places = numpy.flatnonzero(kept)
    order = {int(row): number for number, row in enumerate(places)}
    rows: list[Sequence[str]] = [()] * len(places)
    for row, words in labels.items():
        if row in order:
            rows[order[row]] = words
    matrix = numpy.full((len(places), 1), numpy.nan)
    if numbers:
        matrix = numpy.column_stack(numbers)[places]
    found: list[tuple[LeftOut, bool]] = []
    for total in find_totals(rows, matrix):
        row = body.top + int(places[total.place]) + 1
        text = " ".join(rows[total.place])[:200]
        found.append((LeftOut(reason="total", row=row, text=text), total.guessed))
    return found


def _candidates(texts: Any) -> list[tuple[int, str]]:
    """Return the places of the words for totals in a column."""
    import numpy
    import pyarrow
    import pyarrow.compute

    unique = pyarrow.compute.unique(texts).to_pylist()[:_LABELS_MAX]
    words = [word for word in unique if word and is_candidate(word)]
    if not words:
        return []
    found = pyarrow.compute.is_in(texts, value_set=pyarrow.array(words, pyarrow.string()))
    places = numpy.flatnonzero(found.to_numpy(zero_copy_only=False)).tolist()
    return [(place, str(texts[place].as_py())) for place in places]


def _numbers(texts: Any) -> "NDArray[numpy.float64] | None":
    """Return the numbers of a column that holds hardly anything else."""
    import numpy
    import pyarrow
    import pyarrow.compute

    plain = pyarrow.compute.match_substring_regex(texts, r"^\s*-?\d+(\.\d+)?\s*$").fill_null(False)
    present = len(texts) - texts.null_count
    count = pyarrow.compute.sum(plain).as_py() or 0
    if not present or count < present * _NUMBER_SHARE:
        return None
    kept = pyarrow.compute.if_else(plain, texts, None)
    values: NDArray[numpy.float64] = pyarrow.compute.cast(kept, "float64").to_numpy(
        zero_copy_only=False
    )
    return values


def _repeated_headings(grid: Grid, body: Area, layout: Layout) -> list[LeftOut]:
    """Return the rows of a long table that repeat the last row of its heading."""
    import numpy
    import pyarrow.compute

    if not layout.header_rows:
        return []
    same = numpy.ones(body.height, dtype=bool)
    compared = 0
    for column in grid.columns[body.left : body.right]:
        heading = column[body.top - 1].as_py()
        if heading and heading.strip():
            equal = pyarrow.compute.equal(column.slice(body.top, body.height), heading)
            same &= equal.fill_null(False).to_numpy(zero_copy_only=False)
            compared += 1
            if not same.any():
                return []
    if compared < 2:
        return []
    return [
        LeftOut(reason="header_again", row=body.top + int(row) + 1)
        for row in numpy.flatnonzero(same)
    ]
