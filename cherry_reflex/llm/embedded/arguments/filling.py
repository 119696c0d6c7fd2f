"""Arguments from a request: which columns, values and choices a JSON Schema's slots get."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.language import Language
from cherry_reflex.llm.embedded.arguments.alternative import Alternatives
from cherry_reflex.llm.embedded.arguments.casting import Cast, Casting, part_of
from cherry_reflex.llm.embedded.arguments.linking import Links, link
from cherry_reflex.llm.embedded.arguments.quantity import amount_of, latest
from cherry_reflex.llm.embedded.arguments.slot import Slot, filter_operators, slots_of
from cherry_reflex.llm.embedded.arguments.span import Condition, plain, spans_of
from cherry_reflex.llm.embedded.encoder.embedding import Embedding

PERCENT = 100
_QUOTED = re.compile(r"[“‘\"]([^“”‘’\"\n]{1,100})[”’\"]")


class Filler:
    """Fills schemas for one request over the datasets at hand."""

    def __init__(
        self,
        embedding: Embedding,
        text: str,
        language: Language,
        datasets: Sequence[Dataset],
        *,
        is_open: bool = False,
    ) -> None:
        self._is_open = is_open
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

    @property
    def dataset(self) -> Dataset | None:
        """The dataset that the request fits best."""
        return self._dataset

    def said_of(self, slot: Slot, used: Sequence[Column]) -> Any:
        """Return the choice, the answer or the number that the request itself names for a slot;
        None when it names none."""
        match slot.kind:
            case "choice":
                return self._alternatives.choose(slot, used) if self.said(slot) else None
            case "flag":
                said = self._alternatives.flag(slot)
                return None if said == slot.default else said
            case "count":
                return self._count(slot)
        return None

    def fill(
        self,
        schema: dict[str, Any],
        *,
        by_uri: bool = False,
        turn: int = 0,
        telling: bool | None = None,
    ) -> dict[str, Any]:
        """Return arguments for `schema`. Required columns that the request does not name are the
        most telling ones; so are other columns where `telling`, by default when the request is
        open and names no alternative of its own. A higher `turn` takes the next ones. `by_uri`
        writes datasets as `dataset:<name>`.

        Raises BadInput `arguments_missing` when a required argument cannot be found.
        """
        slots = slots_of(schema)
        many = {slot.name for slot in slots if slot.many}
        found: dict[str, Any] = {}
        if telling is None:
            telling = self._is_open and not any(
                self._alternatives.said(slot) for slot in slots if slot.kind == "choice"
            )
        columns = [slot for slot in slots if slot.kind == "column"]
        counts = any(slot.kind == "choice" and self.said_of(slot, ()) == "count" for slot in slots)
        for name, names in self._cast(columns, turn, telling, counts).items():
            found[name] = names if name in many else names[0]
        used = [c for value in found.values() for c in _columns_of(value, self._dataset)]
        named = {name for s in columns if s.is_named for name in names_in(found.get(s.name))}
        for slot in slots:
            value = self._value(slot, used, by_uri, named)
            if value is not None:
                found[slot.name] = value
        if not any(slot.kind == "filters" for slot in slots):
            found |= self._compared([s for s in slots if s.kind == "free"], used)
        for slot in slots:
            if slot.required and slot.name not in found:
                raise BadInput("arguments_missing", name=slot.name)
        return found

    def ranked(self, slot: Slot, arguments: dict[str, Any]) -> list[Any]:
        """Return a slot's alternatives for the columns in `arguments`, the most suitable first."""
        names = [name for value in arguments.values() for name in names_in(value)]
        used = [c for c in (self._dataset.columns if self._dataset else ()) if c.name in names]
        return self._alternatives.ranked(slot, used)

    def said(self, slot: Slot) -> bool:
        """Return whether the request names one of a slot's alternatives."""
        return self._alternatives.said(slot)

    def candidates(self, slot: Slot, arguments: dict[str, Any]) -> list[str]:
        """Return columns that are not in `arguments` for a slot that the request leaves open,
        those first whose name and type are most like what the slot is for."""
        used = {name for value in arguments.values() for name in names_in(value)}
        columns = [
            column
            for column in (self._dataset.columns if self._dataset else ())
            if column.name not in used and (not slot.types or column.type in slot.types)
        ]
        wanted = self._embedding([f"{plain(slot.name)}: {slot.description}"])[0]
        told = self._embedding([f"{plain(c.name)}, a column of type {c.type}" for c in columns])
        likeness = dict(zip([column.name for column in columns], told @ wanted, strict=True))
        return sorted(likeness, key=lambda name: -likeness[name])

    def _cast(self, slots: Sequence[Slot], turn: int, telling: bool, counts: bool) -> Cast:
        """`counts`: rows are counted, so that no measure is meant that is not named."""
        if self._dataset is None:
            if any(slot.required for slot in slots):
                raise BadInput("dataset_missing")
            return {}
        casting = Casting(self._embedding, self._text, self._dataset, self._links)
        cast = casting.cast(slots, turn, telling=telling)
        named = {mention.column.name for mention in self._links.mentions}
        for slot in slots if counts else ():
            unnamed = not named & set(cast.get(slot.name, ()))
            if unnamed and not slot.required and casting.part(slot) == "measure":
                cast.pop(slot.name, None)
        return cast

    def _compared(self, slots: Sequence[Slot], used: Sequence[Column]) -> dict[str, Any]:
        """Return the values of a column in use that the request names, for slots that want such
        values one by one (the first and the second group)."""
        values = [
            value
            for condition in self._links.conditions
            if condition.column in used and isinstance(condition.value, list)
            for value in condition.value
        ]
        wanted = [
            slot
            for slot in slots
            if slot.schema.get("type") == "string"
            and part_of(self._embedding, slot, ("value", "text")) == "value"
        ]
        if len(values) < len(wanted):
            return {}
        return {slot.name: str(value) for slot, value in zip(wanted, values, strict=False)}

    def lost(self, arguments: dict[str, Any]) -> Condition | None:
        """Return a condition of the request, on the values of a column, that arguments leave out
        altogether: neither the column nor a value is among them."""
        told = set(_leaves(arguments))
        for condition in self._links.conditions:
            values = condition.value if isinstance(condition.value, list) else [condition.value]
            said = {condition.column.name, *(str(value) for value in values)}
            if condition.op in ("=", "in") and told.isdisjoint(said):
                return condition
        return None

    def _value(
        self, slot: Slot, used: Sequence[Column], by_uri: bool, named: Collection[str]
    ) -> Any:
        match slot.kind:
            case "dataset":
                return self._dataset_name(by_uri)
            case "language":
                return "ko" if self._language == "ko" else "en"
            case "filters":
                return self._filters(slot, named) or None
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
        return dataset_argument(self._dataset, self._datasets, by_uri=by_uri)

    def _filters(self, slot: Slot, named: Collection[str]) -> list[dict[str, Any]]:
        """Return the conditions as filters. One value of a column that is `named` as what is
        predicted or told apart says which of its values is meant, not which rows."""
        allowed = filter_operators(slot)
        found: list[dict[str, Any]] = []
        for condition in self._links.conditions:
            op, value = condition.op, condition.value
            column = condition.column
            if op == "=" and column.name in named:
                continue
            if not allowed or op in allowed:
                found.append({"column": column.name, "op": op, "value": value})
        return found

    def _count(self, slot: Slot) -> int | float | None:
        kind = amount_of(self._embedding, [f"{plain(slot.name)}: {slot.description}"], "slot")
        numbers = [amount.value for amount in self._links.numbers]
        counted = latest(self._links.numbers, kind)
        if counted is not None and kind != "else":
            value = counted.value
        elif self._links.top is not None and self._alternatives.is_top(slot):
            value = self._links.top
        elif slot.required and (numbers or self._links.top is not None):
            value = numbers[0] if numbers else float(self._links.top or 0)
        else:
            return None
        low, high = _bound(slot, "inimum", max), _bound(slot, "aximum", min)
        if kind == "share" and high is not None and high <= 1 < value <= PERCENT:
            value /= PERCENT
        if (low is not None and value < low) or (high is not None and value > high):
            return None
        return int(value) if slot.schema.get("type") == "integer" else value

    def _free(self, slot: Slot) -> Any:
        """A name is what the request sets in quotes. An outsider's text argument gets the request;
        nothing else can be said of it."""
        if slot.schema.get("type") != "string":
            return None
        quoted = _QUOTED.search(self._text)
        if quoted and part_of(self._embedding, slot, ("name", "text", "value")) == "name":
            return quoted.group(1)
        return self._text if slot.required else None


