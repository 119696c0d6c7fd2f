"""All figures that a run has found, each with its place and with the words that stand for it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from cherry_reflex.analysis.evidence.dates import KnownDates
from cherry_reflex.analysis.evidence.prose import plain
from cherry_reflex.analysis.evidence.written import numbers
from cherry_reflex.core.digest import Cell, ColumnDigest, Digest, TableDigest
from cherry_reflex.core.evidence import LinkKind

HOLDERS_MAX = 30_000
"""Figures that are looked through; a run with more is checked against the first ones."""

_TEXT_CHARS_MAX = 100_000
_LABEL_CHARS_MAX = 80
_NUMBER = re.compile(r"\s*[-+]?[0-9][0-9,]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\s*%?\s*")


@dataclass(frozen=True)
class Source:
    """What one lane gave. `calls` are its digests with the ids of their calls, and what those were
    given; `said` are its words, for one that gave no digest; `made` is how many tables, charts and
    files it has made. An earlier question has no step."""

    step: str = ""
    calls: tuple[tuple[str, Digest, Mapping[str, Any]], ...] = ()
    said: str = ""
    made: int = 0


@dataclass(frozen=True, slots=True)
class Holder:
    """A figure and where it stands; `labels` say which thing it is of, `names` which figure it is
    (both as `prose.plain` gives them)."""

    value: float
    kind: LinkKind
    step: str = ""
    call: str = ""
    key: str = ""
    param: str = ""
    table: str = ""
    row: int | None = None
    label: str = ""
    column: str = ""
    labels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    is_given: bool = False
    """It was given to a call, and not found by it."""
    is_count: bool = False
    """It is how many rows or columns there are."""


@dataclass
class Column:
    """The figures of one column of a table's head. `is_whole`: no row was left out."""

    labels: list[tuple[str, ...]]
    """Of the rows of its table."""
    holders: list[Holder] = field(default_factory=list)
    is_whole: bool = True


