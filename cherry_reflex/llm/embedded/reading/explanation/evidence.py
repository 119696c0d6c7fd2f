"""What of a question's candidates can support a part of a reading."""

from collections.abc import Iterator
from typing import Any

from cherry_reflex.core.reading.condition import Scalar
from cherry_reflex.core.reading.expression import Arithmetic
from cherry_reflex.llm.embedded.reading.explanation.dissection import sides_of
from cherry_reflex.llm.embedded.reading.explanation.part import Part
from cherry_reflex.llm.embedded.reading.formula import expression_of
from cherry_reflex.llm.embedded.reading.linked import (
    AliasMeaning,
    Candidate,
    ColumnMeaning,
    ConceptMeaning,
    DateMeaning,
    How,
    Linked,
    NumberMeaning,
    RelativeMeaning,
    ValueMeaning,
)

MATCHED: dict[How, float] = {
    "exact": 1.0, "remembered": 1.0, "plural": 0.95, "pattern": 0.95, "vocabulary": 0.85,
    "part": 0.6, "spelling": 0.45, "meaning": 0.35,
}  # fmt: skip
"""How much a way of matching is worth."""
FACTORS = (1, 100, 10, 1e3, 1e4, 1e5, 1e6, 1e8, 60, 3600, 24, 7)
"""By how much a number of the question may differ from one in a column's unit."""
_MONTH = 7

Supports = tuple[tuple[float, int], ...]
"""Qualities and places of candidates, the best first."""


class Evidence:
    """The candidates of a question, found by what they can support."""

    def __init__(self, linked: Linked) -> None:
        self.linked = linked
        self._columns: dict[str, list[int]] = {}
        self._values: dict[tuple[str, str], list[int]] = {}
        self._concepts: dict[str, list[int]] = {}
        self._numbers: list[int] = []
        self._dates: list[int] = []
        self._relatives: list[int] = []
        self._aliases: list[int] = []
        self.formulas: dict[tuple[str, str], list[int]] = {}
        self._known: dict[Part, Supports] = {}
        for place, candidate in enumerate(linked.candidates):
            self._sort(place, candidate)

    def _sort(self, place: int, candidate: Candidate) -> None:
        match candidate.meaning:
            case ColumnMeaning(column):
                self._columns.setdefault(column, []).append(place)
            case ValueMeaning(column, value):
                self._values.setdefault((column, _plain(value)), []).append(place)
            case ConceptMeaning(concept):
                self._concepts.setdefault(concept, []).append(place)
                head = concept.partition(":")[0]
                formula = expression_of(concept, self.linked.view)
                if isinstance(formula, Arithmetic):
                    key = (formula.op, sides_of(formula))
                    self.formulas.setdefault(key, []).append(place)
                if head != concept:
                    self._concepts.setdefault(f"{head}:", []).append(place)
            case NumberMeaning():
                self._numbers.append(place)
            case DateMeaning():
                self._dates.append(place)
            case RelativeMeaning():
                self._relatives.append(place)
            case AliasMeaning():
                self._aliases.append(place)

    def of(self, part: Part) -> Supports:
        """Return what can support a part, the best first."""
        bare = part._replace(head=-1, is_needed=True)
        known = self._known.get(bare)
        if known is None:
            found = {place: quality for quality, place in sorted(self._found(bare))}
            known = tuple(sorted(((q, p) for p, q in found.items()), reverse=True)[:8])
            self._known[bare] = known
        return known

    def _found(self, part: Part) -> Iterator[tuple[float, int]]:
        match part.kind:
            case "column":
                yield from self._rated(self._columns.get(part.column, ()))
            case "value":
                yield from self._rated(self._values.get((part.column, _plain(part.key)), ()))
            case "number" | "top" | "rank":
                yield from self._number(part)
            case "date":
                yield from self._date(part)
            case "relative":
                yield from self._relative(part)
            case "text":
                yield from self._text(part)
            case _:
                if part.kind == "arithmetic" and part.more:
                    formula = (str(part.key), part.more)
                    yield from self._rated(self.formulas.get(formula, ()))
                for concept, worth in concepts_of(part):
                    for quality, place in self._rated(self._concepts.get(concept, ())):
                        yield quality * worth, place

    def _rated(self, places: Any) -> Iterator[tuple[float, int]]:
        for place in places:
            candidate = self.linked.candidates[place]
            length = candidate.last - candidate.first
            quality = MATCHED[candidate.how] * (0.6 + 0.4 * candidate.strength)
            yield quality + 0.03 * min(length, 5), place

    def _number(self, part: Part) -> Iterator[tuple[float, int]]:
        if isinstance(part.key, bool | str):
            return
        for place in self._numbers:
            number = self._meaning(place)
            if part.kind == "rank" and not number.is_ordinal:
                quality = 0.5
            elif part.kind == "top" and number.is_percent:
                continue
            else:
                quality = 1.0
            if number.is_decade and part.key in (number.value, number.value + 9):
                yield quality, place
                continue
            for factor in FACTORS:
                if _near(number.value, part.key * factor) or _near(number.value * factor, part.key):
                    yield quality * (1.0 if factor == 1 else 0.8), place
                    break
        plain = _plain(part.key)
        for (column, value), places in self._values.items():
            if value == plain and part.column in ("", column):
                yield from self._rated(places)
        for place in self._dates if part.kind == "number" else ():
            date = self._meaning(place)
            if str(part.key) in (date.low[:4], date.high[:4], str(date.part or "")):
                yield 0.9, place

    def _date(self, part: Part) -> Iterator[tuple[float, int]]:
        low, high = str(part.key), part.more or str(part.key)
        for place in self._dates:
            date = self._meaning(place)
            if date.part is not None and not date.low:
                if str(date.part) == low or low[5:_MONTH] == f"{date.part:02d}":
                    yield 0.6 if len(low) > _MONTH else 0.9, place
            elif _begins(date.low, low) and _begins(date.high, high):
                yield 1.0, place
            elif _begins(date.low, low) or _begins(date.high, high) or _begins(date.high, low):
                yield 0.75, place
        for place in self._numbers:
            if str(int(self._meaning(place).value)) == low[:4] == low:
                yield 0.8, place
        for place in self._relatives:
            yield 0.45, place
        yield from self._rated(self._values.get((part.column, _plain(part.key)), ()))

    def _relative(self, part: Part) -> Iterator[tuple[float, int]]:
        which, _, unit = part.more.partition(" ")
        for place in self._relatives:
            relative = self._meaning(place)
            if relative.which == which and relative.unit == unit:
                yield (1.0 if relative.count == part.key else 0.5), place

    def _text(self, part: Part) -> Iterator[tuple[float, int]]:
        text = _plain(part.key)
        for place in self._aliases:
            if _plain(self._meaning(place).name) == text:
                yield 0.9, place
        for (column, value), places in self._values.items():
            if column == part.column and text in value:
                yield from ((q * 0.8, p) for q, p in self._rated(places))

    def _meaning(self, place: int) -> Any:
        return self.linked.candidates[place].meaning


