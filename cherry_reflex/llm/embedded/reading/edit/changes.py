"""The ways in which what a follow-up says can change a reading."""

from collections.abc import Iterator

from cherry_reflex.core.reading.condition import All, Condition, leaves_of
from cherry_reflex.core.reading.expression import ColumnRef, columns_of
from cherry_reflex.core.reading.reading import ByMeasure, Measure, Reading
from cherry_reflex.llm.embedded.reading.search.draft import Draft
from cherry_reflex.llm.embedded.reading.search.path import Path

LEFT = -0.7
IGNORED = ("noun", "by", "task")
Change = tuple[Reading, float]


def changes_of(before: Reading, path: Path, draft: Draft) -> Iterator[Change]:
    """Yield the readings that `before` becomes by what a draft says, with their weights."""
    left = [
        i
        for i, token in enumerate(path.tokens)
        if i not in draft.used and token.kind not in IGNORED
    ]
    weight = path.weight + draft.weight + LEFT * len(left)
    for measured, cost in _measured(before, path, draft):
        for grouped, more in _grouped(measured, draft):
            for limited, most in _limited(grouped, draft):
                changed = _shown(limited, draft)
                if changed != before:
                    yield changed, weight + cost + more + most


def _measured(before: Reading, path: Path, draft: Draft) -> Iterator[Change]:
    """Other measures, or further ones; another aggregation of the same; the same of another."""
    used = [path.tokens[p] for p in sorted(draft.used)]
    has_agg = any(t.kind == "agg" for t in used)
    has_column = any(t.role == "measure" for t in used)
    if draft.task not in ("aggregate", "rows", before.task):
        columns = draft.columns or before.columns
        yield before.model_copy(update={"task": draft.task, "columns": columns}), 0.0
        return
    if not draft.measures or not (has_agg or has_column):
        if draft.columns and draft.task in ("rows", before.task):
            yield before.model_copy(update={"columns": draft.columns}), 0.0
        yield before, 0.0
        return
    if has_column or not before.measures:
        yield before.model_copy(update={"measures": draft.measures}), 0.0
        every = tuple(dict.fromkeys((*before.measures, *draft.measures)))
        yield before.model_copy(update={"measures": every}), -0.5
        if has_column and not has_agg and len(before.measures) == 1 == len(draft.measures):
            of = draft.measures[0].of
            if of is not None and before.measures[0].of is not None:
                kept = before.measures[0].model_copy(update={"of": of})
                yield before.model_copy(update={"measures": (kept,)}), -0.2
        return
    aggs = tuple(
        Measure(agg=new.agg, of=old.of, p=new.p)
        for old in before.measures
        for new in draft.measures
    )
    yield before.model_copy(update={"measures": tuple(dict.fromkeys(aggs))}), 0.1
    every = tuple(dict.fromkeys((*before.measures, *draft.measures)))
    yield before.model_copy(update={"measures": every}), -0.3


def _grouped(reading: Reading, draft: Draft) -> Iterator[Change]:
    """Other groups, or further ones; what ranked the groups before goes with them."""
    if not draft.by:
        yield reading, 0.0
        return
    bare = {"order": None, "top": None, "rank": None, "per": ()} if not draft.order else {}
    yield reading.model_copy(update={"by": draft.by, **bare}), 0.0
    if reading.by:
        both = tuple(dict.fromkeys((*reading.by, *draft.by)))
        if both != reading.by:
            yield reading.model_copy(update={"by": both}), -0.2
            yield reading.model_copy(update={"by": both, **bare}), -0.6
        yield reading.model_copy(update={"by": draft.by}), -0.8


def _limited(reading: Reading, draft: Draft) -> Iterator[Change]:
    """Further conditions; those on the same column take the place of what was there; or instead
    of all that were there."""
    new = tuple(dict.fromkeys(bound.condition for bound in draft.conditions))
    if not new:
        yield reading, 0.0
        return
    old = tuple(_parts(reading.where))
    columns = {name for condition in new for name in _columns(condition)}
    kept = tuple(part for part in old if not columns & _columns(part))
    yield _where(reading, (*kept, *new)), 0.2
    if len(kept) < len(old):
        yield _where(reading, (*old, *new)), -0.4
    if kept:
        yield _where(reading, new), -0.9


def _shown(reading: Reading, draft: Draft) -> Reading:
    """The order, the chart, the file that are said."""
    update: dict[str, object] = {}
    if draft.order is not None:
        is_grouped = bool(reading.by and reading.measures)
        order = draft.order.model_copy(update={"by": ByMeasure()}) if is_grouped else draft.order
        update |= {"order": order, "top": draft.top, "rank": draft.rank, "per": draft.per}
    for name in ("chart", "export", "method", "horizon"):
        said = getattr(draft, name)
        if said:
            update[name] = said
    return reading.model_copy(update=update) if update else reading


def _parts(where: Condition | None) -> Iterator[Condition]:
    if isinstance(where, All):
        yield from where.parts
    elif where is not None:
        yield where


def _columns(condition: Condition) -> set[str]:
    found: set[str] = set()
    for leaf in leaves_of(condition):
        side = getattr(leaf, "of", None) or getattr(leaf, "left", None)
        if side is not None and side.kind != "measure":
            found |= {c.name for c in columns_of(side) if isinstance(c, ColumnRef)}
    return found


def _where(reading: Reading, parts: tuple[Condition, ...]) -> Reading:
    where = parts[0] if len(parts) == 1 else All(parts=parts)
    return reading.model_copy(update={"where": where})
