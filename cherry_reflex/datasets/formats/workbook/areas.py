"""The tables of a sheet: areas divided by blank rows and columns, titles and notes with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cherry_reflex.datasets.formats import layout_words
from cherry_reflex.datasets.formats.header_rows import column_kinds, find_header, votes
from cherry_reflex.datasets.formats.text_kind import kind_of
from cherry_reflex.datasets.formats.totals import is_candidate
from cherry_reflex.datasets.formats.workbook.grid import Area, Grid

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_BLOCKS_MAX = 300
"""More blocks than this are one table with many blank rows."""
_LOOKED_AT = 40
_PROSE_CHARS = 25
_PROSE_ROWS = 200
_LIST_ROWS = 3
_FAR_ROWS = 20
_NEAR_ROWS = 6
_PAIRS_ROWS = 6
_WIDE = 4


@dataclass(frozen=True)
class Areas:
    """The tables of a sheet in reading order, and cells that belong to none."""

    tables: tuple[Area, ...]
    strays: tuple[Area, ...]


def find_areas(grid: Grid) -> Areas:
    """Return the tables of a sheet, each with the titles above and the notes below it."""
    leaves = list(_split(grid, grid.whole))
    if not leaves or len(leaves) > _BLOCKS_MAX:
        return Areas((grid.whole,) if leaves else (), ())
    tables: list[Area] = []
    bodies: list[Area] = []
    pending: list[Area] = []
    strays: list[Area] = []
    for place, leaf in enumerate(leaves):
        host = _above(leaf, tables)
        if host is not None and _is_far_cell(grid, leaf, tables[host]):
            strays.append(leaf)
        elif _is_loose(grid, leaf, leaves[place + 1 :]):
            if host is not None and _is_note(grid, leaf):
                tables[host] = tables[host].with_area(leaf)
            else:
                pending.append(leaf)
        elif host is not None and _continues(grid, bodies[host], leaf):
            tables[host] = tables[host].with_area(leaf)
            pending = [one for one in pending if not one.shares_columns(tables[host])]
        else:
            area = leaf
            for one in pending:
                area = area.with_area(one)
            pending = []
            tables.append(area)
            bodies.append(leaf)
    for one in pending:
        host = _above(one, tables)
        if host is not None and one.top - tables[host].bottom < _NEAR_ROWS:
            tables[host] = tables[host].with_area(one)
        elif not tables:
            tables.append(one)
            bodies.append(one)
        else:
            strays.append(one)
    return Areas(tuple(tables), tuple(strays))


def is_prose(grid: Grid) -> bool:
    """Whether a sheet is text to be read, not a table: mostly one cell a row, sentences."""
    top = Area(0, min(grid.height, _PROSE_ROWS), 0, len(grid.columns))
    rows = [[cell for cell in row if cell and cell.strip()] for row in grid.texts(top)]
    filled = [row for row in rows if row]
    if not filled:
        return False
    single = sum(1 for row in filled if len(row) == 1)
    texts = [cell for row in filled for cell in row]
    words = sum(1 for cell in texts if kind_of(cell) in ("text", "code"))
    sentences = sum(1 for cell in texts if " " in cell.strip() and len(cell) >= _PROSE_CHARS // 2)
    return (
        single >= len(filled) * 0.7 and words >= len(texts) * 0.7 and sentences >= len(texts) * 0.4
    )


def _split(grid: Grid, area: Area) -> Iterator[Area]:
    """Yield the blocks of an area that blank rows and blank columns part, in reading order."""
    rows = _runs(grid.rows_in(area), area.top)
    if not rows:
        return
    if 1 < len(rows) <= _BLOCKS_MAX:
        for top, bottom in rows:
            yield from _split(grid, Area(top, bottom, area.left, area.right))
        return
    top, bottom = rows[0][0], rows[-1][1]
    columns = _runs(grid.columns_in(Area(top, bottom, area.left, area.right)), area.left)
    groups: list[Area] = []
    for left, right in columns:
        group = Area(top, bottom, left, right)
        if groups and not _are_two(grid, groups[-1], group):
            groups[-1] = groups[-1].with_area(group)
        else:
            groups.append(group)
    for group in groups:
        if len(groups) > 1:
            yield from _split(grid, group)
        else:
            yield group


def _runs(present: "NDArray[numpy.bool_]", offset: int) -> list[tuple[int, int]]:
    import numpy

    edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([0], present.view("int8"), [0]))))
    return [
        (int(start) + offset, int(end) + offset)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def _are_two(grid: Grid, left: Area, right: Area) -> bool:
    """Whether a blank column parts two tables: each has columns and rows of its own, and the
    right one begins with labels or is of another height. A column left blank within a table has
    only numbers at its right."""
    ours, others = _bounds(grid, left), _bounds(grid, right)
    beside = others.right - others.left
    if beside == 1 and others.top > left.top:
        cells = int(grid.filled[others.top : others.bottom, others.left].sum())
        return cells * 2 < left.height
    if min(ours.height, others.height) < 2 or min(beside, ours.right - ours.left) < 2:
        return False
    if (ours.top, ours.bottom) != (others.top, others.bottom):
        return True
    first = Area(others.top, min(others.bottom, others.top + _LOOKED_AT), others.left, others.right)
    kinds = [kind_of(row[0]) for row in grid.texts(first)[1:]]
    return sum(1 for kind in kinds if kind in ("text", "code", "date")) * 2 > len(kinds)


def _bounds(grid: Grid, area: Area) -> Area:
    """Return the rows and columns of an area that have something."""
    rows = _runs(grid.rows_in(area), area.top)
    columns = _runs(grid.columns_in(area), area.left)
    return Area(rows[0][0], rows[-1][1], columns[0][0], columns[-1][1]) if rows else area


def _head(grid: Grid, area: Area) -> list[list[str]]:
    cut = Area(area.top, min(area.bottom, area.top + _LOOKED_AT), area.left, area.right)
    return [[(cell or "").strip() for cell in row] for row in grid.texts(cut, merged=True)]


def _above(leaf: Area, tables: Sequence[Area]) -> int | None:
    """Return the nearest table above a block that shares columns with it."""
    found = [
        place
        for place, table in enumerate(tables)
        if table.bottom <= leaf.top and table.shares_columns(leaf)
    ]
    return max(found, key=lambda place: tables[place].bottom, default=None)


def _is_far_cell(grid: Grid, leaf: Area, host: Area) -> bool:
    cells = int(grid.filled[leaf.top : leaf.bottom, leaf.left : leaf.right].sum())
    return cells == 1 and leaf.top - host.bottom >= _FAR_ROWS


def _is_loose(grid: Grid, leaf: Area, following: Sequence[Area]) -> bool:
    """Whether a block is no table: titles, notes, a stray value, or words with their values over a
    wider table."""
    filled = grid.filled[leaf.top : leaf.bottom, leaf.left : leaf.right]
    most = int(filled.sum(axis=1).max(initial=0))
    if most <= 1:
        texts = [cell for row in _head(grid, leaf) for cell in row if cell]
        long = sum(map(len, texts)) > _PROSE_CHARS * len(texts)
        return leaf.height < _LIST_ROWS or long or any(map(layout_words.is_note, texts))
    below = next((one for one in following if one.top >= leaf.bottom), None)
    if below is None:
        return False
    width = below.right - below.left
    rows = _head(grid, leaf)
    if most == 2 and leaf.height <= _PAIRS_ROWS and width >= _WIDE and below.height > 1:
        header = find_header(rows, leaf.right - leaf.left)
        words = all(layout_words.is_filter_word(row[0]) for row in rows)
        return header.rows == 0 or header.guessed or words
    told = [cell for row in rows for cell in row if cell]
    return all(layout_words.unit_of(cell) or layout_words.is_filter(cell) for cell in told[1:])


def _is_note(grid: Grid, leaf: Area) -> bool:
    first = next((cell for row in _head(grid, leaf) for cell in row if cell), "")
    return layout_words.is_note(first)


def _continues(grid: Grid, host: Area, leaf: Area) -> bool:
    """Whether a block goes on with the rows of the table above it."""
    frame = Area(host.top, host.bottom, min(host.left, leaf.left), max(host.right, leaf.right))
    above = _head(grid, frame)
    below = _head(grid, Area(leaf.top, leaf.bottom, frame.left, frame.right))
    first = below[0]
    if any(first == row for row in above[:3]):
        return True
    own = find_header(below, frame.right - frame.left)
    sure = own.rows > 0 and not own.guessed
    if len(above) == 1:
        return not sure
    if any(is_candidate(cell) for cell in first if cell):
        return True
    found = votes(first, column_kinds(above[1:], frame.right - frame.left))
    if found.data > found.heading:
        return True
    if len(below) == 1:
        return found.heading == 0
    return not sure and found.heading == 0 and (host.left, host.right) == (leaf.left, leaf.right)
