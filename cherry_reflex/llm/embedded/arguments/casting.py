"""Which columns play which part: the mentioned ones where they fit, the most telling ones else."""

from collections.abc import Sequence

from cherry_reflex.core.column import Column
from cherry_reflex.core.dataset import Dataset
from cherry_reflex.core.errors import BadInput
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.arguments.concepts import concepts_in
from cherry_reflex.llm.embedded.arguments.linking import Links
from cherry_reflex.llm.embedded.arguments.slot import Slot
from cherry_reflex.llm.embedded.arguments.span import Mention, is_key, line_of, plain
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.encoder.kinds import kinds_of

GROUPS_BEST = 12
"""Up to this many groups are easy to read; columns with more are chosen last."""
GROUPS_MAX = 50
MANY_MAX = 8
ROLE_WEIGHT = 0.5
NEAR = 0.5
"""Cosine from which a measure that is not mentioned outright is taken to be meant."""
TELLING_SLOTS = 2
LATER = 0.3
"""How much it counts that a column is named in a follow-up, not in what it follows."""
WITHIN = 0.72
USUAL = 0.4
"""How much it counts that a column's name is a usual measure or group."""

Cast = dict[str, list[str]]
"""Slot name -> column names."""


class Casting:
    """Casts the columns of one dataset for one request."""

    def __init__(self, embedding: Embedding, text: str, dataset: Dataset, links: Links) -> None:
        self._embedding = embedding
        self._text = text
        self._dataset = dataset
        self._links = links
        whole = [column for column in dataset.columns if column.type == "integer"]
        concepts = concepts_in(embedding, [plain(column.name) for column in whole])
        things = knowledge.read("things")
        self._named = {c.name for c, said in zip(whole, concepts, strict=True) if said in things}
        """Numbers that stand for customers, orders and the like: groups, and nothing to add up."""

    def cast(self, slots: Sequence[Slot], turn: int = 0, *, telling: bool = True) -> Cast:
        """Return columns for the slots. What the request names goes where it fits best; open slots
        get the most telling column when they are required, or `telling` is wanted and nothing at
        all is named; a higher `turn` takes others.

        Raises BadInput `arguments_missing` when a required slot stays empty, or one that the person
        must name is not named.
        """
        parts = {slot.name: self.part(slot) for slot in slots}
        single = {c.column.name for c in self._links.conditions if c.op == "="}
        free = [m.column for m in self._links.mentions if m.column.name not in single]
        for condition in self._links.conditions:
            compared = isinstance(condition.value, list) and condition.op != "month"
            if compared and condition.column not in free:
                free.append(condition.column)
        places = {column.name: place for place, column in enumerate(free)}
        found: Cast = {}
        main = [s for s in slots if s.required or parts[s.name] not in ("within", "aside")]
        for slot, column in self._pairs(main, free, parts):
            free.remove(column)
            found[slot.name] = [column.name]
        limited = self._limited()
        for slot in main:
            for column in list(free) if slot.many else ():
                if column.name in limited and parts[slot.name] != "measure":
                    continue
                if _fits(slot, column) and self._suits(parts[slot.name], column):
                    free.remove(column)
                    found.setdefault(slot.name, []).append(column.name)
        for slot in [*main, *(s for s in slots if parts[s.name] == "aside" and s not in main)]:
            left = [c for c in free if _fits(slot, c) and c.name not in limited]
            if slot.name not in found and left and not self._key(left[0]):
                free.remove(left[0])
                found[slot.name] = [left[0].name]
        self._stage(main, found, parts)
        for names in found.values():
            names.sort(key=lambda name: places[name])
        self._complete(main, found, parts, turn if telling else -1)
        self._rank_within([s for s in slots if parts[s.name] == "within"], found)
        return found

    def _stage(self, slots: Sequence[Slot], found: Cast, parts: dict[str, str]) -> None:
        """Give a list that needs several columns what a single, optional slot has taken; leave it
        open where that is not enough."""
        for slot in slots:
            missing = least_of(slot) - len(found.get(slot.name, ()))
            for other in slots if missing > 0 else ():
                if other.many or other.required or other.name not in found or missing <= 0:
                    continue
                column = self._dataset.column(found[other.name][0])
                if column and _fits(slot, column) and self._suits(parts[slot.name], column):
                    found.setdefault(slot.name, []).append(column.name)
                    del found[other.name]
                    missing -= 1
            if missing > 0 and not slot.required:
                found.pop(slot.name, None)

    def part(self, slot: Slot) -> str:
        """Return what a slot is for: a `measure`, `group`, `within`, `any` column, or one that is
        left `aside`."""
        if slot.types:
            if set(slot.types) <= set(NUMERIC):
                return "measure"
            if not set(slot.types) & set(NUMERIC):
                return "group"
        return part_of(self._embedding, slot, ("measure", "group", "within", "aside", "any"))

    def _complete(
        self, slots: Sequence[Slot], found: Cast, parts: dict[str, str], turn: int
    ) -> None:
        nothing_named = turn >= 0 and not self._links.mentions and not self._links.conditions
        turn = max(turn, 0)
        turning = [slot for slot in slots if parts[slot.name] != "measure"] or slots
        for slot in slots:
            if slot.name in found:
                continue
            part = parts[slot.name]
            taken = {name for names in found.values() for name in names}
            likely = self._likely(slot, part, taken, turn if slot in turning else 0)
            if not likely and slot.required:
                raise BadInput("arguments_missing", name=slot.name)
            near = max((self._links.affinity.get(name, 0.0) for name in likely), default=0) >= NEAR
            if slot.is_named and not near:
                if slot.required:
                    raise BadInput("arguments_missing", name=slot.name)
                continue
            meant = part == "measure" and near and not slot.many
            telling = nothing_named and len(found) < TELLING_SLOTS and part in ("measure", "group")
            if likely and (slot.required or meant or telling):
                found[slot.name] = likely

    def _pairs(
        self, slots: Sequence[Slot], columns: Sequence[Column], parts: dict[str, str]
    ) -> list[tuple[Slot, Column]]:
        """Return the best pairs of slots and mentioned columns: each slot and column once."""
        if not slots or not columns:
            return []
        words = self._embedding([f"{plain(slot.name)}. {slot.description}" for slot in slots])
        likeness = words @ self._embedding([plain(column.name) for column in columns]).T
        limited = self._limited()
        pairs: list[tuple[float, Slot, Column]] = []
        for row, slot in enumerate(slots):
            for place, column in enumerate(columns):
                part = parts[slot.name]
                if not _fits(slot, column) or (part == "measure" and self._key(column)):
                    continue
                if part != "measure" and column.name in limited:
                    continue
                score = ROLE_WEIGHT * float(likeness[row, place])
                score += 0.3 * slot.required - 0.05 * row - 0.08 * place
                score -= 0.0 if self._suits(part, column) else 0.8
                score += 0.4 if part == "measure" else 0.0
                score += LATER if column.name in self._later() else 0.0
                pairs.append((score, slot, column))
        pairs.sort(key=lambda pair: -pair[0])
        chosen: list[tuple[Slot, Column]] = []
        for score, slot, column in pairs:
            free = all(s.name != slot.name and c.name != column.name for s, c in chosen)
            if free and score > -0.2:
                chosen.append((slot, column))
        return chosen

    def _suits(self, part: str, column: Column) -> bool:
        """Whether a column can play a part: measures are numbers, groups are not too many."""
        if part == "measure":
            return column.type in NUMERIC and column.name not in self._named
        if part in ("group", "within"):
            few = column.type not in NUMERIC or 0 < column.distinct <= GROUPS_MAX
            return few or column.name in self._named
        return True

    def _later(self) -> set[str]:
        """Return the columns that the last line names, where there are several: the latest wish."""
        last = self._text.rstrip().count("\n")
        lines = {m.column.name: line_of(self._text, m.span) for m in self._links.mentions}
        return {name for name, line in lines.items() if line == last} if last else set()

    def _limited(self) -> set[str]:
        """Return the columns that are named for a limit: that says nothing of showing them. Dates
        that are cut into periods (`monthly since 2022`) are shown all the same."""
        limits = {c.column.name for c in self._links.conditions if c.op in (">", ">=", "<", "<=")}
        return limits - {m.column.name for m in self._links.mentions if m.period}

    def _key(self, column: Column) -> bool:
        return is_key(column, self._dataset.rows) or column.name in self._named

    def _likely(self, slot: Slot, part: str, taken: set[str], turn: int) -> list[str]:
        """Return the most telling column (or several) for a slot that the request leaves open."""
        fitting = [
            column
            for column in self._dataset.columns
            if column.name not in taken and _fits(slot, column)
        ]
        suiting = [c for c in fitting if self._suits(part, c) and not self._key(c)]
        fitting = suiting or fitting
        fitting.sort(key=lambda column: -self._telling(part, column))
        if slot.many:
            return [c.name for c in fitting[: 1 if part == "group" else MANY_MAX]]
        if turn:
            fitting = _varied(fitting)
        return [fitting[turn % len(fitting)].name] if fitting else []

    def _telling(self, part: str, column: Column) -> float:
        score = self._links.affinity.get(column.name, 0.0)
        score -= 1.0 if self._key(column) else 0.0
        if column.type not in (*NUMERIC, *TEMPORAL):
            score += 0.3 if 2 <= column.distinct <= GROUPS_BEST else 0.0
            score -= 0.5 if column.distinct > GROUPS_MAX or column.distinct < 2 else 0.0
        elif not self._suits(part, column):
            score -= 0.6
        score += USUAL * self._usual(part, column)
        return score - 0.5 * column.missing / max(self._dataset.rows, 1)

    def _usual(self, part: str, column: Column) -> float:
        """Return how much a column's name is like what people usually measure, or group by."""
        slots = ("m", "km") if part == "measure" else ("g", "kg", "t", "kt")
        words = [topic[slot] for topic in knowledge.read("intents")["topics"] for slot in slots]
        named = self._embedding([plain(column.name)])
        return float((self._embedding(words) @ named[0]).max())

    def _rank_within(self, slots: Sequence[Slot], found: Cast) -> None:
        """Fill a slot that names one of the group columns, if the words around a mention say that
        each of its values is looked at by itself (`in each region`, `지역마다`)."""
        cast = {name for names in found.values() for name in names}
        grouped = [m for m in self._links.mentions if m.column.name in cast]
        grouped = [m for m in grouped if m.column.type not in NUMERIC]
        if not slots or len(grouped) < 2:
            return
        apart = self._embedding(knowledge.read("contexts")["within"])
        together = self._embedding(knowledge.read("contexts")["together"])
        best, winner = WITHIN, None
        for mention in grouped:
            around = self._embedding([_context(self._text, mention)])[0]
            score = float((apart @ around).max())
            if score > best and score > float((together @ around).max()):
                best, winner = score, mention
        if winner is not None:
            for slot in slots:
                found[slot.name] = [winner.column.name]


