"""What supports each part of a reading, and which words are left."""

from collections.abc import Sequence
from dataclasses import dataclass

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.explanation.dissection import parts_of
from cherry_reflex.llm.embedded.reading.explanation.evidence import Evidence, Supports
from cherry_reflex.llm.embedded.reading.explanation.part import Part
from cherry_reflex.llm.embedded.reading.linked import Candidate, Linked

MARKERS = frozenset(
    ("agg", "grain", "negation", "operator", "direction", "by", "arithmetic", "missing", "or",
     "mean", "bins")
)  # fmt: skip
"""Parts whose words stand beside those of the part that they belong to."""
SURELY = 0.75
"""From this quality on, words that say again what others said are explained: a word that is only
like another may mean something else."""
FAR = 0.08
"""What each segment of distance to that part costs."""


@dataclass(frozen=True, slots=True)
class Support:
    """The candidate, by its place, that supports a part; `is_shared` where its words support
    another part as well (a column that is measured and limited)."""

    candidate: int
    quality: float
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a reading with their supports (None: nothing says it), and the segments of the
    question that support nothing. Of a follow-up, `carried` are the places of parts that the
    reading before has as well, and `dropped` its parts that are gone."""

    parts: tuple[Part, ...]
    supports: tuple[Support | None, ...]
    left: tuple[int, ...]
    carried: frozenset[int] = frozenset()
    dropped: tuple[Part, ...] = ()

    def left_words(self, linked: Linked) -> tuple[str, ...]:
        """Return the content words that are not explained, as written."""
        return tuple(
            linked.segments[i].text for i in self.left if not linked.segments[i].is_function
        )

    def words(self, linked: Linked) -> dict[str, str]:
        """Return which words of the question were taken for which column."""
        found: dict[str, str] = {}
        for part, support in zip(self.parts, self.supports, strict=True):
            if part.kind == "column" and support is not None and not support.is_shared:
                candidate = linked.candidates[support.candidate]
                start = linked.segments[candidate.first].start
                end = linked.segments[candidate.last - 1].end
                found.setdefault(linked.text[start:end], part.column)
        return found


class Explainer:
    """Explains readings of one question: what it learns of one serves the next."""

    def __init__(self, linked: Linked, before: Reading | None = None) -> None:
        self._linked = linked
        self._before = parts_of(before, linked.view) if before is not None else ()
        self._evidence = Evidence(linked)
        self._masks = [((1 << c.last) - (1 << c.first)) for c in linked.candidates]

    def explain(self, reading: Reading) -> Explanation:
        """Return the best alignment that was found of a reading with the words."""
        parts = parts_of(reading, self._linked.view)
        supports: list[Support | None] = [None] * len(parts)
        used = self._name(parts, supports)
        used = self._mark(parts, supports, used)
        self._share(parts, supports)
        used = self._repeat(parts, supports, used)
        left = tuple(i for i in range(len(self._linked.segments)) if not used >> i & 1)
        if not self._before:
            return Explanation(parts, tuple(supports), left)
        known = {_bare(part) for part in self._before}
        now = {_bare(part) for part in parts}
        carried = frozenset(i for i, part in enumerate(parts) if _bare(part) in known)
        dropped = tuple(part for part in self._before if _bare(part) not in now)
        return Explanation(parts, tuple(supports), left, carried, dropped)

    def _name(self, parts: Sequence[Part], supports: list[Support | None]) -> int:
        """Give the parts that stand for themselves their words, the surest first."""
        offers = [
            (quality, place, candidate)
            for place, part in enumerate(parts)
            if part.kind not in MARKERS
            for quality, candidate in self._evidence.of(part)
        ]
        offers.sort(key=lambda offer: (-offer[0], offer[1]))
        used = 0
        for quality, place, candidate in offers:
            if supports[place] is None and not used & self._masks[candidate]:
                supports[place] = Support(candidate, quality)
                used |= self._masks[candidate]
        return used

    def _mark(self, parts: Sequence[Part], supports: list[Support | None], used: int) -> int:
        """Give markers their words: those near to what they belong to."""
        offers = []
        for place, part in enumerate(parts):
            if part.kind not in MARKERS:
                continue
            head = supports[part.head] if part.head >= 0 else None
            for quality, candidate in self._evidence.of(part):
                far = self._distance(head, candidate)
                offers.append((quality - FAR * min(far, 8), place, candidate))
        offers.sort(key=lambda offer: (-offer[0], offer[1]))
        for quality, place, candidate in offers:
            if supports[place] is not None:
                continue
            if not used & self._masks[candidate] or self._is_double(candidate, parts, supports):
                supports[place] = Support(candidate, quality)
                used |= self._masks[candidate]
        return used

    def _distance(self, head: Support | None, candidate: int) -> int:
        if head is None:
            return 2
        one, other = self._linked.candidates[head.candidate], self._linked.candidates[candidate]
        return distance(one, other)

    def _is_double(
        self, candidate: int, parts: Sequence[Part], supports: Sequence[Support | None]
    ) -> bool:
        """Whether the same words may say two things at once: `oldest` a column and a direction."""
        mine = self._linked.candidates[candidate]
        for part, support in zip(parts, supports, strict=True):
            if support is None or part.kind not in ("column", "number", "value"):
                continue
            other = self._linked.candidates[support.candidate]
            if (other.first, other.last) == (mine.first, mine.last):
                return True
        return False

    def _share(self, parts: Sequence[Part], supports: list[Support | None]) -> None:
        """A part that is said once and stands twice: the second time it shares the words. The
        columns of a formula that is named share its words."""
        for part, support in zip(parts, supports, strict=True):
            if support is None or part.kind != "arithmetic" or not part.more:
                continue
            if support.candidate in self._evidence.formulas.get((str(part.key), part.more), ()):
                self._name_sides(part, support, parts, supports)
        named: dict[tuple[str, object, str], Support] = {}
        for part, support in zip(parts, supports, strict=True):
            if support is not None:
                named.setdefault((part.kind, part.key, part.column), support)
        for place, part in enumerate(parts):
            if supports[place] is None:
                found = named.get((part.kind, part.key, part.column))
                if found is not None:
                    supports[place] = Support(found.candidate, found.quality, True)

    @staticmethod
    def _name_sides(
        formula: Part, support: Support, parts: Sequence[Part], supports: list[Support | None]
    ) -> None:
        names = formula.more.split("\n")
        for place, part in enumerate(parts):
            is_side = part.kind == "column" and part.role == formula.role and part.column in names
            if is_side and supports[place] is None:
                supports[place] = Support(support.candidate, support.quality, True)

    def _repeat(self, parts: Sequence[Part], supports: Sequence[Support | None], used: int) -> int:
        """What surely says once more what is already explained is explained too."""
        for part, support in zip(parts, supports, strict=True):
            if support is None:
                continue
            used = self._cover(self._evidence.of(part), used)
            if part.column and part.kind in ("value", "number", "date", "relative", "missing"):
                named = Part("column", part.column, "", -1, part.column)
                used = self._cover(self._evidence.of(named), used)
        return used

    def _cover(self, supports: Supports, used: int) -> int:
        for quality, candidate in supports:
            if quality >= SURELY and not used & self._masks[candidate]:
                used |= self._masks[candidate]
        return used


def _bare(part: Part) -> Part:
    return part._replace(head=-1)


def distance(one: Candidate, other: Candidate) -> int:
    """Return how many segments stand between two candidates."""
    return max(0, max(one.first, other.first) - min(one.last, other.last))


def explain(linked: Linked, reading: Reading) -> Explanation:
    """Return what of a question supports a reading."""
    return Explainer(linked).explain(reading)