@dataclass
class Holders:
    """The figures of all sources, by size, by column and by row."""

    known: KnownDates = field(default_factory=KnownDates)
    all: list[Holder] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    rows: list[list[Holder]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """Words of the data in which digits may stand."""
    _sizes: list[float] = field(default_factory=list)

    def sort(self) -> None:
        """Make ready for `within`, once all sources are in."""
        self.all.sort(key=lambda one: abs(one.value))
        self._sizes = [abs(one.value) for one in self.all]

    def within(self, low: float, high: float) -> list[Holder]:
        """Return those whose size is in a range."""
        first, last = bisect_left(self._sizes, low), bisect_right(self._sizes, high)
        return self.all[first:last]

    def add(self, source: Source) -> None:
        """Take all that a source gave."""
        for call, digest, arguments in source.calls:
            at = Holder(0.0, "fact", step=source.step, call=call)
            for fact in digest.facts:
                self._fact(at, fact.key, fact.params)
            for table in digest.tables:
                self._table(at, table)
            for text in (digest.text, *digest.others):
                self.text(at, text)
            for path, value in _leaves(arguments):
                self._leaf(at, value, key="arguments", param=path, is_given=True)
        self.text(Holder(0.0, "text", step=source.step), source.said)

    def count(self, sources: Sequence[Source]) -> None:
        """Take how many tables, charts and files there are in all."""
        makers = [source for source in sources if source.made]
        if makers:
            made = float(sum(source.made for source in makers))
            step = makers[-1].step
            self._put(Holder(made, "fact", step=step, key="run", param="artifacts", is_count=True))

    def text(self, at: Holder, text: str) -> None:
        """Take the numbers of a text as they are written there."""
        text = text[:_TEXT_CHARS_MAX]
        self.known.add(text)
        for one in numbers(text):
            line = text[max(0, one.start - _LABEL_CHARS_MAX) : one.start].rpartition("\n")[2]
            labels = tuple(word for word in plain(line).split() if len(word) > 1)
            for value in {one.value, one.bare}:
                self._put(Holder(value, "text", step=at.step, call=at.call, labels=labels[-6:]))

    def _fact(self, at: Holder, key: str, params: Mapping[str, Any]) -> None:
        words = [value for _, value in _leaves(params) if isinstance(value, str)]
        labels = tuple(plain(w).strip() for w in words if 0 < len(w) <= _LABEL_CHARS_MAX)
        for path, value in _leaves(params):
            self._leaf(at, value, key=key, param=path, labels=labels)

    def _leaf(self, at: Holder, value: Any, **where: Any) -> None:
        """Take one value of a fact or of a call's arguments."""
        names = tuple(part for part in plain(where["param"]).strip().split("  ") if part)
        step, call = at.step, at.call
        if isinstance(value, str):
            self.names.add(value)
            self.known.add(value)
            found = [n for one in numbers(value[:_TEXT_CHARS_MAX]) for n in {one.value, one.bare}]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found = [float(value)]
        else:
            return
        for number in found:
            self._put(Holder(number, "fact", step=step, call=call, names=names, **where))

    def _table(self, at: Holder, table: TableDigest) -> None:
        name = table.name or table.title
        self.names |= {name, table.title, *table.columns, *(one.name for one in table.summary)}
        at = replace(at, kind="cell", table=name)
        width = len(table.columns or table.summary) + len(table.columns_left_out)
        for param, count in (("rows", table.rows), ("columns", width)):
            self._put(replace(at, value=float(count), param=param, is_count=True))
        self._head(at, table)
        for one in table.summary:
            self._summary(replace(at, column=one.name), one)

    def _head(self, at: Holder, table: TableDigest) -> None:
        labels_of = [_labels(row) for row in table.head]
        plain_of = [tuple(plain(one).strip() for one in labels) for labels in labels_of]
        columns = [Column(plain_of, is_whole=table.rows_left_out == 0) for _ in table.columns]
        names = [(plain(column).strip(),) for column in table.columns]
        for number, row in enumerate(table.head):
            of_row = replace(
                at, row=number, label=", ".join(labels_of[number][:3]), labels=plain_of[number]
            )
            cells = []
            for place, (column, value) in enumerate(zip(table.columns, row, strict=False)):
                if isinstance(value, str):
                    self.names.add(value)
                    self.known.add(value)
                if (figure := _figure(value)) is None:
                    continue
                cell = replace(of_row, value=figure, column=column, names=names[place])
                self._put(cell)
                cells.append(cell)
                columns[place].holders.append(cell)
            if len(cells) > 1:
                self.rows.append(cells)
        self.columns += [one for one in columns if len(one.holders) > 1]

    def _summary(self, at: Holder, one: ColumnDigest) -> None:
        self.known.between(str(one.minimum), str(one.maximum))
        figures: dict[str, Cell] = {"missing": one.missing, "distinct": one.distinct}
        figures |= {"mean": one.mean, "minimum": one.minimum, "maximum": one.maximum}
        for param, value in figures.items():
            if (figure := _figure(value)) is not None:
                names = (plain(one.name).strip(), param)
                self._put(replace(at, value=figure, param=param, names=names))

    def _put(self, holder: Holder) -> None:
        if isfinite(holder.value) and len(self.all) < HOLDERS_MAX:
            self.all.append(holder)


def _labels(row: Iterable[Cell]) -> list[str]:
    """Return the words of a row that say what it is; a year or another whole number in front
    says it as well."""
    found = []
    for place, value in enumerate(row):
        if isinstance(value, str) and 0 < len(value) <= _LABEL_CHARS_MAX:
            found.append(value)
        elif place == 0 and isinstance(value, int) and not isinstance(value, bool):
            found.append(str(value))
    return found


def _figure(value: Cell) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        if len(value) > _LABEL_CHARS_MAX or not _NUMBER.fullmatch(value):
            return None
        return float(value.strip().rstrip("% ").replace(",", ""))
    return float(value) if isfinite(value) else None


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what stands inside of lists and objects, each with its path: `pairs[0].p`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{place}]")
    else:
        yield path, value