def _leaves(value: Any) -> Iterator[str]:
    """Yield all single values in arguments, and the names in mappings, as text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield str(value)


def _bound(slot: Slot, kind: str, tightest: Callable[..., float]) -> float | None:
    """Return the limit of a number, open or closed (`minimum`, `exclusiveMinimum`), if any."""
    found = [slot.schema[k] for k in (f"m{kind}", f"exclusiveM{kind}") if k in slot.schema]
    return tightest(found) if found else None


def _evidence(links: Links) -> float:
    return sum(m.score for m in links.mentions) + 1.2 * len(links.conditions)


def dataset_argument(dataset: Dataset, datasets: Sequence[Dataset], *, by_uri: bool) -> str | None:
    """Return what one of `datasets` is called in an argument: by its id where several have its
    name, and not at all where it is the only one (`by_uri` writes it as a resource)."""
    same = sum(other.name == dataset.name for other in datasets)
    name = dataset.name if same == 1 else dataset.id
    if by_uri:
        return f"dataset:{name}"
    return name if len(datasets) > 1 else None


def names_in(value: Any) -> list[str]:
    """Return the names in an argument: of one column, or of several."""
    if isinstance(value, str):
        return [value] if value else []
    several = isinstance(value, list | tuple)
    return [item for item in value if isinstance(item, str)] if several else []


def _columns_of(value: Any, dataset: Dataset | None) -> list[Column]:
    found = [dataset.column(name) for name in names_in(value)] if dataset else []
    return [column for column in found if column is not None]
