"""Readings with one column put in the place of another that the same words may mean."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from cherry_reflex.core.reading.expression import ColumnRef
from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.linked import ColumnKind, ColumnMeaning, Linked

SORTS: tuple[tuple[ColumnKind, ...], ...] = (
    ("amount", "level", "rate"),
    ("time",),
    ("label", "code", "identifier", "flag", "text", "other"),
)
"""Kinds of columns that may take each other's place."""
EACH_MAX = 3
PLACES = ("measures", "by", "columns", "order")


class Swaps:
    """Knows which columns of a question's table may be meant instead of which."""

    def __init__(self, linked: Linked) -> None:
        self._kinds = {c.name: c.kind for c in linked.view.columns}
        spans: dict[tuple[int, int], list[str]] = {}
        for candidate in sorted(linked.candidates, key=lambda c: -c.strength):
            if isinstance(candidate.meaning, ColumnMeaning):
                span = (candidate.first, candidate.last)
                spans.setdefault(span, []).append(candidate.meaning.column)
        instead: dict[str, dict[str, None]] = {}
        for names in spans.values():
            for name in names:
                others = (n for n in names if n != name and self._is_like(name, n))
                instead.setdefault(name, {}).update(dict.fromkeys(others))
        times = [c.name for c in linked.view.columns if c.kind == "time"]
        for name in times:
            instead.setdefault(name, {}).update(dict.fromkeys(t for t in times if t != name))
        self._instead: Mapping[str, tuple[str, ...]] = {
            name: tuple(others)[:EACH_MAX] for name, others in instead.items()
        }

    def of(self, reading: Reading) -> Iterator[Reading]:
        """Yield the reading with each of its columns swapped; a column of time also where its
        dates are limited, other columns not where their values are."""
        for name in dict.fromkeys(_names(getattr(reading, place) for place in PLACES)):
            for other in self._instead.get(name, ()):
                is_time = self._kinds.get(name) == "time"
                places = (*PLACES, "where") if is_time else PLACES
                update = {place: _put(getattr(reading, place), name, other) for place in places}
                yield reading.model_copy(update=update)
        for name in dict.fromkeys(_names([reading.where])):
            if self._kinds.get(name) == "time":
                for other in self._instead.get(name, ()):
                    where = _put(reading.where, name, other)
                    yield reading.model_copy(update={"where": where})

    def _is_like(self, one: str, other: str) -> bool:
        kinds = {self._kinds.get(one, "other"), self._kinds.get(other, "other")}
        return any(kinds <= set(sort) for sort in SORTS)


def _names(parts: Any) -> Iterator[str]:
    """The names of all columns within parts of a reading."""
    for part in parts:
        if isinstance(part, ColumnRef):
            yield part.name
        elif isinstance(part, tuple):
            yield from _names(part)
        elif isinstance(part, BaseModel):
            yield from _names(getattr(part, field) for field in type(part).model_fields)


def _put(part: Any, name: str, other: str) -> Any:
    """A part of a reading with one column's name in the place of another's."""
    if isinstance(part, ColumnRef):
        return part.model_copy(update={"name": other}) if part.name == name else part
    if isinstance(part, tuple):
        return tuple(_put(one, name, other) for one in part)
    if isinstance(part, BaseModel):
        changed = {}
        for field in type(part).model_fields:
            value = getattr(part, field)
            if isinstance(value, tuple | BaseModel):
                changed[field] = _put(value, name, other)
        return part.model_copy(update=changed) if changed else part
    return part
