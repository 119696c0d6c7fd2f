"""Binds largest and smallest: the order, the top n, the n-th, the top n within each group."""

from collections.abc import Iterator
from typing import Literal

from cherry_reflex.core.reading.reading import ByMeasure, Measure, Order
from cherry_reflex.llm.embedded.reading.search.draft import Draft
from cherry_reflex.llm.embedded.reading.search.parts import column_ref
from cherry_reflex.llm.embedded.reading.search.path import Path

Direction = Literal["descending", "ascending"]

WORDS = ("top", "bottom")
ORDERED = ("amount", "level", "rate", "time", "code")


def bind_ranking(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with the order that its superlatives ask for, and as it is."""
    words = draft.free((*path.places("top"), *path.places("bottom")))
    if not words:
        yield draft
        yield from _sorted(path, draft)
        return
    place = _place(path, draft, words)
    is_top = path.tokens[place].kind == "top"
    alike = [w for w in words if (path.tokens[w].kind == "top") == is_top]
    draft = draft.using(*alike)
    direction: Direction = "descending" if is_top else "ascending"
    if draft.by and draft.measures and draft.task != "rows":
        yield from _of_groups(path, draft, place, direction)
    elif draft.task == "rows" or not draft.measures:
        yield from _of_rows(path, draft, place, direction)
    else:
        yield from _extreme(path, draft, place, is_top)
        yield draft.using(weight=-0.8)


def _place(path: Path, draft: Draft, words: tuple[int, ...]) -> int:
    """Of several superlatives that beside which a number stands."""
    for word in words:
        if next(path.nearest(word, ("number",), 1, draft.used), None) is not None:
            return word
    return words[0]


def _sorted(path: Path, draft: Draft) -> Iterator[Draft]:
    """Words that only ask for an order (`ranked`, `순위`)."""
    words = draft.free(path.places("sort"))
    if not words:
        return
    detail = path.tokens[words[0]].detail
    direction: Direction = "ascending" if detail.startswith("asc") else "descending"
    if draft.by and draft.measures:
        yield draft.using(*words, weight=0.3, order=Order(by=ByMeasure(), direction=direction))
    elif draft.task == "rows" and not draft.by:
        for column, at, cost in _ordering(path, words[0]):
            order = Order(by=column_ref(column), direction=direction)
            yield draft.using(*words, *at, weight=cost, order=order)


def _counts(
    path: Path, draft: Draft, place: int
) -> Iterator[tuple[int | None, int | None, tuple[int, ...], float]]:
    """Yield top, rank, the tokens that say so, and a weight."""
    number = next(
        (
            p
            for p in path.nearest(place, ("number",), 4, draft.used)
            if path.number(p).value == int(path.number(p).value)
            and 1 <= path.number(p).value <= 1000
            and not path.number(p).is_percent
        ),
        None,
    )
    sort = draft.free(path.places("sort"))
    if number is not None:
        count = int(path.number(number).value)
        if path.number(number).is_ordinal and count > 1:
            yield None, count, (number, *sort), 0.0
        yield count, None, (number, *sort), -0.6 * path.number(number).is_ordinal
        return
    yield 1, None, (), -0.1 - 0.6 * bool(sort)
    yield None, None, sort, -0.4 + 0.6 * bool(sort)


def _of_groups(path: Path, draft: Draft, place: int, direction: Direction) -> Iterator[Draft]:
    last = len(draft.measures) - 1
    for top, rank, used, weight in _counts(path, draft, place):
        order = Order(by=ByMeasure(), direction=direction)
        made = draft.using(place, *used, weight=weight, order=order, top=top, rank=rank)
        if last > 0:
            other = Order(by=ByMeasure(index=last), direction=direction)
            yield made.using(weight=-0.5, order=other)
        if len(draft.by) > 1 and (top or rank):
            for group, cost in ((draft.by[0], -0.1), (draft.by[-1], -0.9)):
                yield made.using(weight=cost, per=(group.of,))
            yield made.using(weight=-0.7)
        else:
            yield made


def _of_rows(path: Path, draft: Draft, place: int, direction: Direction) -> Iterator[Draft]:
    for column, at, cost in _ordering(path, place):
        order = Order(by=column_ref(column), direction=direction)
        for top, rank, used, weight in _counts(path, draft, place):
            made = draft.using(
                place, *at, *used, weight=weight + cost, order=order, top=top, rank=rank
            )
            if draft.by and (top or rank):
                per = tuple(group.of for group in draft.by)
                columns = tuple(dict.fromkeys((*per, *draft.columns)))
                yield made.using(per=per, by=(), columns=columns)
            elif not draft.by:
                yield made


def _ordering(path: Path, place: int) -> Iterator[tuple[str, tuple[int, ...], float]]:
    """The columns by which rows may be ordered: those named near, the first ones of time."""
    found: list[str] = []
    for other in path.nearest(place, ("measure", "condition"), 5):
        column = path.column(other)
        if column.kind in ORDERED and column.name not in found:
            at = (other,) if path.tokens[other].kind == "condition" else ()
            yield column.name, at, -0.5 * len(found)
            found.append(column.name)
        if len(found) == 2:
            return
    times = [c.name for c in path.view.columns if c.kind == "time" and c.name not in found]
    for rank, name in enumerate(times[:2]):
        yield name, (), -0.9 - 0.3 * rank - 0.6 * bool(found)


def _extreme(path: Path, draft: Draft, place: int, is_top: bool) -> Iterator[Draft]:
    """`The highest price` without groups: the maximum, or the row that has it."""
    measure = draft.measures[0]
    if measure.of is None or measure.agg in ("count", "count_distinct", "rate", "share"):
        return
    agg: Literal["max", "min"] = "max" if is_top else "min"
    made = Measure(agg=agg, of=measure.of)
    yield draft.using(place, weight=-0.2, measures=(made, *draft.measures[1:]))
    direction: Direction = "descending" if is_top else "ascending"
    order = Order.model_validate({"by": measure.of, "direction": direction})
    for top, rank, used, weight in _counts(path, draft, place):
        if top or rank:
            yield draft.using(
                place, *used, weight=weight - 0.2, task="rows", measures=(), order=order, top=top,
                rank=rank,
            )  # fmt: skip
