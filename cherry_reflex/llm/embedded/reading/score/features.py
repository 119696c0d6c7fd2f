"""What is seen of a reading and its explanation: named numbers, to which weights are learned."""

from collections.abc import Iterator, Mapping, Sequence

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.explanation.evidence import MATCHED
from cherry_reflex.llm.embedded.reading.explanation.explanation import (
    Explanation,
    Support,
    distance,
)
from cherry_reflex.llm.embedded.reading.explanation.part import Part
from cherry_reflex.llm.embedded.reading.linked import (
    Candidate,
    ColumnMeaning,
    ColumnView,
    ConceptMeaning,
    DateMeaning,
    Linked,
    NumberMeaning,
    RelativeMeaning,
    ValueMeaning,
)
from cherry_reflex.llm.embedded.reading.score.form import Form

SURE = ("exact", "plural", "remembered", "vocabulary", "pattern")
_NAMES = {
    ColumnMeaning: "column",
    ValueMeaning: "value",
    NumberMeaning: "number",
    DateMeaning: "date",
    RelativeMeaning: "relative",
}


class Sight:
    """Sees readings of one question; what does not change with the reading is kept."""

    def __init__(self, linked: Linked, decisive: Sequence[float] = ()) -> None:
        self._linked = linked
        self._decisive = decisive
        self._kinds = {c.name: c.kind for c in linked.view.columns}
        self._places = dict(_places(linked.view.columns))
        self._form = Form(linked.view)
        self._asked = tuple(sorted(set(self._asked_for())))
        self._left = [dict(self._left_out(place)) for place in range(len(linked.segments))]
        self._best: dict[tuple[int, int, type], float] = {}
        self._surely: dict[tuple[int, int], set[str]] = {}
        for candidate in linked.candidates:
            if candidate.how in SURE:
                known = self._surely.setdefault((candidate.first, candidate.last), set())
                known.add(self._class_of(candidate))
            span = (candidate.first, candidate.last, type(candidate.meaning))
            quality = MATCHED[candidate.how] * (0.6 + 0.4 * candidate.strength)
            self._best[span] = max(self._best.get(span, 0.0), quality)

    def features(self, reading: Reading, explanation: Explanation) -> dict[str, float]:
        """Return the features of a reading: names and values."""
        found: dict[str, float] = {}

        def add(name: str, value: float = 1.0) -> None:
            found[name] = found.get(name, 0.0) + value

        owners = self._owners(explanation)
        for place, (part, support) in enumerate(
            zip(explanation.parts, explanation.supports, strict=True)
        ):
            if support is None:
                if place in explanation.carried:
                    add(f"carried|{part.kind}|{part.role}")
                    continue
                for name in self._unsaid(explanation, place, part):
                    add(name)
                continue
            for name, value in self._said(explanation, part, support, owners):
                add(name, value)
        for place in explanation.left:
            for name, value in self._left[place].items():
                add(name, value)
        for part in explanation.dropped:
            add(f"dropped|{part.kind}|{part.role}")
        for name in self._form.of(reading):
            add(name)
        for name in self._fits(reading):
            add(name)
        return found

    def _asked_for(self) -> Iterator[str]:
        """The sorts of words of analysis that surely stand in the question."""
        for candidate in self._linked.candidates:
            if isinstance(candidate.meaning, ConceptMeaning) and candidate.how in SURE:
                yield candidate.meaning.concept.partition(":")[0]

    def _fits(self, reading: Reading) -> Iterator[str]:
        """What is asked for, with what the reading gives."""
        ranked = "one" if reading.top == 1 or reading.rank else "all" if reading.order else "none"
        for asked in self._asked:
            yield f"asked|{asked}|{reading.task}"
            yield f"asked|{asked}|ordered {ranked}"
            yield f"asked|{asked}|grouped {bool(reading.by)}"
            yield f"asked|{asked}|limited {reading.where is not None}"

    def _left_out(self, place: int) -> Iterator[tuple[str, float]]:
        """What it means to leave a segment unexplained."""
        linked = self._linked
        segment = linked.segments[place]
        seen: dict[str, float] = {}
        for candidate in linked.candidates:
            if not candidate.first <= place < candidate.last:
                continue
            share = 1.0 / (candidate.last - candidate.first)
            name = self._class_of(candidate)
            sure = "sure" if candidate.how in SURE else "unsure"
            key = f"left|{name}|{sure}"
            seen[key] = max(seen.get(key, 0.0), share)
        yield from seen.items()
        if segment.is_function:
            return
        yield "left|content", 1.0
        if not seen:
            yield "left|unknown", 1.0
        if segment.is_quoted:
            yield "left|quoted", 1.0
        if linked.operator_closeness:
            yield "left|closeness", linked.operator_closeness[place]
        if self._decisive:
            yield "left|decisive", self._decisive[place]
            yield "left|decisive|surely", max(0.0, self._decisive[place] - 0.5)

    @staticmethod
    def _class_of(candidate: Candidate) -> str:
        if isinstance(candidate.meaning, ConceptMeaning):
            return candidate.meaning.concept.partition(":")[0]
        return _NAMES.get(type(candidate.meaning), "other")

    def _owners(self, explanation: Explanation) -> dict[int, str]:
        """For each explained segment, what it explains."""
        owners: dict[int, str] = {}
        for part, support in zip(explanation.parts, explanation.supports, strict=True):
            if support is None or support.is_shared:
                continue
            candidate = self._linked.candidates[support.candidate]
            name = f"{part.kind}.{part.role}" if part.kind == "column" else part.kind
            for place in range(candidate.first, candidate.last):
                owners[place] = name
        return owners

    def _unsaid(self, explanation: Explanation, place: int, part: Part) -> Iterator[str]:
        """The names of a part that no words support: by what it may follow from."""
        kind = self._kinds.get(part.column, "")
        if part.kind == "agg":
            yield f"default|{part.key}|{kind}"
        elif part.kind == "column":
            child = next(
                (
                    other.kind
                    for other, support in zip(explanation.parts, explanation.supports, strict=True)
                    if other.head == place and support is not None and other.kind != "by"
                ),
                "nothing",
            )
            which = self._places.get(part.column, "")
            yield f"implied|{part.role}|{child}|{which if which == 'only' else ''}"
            yield f"implied|{part.role}|{kind}|{which}"
        elif part.kind in ("task", "grain", "top"):
            yield f"unsaid|{part.kind}|{part.key}"
        else:
            yield f"unsaid|{part.kind}|{part.role}"

    def _said(
        self, explanation: Explanation, part: Part, support: Support, owners: Mapping[int, str]
    ) -> Iterator[tuple[str, float]]:
        candidate = self._linked.candidates[support.candidate]
        if support.is_shared:
            yield f"shared|{part.kind}|{part.role}", 1.0
            return
        yield f"how|{part.kind}|{candidate.how}", 1.0
        yield f"quality|{part.kind}", support.quality
        span = (candidate.first, candidate.last, type(candidate.meaning))
        mine = MATCHED[candidate.how] * (0.6 + 0.4 * candidate.strength)
        if self._best[span] > mine:
            yield f"worse|{part.kind}", self._best[span] - mine
            yield f"worse|{part.kind}|is", 1.0
        for other in self._surely.get(span[:2], ()):
            if other != self._class_of(candidate):
                yield f"also|{part.kind}|{part.role}|{other}", 1.0
        if part.kind == "column":
            yield f"role|{part.role}|{self._kinds.get(part.column, '')}", 1.0
            yield f"after|{part.role}|{self._beside(candidate.first - 1, -1, owners)}", 1.0
            yield f"before|{part.role}|{self._beside(candidate.last, 1, owners)}", 1.0
        elif part.kind in ("agg", "task", "top", "grain"):
            yield f"said|{part.kind}|{part.key}", 1.0
        head = explanation.supports[part.head] if part.head >= 0 else None
        if head is not None and not head.is_shared:
            owner = self._linked.candidates[head.candidate]
            far = distance(candidate, owner)
            yield f"far|{part.kind}", min(far, 8) / 4
            yield f"near|{part.kind}|{far if far < 3 else '3+'}", 1.0
            side = "before" if candidate.first < owner.first else "after"
            yield f"side|{self._linked.language}|{part.kind}|{side}", 1.0

    def _beside(self, place: int, step: int, owners: Mapping[int, str]) -> str:
        """What the next content segment on a side explains."""
        segments = self._linked.segments
        while 0 <= place < len(segments):
            if place in owners:
                return owners[place]
            if not segments[place].is_function:
                return "left"
            place += step
        return "end"


def _places(columns: Sequence[ColumnView]) -> Iterator[tuple[str, str]]:
    """Yield for each column which of its kind it is in the table: what is meant where none is
    named is often the first date, the first amount."""
    kinds: dict[str, list[str]] = {}
    for column in columns:
        kinds.setdefault(column.kind, []).append(column.name)
    for names in kinds.values():
        for place, name in enumerate(names):
            yield name, "only" if len(names) == 1 else ("first", "second", "later")[min(place, 2)]
