"""A reading in the making: what was bound so far, and what of the path was used for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from cherry_reflex.core.reading.condition import Condition, Scalar
from cherry_reflex.core.reading.expression import Expression
from cherry_reflex.core.reading.reading import (
    ChartKind,
    Group,
    Horizon,
    Measure,
    Order,
    Period,
    Task,
)
from cherry_reflex.llm.embedded.reading.search.path import Path

Operator = Literal["=", "!=", ">", ">=", "<", "<="]


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition, and where the words stand that it was made of."""

    condition: Condition
    place: int


@dataclass(frozen=True)
class Pending:
    """A limit on a result that is not measured yet: `at least 200 drops`."""

    place: int
    op: Operator
    value: Scalar


@dataclass(frozen=True)
class Draft:
    """What was bound so far. `used` are places of tokens; `weight` is how well they fit."""

    used: frozenset[int] = frozenset()
    weight: float = 0.0
    task: Task = "aggregate"
    conditions: tuple[Bound, ...] = ()
    when: Condition | None = None
    having: tuple[Condition, ...] = ()
    pending: tuple[Pending, ...] = ()
    expressions: tuple[tuple[int, Expression], ...] = ()
    """Expressions with the place of their first token: they are measured as columns are."""
    measures: tuple[Measure, ...] = ()
    by: tuple[Group, ...] = ()
    order: Order | None = None
    top: int | None = None
    rank: int | None = None
    per: tuple[Expression, ...] = ()
    columns: tuple[Expression, ...] = ()
    method: str = ""
    how: str = ""
    period: Period | None = None
    horizon: Horizon | None = None
    target: str = ""
    chart: ChartKind = ""
    export: Any = ""
    notes: frozenset[str] = field(default=frozenset())
    """What a binder tells those after it."""

    def using(self, *places: int, weight: float = 0.0, **changes: Any) -> "Draft":
        """Return the draft with changes, these tokens used, and that weight added."""
        # What `dataclasses.replace` does, at a fifth of its time: drafts are made by the thousand.
        made = object.__new__(Draft)
        made.__dict__.update(self.__dict__)
        made.__dict__.update(changes)
        made.__dict__["used"] = self.used.union(places)
        made.__dict__["weight"] = self.weight + weight
        return made

    def free(self, places: Iterable[int]) -> tuple[int, ...]:
        """Return those of the places that are not used yet."""
        return tuple(place for place in places if place not in self.used)


Binder = Callable[[Path, Draft], Iterable[Draft]]
"""Yields ways to bind one concern; one of them may leave the draft as it is."""
