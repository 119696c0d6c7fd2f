"""Arguments from a request: which columns, values and choices a JSON Schema's slots get."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cherry_reflex.core.dataset import Column, Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.llm.embedded.alternative import Alternatives
from cherry_reflex.llm.embedded.embedding import Embedding
from cherry_reflex.llm.embedded.linking import Links, link
from cherry_reflex.llm.embedded.slot import Slot, filter_operators, slots_of
from cherry_reflex.llm.embedded.span import is_key, plain, spans_of

GROUPS_BEST = 12
"""Up to this many groups are easy to read; columns with more are chosen last."""
GROUPS_MAX = 50
MANY_MAX = 8
ROLE_WEIGHT = 0.5
NEAR = 0.5
"""Cosine from which a measure that is not mentioned outright is taken to be meant."""
TELLING_SLOTS = 2


@dataclass(frozen=True)
class Filled:
    """Arguments, and how much of them the request named."""

    arguments: dict[str, Any]
    named: int


class Filler:
    """Fills schemas for one request over the datasets at hand."""

    def __init__(
        self, embedding: Embedding, text: str, language: str, datasets: Sequence[Dataset]
    ) -> None:
        self._embedding = embedding
        self._text = text
        self._language = language
        self._datasets = tuple(datasets)
        linked = [(dataset, link(embedding, text, dataset)) for dataset in self._datasets]
        self._dataset: Dataset | None = None
        self._links = Links(spans=spans_of(text))
        if linked:
            self._dataset, self._links = max(linked, key=lambda pair: _evidence(pair[1]))
        self._alternatives = Alternatives(embedding, text, self._links)

    @property
    def links(self) -> Links:
        """What the request mentions of the dataset that it fits best."""
        return self._links

    def fill(self, schema: dict[str, Any], *, by_uri: bool = False, turn: int = 0) -> Filled:
        """Return arguments for `schema`; columns that the request does not name are the most
        telling ones, and a higher `turn` takes the next ones. `by_uri` writes datasets as
        `dataset:<name>`.

        Raises BadInput `arguments_missing` when a required argument cannot be found.
        """
        slots = slots_of(schema)
        found: dict[str, Any] = {}
        columns, named = self._columns([s for s in slots if s.kind == "column"], turn)
        found |= columns
        used = [c for value in columns.values() for c in _columns_of(value, self._dataset)]
        for slot in slots:
            value = self._value(slot, used, by_uri)
            if value is not None:
                found[slot.name] = value
            elif slot.required and slot.name not in found:
                raise BadInput("arguments_missing", name=slot.name)
        named += len(self._links.conditions) if any(s.kind == "filters" for s in slots) else 0
        return Filled(found, named)

    def ranked(self, slot: Slot, arguments: dict[str, Any]) -> list[Any]:
        """Return a slot's alternatives for the columns in `arguments`, the most suitable first."""
        names = [name for value in arguments.values() for name in _names(value)]
        used = [c for c in (self._dataset.columns if self._dataset else ()) if c.name in names]
        return self._alternatives.ranked(slot, used)

    def _value(self, slot: Slot, used: Sequence[Column], by_uri: bool) -> Any:
        match slot.kind:
            case "dataset":
                return self._dataset_name(by_uri)
            case "language":
                return "ko" if self._language == "ko" else "en"
            case "filters":
                return self._filters(slot) or None
            case "choice":
                return self._alternatives.choose(slot, used)
            case "flag":
                return self._alternatives.flag(slot)
            case "count":
                return self._count(slot)
            case "free":
                return self._free(slot)
        return None

    def _dataset_name(self, by_uri: bool) -> str | None:
        if self._dataset is None:
            return None
        same = sum(other.name == self._dataset.name for other in self._datasets)
        name = self._dataset.name if same == 1 else self._dataset.id
        if by_uri:
            return f"dataset:{name}"
        return name if len(self._datasets) > 1 else None

    def _filters(self, slot: Slot) -> list[dict[str, Any]]:
        allowed = filter_operators(slot)
        found: list[dict[str, Any]] = []
        for condition in self._links.conditions:
            op, value = condition.op, condition.value
            if op in ("year", "month") and isinstance(value, list):
                if op == "year" and "between" in allowed:
                    op, value = "between", [f"{min(value)}-01-01", f"{max(value)}-12-31"]
                else:
                    value = value[0]
            if not allowed or op in allowed:
                found.append({"column": condition.column.name, "op": op, "value": value})
        return found

    def _count(self, slot: Slot) -> int | float | None:
        numbers = self._links.numbers
        if self._links.top is not None and self._alternatives.is_top(slot):
            value: float = self._links.top
        elif numbers and self._alternatives.near_number(slot):
            value = numbers[0]
        elif slot.required and (numbers or self._links.top is not None):
            value = numbers[0] if numbers else float(self._links.top or 0)
        else:
            return None
        low, high = slot.schema.get("minimum"), slot.schema.get("maximum")
        if (low is not None and value < low) or (high is not None and value > high):
            return None
        return int(value) if slot.schema.get("type") == "integer" else value

    def _free(self, slot: Slot) -> Any:
        """An outsider's text argument gets the request; nothing else can be said of it."""
        if slot.required and slot.schema.get("type") == "string":
            return self._text
        return None

    def _columns(self, slots: Sequence[Slot], turn: int) -> tuple[dict[str, Any], int]:
        if self._dataset is None:
            if any(slot.required for slot in slots):
                raise BadInput("dataset_missing")
            return {}, 0
        single = {c.column.name for c in self._links.conditions if c.op == "="}
        free = [m.column for m in self._links.mentions if m.column.name not in single]
        compared = [
            c.column
            for c in self._links.conditions
            if isinstance(c.value, list) and c.op != "month"
        ]
        free += [column for column in compared if column not in free]
        places = {column.name: place for place, column in enumerate(free)}
        found: dict[str, list[str]] = {}
        for slot, column in self._assigned(slots, free):
            free.remove(column)
            found[slot.name] = [column.name]
        for slot in slots:
            for column in list(free) if slot.many else ():
                if _fits(slot, column) and self._groupable(slot, column):
                    free.remove(column)
                    found.setdefault(slot.name, []).append(column.name)
        for names in found.values():
            names.sort(key=lambda name: places[name])
        named = sum(len(names) for names in found.values())
        self._complete(slots, found, turn)
        many = {slot.name for slot in slots if slot.many}
        return {k: names if k in many else names[0] for k, names in found.items()}, named

    def _complete(self, slots: Sequence[Slot], found: dict[str, list[str]], turn: int) -> None:
        """Add what the request leaves open: what is required; a measure that it comes close to;
        and, when it names nothing at all, what makes the result say something."""
        open_question = not self._links.mentions and not self._links.conditions
        for slot in slots:
            if slot.name in found:
                continue
            measure = _for_numbers(slot) and not slot.many
            try:
                taken = {name for names in found.values() for name in names}
                likely = self._likely(slot, taken, turn)
            except BadInput:
                if slot.required:
                    raise
                continue
            near = max(self._links.affinity.get(name, 0.0) for name in likely) >= NEAR
            telling = open_question and len(found) < TELLING_SLOTS and bool(slot.types)
            if slot.required or (measure and near) or telling:
                found[slot.name] = likely

    def _assigned(
        self, slots: Sequence[Slot], columns: Sequence[Column]
    ) -> list[tuple[Slot, Column]]:
        """Return the best pairs of slots and mentioned columns: each slot and column once."""
        pairs: list[tuple[float, Slot, Column]] = []
        words = self._embedding([f"{plain(s.name)}. {s.description}" for s in slots])
        names = self._embedding([plain(column.name) for column in columns])
        likeness = words @ names.T if len(slots) and len(columns) else None
        for row, slot in enumerate(slots):
            for place, column in enumerate(columns):
                if likeness is None or not _fits(slot, column) or self._is_key(slot, column):
                    continue
                score = ROLE_WEIGHT * float(likeness[row, place])
                score += 0.3 * slot.required - 0.05 * row - 0.02 * place
                score -= 0.0 if self._groupable(slot, column) else 0.6
                score += 0.4 if _for_numbers(slot) else 0.0
                pairs.append((score, slot, column))
        pairs.sort(key=lambda pair: -pair[0])
        chosen: list[tuple[Slot, Column]] = []
        for score, slot, column in pairs:
            free = all(s.name != slot.name and c.name != column.name for s, c in chosen)
            if free and score > -0.2:
                chosen.append((slot, column))
        return chosen

    def _is_key(self, slot: Slot, column: Column) -> bool:
        """Whether a measure is wanted and the column only tells rows apart."""
        rows = self._dataset.rows if self._dataset else 0
        return _for_numbers(slot) and is_key(column, rows)

    def _groupable(self, slot: Slot, column: Column) -> bool:
        """Whether a slot that is for groups would get groups, not a measure."""
        if not slot.types or _for_numbers(slot):
            return True
        return column.type not in NUMERIC or column.distinct <= GROUPS_MAX

    def _likely(self, slot: Slot, taken: set[str], turn: int) -> list[str]:
        """Return the most telling column (or several) for a slot that the request leaves open.

        Raises BadInput `arguments_missing` when no column fits.
        """
        assert self._dataset is not None
        fitting = [c for c in self._dataset.columns if c.name not in taken and _fits(slot, c)]
        fitting.sort(key=lambda column: -self._telling(slot, column))
        if not fitting:
            raise BadInput("arguments_missing", name=slot.name)
        if slot.many:
            return [c.name for c in fitting[: MANY_MAX if _for_numbers(slot) else 1]]
        if turn:
            fitting = _varied(fitting)
        return [fitting[turn % len(fitting)].name]

    def _telling(self, slot: Slot, column: Column) -> float:
        assert self._dataset is not None
        score = self._links.affinity.get(column.name, 0.0)
        if is_key(column, self._dataset.rows):
            score -= 1.0
        if column.type in NUMERIC and not self._groupable(slot, column):
            score -= 0.6
        if column.type not in (*NUMERIC, *TEMPORAL):
            score += 0.3 if 2 <= column.distinct <= GROUPS_BEST else 0.0
            score -= 0.5 if column.distinct > GROUPS_MAX or column.distinct < 2 else 0.0
        if column.type == "number":
            score += 0.2
        rows = max(self._dataset.rows, 1)
        return score - 0.5 * column.missing / rows


def _varied(columns: Sequence[Column]) -> list[Column]:
    """Return the best column of each kind first, so that other turns show other sides."""
    kinds = [
        "time" if c.type in TEMPORAL else "number" if c.type in NUMERIC else "group"
        for c in columns
    ]
    first = [c for place, c in enumerate(columns) if kinds[place] not in kinds[:place]]
    return first + [column for column in columns if column not in first]


def _evidence(links: Links) -> float:
    return sum(m.score for m in links.mentions) + 1.2 * len(links.conditions)


def _fits(slot: Slot, column: Column) -> bool:
    return not slot.types or column.type in slot.types


def _for_numbers(slot: Slot) -> bool:
    return bool(slot.types) and set(slot.types) <= set(NUMERIC)


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _columns_of(value: Any, dataset: Dataset | None) -> list[Column]:
    found = [dataset.column(name) for name in _names(value)] if dataset else []
    return [column for column in found if column is not None]
