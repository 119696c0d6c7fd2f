"""The things that the network can point at: columns of the table, and what the words mention."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from cherry_reflex.core.reading.condition import Scalar
from cherry_reflex.llm.embedded.network.notation.symbols import COLUMN, DATE, NUMBER, VALUE, Symbol
from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnMeaning,
    ColumnView,
    DateMeaning,
    Linked,
    NumberMeaning,
    RelativeMeaning,
    ValueMeaning,
)

COLUMNS_MAX = 24
VALUES_MAX = 16
OTHERS_MAX = 8
"""Numbers, and dates, at most; beyond that the first ones count."""

Kind = Literal["<column>", "<value>", "<number>", "<date>"]
Said = NumberMeaning | DateMeaning | RelativeMeaning


@dataclass(frozen=True)
class Item:
    """A column, a value of a column, a number or a date, with the candidates that mention it
    (none for a column that is only there)."""

    kind: Kind
    column: str = ""
    value: Scalar | None = None
    said: Said | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def number(self) -> float | None:
        """The number, of numbers."""
        return self.said.value if isinstance(self.said, NumberMeaning) else None


@dataclass(frozen=True)
class Items:
    """All items of a question, in a fixed order; a pointer is a place in it."""

    linked: Linked
    all: tuple[Item, ...] = field(default=())

    @cached_property
    def columns(self) -> dict[str, int]:
        """Places of columns by name."""
        return {item.column: k for k, item in enumerate(self.all) if item.kind == COLUMN}

    def of_kind(self, kind: Symbol) -> Iterator[tuple[int, Item]]:
        """Yield places and items of a kind."""
        return ((k, item) for k, item in enumerate(self.all) if item.kind == kind)

    def view(self, column: str) -> ColumnView | None:
        """Return the view of a column."""
        return self.linked.view.column(column)


def items_of(linked: Linked) -> Items:
    """Return what the network can point at. Of a wide table, the columns that words mention come
    first; at most `COLUMNS_MAX` are kept, with those of mentioned values and of time."""
    mentions: dict[str, list[Candidate]] = {}
    values: dict[tuple[str, str], list[Candidate]] = {}
    numbers: list[Candidate] = []
    dates: list[Candidate] = []
    for candidate in linked.candidates:
        match candidate.meaning:
            case ColumnMeaning(column=column):
                mentions.setdefault(column, []).append(candidate)
            case ValueMeaning(column=column, value=value):
                values.setdefault((column, str(value)), []).append(candidate)
            case NumberMeaning():
                numbers.append(candidate)
            case DateMeaning() | RelativeMeaning():
                dates.append(candidate)
            case _:
                pass
    ranked = sorted(values.values(), key=lambda found: -_weight(found))[:VALUES_MAX]
    of_values = {_column_of(found[0]): _weight(found) for found in reversed(ranked)}
    columns = [view.name for view in linked.view.columns]
    if len(columns) > COLUMNS_MAX:
        weights = {
            view.name: _weight(mentions.get(view.name, []))
            + of_values.get(view.name, 0.0)
            + (0.5 if view.kind == "time" else 0.0)
            for view in linked.view.columns
        }
        kept = set(sorted(columns, key=lambda name: -weights[name])[:COLUMNS_MAX])
        columns = [name for name in columns if name in kept]
    found_items = [
        Item(kind="<column>", column=name, candidates=tuple(mentions.get(name, ())))
        for name in columns
    ]
    known = set(columns)
    ranked.sort(key=lambda found: (found[0].first, found[0].last))
    for found in ranked:
        meaning = found[0].meaning
        if isinstance(meaning, ValueMeaning) and meaning.column in known:
            found_items.append(Item("<value>", meaning.column, meaning.value, None, tuple(found)))
    for kind, candidates in (("<date>", dates), ("<number>", numbers)):
        candidates.sort(key=lambda candidate: (candidate.first, candidate.last))
        for candidate in candidates[:OTHERS_MAX]:
            assert isinstance(candidate.meaning, Said)
            is_date = kind == "<date>"
            found_items.append(
                Item(DATE if is_date else NUMBER, said=candidate.meaning, candidates=(candidate,))  # type: ignore[arg-type]
            )
    return Items(linked, tuple(found_items))


def _weight(found: list[Candidate]) -> float:
    """Return how much of the question mentions a thing, and how well."""
    return max((c.strength + 0.25 * (c.last - c.first) for c in found), default=0.0)


def _column_of(candidate: Candidate) -> str:
    meaning = candidate.meaning
    return meaning.column if isinstance(meaning, ValueMeaning) else ""


__all__ = ["COLUMN", "VALUE", "Item", "Items", "items_of"]