def part_of(embedding: Embedding, slot: Slot, parts: tuple[str, ...]) -> str:
    """Return which of `parts` a slot's name and description speak of."""
    known, head = kinds_of(embedding, "slots")
    row = head(embedding([f"{plain(slot.name)}: {slot.description}"]))[0]
    scores = dict(zip(known, row, strict=True))
    return max(parts, key=lambda part: scores[part])


def least_of(slot: Slot) -> int:
    """Return how many columns a list needs at least."""
    return int(slot.schema.get("x-least", 0)) if slot.many else 0


def _context(text: str, mention: Mention) -> str:
    """Return a mention with the words before it; an English name replaced by a plain one, a
    Korean word with its particle."""
    before = text[: mention.span.start].split()[-2:]
    word = text[mention.span.start : mention.span.end]
    behind = text[mention.span.end :]
    glued = behind.split()[0] if behind[:1].strip() and behind.split() else ""
    name = "region" if word.isascii() else word
    return " ".join([*before, name + glued]).strip(" ,.?!")


def _varied(columns: Sequence[Column]) -> list[Column]:
    """Return the best column of each kind first, so that other turns show other sides."""
    kinds = [
        "time" if c.type in TEMPORAL else "number" if c.type in NUMERIC else "group"
        for c in columns
    ]
    first = [c for place, c in enumerate(columns) if kinds[place] not in kinds[:place]]
    return first + [column for column in columns if column not in first]


def _fits(slot: Slot, column: Column) -> bool:
    return not slot.types or column.type in slot.types
