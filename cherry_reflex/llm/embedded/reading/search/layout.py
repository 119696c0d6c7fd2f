"""Completes drafts to readings: what each task does with the columns that are left."""

from collections.abc import Iterator
from dataclasses import dataclass

from cherry_reflex.core.reading.condition import All, AnyOf, Condition
from cherry_reflex.core.reading.expression import Expression
from cherry_reflex.core.reading.reading import Horizon, Reading
from cherry_reflex.llm.embedded.reading.linked import RelativeMeaning
from cherry_reflex.llm.embedded.reading.search.draft import Draft
from cherry_reflex.llm.embedded.reading.search.measures import MEASURED
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

COLUMNED = (
    "rows", "lookup", "describe", "relation", "test", "outliers", "normality", "missing",
    "distribution", "words", "clean", "features", "cohort", "rfm", "nps", "survival",
)  # fmt: skip
"""Tasks that are about columns rather than measures."""
LEFT = -0.7
"""What every token costs that nothing was made of."""
IGNORED = ("noun", "by")


@dataclass(frozen=True, slots=True)
class Complete:
    """A draft to which nothing is added, with its condition and the weight of all."""

    weight: float
    draft: Draft
    where: Condition | None

    @property
    def reading(self) -> Reading:
        """The reading that it is."""
        return _reading(self.draft, self.where)


def completed(path: Path, draft: Draft) -> Iterator[Complete]:
    """Yield what a draft may be in the end."""
    if (draft.task in MEASURED and not draft.measures) or (draft.task == "rows" and draft.by):
        return
    for made, where, weight in _joined(path, draft):
        left = sum(
            i not in made.used and token.kind not in IGNORED for i, token in enumerate(path.tokens)
        )
        yield Complete(path.weight + made.weight + weight + LEFT * left, made, where)


def _joined(path: Path, draft: Draft) -> Iterator[tuple[Draft, Condition | None, float]]:
    """The conditions joined by `and`; where an `or` stands, also by `or`."""
    parts = tuple(dict.fromkeys(bound.condition for bound in draft.conditions))
    if len(parts) < 2:
        yield draft.using(*path.places("or")), (parts[0] if parts else None), 0.0
        return
    words = path.places("or")
    yield draft.using(*words), All(parts=parts), -0.4 if words else 0.0
    if words:
        yield draft.using(*words), AnyOf(parts=parts), -0.2
        if len(parts) == 3:
            for lone in (0, 2):
                pair = AnyOf(parts=tuple(p for i, p in enumerate(parts) if i != lone))
                yield draft.using(*words), All(parts=(parts[lone], pair)), -0.5


def _reading(draft: Draft, where: Condition | None) -> Reading:
    having = draft.having
    return Reading(
        task=draft.task,
        measures=draft.measures,
        by=draft.by,
        where=where,
        having=None if not having else having[0] if len(having) == 1 else All(parts=having),
        order=draft.order,
        top=draft.top,
        rank=draft.rank,
        per=draft.per,
        columns=draft.columns,
        method=draft.method,
        how=draft.how,
        period=draft.period,
        horizon=draft.horizon,
        target=draft.target,
        chart=draft.chart,
        export=draft.export,
    )


def bind_columns(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with its columns where its task has some; an aggregation may also be meant
    as a list of rows, or as one cell."""
    if draft.task in COLUMNED:
        yield from _about_columns(path, draft)
        return
    if draft.task == "model":
        yield from _target(path, draft)
        return
    yield draft
    words = [path.tokens[p].detail for p in path.places("agg")]
    if draft.task == "aggregate" and not words:
        yield from _listed(path, draft)


def _columns_left(path: Path, draft: Draft, roles: tuple[str, ...]) -> tuple[int, ...]:
    places = [p for role in roles for p in draft.free(path.places(role))]
    return tuple(sorted(places))


def _refs(path: Path, places: tuple[int, ...]) -> tuple[Expression, ...]:
    return tuple(dict.fromkeys(column_ref(path.tokens[p].column) for p in places))


def _listed(path: Path, draft: Draft) -> Iterator[Draft]:
    """Rows instead of an aggregation."""
    places = _columns_left(path, draft, ("measure",))
    columns = (*_refs(path, places), *(e for _, e in draft.expressions))
    has_condition = bool(draft.conditions)
    weight = -0.2 if has_condition or path.places("top") or path.places("bottom") else -1.5
    weight -= 1.0 * bool(path.places("by"))
    yield draft.using(*places, *path.places("noun"), weight=weight, task="rows", columns=columns)


def _about_columns(path: Path, draft: Draft) -> Iterator[Draft]:
    places = _columns_left(path, draft, ("measure",))
    columns = (*_refs(path, places), *(e for _, e in draft.expressions))
    grouped = _columns_left(path, draft, ("group",))
    if draft.task in ("test", "relation"):
        both = _refs(path, tuple(sorted((*places, *grouped))))
        yield draft.using(*places, *grouped, columns=both)
        if grouped and places:
            yield draft.using(*places, weight=-0.3, columns=columns)
        return
    yield draft.using(*places, columns=columns)


def _target(path: Path, draft: Draft) -> Iterator[Draft]:
    places = _columns_left(path, draft, ("measure",))
    for place in places[:2]:
        rest = tuple(p for p in places if p != place)
        yield draft.using(*places, target=path.tokens[place].column, columns=_refs(path, rest))
    if not places:
        yield draft


def bind_horizon(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield a forecast with how far it goes, from `the next three months`."""
    if draft.task != "forecast":
        yield draft
        return
    for place in path.places("relative"):
        meaning = path.tokens[place].candidate.meaning
        if isinstance(meaning, RelativeMeaning) and meaning.which == "next":
            horizon = Horizon(count=meaning.count, unit=meaning.unit)
            yield draft.using(place, weight=0.3, horizon=horizon)
            return
    yield draft
