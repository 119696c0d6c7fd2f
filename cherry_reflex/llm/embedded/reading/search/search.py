"""Proposes readings: the best choices of meanings, each bound in the ways that it allows."""

from collections.abc import Mapping, Sequence
from heapq import nlargest

from cherry_reflex.core.reading.reading import Reading
from cherry_reflex.llm.embedded.reading.durations import forwards
from cherry_reflex.llm.embedded.reading.linked import Linked
from cherry_reflex.llm.embedded.reading.proposal import Proposal
from cherry_reflex.llm.embedded.reading.search.against import bind_against
from cherry_reflex.llm.embedded.reading.search.beam import best_paths
from cherry_reflex.llm.embedded.reading.search.contrasts import bind_contrasts
from cherry_reflex.llm.embedded.reading.search.dates import bind_dates
from cherry_reflex.llm.embedded.reading.search.draft import Binder, Draft
from cherry_reflex.llm.embedded.reading.search.expressions import bind_expressions
from cherry_reflex.llm.embedded.reading.search.flags import bind_flags
from cherry_reflex.llm.embedded.reading.search.groups import bind_groups
from cherry_reflex.llm.embedded.reading.search.layout import (
    bind_columns,
    bind_horizon,
    completed,
)
from cherry_reflex.llm.embedded.reading.search.measures import bind_measures
from cherry_reflex.llm.embedded.reading.search.neighbours import neighbours_of
from cherry_reflex.llm.embedded.reading.search.path import Path
from cherry_reflex.llm.embedded.reading.search.periods import bind_periods
from cherry_reflex.llm.embedded.reading.search.presence import bind_presence
from cherry_reflex.llm.embedded.reading.search.prior import Prior
from cherry_reflex.llm.embedded.reading.search.prior_weights import WEIGHTS
from cherry_reflex.llm.embedded.reading.search.ranking import bind_ranking
from cherry_reflex.llm.embedded.reading.search.results import bind_results
from cherry_reflex.llm.embedded.reading.search.single_questions import single_questions_of
from cherry_reflex.llm.embedded.reading.search.swaps import Swaps
from cherry_reflex.llm.embedded.reading.search.tasks import bind_task
from cherry_reflex.llm.embedded.reading.search.texts import bind_texts
from cherry_reflex.llm.embedded.reading.search.thresholds import bind_thresholds
from cherry_reflex.llm.embedded.reading.search.values import bind_values
from cherry_reflex.llm.embedded.reading.search.wishes import bind_wishes

BINDERS: tuple[tuple[Binder, tuple[str, ...]], ...] = (
    (bind_wishes, ("chart", "export", "method")),
    (bind_task, ()),
    (bind_values, ("value",)),
    (bind_texts, ("op",)),
    (bind_presence, ("missing", "present", "neg")),
    (bind_horizon, ("relative",)),
    (bind_periods, ("date", "relative", "days", "task")),
    (bind_dates, ("date", "relative", "days")),
    (bind_against, ("above_mean", "below_mean", "number")),
    (bind_thresholds, ("number",)),
    (bind_contrasts, ("condition",)),
    (bind_flags, ("condition",)),
    (bind_expressions, ("measure",)),
    (bind_columns, ()),
    (bind_groups, ()),
    (bind_measures, ()),
    (bind_results, ("number",)),
    (bind_ranking, ("top", "bottom", "sort")),
)
"""In this order: who comes later sees what is used. A binder is asked where a path has tokens of
the kinds beside it (or always, where there are none)."""
WIDTH = 8
"""Drafts of a path that are kept after each binder."""
PATHS = 30


HALF_PATHS, HALF_MOST = 10, 5
"""Paths of each half of a question that asks for two things, and readings that are joined."""
MOST = 90
SWAPPED = 8
NEAR, STEP = 25, -1.5
"""Of so many of the best readings the neighbours are proposed too, at that cost."""
JOINED = -2.5
"""What it costs to read a question as two."""


class Search:
    """A proposer that reads a question by its candidates alone."""

    def __init__(self, weights: Mapping[str, float] = WEIGHTS) -> None:
        self._weights = weights

    def propose(
        self, linked: Linked, before: Reading | None = None, most: int = 200
    ) -> Sequence[Proposal]:
        """Return readings, the likeliest first: at most `most`, and what is one step away from the
        first of them. `before` plays no part: a question is read as if it stood alone."""
        most = min(most, MOST)
        found = self._whole(linked, PATHS, most)
        for both in single_questions_of(linked):
            first, second = (self._whole(half, HALF_PATHS, HALF_MOST) for half in both)
            for left, weight in first.items():
                for right, more in second.items():
                    if left != right:
                        reading = left.model_copy(update={"also": (right,)})
                        found.setdefault(reading, weight + more + JOINED)
        best = nlargest(most, found.items(), key=lambda item: item[1])
        near, swaps = dict(best), Swaps(linked)
        for reading, weight in best[:NEAR]:
            for other in neighbours_of(reading):
                near.setdefault(other, weight + STEP)
        for reading, weight in best[:SWAPPED]:
            for other in swaps.of(reading):
                near.setdefault(other, weight + STEP)
        every = sorted(near.items(), key=lambda item: -item[1])
        return [Proposal(reading, "search", weight) for reading, weight in every]

    def _whole(self, linked: Linked, paths: int, most: int) -> dict[Reading, float]:
        """The best readings of a question that asks for one thing, with their weights."""
        every = [
            complete
            for path in best_paths(linked, Prior(linked, self._weights), paths)
            for draft in drafts_of(path)
            for complete in completed(path, draft)
        ]
        every.sort(key=lambda complete: -complete.weight)
        found: dict[Reading, float] = {}
        for complete in every:  # a reading is costlier to make than to weigh
            found.setdefault(forwards(complete.reading, linked.view), complete.weight)
            if len(found) == most:
                break
        return found


def drafts_of(path: Path) -> list[Draft]:
    """Return what a path may be bound to, the likeliest first."""
    drafts = [Draft()]
    for bind, kinds in BINDERS:
        if kinds and not any(path.places(kind) for kind in kinds):
            continue
        following = [found for draft in drafts for found in bind(path, draft)]
        drafts = nlargest(WIDTH, following, key=lambda draft: draft.weight)
    return drafts
