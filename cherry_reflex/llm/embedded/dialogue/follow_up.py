"""What a follow-up changes of the arguments that were used before; everything else stays."""

from collections.abc import Sequence
from typing import Any

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.language import Language
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.arguments.casting import Casting
from cherry_reflex.llm.embedded.arguments.filling import Filler, dataset_argument, names_in
from cherry_reflex.llm.embedded.arguments.linking import Links
from cherry_reflex.llm.embedded.arguments.slot import Slot, filter_operators, slots_of
from cherry_reflex.llm.embedded.encoder.embedding import Embedding

LIMITS = (">", ">=", "<", "<=")


def wish_of(embedding: Embedding, latest: str) -> str:
    """Return what a follow-up wants: one of `knowledge.WISHES`."""
    return knowledge.WISHES[int(knowledge.load().wish(embedding.read([latest]))[0].argmax())]


class FollowUp:
    """The changes that one follow-up makes, over the dataset that was used before."""

    def __init__(
        self, embedding: Embedding, latest: str, language: Language, datasets: Sequence[Dataset]
    ) -> None:
        self._embedding = embedding
        self._latest = latest
        self._language = language
        self._datasets = tuple(datasets)
        self._wish = wish_of(embedding, latest)

    def of(
        self, arguments: dict[str, Any], schema: dict[str, Any], *, by_uri: bool = False
    ) -> dict[str, Any]:
        """Return the arguments with what the follow-up says in place of what was said before.
        `by_uri` as in `Filler.fill`."""
        slots = slots_of(schema)
        dataset = self._dataset(slots, arguments)
        found = dict(arguments)
        if dataset is None:
            return found
        for slot in slots:
            if slot.kind == "dataset" and slot.name not in found and dataset != self._datasets[0]:
                found[slot.name] = dataset_argument(dataset, self._datasets, by_uri=by_uri)
        filler = Filler(self._embedding, self._latest, self._language, (dataset,))
        filters = next((slot for slot in slots if slot.kind == "filters"), None)
        if filters is not None and (said := self._filters(filters, found, filler.links)):
            found[filters.name] = said
        columns = [slot for slot in slots if slot.kind == "column"]
        casting = Casting(self._embedding, self._latest, dataset, filler.links)
        parts = {slot.name: casting.part(slot) for slot in columns}
        limited = {c.column.name for c in filler.links.conditions}
        for mention in filler.links.mentions:
            column = mention.column
            if column.name not in limited and column.name not in _used(found, columns):
                self._put(column, columns, parts, found, dataset)
        used = [c for name in _used(found, columns) if (c := dataset.column(name))]
        for slot in slots:
            value = filler.said_of(slot, used)
            if value is not None:
                found[slot.name] = value
        return found

    def _dataset(self, slots: Sequence[Slot], arguments: dict[str, Any]) -> Dataset | None:
        """Return the dataset that the arguments name; else the first that has their columns (what
        was made for them has come since), or the first."""
        named = {
            str(arguments.get(slot.name) or "").removeprefix("dataset:")
            for slot in slots
            if slot.kind == "dataset" or slot.name == "dataset"
        }
        known = [d for d in self._datasets if d.name in named or d.id in named]
        used = set(_used(arguments, [slot for slot in slots if slot.kind == "column"]))
        fitting = [d for d in self._datasets if used <= {column.name for column in d.columns}]
        return next(iter([*known, *fitting, *self._datasets]), None)

    def _put(
        self,
        column: Column,
        slots: Sequence[Slot],
        parts: dict[str, str],
        found: dict[str, Any],
        dataset: Dataset,
    ) -> None:
        """Put a column where one of its sort was, or where it is wanted besides, into an open
        place that it fits."""
        sort = _sort(column)
        fitting = [slot for slot in slots if not slot.types or column.type in slot.types]
        if self._wish != "add":
            for slot in fitting:
                before = names_in(found.get(slot.name))
                known = [c for name in before if (c := dataset.column(name))]
                alike = [c.name for c in known if _sort(c) == sort]
                if not alike:
                    continue
                left = [name for name in before if name not in alike]
                found[slot.name] = [*left, column.name] if slot.many else column.name
                return
        wanted = "measure" if sort == "number" else "group"
        for slot in sorted(fitting, key=lambda slot: parts[slot.name] != wanted):
            if slot.many and parts[slot.name] in (wanted, "any"):
                found[slot.name] = [*names_in(found.get(slot.name)), column.name]
                return
            if slot.name not in found and not slot.many and parts[slot.name] == wanted:
                found[slot.name] = column.name
                return

    def _filters(self, slot: Slot, arguments: dict[str, Any], links: Links) -> list[dict[str, Any]]:
        """Return the conditions from now on: new ones on a column replace those before."""
        allowed = filter_operators(slot)
        fresh = []
        for condition in links.conditions:
            op, value = condition.op, condition.value
            values = [value]
            if self._wish == "without" and op in ("=", "in"):
                op, values = "!=", value if isinstance(value, list) else [value]
            if not allowed or op in allowed:
                name = condition.column.name
                fresh += [{"column": name, "op": op, "value": one} for one in values]
        again = {(f["column"], f["op"] in LIMITS) for f in fresh}
        dated = {c.column.name for c in links.conditions if c.column.type in TEMPORAL}
        kept = [
            f
            for f in arguments.get(slot.name) or ()
            if (f["column"], f.get("op", "=") in LIMITS) not in again and f["column"] not in dated
        ]
        return [*kept, *fresh]


def _sort(column: Column) -> str:
    if column.type in TEMPORAL:
        return "time"
    return "number" if column.type in NUMERIC else "group"


def _used(arguments: dict[str, Any], slots: Sequence[Slot]) -> list[str]:
    return [name for slot in slots for name in names_in(arguments.get(slot.name))]
