"""Choices among a few named alternatives: how to aggregate, which chart, which test."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from cherry_reflex.core.column import Column
from cherry_reflex.core.operation import NUMERIC, TEMPORAL
from cherry_reflex.llm.embedded import knowledge
from cherry_reflex.llm.embedded.arguments.linking import Links, meanings
from cherry_reflex.llm.embedded.arguments.quantity import latest
from cherry_reflex.llm.embedded.arguments.slot import Slot
from cherry_reflex.llm.embedded.arguments.span import line_of, overlap, plain
from cherry_reflex.llm.embedded.encoder.embedding import Embedding
from cherry_reflex.llm.embedded.encoder.kinds import kinds_of

LEVEL = 0.5
DOUBT = 0.03
"""An alternative that is said no more clearly than the usual one is not taken."""
SAID = 0.7
"""Cosine from which words of the request name an alternative."""
OUTRIGHT = 0.95
"""The same, where several may be named at once: `weekday` does not name `weekend` as well."""
LONGER = 0.03
"""What each further word is worth: `stacked bar chart` names more than `bar chart`."""
DAYS_BY_DAY = 62
DAYS_BY_MONTH = 3700
TOP = ("how many of the best or largest to show", "number of rows to keep, largest first", "top n")


class Alternatives:
    """Picks alternatives for one request."""

    def __init__(self, embedding: Embedding, text: str, links: Links) -> None:
        self._embedding = embedding
        self._text = text
        self._links = links

    def choose(self, slot: Slot, used: Sequence[Column]) -> Any:
        """Return the alternative that the request names; else the default (None); else, when one
        is required, the one that the columns in use suggest."""
        scores = self._said(slot)
        if {"month", "year"} <= set(slot.choices):
            if slot.many:
                return [choice for choice in slot.choices if scores[choice] >= OUTRIGHT] or None
            return self._period(slot, used)
        best = max(scores, key=lambda choice: scores[choice])
        usual = scores.get(slot.default, 0.0) if slot.default in slot.choices else 0.0
        clear = slot.required or best == slot.default or scores[best] > usual + DOUBT
        if scores[best] >= SAID and clear:
            return [best] if slot.many else best
        if scores[best] >= SAID:
            return None
        if {"sum", "mean"} <= set(slot.choices) and self._levels(used):
            return "mean"
        if not slot.required:
            return None
        suited = self._suited(slot, used)
        best = max(suited, key=lambda choice: suited[choice])
        return [best] if slot.many else best

    def _levels(self, used: Sequence[Column]) -> bool:
        """Whether what is measured is a level or a rate: such numbers are averaged, not added."""
        measured = [column for column in used if column.type in NUMERIC]
        return bool(measured) and is_level(self._embedding, measured[0])

    def _period(self, slot: Slot, used: Sequence[Column]) -> Any:
        """Return the length of periods, if dates are in use: as said, by year if years are
        compared, else such that a few dozen periods result at most."""
        column = next((c for c in used if c.type in TEMPORAL), None)
        if column is None and not self._links.numbers:
            return slot.default if slot.required else None
        counted = latest(self._links.numbers, "periods")
        if counted is not None and counted.unit in slot.choices:
            return counted.unit
        scores = self._said(slot)
        best = max(scores, key=lambda choice: scores[choice])
        if scores[best] >= SAID:
            return best
        if column is None:
            return slot.default if slot.required else None
        if any(c.op == "year" and isinstance(c.value, list) for c in self._links.conditions):
            return "year"
        days = _days(column)
        wanted = "month" if days > DAYS_BY_DAY else "day"
        wanted = "year" if days > DAYS_BY_MONTH else wanted
        return wanted if wanted in slot.choices else None

    def said(self, slot: Slot) -> bool:
        """Return whether the request names one of a slot's alternatives."""
        return max(self._said(slot).values(), default=0.0) >= SAID

    def ranked(self, slot: Slot, used: Sequence[Column]) -> list[Any]:
        """Return all alternatives, the most suitable first."""
        said, suited = self._said(slot), self._suited(slot, used)
        return sorted(slot.choices, key=lambda choice: -max(said[choice], suited[choice]))

    def flag(self, slot: Slot) -> bool | None:
        """Return what the request says of a yes/no argument whose name has known wordings."""
        known = knowledge.read("values")
        name = slot.name.lower()
        against = {"descending": "ascending", "desc": "asc", "ascending": "descending"}.get(name)
        if against is None or not self._links.spans:
            return slot.default if slot.required else None
        yes, no = self._closest(known[name]), self._closest(known[against])
        if max(yes, no) < SAID:
            return slot.default if slot.required else None
        return yes >= no

    def is_top(self, slot: Slot) -> bool:
        """Return whether an integer says how many to show."""
        said = self._embedding([f"{plain(slot.name)}: {slot.description}", plain(slot.name)])
        return bool((said @ self._embedding(TOP).T).max() >= 0.45)

    def _said(self, slot: Slot) -> dict[Any, float]:
        """Return how close any words of the request come to each alternative. What the last line
        says is the latest wish: if it names one, the lines before do not count."""
        last = self._text.rstrip().count("\n")
        latest = {choice: self._closest(_wordings(choice), last) for choice in slot.choices}
        if not last or max(latest.values(), default=0.0) >= SAID:
            return latest
        return {choice: self._closest(_wordings(choice)) for choice in slot.choices}

    def _closest(self, wordings: Sequence[str], since: int = 0) -> float:
        taken = [m.span for m in self._links.mentions if m.column.type not in TEMPORAL]
        taken += [c.span for c in self._links.conditions]
        spans = [
            span.text.lower()
            for span in self._links.spans
            if line_of(self._text, span) >= since and not any(overlap(span, o) for o in taken)
        ]
        if not spans:
            return 0.0
        cosines = meanings(self._embedding, spans, wordings).max(axis=1)
        longer = [LONGER * len(span.split()) for span in spans]
        return float((cosines + longer).max()) - LONGER

    def _suited(self, slot: Slot, used: Sequence[Column]) -> dict[Any, float]:
        """Return how well each alternative fits the columns, told in words."""
        told = self._embedding([_in_words(used), self._text])
        found = {}
        for choice in slot.choices:
            likeness = told @ self._embedding(_wordings(choice)).T
            found[choice] = float(0.7 * likeness[0].max() + 0.3 * likeness[1].max())
        return found


def is_level(embedding: Embedding, column: Column) -> bool:
    """Return whether a number is a level, rate or score by its name, rather than an amount."""
    _, head = kinds_of(embedding, "levels")
    level, amount = head(embedding([plain(column.name)]))[0]
    return bool(level > max(LEVEL, amount))


def _wordings(choice: Any) -> list[str]:
    """Return how people say an alternative; one that the knowledge does not know by its name."""
    return [plain(str(choice)), *knowledge.read("values").get(str(choice), ())]


def _days(column: Column) -> int:
    """Return how many days a date column covers (0 when that is unknown)."""
    try:
        first = date.fromisoformat(str(column.minimum)[:10])
        return (date.fromisoformat(str(column.maximum)[:10]) - first).days
    except ValueError:
        return 0


def _in_words(columns: Sequence[Column]) -> str:
    numbers = sum(c.type in NUMERIC and c.distinct != 0 for c in columns)
    over_time = any(c.type in TEMPORAL for c in columns)
    groups = sum(c.type not in (*NUMERIC, *TEMPORAL) for c in columns)
    if over_time:
        return "a number over time"
    if groups and numbers:
        return "a number for each category"
    if numbers >= 2:
        return "one number against another number"
    return "distribution of one number" if numbers else "how often each category occurs"
