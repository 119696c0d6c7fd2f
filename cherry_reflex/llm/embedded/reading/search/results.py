"""Binds limits to results of groups: `at least 200 drops`, `평균 4 미만인`."""

from collections.abc import Iterator

from cherry_reflex.core.reading.condition import Comparison, MeasureRef
from cherry_reflex.llm.embedded.reading.search.draft import Draft, Pending
from cherry_reflex.llm.embedded.reading.search.parts import measure_of
from cherry_reflex.llm.embedded.reading.search.path import Path


def bind_results(path: Path, draft: Draft) -> Iterator[Draft]:
    """Yield the draft with each pending limit on one of its measures, or on the number of rows,
    which is measured too then; without groups nothing can be limited so."""
    if not draft.pending:
        yield draft
        return
    if not draft.by or not draft.measures:
        return
    drafts = [draft]
    for limit in draft.pending:
        drafts = [made for one in drafts for made in _ways(one, limit)]
    yield from drafts
    counting = path.concepts("agg:count", "agg:count_distinct", "how:count_groups")
    sharing = path.concepts("agg:share", "agg:rate", "how:share_of_groups")
    for words, how in ((counting, "count_groups"), (sharing, "share_of_groups")):
        if words:
            for one in drafts:
                yield one.using(*words, weight=-0.4, how=how)


def _ways(draft: Draft, limit: Pending) -> Iterator[Draft]:
    for index, measure in enumerate(draft.measures):
        is_count = measure.agg in ("count", "count_distinct")
        weight = -0.2 * index + (0.1 if is_count else 0.0)
        yield _limited(draft, limit, index, weight)
    count = measure_of("count")
    if count not in draft.measures:
        more = draft.using(measures=(*draft.measures, count))
        yield _limited(more, limit, len(draft.measures), -0.5)


def _limited(draft: Draft, limit: Pending, index: int, weight: float) -> Draft:
    condition = Comparison(left=MeasureRef(index=index), op=limit.op, right=limit.value)
    return draft.using(weight=weight, having=(*draft.having, condition))