def concepts_of(part: Part) -> tuple[tuple[str, float], ...]:
    """Return the concepts that say a part, each with how well."""
    key = part.key
    match part.kind:
        case "agg" if key == "count":
            return (("agg:count", 1.0), ("noun", 0.6), ("agg:count_distinct", 0.3))
        case "agg" if key in ("rate", "share"):
            return (
                (f"agg:{key}", 1.0), ("agg:share", 0.95), ("agg:rate", 0.95), ("arith:/", 0.4),
            )  # fmt: skip
        case "agg" if key == "count_distinct":
            return (("agg:count_distinct", 1.0), ("agg:count", 0.9))
        case "agg" if key in ("max", "min"):
            way = "top" if key == "max" else "bottom"
            return ((f"agg:{key}", 1.0), (way, 0.8))
        case "agg":
            return ((f"agg:{key}", 1.0),)
        case "grain":
            same = {"month_of_year": "month", "hour_of_day": "hour", "hour": "hour_of_day"}
            return ((f"grain:{key}", 1.0), (f"grain:{same.get(str(key), '')}", 0.95))
        case "direction":
            way = "top" if key == "descending" else "bottom"
            return ((way, 1.0), (f"sort:{key}", 0.95), ("sort", 0.8), ("sort:", 0.7))
        case "operator":
            return ((f"op:{key}", 1.0), *((f"op:{near}", 0.5) for near in _NEAR.get(str(key), ())))
        case "negation":
            return (("neg", 1.0), ("missing", 0.4))
        case "missing":
            return ((str(key), 1.0), ("neg", 0.5), ("task:missing", 0.8))
        case "mean":
            return ((f"{key}_mean", 1.0), ("agg:mean", 0.4))
        case "arithmetic" if key == "ratio_of_sums":
            return (("arith:/", 1.0), ("agg:rate", 0.8), ("agg:share", 0.8), ("by", 0.5))
        case "arithmetic":
            return ((f"arith:{key}", 1.0),)
        case "task" if key in ("rows", "lookup"):
            return (("task:rows", 1.0), ("task:lookup", 1.0), ("which", 0.6))
        case "chart" if key == "any":
            return (("chart:any", 1.0), ("chart:", 0.9), ("chart", 1.0))
        case "chart":
            return ((f"chart:{key}", 1.0), ("chart:any", 0.5))
        case "task" | "method" | "export":
            return ((f"{part.kind}:{key}", 1.0),)
        case "by" | "or" | "bins" | "today" | "compare":
            return ((part.kind, 1.0),)
        case _:
            return ()


_NEAR = {">": (">=",), ">=": (">",), "<": ("<=",), "<=": ("<",), "!=": ()}


def _plain(value: Scalar) -> str:
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return str(value).strip().casefold()


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-6 * max(1.0, abs(one), abs(other))


def _begins(one: str, other: str) -> bool:
    """Whether one date is the other, or said less finely."""
    short, long = sorted((one, other), key=len)
    return bool(short) and long.startswith(short)
