"""The columns of a table with their values, units, and what there is to say of them."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cherry_reflex.core.language import ENGLISH, KOREAN
from cherry_reflex.datasets.formats.headings import headings
from cherry_reflex.datasets.formats.text_kind import is_year, kind_of
from cherry_reflex.datasets.formats.workbook.body_rows import BodyRows
from cherry_reflex.datasets.formats.workbook.column_values import (
    ColumnValues,
    column_values,
    has_times,
    shown_unit,
    timed_values,
)
from cherry_reflex.datasets.formats.workbook.grid import Area
from cherry_reflex.datasets.formats.workbook.hierarchy import parents_of
from cherry_reflex.datasets.formats.workbook.source import Source
from cherry_reflex.i18n.catalogue import text as words

_INDENTED_ROWS_MAX = 200_000


@dataclass
class TableColumns:
    """Arrow arrays and units by name; the other fields name columns of which something is to be
    said."""

    values: dict[str, Any] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    """What was changed about the headings, as `headings` tells it."""
    filled_down: list[str] = field(default_factory=list)
    first_only: list[str] = field(default_factory=list)
    """Numbers merged over several rows, which stand in the first alone."""
    uncalculated: list[str] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    percent: list[str] = field(default_factory=list)
    hours: list[str] = field(default_factory=list)
    mixed_times: list[str] = field(default_factory=list)
    parent: str = ""
    """The column of parents' names, where labels are indented."""
    child: str = ""


def read_columns(source: Source, area: Area, body: BodyRows, *, several: bool) -> TableColumns:
    """Read the columns of a table; `several` says that other tables may stand in the same columns
    of the sheet."""
    names, changed = headings(body.layout.names)
    found = TableColumns(changed=tuple(changed))
    labels = True
    source.fetch_times(range(area.left, area.right))
    for place, name in enumerate(names):
        column = _Column(source, area.left + place, body, several=several)
        labels = labels and bool(column.merged)
        fills = bool(column.merged) and (labels or column.is_label())
        values = column.read(fills=fills)
        empty = values.values.null_count == len(values.values)
        if empty and not body.layout.names[place] and not column.uncalculated:
            continue
        found.values[name] = values.values
        told = "" if values.unit == "%" else body.layout.units.get(body.layout.names[place], "")
        if told or values.unit:
            found.units[name] = told or values.unit
        if column.merged:
            (found.filled_down if fills else found.first_only).append(name)
        if column.uncalculated:
            found.uncalculated.append(name)
        if errors := column.errors():
            found.errors[name] = errors
        if values.unit == "%":
            found.percent.append(name)
        if values.remark == "hours":
            found.hours.append(name)
        elif values.remark == "mixed_times":
            found.mixed_times.append(name)
    if found.values:
        _add_parents(found, source, area, body)
    return found


class _Column:
    """One column of a table while it is read."""

    def __init__(self, source: Source, place: int, body: BodyRows, *, several: bool) -> None:
        self._source, self._place, self._body, self._several = source, place, body, several
        self._number = source.grid.first_column + place
        self.merged = [
            one
            for one in source.grid.merged_over_rows.get(place, ())
            if body.first <= one.top <= int(body.rows[-1])
        ]
        missing = source.uncalculated(self._number)
        self.uncalculated = missing.intersection(self._rows) if missing else frozenset()

    @cached_property
    def _rows(self) -> list[int]:
        """The rows of the sheet, from 1."""
        return [int(row) + 1 for row in self._body.rows]

    def is_label(self) -> bool:
        """Whether merged cells hold names or years, which are true of every row that they
        cover; an amount is one for all of them together."""
        column = self._source.grid.columns[self._place]
        texts = [column[one.top].as_py() or "" for one in self.merged]
        return not all(kind_of(text) == "number" and not is_year(text) for text in texts)

    def errors(self) -> int:
        """Return how many cells of the column, in all of the sheet, are errors."""
        written = self._source.written(self._number)
        return sum(one.cells for one in written if one.type == "e")

    def read(self, *, fills: bool) -> ColumnValues:
        """Return the values of the column."""
        source = self._source
        texts = self._texts(fills=fills)
        written, formats = source.written(self._number), source.formats
        if has_times(written, formats):
            cells = source.cells(self._number)
            if (timed := timed_values(texts, self._rows, cells, formats)) is not None:
                return timed
        unit = shown_unit(self._styles(), formats)
        stored = int(source.grid.filled[self._body.rows, self._place].sum())
        return column_values(texts, written, formats, unit, stored - len(self.uncalculated))

    def _styles(self) -> dict[int, int]:
        written = [one for one in self._source.written(self._number) if one.type == "n"]
        counted = Counter[int]()
        if self._several and any(self._unit(one.style) for one in written):
            cells = self._source.cells(self._number)
            counted.update(
                cells[row].style
                for row in self._rows
                if row in cells and cells[row].number is not None
            )
        else:
            for one in written:
                counted[one.style] += one.cells
        return dict(counted)

    def _unit(self, style: int) -> str:
        formats = self._source.formats
        return formats[style].unit if style < len(formats) else ""

    def _texts(self, *, fills: bool) -> Any:
        import numpy
        import pyarrow
        import pyarrow.compute

        grid, rows = self._source.grid, self._body.rows
        present = grid.filled[rows, self._place]
        if fills:
            where = numpy.arange(grid.height)
            for one in self.merged:
                where[one.top : one.bottom] = one.top
            rows = where[rows]
            present = grid.filled[rows, self._place]
        if self.uncalculated:
            present = present & ~numpy.isin(self._body.rows + 1, list(self.uncalculated))
        texts = grid.columns[self._place].take(pyarrow.array(rows))
        if texts.null_count == len(texts) - int(present.sum()):
            return texts
        nothing = pyarrow.scalar(None, pyarrow.string())
        return pyarrow.compute.if_else(pyarrow.array(present), texts, nothing)


def _add_parents(found: TableColumns, source: Source, area: Area, body: BodyRows) -> None:
    """Add the column of parents after the first one, when its labels are indented."""
    import pyarrow

    name, values = next(iter(found.values.items()))
    if not pyarrow.types.is_string(values.type) or len(values) > _INDENTED_ROWS_MAX:
        return
    labels: list[str | None] = values.to_pylist()
    parents = parents_of(labels, _levels(labels, source, area, body))
    if parents is None:
        return
    korean = any("가" <= letter <= "힣" for letter in name)
    added = words("fact.word.parent_label", KOREAN if korean else ENGLISH, name=name)
    (_, unique), _ = headings([name, added])
    rest = list(found.values.items())[1:]
    trimmed = pyarrow.array([label.strip() if label else label for label in labels])
    found.values = {name: trimmed, unique: pyarrow.array(parents, pyarrow.string()), **dict(rest)}
    found.child, found.parent = name, unique


def _levels(labels: list[str | None], source: Source, area: Area, body: BodyRows) -> list[int]:
    """Return how far each label is indented, by its style or by spaces before it."""
    rows = (body.rows + 1).tolist()
    if any(one.indent for one in source.formats):
        column = source.grid.first_column + area.left
        used = {one.style for one in source.written(column)}
        if any(s < len(source.formats) and source.formats[s].indent for s in used):
            cells = source.cells(column)
            styles = [cells[row].style if row in cells else 0 for row in rows]
            known = len(source.formats)
            return [source.formats[style].indent if style < known else 0 for style in styles]
    return [len(label) - len(label.lstrip()) if label else 0 for label in labels]
