"""Binds values of columns to conditions: equal, one of several, none of several."""

from collections.abc import Iterator

from cherry_reflex.core.reading.condition import Comparison, Condition, Membership, Not, Scalar
from cherry_reflex.llm.embedded.reading.linked import ValueMeaning
from cherry_reflex.llm.embedded.reading.search.draft import Bound, Draft
from cherry_reflex.llm.embedded.reading.search.negation import negation_of
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

_Found = dict[tuple[str, bool], list[int]]


def bind_values(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with a condition for the values of each column; where a negation stands
    near, also without it."""
    places = draft.free(path.places("value"))
    if not places:
        yield draft
        return
    negations = {place: negation_of(path, place) for place in places}
    yield _bound(path, draft, places, negations)
    if any(other is not None for other in negations.values()):
        yield _bound(path, draft, places, dict.fromkeys(places), weight=-1.5)
    elif path.places("neg") and len(places) == 1:
        yield _bound(path, draft, places, {places[0]: path.places("neg")[0]}, weight=-1.0)


def _bound(
    path: Path,
    draft: Draft,
    places: tuple[int, ...],
    negations: dict[int, int | None],
    weight: float = 0.0,
) -> Draft:
    found: _Found = {}
    for place in places:
        key = (path.tokens[place].column, negations[place] is not None)
        found.setdefault(key, []).append(place)
    bound = []
    used = [*places, *(n for n in negations.values() if n is not None)]
    for (column, is_negated), group in found.items():
        values = tuple(dict.fromkeys(_value(path, place) for place in group))
        bound.append(Bound(_condition(column, values, is_negated), group[-1]))
        used += _named(path, column, group)
    return draft.using(*used, weight=weight, conditions=(*draft.conditions, *bound))


def _value(path: Path, place: int) -> Scalar:
    meaning = path.tokens[place].candidate.meaning
    if not isinstance(meaning, ValueMeaning):
        raise TypeError(f"not a value: {meaning}")
    return meaning.value


def _condition(column: str, values: tuple[Scalar, ...], is_negated: bool) -> Condition:
    of = column_ref(column)
    if len(values) == 1:
        return Comparison(left=of, op="!=" if is_negated else "=", right=values[0])
    member = Membership(of=of, values=values)
    return Not(part=member) if is_negated else member


def _named(path: Path, column: str, places: list[int]) -> list[int]:
    """Return the places of the tokens that name the column of these values for its condition."""
    return [
        other
        for other in path.places("condition")
        if path.tokens[other].column == column and min(abs(other - p) for p in places) <= 3
    ]
