"""Binds numbers to the operator and the column that they limit."""

from collections.abc import Iterator
from heapq import nlargest
from typing import get_args

from cherry_reflex.core.reading.condition import Between, Comparison, Condition
from cherry_reflex.llm.embedded.reading.linked import ColumnView
from cherry_reflex.llm.embedded.reading.search.draft import Bound, Draft, Operator, Pending
from cherry_reflex.llm.embedded.reading.search.negation import negation_of
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path
from cherry_reflex.llm.embedded.reading.search.units import in_unit, is_of_unit

NUMERIC = ("amount", "level", "rate", "code")
OPPOSITE: dict[Operator, Operator] = {
    "=": "!=", "!=": "=", ">": "<=", ">=": "<", "<": ">=", "<=": ">",
}  # fmt: skip
KEPT = 5
"""Ways that are kept after each number."""
IMPLIED = 2
"""Columns that are tried for a number beside which none is named."""


def bind_thresholds(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with numbers bound as limits, on each column that fits; a number without
    an operator may also stay free for others (the n of a top n, a percentile)."""
    drafts = [draft]
    for place in draft.free(path.places("number")):
        following = [found for one in drafts for found in _ways(path, one, place)]
        drafts = nlargest(KEPT, following, key=lambda one: one.weight)
    yield from drafts


def _ways(path: Path, draft: Draft, place: int) -> Iterator[Draft]:
    if place in draft.used:
        yield draft
        return
    number = path.number(place)
    span = _between(path, draft, place)
    operator = _operator(path, draft, place)
    is_free = operator is None and span is None
    if is_free or number.is_percent or number.is_ordinal:
        yield draft
    if number.is_ordinal:
        return
    for column, at, weight in _columns(path, draft, place):
        if number.is_decade:
            made: Condition = _decade(column, number.value)
            yield _with(draft, made, (place, *at), weight)
        elif span is not None:
            low, high = sorted((number.value, path.number(span[0]).value))
            of = column_ref(column.name)
            made = Between(of=of, low=_whole(low), high=_whole(high))
            yield _with(draft, made, (place, *span, *at), weight)
        elif operator is not None or at:
            yield from _comparisons(path, draft, place, operator, column, at, weight)
    if operator is not None and not number.is_decade:
        yield from _pending(path, draft, place, operator)


def _comparisons(
    path: Path,
    draft: Draft,
    place: int,
    operator: int | None,
    column: ColumnView,
    at: tuple[int, ...],
    weight: float,
) -> Iterator[Draft]:
    op: Operator = _op(path, operator) if operator is not None else "="
    used = [place, *at] + ([operator] if operator is not None else [])
    right = in_unit(path.number(place), column)
    of = column_ref(column.name)
    denial = negation_of(path, place)
    if denial is not None and denial not in draft.used:
        made = Comparison(left=of, op=OPPOSITE[op], right=right)
        yield _with(draft, made, (*used, denial), weight)
        weight -= 1.0
    if op == "=":
        weight -= 0.4
    yield _with(draft, Comparison(left=of, op=op, right=right), tuple(used), weight)


def _pending(path: Path, draft: Draft, place: int, operator: int) -> Iterator[Draft]:
    """The number as a limit on a result of groups."""
    if not path.places("group") and not path.places("by") and not path.places("grain"):
        return
    op, number = _op(path, operator), path.number(place)
    denial = negation_of(path, place)
    near = next(path.nearest(place, ("measure",), 3), None)
    value = in_unit(number, path.column(near) if near is not None else None)
    if denial is not None and denial not in draft.used:
        limit = Pending(place, OPPOSITE[op], value)
        pending = (*draft.pending, limit)
        yield draft.using(place, operator, denial, weight=-0.5, pending=pending)
    limit = Pending(place, op, value)
    yield draft.using(place, operator, weight=-0.6, pending=(*draft.pending, limit))


def _with(draft: Draft, made: Condition, used: tuple[int, ...], weight: float) -> Draft:
    bound = Bound(made, used[0])
    return draft.using(*used, weight=weight, conditions=(*draft.conditions, bound))


def _op(path: Path, place: int) -> Operator:
    detail = path.tokens[place].detail
    for op in get_args(Operator):
        if op == detail:
            return op  # type: ignore[no-any-return]
    return "="


def _operator(path: Path, draft: Draft, place: int) -> int | None:
    """The operator of a number: the nearest free one with no other number between. Of two as near,
    a Korean one stands behind its number, an English one before it."""
    found = []
    for other in path.nearest(place, ("op",), 3, draft.used):
        if path.tokens[other].detail == "between" or path.gap(place, other) > 2:
            continue
        left, right = sorted((place, other))
        if not any(path.tokens[k].kind in ("number", "value") for k in range(left + 1, right)):
            between = path.tokens[right].first - path.tokens[left].last
            found.append((between, (other > place) != path.is_korean(other), other))
    return min(found)[2] if found else None


def _between(path: Path, draft: Draft, place: int) -> tuple[int, ...] | None:
    """The second number of a span and the words that make it one."""
    second = next((p for p in draft.free(path.places("number")) if 0 < p - place <= 3), None)
    if second is None:
        return None
    words = [p for p in draft.free(path.concepts("op:between")) if place - 2 <= p <= second + 2]
    return (second, *words) if words else None


def _columns(
    path: Path, draft: Draft, place: int
) -> Iterator[tuple[ColumnView, tuple[int, ...], float]]:
    """The columns that a number may limit, with the tokens that name them."""
    seen = set()
    for other in path.nearest(place, ("condition", "measure"), 4):
        column, role = path.column(other), path.tokens[other].kind
        is_number = column.kind in NUMERIC or column.column.type == "integer"
        if not is_number or column.kind == "identifier" or column.name in seen:
            continue
        if role == "condition" and other in draft.used:
            continue
        seen.add(column.name)
        weight = -0.25 * path.gap(place, other) - (0.5 if role == "measure" else 0.0)
        at = (other,) if role == "condition" else ()
        yield column, at, weight
        if len(seen) == 2:
            break
    if any(t.kind == "condition" for t in path.tokens) and seen:
        return
    number = path.number(place)
    implied = 0
    for column in path.view.columns:
        if column.kind not in ("amount", "level", "rate") or column.name in seen:
            continue
        fits = is_of_unit(number, column)
        if not fits and not _holds(column, in_unit(number, column)):
            continue
        implied += 1
        yield column, (), -0.6 if fits else -1.6
        if implied == IMPLIED:
            return


def _holds(column: ColumnView, value: object) -> bool:
    low, high = column.column.minimum, column.column.maximum
    return (
        isinstance(value, int | float)
        and isinstance(low, int | float)
        and isinstance(high, int | float)
        and low <= value <= high
    )


def _decade(column: ColumnView, value: float) -> Condition:
    low = int(value)
    return Between(of=column_ref(column.name), low=low, high=low + 9)


def _whole(value: float) -> int | float:
    return int(value) if value == int(value) else value
